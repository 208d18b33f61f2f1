package parse

import (
	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/lex"
)

// startsQuery reports whether a query begins under the cursor.
func (p *parser) startsQuery() bool {
	return p.oneOf("SELECT", "WITH", "VALUES") || p.tok().IsOp("(") && p.queryInBracket(p.i)
}

// queryInBracket reports whether the bracket at i opens a query, after any number of brackets.
func (p *parser) queryInBracket(i int) bool {
	for p.toks[i].IsOp("(") {
		i++
	}
	t := p.toks[i]
	return t.Is("SELECT") || t.Is("WITH") || t.Is("VALUES")
}

// query reads WITH, a body, ORDER BY, LIMIT.
func (p *parser) query() *ast.Query {
	start := p.i
	q := &ast.Query{}
	if p.accept("WITH") {
		q.Recursive = p.accept("RECURSIVE")
		p.elements(func() { q.With = append(q.With, p.cte()) })
	}
	q.Body = p.unions()
	if p.accept("ORDER") {
		p.expect("BY")
		q.OrderBy = p.orderItems()
	}
	p.limit(q)
	q.At = p.on(start)
	return q
}

// cte reads name [(columns)] AS (query).
func (p *parser) cte() ast.CTE {
	start := p.i
	c := ast.CTE{Name: p.ident()}
	if p.tok().IsOp("(") {
		c.Columns = p.idents()
	}
	p.expect("AS")
	p.expectOp("(")
	c.Query = p.query()
	p.expectOp(")")
	c.At = p.on(start)
	return c
}

// unions reads bodies joined by UNION and EXCEPT, from left to right.
func (p *parser) unions() ast.QueryBody {
	start := p.i
	body := p.intersections()
	for p.oneOf("UNION", "EXCEPT", "MINUS") {
		op := ast.Union
		if !p.at("UNION") {
			op = ast.Except
		}
		body = p.setOp(start, op, body, p.intersections)
	}
	return body
}

// intersections reads bodies joined by INTERSECT, which binds tighter.
func (p *parser) intersections() ast.QueryBody {
	start := p.i
	body := p.body()
	for p.at("INTERSECT") {
		body = p.setOp(start, ast.Intersect, body, p.body)
	}
	return body
}

// setOp reads the operator under the cursor and its right side.
func (p *parser) setOp(start int, op ast.SetOperator, left ast.QueryBody, right func() ast.QueryBody) ast.QueryBody {
	at := p.i
	p.i++
	s := &ast.SetOp{Op: op, Left: left}
	if s.All = p.accept("ALL"); !s.All {
		p.accept("DISTINCT")
	}
	s.OpSpan = p.since(at)
	p.count()
	s.Right = right()
	s.At = p.on(start)
	return s
}

// body reads a SELECT block, VALUES, or a query in brackets.
func (p *parser) body() ast.QueryBody {
	start := p.i
	switch {
	case p.at("SELECT"):
		return p.selectBlock()
	case p.at("VALUES"):
		return p.values()
	case p.tok().IsOp("("):
		p.i++
		n := &ast.Nested{Query: p.query()}
		p.expectOp(")")
		n.At = p.on(start)
		return n
	}
	p.wanted("SELECT or VALUES")
	return &ast.Values{}
}

// values reads VALUES (a, b), …; a row of one needs no brackets.
func (p *parser) values() ast.QueryBody {
	start := p.i
	p.expect("VALUES")
	v := &ast.Values{}
	p.elements(func() {
		var row []ast.Expr
		if p.at("ROW") {
			p.i++
		}
		if p.tok().IsOp("(") && !p.queryInBracket(p.i) {
			p.list(func() { row = append(row, p.expression()) })
		} else {
			row = append(row, p.expression())
		}
		v.Rows = append(v.Rows, row)
	})
	v.At = p.on(start)
	return v
}

// orderItems reads e [ASC|DESC] [NULLS FIRST|LAST], ….
func (p *parser) orderItems() []ast.OrderItem {
	var out []ast.OrderItem
	p.elements(func() {
		start := p.i
		item := ast.OrderItem{Expr: p.expressionUntil(p.words("ASC", "DESC", "NULLS", "ROWS", "RANGE"))}
		if item.Desc = p.accept("DESC"); !item.Desc {
			p.accept("ASC")
		}
		switch {
		case p.accept("NULLS", "FIRST"):
			item.Nulls = ast.NullsFirst
		case p.accept("NULLS", "LAST"):
			item.Nulls = ast.NullsLast
		}
		item.At = p.on(start)
		out = append(out, item)
	})
	return out
}

// limit reads LIMIT, OFFSET and FETCH, in any order that Flink takes.
func (p *parser) limit(q *ast.Query) {
	for {
		start := p.i
		switch {
		case p.accept("LIMIT"):
			if p.accept("ALL") {
				continue
			}
			p.once(q.Limit, start, "LIMIT")
			q.Limit = p.expression()
		case p.accept("OFFSET"):
			p.once(q.Offset, start, "OFFSET")
			q.Offset = p.expressionUntil(p.words("ROW", "ROWS"))
			if !p.accept("ROWS") {
				p.accept("ROW")
			}
		case p.accept("FETCH"):
			p.once(q.Limit, start, "FETCH")
			q.Limit = p.fetch()
		default:
			return
		}
	}
}

func (p *parser) once(before ast.Expr, at int, clause string) {
	if before != nil {
		p.twice(p.toks[at].Span, clause+" occurs twice")
	}
}

// fetch reads {FIRST|NEXT} [n] {ROW|ROWS} ONLY.
func (p *parser) fetch() ast.Expr {
	if !p.accept("FIRST") {
		p.expect("NEXT")
	}
	var n ast.Expr = &ast.Number{At: ast.On(p.tok().Span), Text: "1"}
	if !p.oneOf("ROW", "ROWS") {
		n = p.expressionUntil(p.words("ROW", "ROWS"))
	}
	if !p.accept("ROWS") {
		p.expect("ROW")
	}
	p.expect("ONLY")
	return n
}

// countJoin checks the statement's limit on joins.
func (p *parser) countJoin(at diag.Span) {
	if p.joins++; p.joins > lex.MaxJoins {
		p.fail(diag.At(diag.TooManyJoins, at, "the statement has more than %d joins", lex.MaxJoins).
			WithHint("split it into views over stored results"))
	}
}
