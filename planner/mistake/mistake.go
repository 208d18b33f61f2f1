// Package mistake is what people write who come from another SQL: the table of known mistakes, each with what to write
// instead. The lexer, the parser and the binder ask it where they refuse something, so that a refusal names the
// mistake.
//
//	:: is PostgreSQL's cast     →  CAST(x AS type)
//	DATEDIFF(day, a, b)         →  TIMESTAMPDIFF(DAY, a, b)
//
// A mistake is one line of the table. It changes no meaning: what is in the table is refused with it and without it.
package mistake

// Kind is where a mistake is met.
type Kind uint8

// The kinds.
const (
	Mark      Kind = iota // characters that are not an operator
	Word                  // a word where none or another is expected
	Name                  // a word that is read as a name and makes the next one unexpected
	Clause                // a clause after one that it must precede
	Type                  // the name of a type
	Function              // the name of a function
	Statement             // the first word of a statement
)

// Mistake is one line of the table.
type Mistake struct {
	Kind    Kind
	Written string // in capitals
	Hint    string // what to write instead
	Example string // text that makes the mistake, within a query over t (a INT, s STRING, ts TIMESTAMP(3)); for the tests
}

// Hint is what to write instead of something; "" when it is not a known mistake.
func Hint(kind Kind, written string) string { return byKind[key{kind, written}] }

// MarkAt is the longest known wrong mark that rest begins with, with its advice.
func MarkAt(rest string) (mark, hint string) {
	for n := min(len(rest), longestMark); n > 0; n-- {
		if hint := Hint(Mark, rest[:n]); hint != "" {
			return rest[:n], hint
		}
	}
	return "", ""
}

type key struct {
	kind    Kind
	written string
}

var (
	byKind      = map[key]string{}
	longestMark int
)

func init() {
	for _, m := range All {
		byKind[key{m.Kind, m.Written}] = m.Hint
		if m.Kind == Mark {
			longestMark = max(longestMark, len(m.Written))
		}
	}
}
