package differs

var csv = Area{
	Title: "CSV",
	Rows: []Row{
		{
			Here: "an empty field is NULL in columns that are not text; `\"\"` is not",
			Why:  "Flink fails on both without `csv.null-literal`. In columns of text both are the empty text there and here",
		},
		{
			Here: "`csv.null-literal` means unquoted fields: `\"NULL\"` is a text of four letters, and with the empty " +
				"literal `\"\"` is the empty text",
			Why: "otherwise a text that reads like the literal could not be written; Flink compares the text alone",
		},
		{
			Here: "a BOOLEAN is `true` or `false`, in any case",
			Why:  "Flink takes every other text for false",
		},
		{
			Here: "numbers that do not fit, and DECIMAL digits that would be lost, are errors; `1.0` and `1e3` are whole",
			Why:  "as in JSON: nothing is cut, rounded or wrapped",
		},
		{
			Here: "a quote in the middle of an unquoted field is an error, and so is text after a closing quote",
			Why:  "RFC 4180; what was meant cannot be known",
		},
		{
			Here: "a field too many is an error, the empty one after a final delimiter included",
			Why:  "Flink lets that one pass",
		},
		{
			Here: "a bare carriage return in an unquoted field is an error",
			Why:  "lines end with `\\n` or `\\r\\n`",
		},
		{
			Here: "DECIMAL is written with all digits of its scale; " +
				"`csv.write-bigdecimal-in-scientific-notation` can only be false",
			Why: "Flink writes 100000 as `1E+5` by default",
		},
		{
			Here: "a field is quoted only where it must be, and the empty text always is",
			Why:  "Flink also quotes texts with blanks and long ones; both read the same",
		},
		{
			Here: "delimiter, quote and escape are one ASCII character each, no letter, digit, `+`, `-` or `.`",
			Why:  "numbers would need quotes",
		},
		{
			Here: "`csv.header` and `csv.max-record-size` exist",
			Why:  "Flink knows no header lines; leave the options out of a file that both are to run",
		},
		{
			Here: "blank lines are left out, except in tables of one column",
			Why:  "in Flink they are records with a field too few",
		},
	},
}
