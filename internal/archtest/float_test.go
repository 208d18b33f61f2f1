package archtest

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"
	"testing"
)

// inexact are the functions of package math whose last bits depend on the processor: assembly on some, and compiled to
// fused multiply-adds on others. internal/elementary has the same functions with the same bits everywhere.
var inexact = []string{
	"Acos", "Acosh", "Asin", "Asinh", "Atan", "Atan2", "Atanh", "Cbrt", "Cos", "Cosh", "Erf", "Erfc", "Erfcinv", "Erfinv",
	"Exp", "Exp2", "Expm1", "Gamma", "Hypot", "J0", "J1", "Jn", "Lgamma", "Log", "Log10", "Log1p", "Log2", "Pow", "Sin",
	"Sincos", "Sinh", "Tan", "Tanh", "Y0", "Y1", "Yn",
}

// TestElementaryFunctions finds uses of inexact functions in the product.
func TestElementaryFunctions(t *testing.T) {
	var faults []string
	for _, name := range product(t) {
		if !slices.Contains(importsOf(t, name), "math") || fits("bench/...", path.Dir(name)) {
			continue
		}
		for _, use := range uses(t, name, read(t, name), "math", inexact) {
			faults = append(faults, use+": take that of internal/elementary, a replay elsewhere must give the same bits")
		}
	}
	report(t, faults)
}

// TestProductsAreRounded: in internal/elementary every product of floats is the operand of a conversion, which forbids
// the compiler to fuse it with an addition.
func TestProductsAreRounded(t *testing.T) {
	var files []string
	for _, name := range product(t) {
		if path.Dir(name) == "internal/elementary" {
			files = append(files, name)
		}
	}
	if len(files) < 5 {
		t.Fatalf("%d files found: the package or the search is broken", len(files))
	}
	report(t, bareProducts(t, files, func(name string) []byte { return read(t, name) }))
}

// TestProductsAreRoundedBites: the search sees products, whatever they are assigned to, and leaves whole numbers alone.
func TestProductsAreRoundedBites(t *testing.T) {
	src := "package p\nfunc f(x float64, i int) float64 {\n\ty := x * x\n\ty *= x\n\ti = i * i\n" +
		"\treturn float64(x*y) + float64((x * y))\n}\n"
	if got := bareProducts(t, []string{"p.go"}, func(string) []byte { return []byte(src) }); len(got) != 2 {
		t.Errorf("found %q, want lines 3 and 4", got)
	}
}

func bareProducts(t *testing.T, names []string, source func(name string) []byte) (faults []string) {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(fset, name, source(name), parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	if _, err := config.Check("p", fset, files, info); err != nil {
		t.Fatal(err)
	}
	float := func(e ast.Expr) bool {
		b, ok := info.Types[e].Type.Underlying().(*types.Basic)
		return ok && b.Info()&types.IsFloat != 0 && info.Types[e].Value == nil
	}
	rounded := map[ast.Expr]bool{}
	fault := func(n ast.Node) {
		faults = append(faults, fmt.Sprintf("%s: write float64(x*y), or math.FMA: see the package", fset.Position(n.Pos())))
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if info.Types[n.Fun].IsType() {
					rounded[ast.Unparen(n.Args[0])] = true
				}
			case *ast.BinaryExpr:
				if n.Op == token.MUL && float(n) && !rounded[n] {
					fault(n)
				}
			case *ast.AssignStmt:
				if n.Tok == token.MUL_ASSIGN && float(n.Lhs[0]) {
					fault(n)
				}
			}
			return true
		})
	}
	return faults
}
