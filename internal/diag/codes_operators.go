package diag

// Codes of the operators.
var (
	WindowSize        = define("window-size", ExitSQL, "The size or offset of a window cannot be used.")
	WindowRange       = define("window-range", ExitData, "A row's window is beyond the range of event time.")
	WatermarkClock    = define("watermark-clock", ExitSQL, "A WATERMARK expression depends on the clock.")
	AggregateOverflow = define("aggregate-overflow", ExitData, "The result of an aggregate does not fit its type.")
)
