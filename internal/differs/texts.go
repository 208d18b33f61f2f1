package differs

var texts = Area{
	Title: "Texts",
	Rows: []Row{
		{
			Here: "nothing is converted to or from STRING without CAST: `a = '1'`, `CONCAT(s, 1)` and `1 || s` " +
				"are refused. One exception: a text *literal* compared with a date or timestamp (`ts > " +
				"'2026-01-31 00:00:00'`) is read as one, when the query is planned",
			Why: "Flink guesses; `'10' < '9'` and `10 < 9` are different questions",
		},
		{
			Here: "`SPLIT_INDEX(s, '', 0)` is the whole text, other parts are NULL",
			Why:  "Flink then cuts at blanks",
		},
		{
			Here: "look-around, back-references, possessive quantifiers and some rare constructs of regular " +
				"expressions are refused, see [patterns](patterns.md)",
			Why: "matching takes time linear in the text, whatever the pattern",
		},
		{
			Here: "`\\b` in a regular expression sees words of ASCII",
			Why:  "so does Java from version 19 on; Flink does what its Java does",
		},
		{
			Here: "an invalid pattern is an error (`bad-pattern`): before the first row for a literal, at the " +
				"row otherwise",
			Why: "some of Flink's functions answer NULL to a typing mistake",
			Examples: []Example{
				{"REGEXP('a', '(')", "error[bad-pattern]", "FALSE"},
				{"REGEXP_EXTRACT('a', '(')", "error[bad-pattern]", "NULL"},
			},
		},
		{
			Here: "`SIMILAR TO` is refused",
			Why:  "use LIKE or REGEXP",
		},
		{
			Here: "`DATE_FORMAT`, `TO_TIMESTAMP` and their like refuse pattern letters, widths and combinations that " +
				"depend on a locale, a zone or today's date, or that Java answers wrongly, see [patterns](patterns.md)",
			Why: "a pattern is checked before the first row",
		},
		{
			Here: "`TO_DATE`, `UNIX_TIMESTAMP`, `FROM_UNIXTIME` and `DATE_FORMAT` of a text use the Gregorian calendar " +
				"for all times",
			Why: "Flink changes to the Julian one before 1582 in these functions, and only in these",
		},
		{
			Here: "`_` in LIKE matches a line end too, as `%` does",
			Why:  "in Flink only `%` does",
		},
		{
			Here: "texts compare by code point",
			Why:  "independent of locale",
		},
		{
			Here: "CAST from STRING ignores spaces, tabs and line ends around the text, for every type",
			Why:  "Flink ignores them for some types only",
			Examples: []Example{
				{"TRY_CAST(' true ' AS BOOLEAN)", "true", "NULL"},
				{"TRY_CAST('2024-02-29 ' AS TIMESTAMP(0))", "2024-02-29 00:00:00", "NULL"},
			},
		},
		{
			Here: "INITCAP knows the letters of every script",
			Why:  "Flink takes a letter beyond ASCII for the end of a word",
			Examples: []Example{
				{"INITCAP('straße')", "Straße", "StraßE"},
				{"INITCAP('éCOLE')", "École", "éCole"},
			},
		},
		{
			Here: "ASCII is 0 to 255",
			Why:  "Flink gives the first byte with a sign",
			Examples: []Example{
				{"ASCII('é')", "195", "-61"},
			},
		},
		{
			Here: "MD5, SHA1 and their like are STRING",
			Why:  "Flink types them as CHAR(32), CHAR(40) and so on, with the same digits",
		},
		{
			Here: "a character is a code point, in every function",
			Why:  "OVERLAY and REPLACE of Flink count UTF-16 units and cut through some characters",
			Examples: []Example{
				{"OVERLAY('😀bc' PLACING 'xy' FROM 1)", "xyc", "xybc"},
			},
		},
		{
			Here: "OVERLAY of no characters inserts: with `FOR 0`, and with an empty text and no FOR",
			Why:  "as in the SQL standard; Flink takes everything to the end of the text away",
			Examples: []Example{
				{"OVERLAY('abcdef' PLACING 'xy' FROM 2 FOR 0)", "axybcdef", "axy"},
				{"OVERLAY('abcdef' PLACING '' FROM 2)", "abcdef", "a"},
			},
		},
		{
			Here: "REPLACE of the empty text changes nothing",
			Why: "the empty text occurs everywhere, so there is nothing in particular to replace; Flink writes the " +
				"new text between all characters",
			Examples: []Example{
				{"REPLACE('abc', '', 'x')", "abc", "xaxbxcx"},
			},
		},
		{
			Here: "FROM_BASE64 and URL_DECODE give NULL for what they cannot decode to UTF-8 text",
			Why:  "Flink stops with a Java exception, or writes a replacement character over what was there",
			Examples: []Example{
				{"FROM_BASE64('*')", "NULL", "error"},
				{"FROM_BASE64('/+8=')", "NULL", "��"},
				{"URL_DECODE('%ff')", "NULL", "�"},
			},
		},
	},
}
