package function

import "streamsql/internal/sqltype"

const regexNote = " Patterns are Java's in spelling and RE2's in power: look-around and back-references are refused."

func regexpFamily(f *family) {
	f.add("REGEXP", of(str, str), always(sqltype.BooleanType), spec{CanFail: true, Costly: true, Doc: "Some part of the text matches the pattern." + regexNote,
		Examples: examples(ex("true", "hello", "l+"), ex("false", "hello", "^l"))})
	ext := spec{MayNull: true, CanFail: true, Costly: true, Doc: "REGEXP_EXTRACT(text, pattern [, group]): what the group (default 0, the whole) of the first match caught; NULL without a match or such a group." + regexNote,
		Examples: examples(ex("ll", "hello", "l+"))}
	f.text("REGEXP_EXTRACT", of(str, str), ext)
	ext.Doc, ext.Examples = "", examples(ex("77", "a=1&channel_id=77", "(&|^)channel_id=([^&]*)", 2), ex("NULL", "a", "(b)", 1))
	f.text("REGEXP_EXTRACT", of(str, str, i32), ext)
	f.text("REGEXP_REPLACE", of(str, str, str), spec{CanFail: true, Costly: true, Doc: "Every match replaced; `$1` in the replacement stands for group 1, `\\$` for a dollar." + regexNote,
		Examples: examples(ex("<a><b>", "a1b2", "([a-z])[0-9]", "<$1>"))})
	f.add("REGEXP_COUNT", of(str, str), always(sqltype.IntType), spec{CanFail: true, Costly: true, Doc: "Number of matches." + regexNote, Examples: examples(ex("2", "a1b2", "[0-9]"))})
	f.add("SIMILAR TO", of(str, str), always(sqltype.BooleanType), spec{CanFail: true, Costly: true, Unwritable: true,
		Doc:      "SQL regular expression over the whole text: `%` any run, `_` any one character, `|`, `*`, `+`, `?`, `{n}`, `()`, `[]`.",
		Examples: examples(exs("'abab' SIMILAR TO '(ab)+'", "true", "abab", "(ab)+"), exs("'ac' SIMILAR TO 'a(b|c)%'", "true", "ac", "a(b|c)%"))})
}
