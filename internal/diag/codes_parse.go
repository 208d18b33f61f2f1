package diag

// Codes of the lexer and the parser: the text is not a statement of the dialect.
var (
	Syntax       = define("syntax", ExitSQL, "The text is not a statement of the dialect at this place.")
	ReservedWord = define("reserved-word", ExitSQL,
		"A keyword is used where a name is expected: quote it with backticks.")
	UnterminatedString  = define("unterminated-string", ExitSQL, "A text literal has no closing quote.")
	UnterminatedName    = define("unterminated-name", ExitSQL, "A quoted name has no closing backtick.")
	UnterminatedComment = define("unterminated-comment", ExitSQL, "A comment or hint has no closing */.")
	IllegalCharacter    = define("illegal-character", ExitSQL, "A character that has no meaning outside text literals.")
	InvalidUTF8         = define("invalid-utf8", ExitSQL, "The query file is not valid UTF-8.")
	BadNumber           = define("bad-number", ExitSQL, "Letters follow directly on a number.")
	UnclosedBracket     = define("unclosed-bracket", ExitSQL, "A bracket or CASE has no partner.")
	NeedsParentheses    = define("needs-parentheses", ExitSQL,
		"Comparisons do not chain: parentheses must say which comes first.")
	DuplicateClause = define("duplicate-clause", ExitSQL, "A clause or key that may occur once occurs twice.")
	WindowArguments = define("window-arguments", ExitSQL,
		"A windowing table function has too few, too many or unknown arguments.")
	UnsupportedSyntax = define("unsupported-syntax", ExitSQL, "Valid in Flink SQL, but not supported.")
)

// Codes of the limits on statements, so that no text can exhaust the process.
var (
	TextTooLong       = define("text-too-long", ExitSQL, "The query file is longer than 1 MiB.")
	NestingTooDeep    = define("nesting-too-deep", ExitSQL, "More than 150 open brackets and CASE at one place.")
	StatementTooLarge = define("statement-too-large", ExitSQL, "A statement has more than 10,000 expression nodes.")
	TooManyJoins      = define("too-many-joins", ExitSQL, "A statement has more than 100 joins.")
)
