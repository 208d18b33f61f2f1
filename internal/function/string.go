package function

import "streamsql/internal/sqltype"

// Short names for parameter lists.
const (
	str  = sqltype.Varchar
	i32  = sqltype.Int
	i64  = sqltype.BigInt
	f64  = sqltype.Double
	boo  = sqltype.Boolean
	tsk  = sqltype.Timestamp
	ltz  = sqltype.TimestampLTZ
	datk = sqltype.Date
)

// Positions and lengths count characters (code points), from 1.
func stringFamily(f *family) {
	caseAndTrim(f)
	substrings(f)
	composition(f)
	searching(f)
	encoding(f)
}

func (f *family) text(name string, params []Param, s spec) {
	f.add(name, params, always(sqltype.StringType), s)
}

func caseAndTrim(f *family) {
	f.text("UPPER", of(str), spec{
		Doc:      "Upper case by Unicode's full mapping, of no language in particular.",
		Examples: examples(ex("STRASSE É", "straße é")),
	})
	f.text("LOWER", of(str), spec{
		Doc:      "Lower case by Unicode's full mapping; a Σ at the end of a word becomes ς.",
		Examples: examples(ex("abc", "ABC"), ex("σας", "ΣΑΣ")),
	})
	f.text("INITCAP", of(str), spec{
		Doc: "First letter of each word in upper case, the others in lower case; words are runs of letters and " +
			"digits of any script.",
		Examples: examples(ex("Hello World-Wide", "hELLO wORLD-wide"), ex("École", "éCOLE")),
	})
	f.text("TRIM", of(str), spec{
		Doc: "TRIM([BOTH | LEADING | TRAILING] [characters] FROM text) removes any of the characters (default: " +
			"space) from the ends; TRIM(text) removes spaces.",
		Examples: examples(ex("a", "  a ")),
	})
	f.text("TRIM", []Param{keyword("BOTH", "LEADING", "TRAILING"), {Kind: str}, {Kind: str}}, spec{
		Examples: examples(exs("TRIM(LEADING 'x' FROM 'xxaxx')", "axx", "LEADING", "x", "xxaxx"),
			exs("TRIM(BOTH 'xy' FROM 'xyaxx')", "a", "BOTH", "xy", "xyaxx")),
	})
	for _, t := range []struct {
		name, doc string
		one, two  string
	}{
		{"LTRIM", "Without leading spaces, or without leading characters of the second argument.", "a ", "axx"},
		{"RTRIM", "Without trailing spaces, or without trailing characters of the second argument.", " a", "xxa"},
		{"BTRIM", "Without spaces, or characters of the second argument, at both ends.", "a", "a"},
	} {
		f.text(t.name, of(str), spec{Doc: t.doc, Examples: examples(ex(t.one, " a "))})
		f.text(t.name, of(str, str), spec{Examples: examples(ex(t.two, "xxaxx", "x"))})
	}
}

func substrings(f *family) {
	f.text("SUBSTRING", of(str, i32), spec{
		Doc: "SUBSTRING(text, start [, length]) or SUBSTRING(text FROM start [FOR length]). " +
			"A negative start counts from the end; 0 is 1; before the first or after the last character the result is empty. " +
			"NULL when the length is negative.",
		Examples: examples(ex("llo", "hello", 3), ex("lo", "hello", -2)),
	})
	f.text("SUBSTRING", of(str, i32, i32), spec{
		MayNull:  true,
		Examples: examples(ex("ell", "hello", 2, 3), ex("NULL", "hello", 1, -1), ex("é", "aéb", 2, 1)),
	})
	f.alias("SUBSTRING", "SUBSTR")
	f.text("LEFT", of(str, i32), spec{
		Doc:      "The first n characters.",
		Examples: examples(ex("he", "hello", 2), ex("''", "hello", -1)),
	})
	f.text("RIGHT", of(str, i32), spec{
		Doc:      "The last n characters.",
		Examples: examples(ex("lo", "hello", 2), ex("hello", "hello", 9)),
	})
	f.text("SPLIT_INDEX", of(str, str, i32), spec{
		MayNull: true,
		Doc: "Part number n, from 0, of the text cut at each occurrence of the delimiter; " +
			"NULL when there are fewer, when n is negative or when the text is empty.",
		Examples: examples(ex("b", "a/b/c", "/", 1), ex("''", "a//c", "/", 1), ex("NULL", "a/b", "/", 2)),
	})
	f.text("REVERSE", of(str), spec{Doc: "Characters in reverse order.", Examples: examples(ex("écba", "abcé"))})
}

func composition(f *family) {
	long := spec{CanFail: true}
	f.text("||", of(str, str), spec{
		CanFail:  true,
		Doc:      "Concatenation; NULL if an operand is.",
		Examples: examples(ex("ab", "a", "b"), ex("NULL", "a", nil)),
	})
	f.text("CONCAT", of(str), spec{
		Variadic: true, CanFail: true,
		Doc:      "Concatenation; NULL if any argument is.",
		Examples: examples(ex("abc", "a", "b", "c"), ex("NULL", "a", nil)),
	})
	f.add("CONCAT_WS", of(str, str), likeFirst, spec{Nulls: Custom, Variadic: true, CanFail: true,
		Doc:      "CONCAT_WS(separator, a, b, …) joins the arguments that are not NULL; NULL only when the separator is.",
		Examples: examples(ex("a-c", "-", "a", nil, "c"), ex("NULL", nil, "a"), ex("''", "-", nil))})
	pad := "(text, n, padding) makes the text exactly n characters long: " +
		"cut at the end, or filled up with repeats of the padding at the "
	null := spec{MayNull: true, CanFail: true}
	null.Doc = "LPAD" + pad + "start. NULL when n is negative or the padding empty."
	null.Examples = examples(ex("xyxa", "a", 4, "xyx"), ex("he", "hello", 2, "-"))
	f.text("LPAD", of(str, i32, str), null)
	null.Doc = "RPAD" + pad + "end. NULL when n is negative or the padding empty."
	null.Examples = examples(ex("a--", "a", 3, "-"), ex("NULL", "a", 3, ""))
	f.text("RPAD", of(str, i32, str), null)
	long.Doc = "The text n times; empty when n is not positive."
	long.Examples = examples(ex("ababab", "ab", 3), ex("''", "ab", 0))
	f.text("REPEAT", of(str, i32), long)
	long.Doc = "REPLACE(text, what, with): every occurrence replaced, from the left. An empty `what` replaces nothing."
	long.Examples = examples(ex("hexxo", "hello", "l", "x"), ex("abc", "abc", "", "x"))
	f.text("REPLACE", of(str, str, str), long)
	f.add("TRANSLATE", of(str, str, str), likeFirst, spec{
		Nulls: Custom, CanFail: true,
		Doc: "TRANSLATE(text, from, to): each character of `from` becomes the one at the same place in `to`, " +
			"or goes when `to` is shorter. NULL only when the text is: NULL as `from` changes nothing, " +
			"as `to` it counts as empty.",
		Examples: examples(ex("1b2", "abc", "ac", "12"), ex("b", "abc", "ac", ""), ex("abc", "abc", nil, "x"),
			ex("b", "abc", "ac", nil)),
	})
	long.Doc = "OVERLAY(text PLACING new FROM start [FOR length]): the characters from start replaced; " +
		"the default length is that of the new text. The text is unchanged when start is outside it."
	long.Examples = examples(exs("OVERLAY('abcdef' PLACING 'xy' FROM 2)", "axydef", "abcdef", "xy", 2))
	f.text("OVERLAY", of(str, str, i32), long)
	long.Doc = ""
	long.Examples = examples(exs("OVERLAY('abcdef' PLACING 'xy' FROM 2 FOR 4)", "axyf", "abcdef", "xy", 2, 4))
	f.text("OVERLAY", of(str, str, i32, i32), long)
}

// likeFirst is STRING, NULL only where the first argument is.
func likeFirst(args []sqltype.Type) (sqltype.Type, error) {
	return sqltype.StringType.WithNull(!args[0].NotNull), nil
}

func searching(f *family) {
	in := always(sqltype.IntType)
	yes := always(sqltype.BooleanType)
	f.add("LIKE", of(str, str), yes, spec{
		CanFail: true, Costly: true,
		Doc: "Pattern match of the whole text: `%` is any run of characters, `_` any one. " +
			"With ESCAPE 'c', c makes the next `%`, `_` or c ordinary; without it there is no escape character.",
		Examples: examples(ex("true", "hello", "h%o"), ex("false", "hello", "h_o"), ex("true", "", "%")),
	})
	f.add("LIKE", of(str, str, str), yes, spec{
		CanFail: true, Costly: true,
		Examples: examples(exs("'50%' LIKE '50!%' ESCAPE '!'", "true", "50%", "50!%", "!")),
	})
	f.add("CHAR_LENGTH", of(str), in, spec{Doc: "Number of characters.", Examples: examples(ex("2", "né"))})
	f.alias("CHAR_LENGTH", "CHARACTER_LENGTH", "LENGTH")
	f.add("POSITION", of(str, str), in, spec{
		Doc:      "POSITION(part IN text): where the part first occurs; 0 when it does not.",
		Examples: examples(exs("POSITION('l' IN 'hello')", "3", "l", "hello")),
	})
	f.add("LOCATE", of(str, str), in, spec{
		Doc:      "LOCATE(part, text [, start]): where the part first occurs, not before start; 0 when it does not.",
		Examples: examples(ex("2", "b", "abcb")),
	})
	f.add("LOCATE", of(str, str, i32), in, spec{Examples: examples(ex("4", "b", "abcb", 3))})
	f.add("INSTR", of(str, str), in, spec{
		Doc: "INSTR(text, part [, start [, n]]): where the part occurs first, or for the nth time, not before start; " +
			"0 when it does not. A negative start counts from the end and searches backward.",
		Examples: examples(ex("2", "abcb", "b")),
	})
	f.add("INSTR", of(str, str, i32), in, spec{Examples: examples(ex("4", "abcb", "b", 3), ex("4", "abcb", "b", -1))})
	f.add("INSTR", of(str, str, i32, i32), in, spec{CanFail: true, Examples: examples(ex("4", "abcb", "b", 1, 2))})
	f.add("STARTSWITH", of(str, str), yes, spec{
		Doc:      "The text begins with the second argument.",
		Examples: examples(ex("true", "hello", "he")),
	})
	f.add("ENDSWITH", of(str, str), yes, spec{
		Doc:      "The text ends with the second argument.",
		Examples: examples(ex("false", "hello", "he")),
	})
	f.add("ASCII", of(str), in, spec{
		Doc:      "Code of the first byte of the text, 0 to 255; 0 when empty.",
		Examples: examples(ex("97", "abc"), ex("0", "")),
	})
	f.text("CHR", of(i64), spec{
		Doc:      "The character with code n modulo 256; empty when n is negative.",
		Examples: examples(ex("a", 97), ex("a", 353)),
	})
}

func encoding(f *family) {
	f.text("TO_BASE64", of(str), spec{
		CanFail:  true,
		Doc:      "Base64 of the UTF-8 bytes.",
		Examples: examples(ex("aGk=", "hi")),
	})
	f.text("FROM_BASE64", of(str), spec{
		MayNull:  true,
		Doc:      "Text from Base64; NULL when it is not Base64 of UTF-8 text.",
		Examples: examples(ex("hi", "aGk="), ex("hi", "aGk"), ex("NULL", "*")),
	})
	f.text("URL_ENCODE", of(str), spec{
		CanFail:  true,
		Doc:      "Text in application/x-www-form-urlencoded form.",
		Examples: examples(ex("a+b%2F%C3%A9", "a b/é")),
	})
	f.text("URL_DECODE", of(str), spec{
		MayNull:  true,
		Doc:      "Text from application/x-www-form-urlencoded form; NULL when malformed.",
		Examples: examples(ex("a b/é", "a+b%2F%C3%A9"), ex("NULL", "%zz")),
	})
	f.text("BIN", of(i64), spec{Doc: "Binary digits of the two's complement.", Examples: examples(ex("1100", 12))})
	f.text("HEX", of(i64), spec{
		Doc:      "Upper-case hexadecimal digits of an integer (two's complement) or of the bytes of a text.",
		Examples: examples(ex("FF", 255)),
	})
	f.text("HEX", of(str), spec{CanFail: true, Examples: examples(ex("6869", "hi"))})
}
