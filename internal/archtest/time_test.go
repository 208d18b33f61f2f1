package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"testing"
)

// An epoch is deterministic: exec reads the clock through clock.Clock, once per trigger, and logs it. These places may
// read the machine's clock, or wait for time to pass, themselves.
var clockReaders = []string{"cmd/...", "internal/clock", "internal/testmain", "bench/..."}

// clockFiles are single files outside of those places that may, each with its reason.
var clockFiles = map[string]string{
	"internal/store/local.go": "the lock file shows since when it is held; nothing is decided by it",
}

// clockNames are the functions of package time that read the clock or wait.
var clockNames = []string{"Now", "Since", "Until", "Sleep"}

// TestClock finds readers of the machine's clock in the product.
func TestClock(t *testing.T) {
	var faults []string
	for _, name := range product(t) {
		if _, ok := clockFiles[name]; ok || fitsAny(clockReaders, path.Dir(name)) ||
			!slices.Contains(importsOf(t, name), "time") {
			continue
		}
		for _, use := range uses(t, name, read(t, name), "time", clockNames) {
			faults = append(faults,
				use+": take a clock.Clock (decisions) or a clock.Watch (reports), or list the file here with its reason")
		}
	}
	report(t, faults)
}

// TestClockBites: the search sees a use, under any name of the import, and does not see comments.
func TestClockBites(t *testing.T) {
	src := "package p\nimport clk \"time\"\n// time.Now\nvar a = clk.Now\nfunc f() { clk.Sleep(clk.Second) }\n"
	if got := uses(t, "p.go", []byte(src), "time", clockNames); len(got) != 2 {
		t.Errorf("found %q, want Now in line 4 and Sleep in line 5", got)
	}
}

// uses lists where a file uses one of the names of the package pkg of the standard library.
func uses(t *testing.T, name string, src []byte, pkg string, names []string) []string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	local := pkg
	for _, spec := range file.Imports {
		if spec.Path.Value == strconv.Quote(pkg) && spec.Name != nil {
			local = spec.Name.Name
		}
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && slices.Contains(names, sel.Sel.Name) {
			out = append(out, fmt.Sprintf("%s:%d uses %s.%s", name, fset.Position(sel.Pos()).Line, pkg, sel.Sel.Name))
		}
		return true
	})
	return out
}
