package parse

import (
	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/block"
	"streamsql/planner/lex"
)

// blockReader collects the clauses of one SELECT block, so that block reads its expressions at once.
type blockReader struct {
	sel     *ast.Select
	clauses block.Clauses
	items   []int // the place in sel.Items of each of clauses.Items
	group   []int // the place in sel.Group of each of clauses.Group
}

// selectBlock reads SELECT … up to WINDOW.
func (p *parser) selectBlock() *ast.Select {
	start := p.i
	b := &blockReader{sel: &ast.Select{}}
	p.expect("SELECT")
	b.sel.Hints = p.hints()
	if b.sel.Distinct = p.accept("DISTINCT"); !b.sel.Distinct {
		p.accept("ALL")
	}
	p.elements(func() { p.selectItem(b) })
	if p.accept("FROM") {
		b.sel.From = p.from()
	}
	if p.accept("WHERE") {
		b.clauses.Where, _ = p.exprRange(nil)
	}
	if p.at("GROUP") {
		p.groupBy(b)
	}
	if p.accept("HAVING") {
		b.clauses.Having, _ = p.exprRange(nil)
	}
	if p.accept("WINDOW") {
		p.elements(func() { p.namedWindow(b.sel) })
	}
	p.readBlock(b)
	b.sel.At = p.on(start)
	return b.sel
}

// readBlock hands the expressions to block and puts them in their places. After a fault of the shell the clauses read
// so far are looked at all the same, for their faults.
func (p *parser) readBlock(b *blockReader) {
	exprs, faults := p.src.Select(b.clauses)
	if len(faults) > 0 {
		p.faults = append(p.faults, faults...)
	}
	if len(faults) > 0 || p.failed {
		return
	}
	for n, at := range b.items {
		b.sel.Items[at].Expr = exprs.Items[n]
	}
	for n, at := range b.group {
		b.sel.Group[at] = exprs.Group[n]
	}
	b.sel.Where, b.sel.Having = exprs.Where, exprs.Having
}

// selectItem reads *, t.* or an expression with its alias.
func (p *parser) selectItem(b *blockReader) {
	start := p.i
	if star := p.star(); star != nil {
		p.count()
		b.sel.Items = append(b.sel.Items, ast.SelectItem{At: star.At, Expr: star})
		return
	}
	r, ok := p.exprRange(nil)
	if !ok {
		return
	}
	item := ast.SelectItem{}
	if p.accept("AS") {
		name := p.ident()
		item.Alias = &name
	} else if p.implicitAlias(r) {
		r.End--
		name := block.Ident(p.toks[r.End])
		item.Alias = &name
	}
	item.At = p.on(start)
	b.items = append(b.items, len(b.sel.Items))
	b.clauses.Items = append(b.clauses.Items, r)
	b.sel.Items = append(b.sel.Items, item)
}

// star reads * and t.*, or nothing.
func (p *parser) star() *ast.Star {
	start, end := p.i, p.i
	for p.toks[end].IsName() && p.toks[end+1].IsOp(".") {
		end += 2
	}
	if !p.toks[end].IsOp("*") {
		return nil
	}
	s := &ast.Star{}
	for i := start; i < end; i += 2 {
		s.Qualifier = append(s.Qualifier, block.Ident(p.toks[i]))
	}
	p.i = end + 1
	s.At = p.on(start)
	return s
}

// implicitAlias reports whether the last token of r is a name that follows a complete operand: an alias without AS.
func (p *parser) implicitAlias(r block.Range) bool {
	last := r.End - 1
	if last <= r.Start || !p.toks[last].IsName() || !endsOperand(p.toks[last-1]) {
		return false
	}
	for i := last - 1; i >= r.Start && i >= last-8; i-- { // OVER w, INTERVAL '1' DAY TO SECOND: at most 8 tokens long
		if p.src.Holes[i].End == r.End || p.toks[i].Is("INTERVAL") && block.IntervalEnd(p.toks, i) == r.End {
			return false
		}
	}
	return true
}

// endsOperand reports whether an operand can end with t.
func endsOperand(t lex.Token) bool {
	switch t.Word {
	case "END", "NULL", "TRUE", "FALSE", "UNKNOWN":
		return true
	}
	return t.IsName() || t.Kind == lex.Number || t.Kind == lex.String || t.IsOp(")") || t.IsOp("]")
}

// groupBy reads GROUP BY: expressions, (), GROUPING SETS, ROLLUP, CUBE.
func (p *parser) groupBy(b *blockReader) {
	start := p.i
	p.expect("GROUP", "BY")
	if p.at("DISTINCT") || p.at("ALL") {
		p.unsupported("GROUP BY " + p.tok().Word)
	}
	p.elements(func() {
		if set := p.groupingSets(); set != nil {
			b.sel.Group = append(b.sel.Group, set)
			return
		}
		r, ok := p.exprRange(nil)
		if !ok {
			return
		}
		b.group = append(b.group, len(b.sel.Group))
		b.clauses.Group = append(b.clauses.Group, r)
		b.sel.Group = append(b.sel.Group, nil)
	})
	b.sel.GroupAt = p.since(start)
}

// groupingSets reads a GROUP BY element that means several groupings, or nothing.
func (p *parser) groupingSets() *ast.GroupingSets {
	start := p.i
	g := &ast.GroupingSets{}
	switch {
	case p.accept("GROUPING", "SETS"):
	case p.at("ROLLUP") && p.ahead(1).IsOp("("):
		g.Kind = ast.RollupKind
		p.i++
	case p.at("CUBE") && p.ahead(1).IsOp("("):
		g.Kind = ast.CubeKind
		p.i++
	case p.tok().IsOp("(") && p.ahead(1).IsOp(")"):
		p.i += 2
		return &ast.GroupingSets{At: p.on(start), Sets: [][]ast.Expr{{}}}
	default:
		return nil
	}
	p.list(func() { g.Sets = append(g.Sets, p.groupingSet()) })
	g.At = p.on(start)
	return g
}

// groupingSet reads (a, b), () or a.
func (p *parser) groupingSet() []ast.Expr {
	t := p.tok()
	next := p.toks[min(max(t.Match, 0)+1, len(p.toks)-1)]
	if !t.IsOp("(") || !next.IsOp(",") && !next.IsOp(")") {
		return []ast.Expr{p.expression()}
	}
	p.i++
	set := []ast.Expr{}
	if !p.acceptOp(")") {
		p.elements(func() { set = append(set, p.expression()) })
		p.expectOp(")")
	}
	p.count()
	return set
}

// namedWindow reads name AS (…) of the WINDOW clause.
func (p *parser) namedWindow(s *ast.Select) {
	start := p.i
	w := ast.NamedWindow{Name: p.ident()}
	p.expect("AS")
	if !p.tok().IsOp("(") {
		p.wanted(`"("`)
	}
	w.Spec = p.windowSpec(p.i)
	w.At = p.on(start)
	s.Windows = append(s.Windows, w)
}

// hints reads the hint comments under the cursor.
func (p *parser) hints() []ast.Hint {
	var out []ast.Hint
	for p.tok().Kind == lex.Hint {
		out = append(out, p.hint(p.tok())...)
		p.i = min(p.i+1, len(p.toks)-1)
	}
	return out
}

// hint reads the elements of one hint comment. Its text is scanned on its own and the places are moved.
func (p *parser) hint(t lex.Token) []ast.Hint {
	const open, closing = "/*+", "*/"
	segments, faults := lex.Scan(t.Text[len(open) : len(t.Text)-len(closing)])
	shift := t.Span.Start + int32(len(open))
	for _, f := range faults {
		p.faults = append(p.faults, moved(f, shift))
	}
	if len(faults) > 0 {
		return nil
	}
	inner := newParser(segments[0])
	for i := range inner.toks {
		inner.toks[i].Span.Start += shift
		inner.toks[i].Span.End += shift
	}
	var out []ast.Hint
	for !inner.failed && inner.tok().Kind != lex.EOF {
		out = append(out, inner.hintElement())
		inner.acceptOp(",")
	}
	p.faults = append(p.faults, inner.faults...)
	return out
}

func moved(f *diag.Error, by int32) *diag.Error {
	f.Span.Start += by
	f.Span.End += by
	return f
}

// hintElement reads NAME, NAME('k' = 'v', …) or NAME(a, b).
func (p *parser) hintElement() ast.Hint {
	start := p.i
	h := ast.Hint{Name: p.ident()}
	switch {
	case !p.tok().IsOp("("):
	case p.ahead(1).Kind == lex.String && p.ahead(2).IsOp("="):
		h.Options = p.options()
	default:
		h.Args = p.idents()
	}
	h.At = p.on(start)
	return h
}
