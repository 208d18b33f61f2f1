package bind

import (
	"testing"

	"streamsql/planner/ast"
)

// TestVariablesInLiterals: every ${name} that was given is replaced once; what comes in with a value is data, whatever
// the order in which a map gives its keys.
func TestVariablesInLiterals(t *testing.T) {
	b := &binder{opts: Options{Vars: map[string]string{"a": "${b}", "b": "${a}", "c": "x"}}}
	for text, want := range map[string]string{
		"${a}${b}": "${b}${a}", "${c}": "x", "${d}": "${d}", "${c": "${c", "a${${c}}": "a${x}", "": "", "${a}-${c}": "${b}-x",
	} {
		for range 20 {
			s := &ast.String{Value: text}
			if b.literalVariables(s); s.Value != want {
				t.Fatalf("%q: %q, want %q", text, s.Value, want)
			}
		}
	}
}
