package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"testing"
)

// An epoch is deterministic: exec reads the clock through clock.Clock, once per trigger, and logs it. These places may
// read the machine's clock, or wait for time to pass, themselves.
var clockReaders = []string{"cmd/...", "internal/clock", "internal/testmain", "bench/..."}

// clockFiles are single files outside of those places that may, each with its reason.
var clockFiles = map[string]string{
	"internal/store/local.go": "the lock file tells people since when it is held; nothing decides by it",
}

// clockNames are the functions of package time that read the clock or wait.
var clockNames = []string{"Now", "Since", "Until", "Sleep"}

// TestClock finds readers of the machine's clock in the product.
func TestClock(t *testing.T) {
	var faults []string
	for _, name := range product(t) {
		if _, ok := clockFiles[name]; ok || fitsAny(clockReaders, path.Dir(name)) || !slices.Contains(importsOf(t, name), "time") {
			continue
		}
		for _, use := range clockUses(t, name, read(t, name)) {
			faults = append(faults, use+": take a clock.Clock (decisions) or a clock.Watch (reports), or list the file here with its reason")
		}
	}
	report(t, faults)
}

// TestClockBites: the search sees a use, under any name of the import, and does not see comments.
func TestClockBites(t *testing.T) {
	src := "package p\nimport clk \"time\"\n// time.Now\nvar a = clk.Now\nfunc f() { clk.Sleep(clk.Second) }\n"
	if got := clockUses(t, "p.go", []byte(src)); len(got) != 2 {
		t.Errorf("found %q, want Now in line 4 and Sleep in line 5", got)
	}
}

// clockUses lists the uses of clockNames in one file.
func clockUses(t *testing.T, name string, src []byte) []string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	local := "time"
	for _, spec := range file.Imports {
		if spec.Path.Value == `"time"` && spec.Name != nil {
			local = spec.Name.Name
		}
	}
	var out []string
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == local && slices.Contains(clockNames, sel.Sel.Name) {
			out = append(out, fmt.Sprintf("%s:%d uses time.%s", name, fset.Position(sel.Pos()).Line, sel.Sel.Name))
		}
		return true
	})
	return out
}
