package parse

import (
	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/lex"
)

// from reads the items after FROM: joins bind from left to right, commas loosest.
func (p *parser) from() ast.FromItem {
	start := p.i
	item := p.joinChain()
	for p.tok().IsOp(",") {
		j := &ast.Join{Kind: ast.CommaJoin, KindAt: p.tok().Span, Left: item}
		p.i++
		p.countJoin(j.KindAt)
		j.Right = p.joinChain()
		j.At = p.on(start)
		item = j
	}
	return item
}

// joinChain reads an item and the joins that follow it.
func (p *parser) joinChain() ast.FromItem {
	start := p.i
	item := p.fromItem()
	for {
		j := p.joinWords()
		if j == nil {
			return item
		}
		p.countJoin(j.KindAt)
		j.Left = item
		j.Right = p.fromItem()
		p.joinCondition(j)
		j.At = p.on(start)
		item = j
	}
}

// joinWords reads the words of a join, or nothing.
func (p *parser) joinWords() *ast.Join {
	start := p.i
	j := &ast.Join{Natural: p.accept("NATURAL")}
	switch {
	case p.accept("CROSS", "JOIN"):
		j.Kind = ast.CrossJoin
	case p.accept("INNER", "JOIN") || p.accept("JOIN"):
	case p.outer("LEFT"):
		j.Kind = ast.LeftJoin
	case p.outer("RIGHT"):
		j.Kind = ast.RightJoin
	case p.outer("FULL"):
		j.Kind = ast.FullJoin
	case p.oneOf("LEFT", "RIGHT", "FULL", "INNER", "CROSS"):
		p.i++
		p.wanted("JOIN")
	case j.Natural:
		p.wanted("JOIN")
	default:
		return nil
	}
	j.KindAt = p.since(start)
	return j
}

// outer accepts side [OUTER] JOIN.
func (p *parser) outer(side string) bool {
	return p.accept(side, "JOIN") || p.accept(side, "OUTER", "JOIN")
}

// joinCondition reads ON or USING. Whether one is needed is the binder's question.
func (p *parser) joinCondition(j *ast.Join) {
	switch {
	case p.accept("ON"):
		j.On = p.expression()
	case p.accept("USING"):
		j.Using = p.idents()
	}
}

// fromItem reads one item: a table, a sub-query, a table function, joins in brackets.
func (p *parser) fromItem() ast.FromItem {
	start := p.i
	lateral := p.accept("LATERAL")
	switch {
	case p.tok().IsOp("(") && p.queryInBracket(p.i):
		return p.derived(start, lateral)
	case p.tok().IsOp("(") && !lateral:
		p.i++
		item := p.from()
		p.expectOp(")")
		return item
	case p.at("UNNEST") && !lateral:
		return p.unnest(start)
	case p.at("TABLE") && p.ahead(1).IsOp("("):
		p.i += 2
		return p.tableFunction(start, lateral, true)
	case p.tok().IsName() && p.ahead(1).IsOp("("):
		return p.tableFunction(start, lateral, false)
	case lateral:
		p.wanted("a sub-query or TABLE(…)")
	}
	return p.tableRef(start)
}

// derived reads (query) alias. Brackets around joins begin the same way when their first item is a sub-query: then what
// follows the inner bracket decides.
func (p *parser) derived(start int, lateral bool) ast.FromItem {
	open := p.i
	if inner := p.toks[open+1]; inner.IsOp("(") && !p.setOperatorAfter(inner.Match) && !lateral {
		p.i++
		item := p.from()
		p.expectOp(")")
		return item
	}
	p.i++
	d := &ast.Derived{Lateral: lateral, Query: p.query()}
	p.expectOp(")")
	d.Alias = p.alias()
	d.At = p.on(start)
	return d
}

// setOperatorAfter reports whether the bracket that closes at i is a query within a larger query.
func (p *parser) setOperatorAfter(i int) bool {
	if p.toks[i+1].IsOp(")") {
		return true
	}
	switch p.toks[i+1].Word {
	case "UNION", "INTERSECT", "EXCEPT", "MINUS", "ORDER", "LIMIT", "OFFSET", "FETCH":
		return true
	}
	return false
}

// tableRef reads a table with its hints, its time and its alias.
func (p *parser) tableRef(start int) ast.FromItem {
	t := &ast.TableRef{Name: p.path()}
	t.Hints = p.hints()
	if p.accept("FOR") {
		p.expect("SYSTEM_TIME", "AS", "OF")
		t.SystemTime = p.expressionUntil(nil)
	}
	t.Alias = p.alias()
	if t.Hints == nil {
		t.Hints = p.hints()
	}
	if p.oneOf("MATCH_RECOGNIZE", "TABLESAMPLE", "PIVOT") {
		p.unsupported(p.tok().Word)
	}
	t.At = p.on(start)
	return t
}

// alias reads [AS] name [(columns)], or nothing.
func (p *parser) alias() *ast.Alias {
	start := p.i
	if !p.accept("AS") && !p.tok().IsName() {
		return nil
	}
	a := &ast.Alias{Name: p.ident()}
	if p.tok().IsOp("(") {
		a.Columns = p.idents()
	}
	a.At = p.on(start)
	return a
}

// unnest reads UNNEST(expr) [WITH ORDINALITY] [alias].
func (p *parser) unnest(start int) ast.FromItem {
	p.expect("UNNEST")
	p.expectOp("(")
	u := &ast.Unnest{Expr: p.expression()}
	p.expectOp(")")
	u.Ordinality = p.accept("WITH", "ORDINALITY")
	u.Alias = p.alias()
	u.At = p.on(start)
	return u
}

// tableFunction reads f(…) inside or outside of TABLE(…).
func (p *parser) tableFunction(start int, lateral, wrapped bool) ast.FromItem {
	if kind, ok := tvfKinds[p.tok().Word]; ok && p.ahead(1).IsOp("(") {
		w := p.windowTVF(kind)
		if w.Wrapped = wrapped; wrapped {
			p.expectOp(")")
		}
		w.Alias = p.alias()
		w.At = p.on(start)
		return w
	}
	f := &ast.TableFunc{Lateral: lateral}
	at := p.tok().Span
	end := p.callEnd()
	if call, ok := p.expressionUntil(func(i int) bool { return i == end }).(*ast.Call); ok {
		f.Call = call
	} else if len(p.faults) == 0 {
		p.fail(diag.At(diag.Syntax, at, "expected the call of a table function"))
	}
	if wrapped {
		p.expectOp(")")
	}
	f.Alias = p.alias()
	f.At = p.on(start)
	return f
}

// callEnd is the token after the call under the cursor, where an alias may follow; -1 when no call is there.
func (p *parser) callEnd() int {
	for i := p.i; p.toks[i].Kind != lex.EOF; i++ {
		if t := p.toks[i]; t.IsOp("(") {
			return t.Match + 1
		}
	}
	return -1
}
