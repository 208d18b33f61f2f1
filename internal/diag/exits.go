package diag

// Exit is what an exit code of the process means and whether starting the same command again helps.
type Exit struct {
	Code  int
	Means string
	Retry string
}

// exits lists every exit code in ascending order.
var exits = []Exit{
	{0, "The query is done, or was drained by a signal; everything it showed is committed.", "not needed"},
	{ExitInternal, "A bug in streamsql. The state is as of the last committed epoch.", "sometimes; please report it"},
	{ExitDied, "The Go runtime died, for example out of memory: nothing can catch that. Nothing is lost.",
		"yes; give it more memory if it repeats"},
	{ExitSQL, "The SQL is rejected; nothing was started.", "no; change the query"},
	{ExitConfig, "A configuration value, a secret or a file is missing or cannot be used.",
		"no; change the configuration"},
	{ExitSource, "A source failed. Nothing is lost.", "yes"},
	{ExitSink, "A sink failed. Nothing is lost and nothing is written twice.", "yes"},
	{ExitInUse, "Another process uses this state, or took it over.", "later, when the other has ended"},
	{ExitState, "The state does not fit the query, or a file of it is damaged.",
		"no; go back to the query that wrote it, repair the disk, or start with `--fresh`"},
	{ExitData, "A row cannot be read or computed, and the policy is `fail`.",
		"no; repair the data or choose another policy"},
	{ExitTest, "A golden test, or a comparison of two runs, differs.", "no; read the difference"},
	{ExitDrain, "The epoch under way did not end before the drain deadline.", "yes; the epoch is repeated"},
	{ExitUsage, "A flag or an argument is wrong.", "no; change the command"},
	{ExitStopped, "A second signal stopped the process before the epoch under way was committed.",
		"yes; the epoch is repeated"},
}

// ExplainExit explains an exit code; a code that is not in the table is explained as a bug.
func ExplainExit(code int) Exit {
	for _, e := range exits {
		if e.Code == code {
			return e
		}
	}
	return exits[ExitInternal]
}
