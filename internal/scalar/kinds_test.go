package scalar

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestEveryIsComplete: the examples of the other tests have every kind of expression.
func TestEveryIsComplete(t *testing.T) {
	var have []string
	for _, c := range every {
		have = append(have, strings.TrimPrefix(fmt.Sprintf("%T", c.e), "scalar."))
	}
	slices.Sort(have)
	if want, have := kinds(t), slices.Compact(have); !slices.Equal(have, want) {
		t.Errorf("examples of %v, the kinds are %v", have, want)
	}
}

// kinds lists the types of this package that say what they read: the kinds of expression, sorted.
func kinds(t *testing.T) []string {
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range names {
		if !strings.HasSuffix(n.Name(), ".go") || strings.HasSuffix(n.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), n.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "reads" {
				out = append(out, f.Recv.List[0].Type.(*ast.Ident).Name)
			}
		}
	}
	slices.Sort(out)
	return out
}
