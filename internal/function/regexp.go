package function

import "streamsql/internal/sqltype"

const regexNote = " Patterns are those of Java, matched in time linear in the text; " +
	"look-around and back-references, among others, are refused: see [patterns](patterns.md)."

func regexpFamily(f *family) {
	f.add("REGEXP", of(str, str), always(sqltype.BooleanType), spec{CanFail: true, Costly: true,
		Doc:      "Some part of the text matches the pattern." + regexNote,
		Examples: examples(ex("true", "hello", "l+"), ex("false", "hello", "^l"))})
	ext := spec{MayNull: true, CanFail: true, Costly: true,
		Doc: "REGEXP_EXTRACT(text, pattern [, group]): what the group (default 0, the whole) of the " +
			"first match caught; NULL without a match or such a group." + regexNote,
		Examples: examples(ex("ll", "hello", "l+"))}
	f.text("REGEXP_EXTRACT", of(str, str), ext)
	ext.Doc, ext.Examples = "", examples(ex("77", "a=1&channel_id=77", "(&|^)channel_id=([^&]*)", 2), ex("NULL", "a",
		"(b)", 1))
	f.text("REGEXP_EXTRACT", of(str, str, i32), ext)
	f.text("REGEXP_REPLACE", of(str, str, str), spec{CanFail: true, Costly: true,
		Doc:      "Every match replaced by the third text, as it is: `$` and `\\` have no meaning there." + regexNote,
		Examples: examples(ex("a#b#", "a1b22", "[0-9]+", "#"), ex("$1-$1", "a-b", "[a-z]", "$1"))})
	f.add("REGEXP_COUNT", of(str, str), always(sqltype.IntType), spec{CanFail: true, Costly: true,
		Doc: "Number of matches." + regexNote, Examples: examples(ex("2", "a1b2", "[0-9]"))})
}
