package ast

import (
	"strings"
	"testing"
)

func name(s string) *Name { return &Name{Parts: []Ident{{Name: s}}} }

// TestWalk: source order, no sub-queries, and a visit that says no is not entered.
func TestWalk(t *testing.T) {
	e := &Binary{Op: And,
		L: &Case{Operand: name("a"), Whens: []When{{name("b"), name("c")}},
			Else: &Between{X: name("d"), Lo: name("e"), Hi: name("f")}},
		R: &Call{Name: name("fn"),
			Args:   []Expr{&NamedArg{Value: name("g")}, &Row{Elems: []Expr{name("h"), &Index{X: name("i"), I: name("j")}}}},
			Filter: &InQuery{X: name("k"), Query: &Query{Body: &Select{Where: name("hidden")}}},
			Over:   &WindowSpec{PartitionBy: []Expr{name("l")}, OrderBy: []OrderItem{{Expr: name("m")}}}}}
	var all, outer []string
	Walk(e, func(x Expr) bool {
		if n, ok := x.(*Name); ok {
			all = append(all, n.Last().Name)
		}
		return true
	})
	Walk(e, func(x Expr) bool {
		if n, ok := x.(*Name); ok {
			outer = append(outer, n.Last().Name)
		}
		_, call := x.(*Call)
		return !call
	})
	if got := strings.Join(all, ""); got != "abcdefghijklm" {
		t.Errorf("walked %s", got)
	}
	if got := strings.Join(outer, ""); got != "abcdef" {
		t.Errorf("walked %s outside of calls", got)
	}
	Walk(nil, func(Expr) bool { t.Error("nil was visited"); return true })
}

// TestPrintMadeTrees: trees that no text gives, as rules make them, get the brackets they need.
func TestPrintMadeTrees(t *testing.T) {
	a, b, c := name("a"), name("b"), name("c")
	cases := []struct {
		e    Expr
		want string
	}{
		{&Binary{Op: Mul, L: &Binary{Op: Add, L: a, R: b}, R: c}, "(a + b) * c"},
		{&Binary{Op: Sub, L: a, R: &Binary{Op: Sub, L: b, R: c}}, "a - (b - c)"},
		{&Binary{Op: Eq, L: &Binary{Op: Eq, L: a, R: b}, R: &Unary{Op: Not, X: c}}, "(a = b) = (NOT c)"},
		{&Unary{Op: Neg, X: &Number{Text: "-1"}}, "-(-1)"},
		{&Unary{Op: Neg, X: &Unary{Op: Neg, X: a}}, "-(-a)"},
		{&Field{X: a, Name: Ident{Name: "order"}}, "(a).`order`"},
		{&Is{X: &Binary{Op: Or, L: a, R: b}}, "(a OR b) IS NULL"},
		{name("weird name"), "`weird name`"},
		{&String{Value: "it's"}, "'it''s'"},
	}
	for _, x := range cases {
		if got := Print(x.e); got != x.want {
			t.Errorf("got %s, want %s", got, x.want)
		}
	}
}
