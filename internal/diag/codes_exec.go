package diag

// Codes of a running query.
var (
	SourceFailed = define("source-failed", ExitSource,
		"A source could not be read; nothing is lost, start again when it is back.")
	SinkMarker = define("sink-marker", ExitState,
		"A sink's own record does not fit the query's log: one of them is from another time.")
	ReplayDiffers = define("replay-differs", ExitState,
		"A repeated epoch gave rows other than those that the sink has of it.")
	StateMismatch = define("state-mismatch", ExitState,
		"The state belongs to another query or to an earlier form of this one.")
	FinishedGrown = define("finished-grown", ExitState, "A finished query's bounded table has more rows now.")
	DrainDeadline = define("drain-deadline", ExitDrain,
		"The epoch under way did not end before the drain deadline; it is repeated at the next start.")
	Stopped = define("stopped", ExitStopped,
		"A second signal ended the run; the epoch under way is repeated at the next start.")
	MemoryLimit = define("memory-limit", ExitConfig, "What the query holds has outgrown the memory it may use.")
	SinkFailed  = define("sink-failed", ExitSink,
		"A sink could not be written; nothing is lost, start again when it is back.")
)
