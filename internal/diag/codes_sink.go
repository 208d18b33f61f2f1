package diag

// Codes of sinks.
var (
	SinkSpace = define("sink-space", ExitSink,
		"A sink has no room left; free some and start again: the epoch is repeated.")
	SinkOption  = define("sink-option", ExitConfig, "An option of a sink table cannot be used.")
	SinkForeign = define("sink-foreign", ExitState, "A sink holds the results of another query or of another table.")
	SinkDamaged = define("sink-damaged", ExitState,
		"A sink's own record, or a file that it names, is damaged or missing.")
	SinkConflict = define("sink-conflict", ExitState, "An epoch was published before, with other rows.")
)
