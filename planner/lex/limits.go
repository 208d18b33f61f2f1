package lex

// Limits of one query file. They are far above what people and generators write, and they keep every later pass, most
// of them recursive, within a known stack and time.
const (
	MaxText  = 1 << 20 // bytes of a file
	MaxDepth = 150     // open ( [ and CASE at one place
	MaxNodes = 10_000  // expression nodes of one statement
	MaxJoins = 100     // joins of one statement
)

// MaxFaults bounds the report of a text: one with more faults is not SQL, and nobody reads on.
const MaxFaults = 100
