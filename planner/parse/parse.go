// Package parse reads a query file: statements, DDL, WITH, set operations, the whole FROM clause, windows, ORDER BY.
// The expressions of a SELECT block it leaves to block.
//
//	text → lex.Scan → segments → statement (recursive descent)
//	                               │  expression: its range of tokens, with holes for what it contains
//	                               ├─ sub-query, OVER, type: read here, kept as holes
//	                               └─ block.Select, block.Expr: the tree
//
// It promises: every statement is read, whatever faults the others have; the faults of the text come together and in
// source order, of one statement at least the first, of one SELECT block those of all its expressions; no text makes it
// panic, hang or recurse without bound (lex limits brackets, this package what nests without them).
//
// A production that fails records the fault and moves the cursor to the end of the statement, where every loop ends:
// its callers need not look. Such a statement is dropped from the result.
package parse

import (
	"slices"

	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/block"
	"streamsql/planner/lex"
)

// File reads the statements of a text. The error is a diag.List of all faults; the statements without fault are
// returned beside it.
func File(text string) ([]ast.Statement, error) {
	segments, faults := lex.Scan(text)
	f := &file{segments: segments, faults: faults}
	for len(f.segments) > 0 && len(f.faults) < lex.MaxFaults {
		f.next()
	}
	return f.statements, report(f.faults).Err()
}

// report sorts faults, drops repetitions (a limit is noticed in every block) and bounds their number.
func report(faults diag.List) diag.List {
	faults.Sort()
	faults = slices.CompactFunc(faults, func(a, b *diag.Error) bool { return a.Code == b.Code && a.Span == b.Span })
	return faults[:min(len(faults), lex.MaxFaults)]
}

// Expr reads a text that is one expression. The error is a diag.List.
func Expr(text string) (ast.Expr, error) {
	segments, faults := lex.Scan(text)
	if len(faults) > 0 {
		return nil, faults
	}
	p := newParser(segments[0])
	x := p.expression()
	p.expectEnd()
	if len(segments) > 1 {
		p.faults = append(p.faults, diag.At(diag.Syntax, p.toks[len(p.toks)-1].Span, "unexpected \";\" in an expression"))
	}
	if len(p.faults) > 0 {
		return nil, report(p.faults)
	}
	return x, nil
}

// file is the reading of one text.
type file struct {
	segments   []lex.Segment // those that are left
	statements []ast.Statement
	faults     diag.List
}

// next reads the next statement: one segment, or several for a statement set.
func (f *file) next() {
	seg := f.take()
	switch {
	case opensSet(seg.Tokens):
		f.statementSet(seg)
	case seg.Faulty || seg.Empty():
	default:
		p := newParser(seg)
		stmt := p.statement()
		p.expectEnd()
		if f.accept(p) {
			f.statements = append(f.statements, stmt)
		}
	}
}

func (f *file) take() lex.Segment {
	seg := f.segments[0]
	f.segments = f.segments[1:]
	return seg
}

// accept keeps the faults of p and reports whether it had none.
func (f *file) accept(p *parser) bool {
	f.faults = append(f.faults, p.faults...)
	return len(p.faults) == 0
}

// parser reads one segment.
type parser struct {
	src    *block.Source
	toks   []lex.Token
	i      int
	joins  int
	failed bool // the cursor was moved to the end by a fault
	faults diag.List
}

func newParser(seg lex.Segment) *parser {
	src := &block.Source{Tokens: seg.Tokens, Holes: map[int]block.Hole{}}
	return &parser{src: src, toks: seg.Tokens}
}

// tok is the token under the cursor.
func (p *parser) tok() lex.Token { return p.toks[p.i] }

// ahead is the token n after the cursor, or the last one.
func (p *parser) ahead(n int) lex.Token { return p.toks[min(p.i+n, len(p.toks)-1)] }

// at reports whether the words come next.
func (p *parser) at(words ...string) bool {
	for n, w := range words {
		if !p.ahead(n).Is(w) {
			return false
		}
	}
	return true
}

// accept steps over the words if they come next.
func (p *parser) accept(words ...string) bool {
	if !p.at(words...) {
		return false
	}
	p.i += len(words)
	return true
}

// acceptOp steps over an operator or mark if it comes next.
func (p *parser) acceptOp(op string) bool {
	if !p.tok().IsOp(op) {
		return false
	}
	p.i++
	return true
}

// expect demands words.
func (p *parser) expect(words ...string) {
	for _, w := range words {
		if !p.accept(w) {
			p.wanted(w)
			return
		}
	}
}

// expectOp demands an operator or mark.
func (p *parser) expectOp(op string) {
	if !p.acceptOp(op) {
		p.wanted(`"` + op + `"`)
	}
}

// expectEnd demands the end of the statement.
func (p *parser) expectEnd() {
	if !p.failed && p.tok().Kind != lex.EOF {
		if e := block.Misplaced(p.toks, p.i); e != nil {
			p.fail(e)
			return
		}
		p.fail(block.Unexpected(p.toks, p.i))
	}
}

// wanted reports that something other than the token under the cursor is needed.
func (p *parser) wanted(what string) {
	t := p.tok()
	if e := block.Known(p.toks, p.i); e != nil {
		p.fail(e)
		return
	}
	if e := block.Misplaced(p.toks, p.i); e != nil && what == `")"` {
		p.fail(e)
		return
	}
	p.fail(diag.At(diag.Syntax, t.Span, "expected %s, found %s", what, t.Describe()))
}

// fail records a fault and gives the statement up.
func (p *parser) fail(err *diag.Error) {
	if p.failed {
		return
	}
	p.faults = append(p.faults, err)
	p.failed = true
	p.i = len(p.toks) - 1
}

// since is the span from token start to the last one read.
func (p *parser) since(start int) diag.Span {
	if p.failed || p.i == start {
		return p.toks[start].Span
	}
	return p.toks[start].Span.Join(p.toks[p.i-1].Span)
}

// on is since as a node's place.
func (p *parser) on(start int) ast.At { return ast.On(p.since(start)) }

// ident demands a name.
func (p *parser) ident() ast.Ident {
	t := p.tok()
	switch {
	case t.IsName():
		p.i++
		return block.Ident(t)
	case block.Known(p.toks, p.i) != nil:
		p.fail(block.Known(p.toks, p.i))
	case t.Kind == lex.Word:
		p.fail(diag.At(diag.ReservedWord, t.Span, "%s is a reserved word", t.Word).
			WithHint("quote it with backticks: `%s`", t.Text))
	case t.Kind == lex.String:
		p.fail(diag.At(diag.Syntax, t.Span, "expected a name, found a text literal").
			WithHint("names are bare or quoted with backticks"))
	default:
		p.wanted("a name")
	}
	return ast.Ident{}
}

// path demands a dotted path.
func (p *parser) path() *ast.Name {
	start := p.i
	n := &ast.Name{Parts: []ast.Ident{p.ident()}}
	for p.acceptOp(".") {
		n.Parts = append(n.Parts, p.ident())
	}
	n.At = p.on(start)
	return n
}

// idents reads (a, b, c).
func (p *parser) idents() []ast.Ident {
	var out []ast.Ident
	p.list(func() { out = append(out, p.ident()) })
	return out
}

// list reads (…, …), calling one for each element.
func (p *parser) list(one func()) {
	p.expectOp("(")
	p.elements(one)
	p.expectOp(")")
}

// elements reads …, … without brackets.
func (p *parser) elements(one func()) {
	for one(); p.acceptOp(","); {
		one()
	}
}

// text demands a text literal.
func (p *parser) text(what string) *ast.String {
	t := p.tok()
	if t.Kind != lex.String {
		p.wanted(what + " between single quotes")
		return &ast.String{At: ast.On(t.Span)}
	}
	p.i++
	return &ast.String{At: ast.On(t.Span), Value: t.Value()}
}

// oneOf reports whether the token under the cursor is one of the words.
func (p *parser) oneOf(words ...string) bool {
	return p.tok().Kind == lex.Word && slices.Contains(words, p.tok().Word)
}

// count adds a node to the statement's count: for lists that no expression bounds.
func (p *parser) count() {
	if p.src.Nodes++; p.src.Nodes > lex.MaxNodes {
		p.fail(block.TooLarge(p.toks[0]))
	}
}
