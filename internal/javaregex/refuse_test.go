package javaregex

import (
	"strings"
	"testing"

	"streamsql/internal/diag"
)

// TestRefused has each construct that is refused, with what the message must say.
func TestRefused(t *testing.T) {
	for _, c := range []struct{ pattern, want string }{
		{"a(?=b)", "look-ahead (?=…) is not supported, at character 2"}, {"a(?!b)", "look-ahead (?!…)"},
		{"(?<=a)b", "look-behind (?<=…)"}, {"(?<!a)b", "look-behind (?<!…)"}, {"(?>a)b", "atomic groups"},
		{`(a)\1`, `back-references such as \1`}, {`(?<n>a)\k<n>`, `\k<…>, a back-reference`},
		{"é+a++", "possessive quantifiers are not supported, at character 5"},
		{"a{2}+", "possessive"}, {`\Ga`, `\G`}, {`\X`, "grapheme"}, {`\b{g}`, `\b{…}`}, {`\N{DIGIT ONE}`, "name"},
		{"(?U)a", "the flag U"}, {"(?P<n>a)", "write (?<name>…)"}, {"(?q)a", "(?…q is not known"},
		{"(?i", "not closed"},
		{"(?<1>a)", "no proper name"}, {"(?<n>a)(?<n>b)", "two groups"}, {"(?<n", "does not end with >"},
		{"(a", "the group is not closed, at character 1"}, {"a)", "without a group"},
		{"[a", "the class is not closed"}, {"[]", "not closed"},
		{"*a", "* has nothing to repeat"}, {"(+)", "+ has nothing"}, {"{2}", "{ has nothing"}, {"a{x}", "a count"},
		{"a{1", "not closed"},
		{"a{3,1}", "exceeds"}, {"a{1001}", "counts end at 1000"}, {"(?:a{50}){50}", "more than 1000"},
		{"a**", "follows a quantifier"},
		{"a{2}{2}", "follows a quantifier"}, {"^*", "no length"}, {"(?:)*", "no length"},
		{"(a*)*", "holds a capturing group"},
		{"(a|)+", "holds a capturing group"}, {`(?:\B|\w)*`, "prefers to match nothing"}, {"(?:a*|b)+", "prefers"},
		{"(?:a??)*", "prefers"}, {"(?:(?:|a)(?:b|))*", "prefers"},
		{`\R+`, "repeated \\R"},
		{"[a&&]", "nothing on its right"}, {"[&&a]", "nothing on its left"}, {"[a&&[b]c]", "drops a nested class"},
		{"[a&&^b]", "write &&[^…]"},
		{"[a&&&b]", "&&& is not"}, {"[b-a]", "ends before it begins"}, {`[a-\d]`, "ends before it begins"},
		{`[\v-a]`, "before a hyphen"},
		{`[\b]`, `\b is not a character`}, {"(?x)[a b]", "under (?x)"},
		{`\y`, `\y is not known`}, {`\`, "ends with a backslash"}, {`[\`, "ends with a backslash"},
		{`\E`, `\E is not known`},
		{`\x6`, "2 hexadecimal"}, {`\u006`, "4 hexadecimal"}, {`\x{110000}`, "at most 10FFFF"},
		{`\ud83d`, "surrogate"}, {`\08`, "octal"}, {`\c`, `\c must`},
		{`\p{Foo}`, `\p{Foo} is not known`}, {`\p{InGreek}`, "blocks are not supported"}, {`\p{L`, "not closed"},
		{`(?i)\p{Lu}`, "about case"}, {`\p`, "followed by the name"},
		{strings.Repeat("a{1000}", 100), "is too large"}, {strings.Repeat("abc", 10_000), "is too large"},
		{strings.Repeat("(", 600) + strings.Repeat(")", 600), "nested too deeply"},
		{strings.Repeat("[", 600), "nested too deeply"},
	} {
		_, err := Compile(c.pattern)
		if diag.CodeOf(err) != diag.BadPattern || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %v, want %q", c.pattern, err, c.want)
		}
	}
}

// FuzzCompile: whatever the pattern, no panic, and what is taken finds the same with both functions.
func FuzzCompile(f *testing.F) {
	for _, p := range []string{"(a|b)*", `[\w&&[^a]]`, `\p{L}{2}`, "(?ix) a # b", `\Qa\E$`, "(?m)^", `\0377\x{e9}`,
		"a{1,3}?"} {
		f.Add(p, "ab\r\n")
	}
	f.Fuzz(func(t *testing.T, pattern, s string) {
		r, err := Compile(pattern)
		if err != nil {
			return
		}
		if m := r.Find([]byte(s)); (m != nil) != r.Match([]byte(s)) {
			t.Fatalf("%q on %q: %v", pattern, s, m)
		}
	})
}
