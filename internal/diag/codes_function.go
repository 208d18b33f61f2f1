package diag

// Codes of function resolution and expression evaluation. Those raised by a row exit with ExitData: the row is at
// fault, or the expression that does not expect it.
var (
	UnknownFunction = define("unknown-function", ExitSQL, "A function that does not exist is called.")
	NoOverload      = define("no-overload", ExitSQL, "A function is called with arguments of types it does not take.")
	InvalidCast     = define("invalid-cast", ExitSQL, "CAST between two types that have no conversion.")
	BadPattern      = define("bad-pattern", ExitSQL,
		"A regular expression, LIKE or date pattern is malformed or not supported.")
	BadConstant = define("bad-constant", ExitSQL, "A constant expression cannot be computed, so every row would fail.")

	NumericOverflow = define("numeric-overflow", ExitData, "A number does not fit the type of its expression.")
	DivisionByZero  = define("division-by-zero", ExitData, "A division or modulo by zero.")
	CastFailed      = define("cast-failed", ExitData,
		"CAST of a value that the target type cannot hold; TRY_CAST gives NULL instead.")
	BadArgument   = define("bad-argument", ExitData, "A function is called with a value that it is not defined for.")
	RowPattern    = define("bad-row-pattern", ExitData, "A pattern that comes from a row is malformed or not supported.")
	StringTooLong = define("string-too-long", ExitData, "A string function would make a text longer than 16 MiB.")
)
