package diag

// Codes of the operators.
var (
	WindowSize        = define("window-size", ExitSQL, "The size or offset of a window cannot be used.")
	WindowRange       = define("window-range", ExitData, "A row's window lies beyond the range of event time.")
	RowFailed         = define("row-failed", ExitData, "An expression could not be evaluated for a row, and error-handling.mode is fail.")
	AggregateOverflow = define("aggregate-overflow", ExitData, "The result of an aggregate does not fit its type.")
)
