package block

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/lex"
)

// source scans text as one expression and makes the holes that parse would make: (SELECT …), OVER (…), the type in
// CAST.
func source(text string) (*Source, bool) {
	segments, faults := lex.Scan(text)
	if len(faults) > 0 || len(segments) != 1 {
		return nil, false
	}
	s := &Source{Tokens: segments[0].Tokens, Holes: map[int]Hole{}}
	for i, t := range s.Tokens[:len(s.Tokens)-1] {
		next := s.Tokens[i+1]
		switch {
		case t.IsOp("(") && next.Is("SELECT"):
			s.Holes[i] = Hole{End: t.Match + 1, Query: &ast.Query{At: ast.On(s.span(i, t.Match))}}
		case t.Is("OVER") && next.IsOp("("):
			s.Holes[i] = Hole{End: next.Match + 1, Over: &ast.WindowSpec{At: ast.On(s.span(i, next.Match))}}
		case t.Is("AS") && (next.Is("INT") || next.Is("DECIMAL")):
			end := i + 2
			if s.Tokens[end].IsOp("(") {
				end = s.Tokens[end].Match + 1
			}
			s.Holes[i+1] = Hole{End: end, Type: &ast.TypeName{Name: next.Word}}
		}
	}
	return s, true
}

func readExpr(s *Source) (ast.Expr, *diag.Error) { return s.Expr(Range{0, len(s.Tokens) - 1}) }

func dump(e ast.Expr) string {
	b, _ := json.MarshalIndent(e, "", " ")
	return string(b)
}

// TestRandomAgainstClimber: thousands of random expressions give the oracle's tree, spans included.
func TestRandomAgainstClimber(t *testing.T) {
	g := &generator{rnd: rand.New(rand.NewPCG(1, 2))}
	accepted := 0
	for n := range 8000 {
		text := g.expr(1 + n%4)
		s, ok := source(text)
		if !ok {
			t.Fatalf("lexer refuses %s", text)
		}
		want, bad := climb(s)
		got, err := readExpr(s)
		if (err == nil) != (bad < 0) {
			t.Fatalf("%s\nblock: %v, oracle stops at token %d", text, err, bad)
		}
		if err != nil {
			continue
		}
		accepted++
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\ngot  %s\nwant %s", text, dump(got), dump(want))
		}
	}
	if accepted < 4000 {
		t.Errorf("only %d of 8000 random expressions are legal: the generator tests too little", accepted)
	}
}

// TestMutatedAgainstClimber: one changed token makes both accept the same tree or both refuse, mostly at the same byte.
func TestMutatedAgainstClimber(t *testing.T) {
	g := &generator{rnd: rand.New(rand.NewPCG(3, 4))}
	refused, same := 0, 0
	for n := range 12000 {
		text := g.mutate(g.expr(1 + n%4))
		s, ok := source(text)
		if !ok || len(s.Tokens) == 1 {
			continue
		}
		want, bad := climb(s)
		got, err := readExpr(s)
		if (err == nil) != (bad < 0) {
			t.Fatalf("%s\nblock: %v, oracle stops at token %d", text, err, bad)
		}
		if err == nil {
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s\ngot  %s\nwant %s", text, dump(got), dump(want))
			}
			continue
		}
		if err.Code == diag.Internal {
			t.Fatalf("%s: %v", text, err)
		}
		refused++
		if err.Span == s.Tokens[bad].Span {
			same++
		}
	}
	t.Logf("%d refused, %d at the same token", refused, same)
	if refused < 1000 || same*100 < refused*85 {
		t.Errorf("of %d refusals only %d are at the oracle's token", refused, same)
	}
}

// TestSelectEqualsExpr: a block read at once gives the trees of its expressions read alone.
func TestSelectEqualsExpr(t *testing.T) {
	g := &generator{rnd: rand.New(rand.NewPCG(5, 6))}
	for range 500 {
		parts := []string{g.expr(2), g.expr(2), g.expr(3), g.expr(1), g.expr(2)}
		if _, ok := source(strings.Join(parts, " ; ")); ok {
			t.Fatal("a semicolon within a segment")
		}
		s, ok := source(strings.Join(parts, " , "))
		if !ok {
			t.Fatal(parts)
		}
		r := split(s)
		got, faults := s.Select(Clauses{Items: r[:2], Where: r[2], Group: r[3:4], Having: r[4]})
		for i, e := range append(append([]ast.Expr{}, got.Items...), got.Where) {
			want, err := s.Expr(r[i])
			if len(faults) == 0 && (err != nil || !reflect.DeepEqual(e, want)) {
				t.Fatalf("%s: %v\ngot  %s\nwant %s", parts[i], err, dump(e), dump(want))
			}
		}
		if len(faults) > 0 && !anyRefused(s, r) {
			t.Fatalf("%v is refused as a block only: %v", parts, faults)
		}
	}
}

// split cuts a source at its outer commas.
func split(s *Source) []Range {
	var out []Range
	start := 0
	for i := 0; i < len(s.Tokens); i++ {
		t := s.Tokens[i]
		if t.Match > i {
			i = t.Match
			continue
		}
		if t.IsOp(",") || t.Kind == lex.EOF {
			out = append(out, Range{start, i})
			start = i + 1
		}
	}
	return out
}

func anyRefused(s *Source, list []Range) bool {
	for _, r := range list {
		if _, err := s.Expr(r); err != nil {
			return true
		}
	}
	return false
}

// TestAllFaultsOfABlock: each refused expression is reported, at its own token.
func TestAllFaultsOfABlock(t *testing.T) {
	text := "a = b = c , 1 + , f(x y) , ok"
	s, _ := source(text)
	r := split(s)
	_, faults := s.Select(Clauses{Items: r})
	if got := fmt.Sprint(starts(faults)); got != "[6 16 22]" {
		t.Errorf("faults at %s: %v", got, faults)
	}
	_, faults = s.Select(Clauses{Items: r[:1], Where: r[3], Having: r[0]})
	if got := fmt.Sprint(starts(faults)); got != "[6 6]" {
		t.Errorf("faults at %s: %v", got, faults)
	}
}

func starts(list diag.List) []int32 {
	var out []int32
	for _, f := range list {
		out = append(out, f.Span.Start)
	}
	return out
}

func TestRefusals(t *testing.T) {
	cases := []struct {
		text string
		code diag.Code
		at   int // byte
	}{
		{"a = b = c", diag.NeedsParentheses, 6},
		{"a IS NULL = b", diag.NeedsParentheses, 10},
		{"a = b IN (c)", diag.NeedsParentheses, 6},
		{"a = NOT b", diag.NeedsParentheses, 4},
		{"a LIKE b LIKE c", diag.NeedsParentheses, 9},
		{"a +", diag.Syntax, 3},
		{"a b", diag.Syntax, 2},
		{"f(a b)", diag.Syntax, 4},
		{"f(a,)", diag.Syntax, 3},
		{"()", diag.Syntax, 1},
		{"a IN ()", diag.Syntax, 5},
		{"a IN b", diag.Syntax, 5},
		{"select + 1", diag.ReservedWord, 0},
		{"a + order", diag.ReservedWord, 4},
		{"CASE a END", diag.ReservedWord, 7},
		{"CASE WHEN a ELSE b END", diag.ReservedWord, 12},
		{"a BETWEEN 1 OR 2", diag.ReservedWord, 12},
		{"a IS b", diag.Syntax, 5},
		{"a NOT b", diag.Syntax, 6},
		{"CAST(a)", diag.Syntax, 6},
		{"CAST(a AS INT, b)", diag.Syntax, 13},
		{"INTERVAL 5 DAY", diag.Syntax, 9},
		{"INTERVAL '5'", diag.Syntax, 12},
		{"INTERVAL '5' PARSEC", diag.Syntax, 13},
		{"EXTRACT('x' FROM a)", diag.Syntax, 8},
		{"a FILTER (WHERE b)", diag.ReservedWord, 2},
		{"f(a) FILTER (b)", diag.Syntax, 13},
		{"f(a) WITHIN GROUP (x)", diag.UnsupportedSyntax, 5},
		{"a[1, 2]", diag.Syntax, 3},
		{"a /*+ x */ + b", diag.Syntax, 2},
		{"f(*, a)", diag.Syntax, 2},
		{"EXISTS a", diag.Syntax, 7},
		{"1.a.b", diag.BadNumber, 0},
		{"f(x).1", diag.Syntax, 4},
	}
	for _, c := range cases {
		s, ok := source(c.text)
		if !ok {
			if c.code != diag.BadNumber {
				t.Errorf("%s: refused by the lexer", c.text)
			}
			continue
		}
		_, err := readExpr(s)
		switch {
		case err == nil:
			t.Errorf("%s is accepted", c.text)
		case err.Code != c.code || int(err.Span.Start) != c.at:
			t.Errorf("%s: %v at %d, want %s at %d", c.text, err, err.Span.Start, c.code, c.at)
		}
	}
}

// TestLimits: neither many nodes nor deep wraps reach sqlparser's own limits.
func TestLimits(t *testing.T) {
	cases := []struct {
		text string
		code diag.Code
	}{
		{"a" + strings.Repeat(" + a", lex.MaxNodes), diag.StatementTooLarge},
		{"a" + strings.Repeat("[1]", 300), diag.NestingTooDeep},
		{strings.Repeat("(", 149) + "a" + strings.Repeat(")", 149) + strings.Repeat("[1]", 100), diag.NestingTooDeep},
	}
	for _, c := range cases {
		s, ok := source(c.text)
		if !ok {
			t.Fatalf("lexer refuses %.20s", c.text)
		}
		if _, err := readExpr(s); !errors.Is(err, diag.New(c.code, "")) {
			t.Errorf("%.20s…: %v, want %s", c.text, err, c.code)
		}
	}
	s, _ := source(strings.Repeat("(", 150) + "a" + strings.Repeat(")", 150))
	if _, err := readExpr(s); err != nil {
		t.Errorf("150 levels: %v", err)
	}
}
