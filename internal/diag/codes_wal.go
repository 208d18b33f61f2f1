package diag

// Codes of the logs and the store under them.
var (
	StateInUse  = define("state-in-use", ExitInUse, "Another process runs this query on this state.")
	FencingLost = define("fencing-lost", ExitInUse,
		"Another process took the state over; this one stopped without changing anything more.")
	LogDamaged = define("log-damaged", ExitState,
		"A record of the checkpoint is damaged: its checksum or its form is wrong.")
	LogMissing = define("log-missing", ExitState, "A record of the checkpoint is missing that others depend on.")
	LogVersion = define("log-version", ExitState,
		"A record of the checkpoint was written in a form this version does not know.")
	LogForeign      = define("log-foreign", ExitState, "One checkpoint has records of two queries.")
	CommitConflict  = define("commit-conflict", ExitState, "An epoch was committed before, with other results.")
	CheckpointRead  = define("checkpoint-read", ExitState, "A record of the checkpoint could not be read from the disk.")
	CheckpointWrite = define("checkpoint-write", ExitState,
		"A record of the checkpoint could not be written; free space or repair the disk and start again.")
)
