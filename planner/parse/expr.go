package parse

import (
	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/block"
	"streamsql/planner/lex"
)

// stop reports whether an expression ends before token i, at bracket depth 0.
type stop func(i int) bool

// words makes a stop of keywords that are not reserved.
func (p *parser) words(list ...string) stop {
	set := map[string]bool{}
	for _, w := range list {
		set[w] = true
	}
	return func(i int) bool { return set[p.toks[i].Word] }
}

// clauseWords are the reserved words that end every expression at bracket depth 0.
var clauseWords = map[string]bool{"FROM": true, "WHERE": true, "GROUP": true, "HAVING": true, "WINDOW": true,
	"ORDER": true, "LIMIT": true, "OFFSET": true, "FETCH": true, "UNION": true, "INTERSECT": true, "EXCEPT": true,
	"MINUS": true, "AS": true, "JOIN": true, "INNER": true, "CROSS": true, "NATURAL": true, "ON": true, "USING": true}

// endsClause reports whether the word at i ends an expression wherever it occurs.
func (p *parser) endsClause(i int) bool {
	switch t := p.toks[i]; t.Word {
	case "LEFT", "RIGHT", "FULL": // LEFT(s, 2) is a function
		next := p.toks[i+1].Word
		return next == "JOIN" || next == "OUTER" || next == "SEMI" || next == "ANTI"
	default:
		return clauseWords[t.Word]
	}
}

// expression reads one expression up to a comma, a closing bracket or the next clause.
func (p *parser) expression() ast.Expr { return p.expressionUntil(nil) }

// expressionUntil is expression with further words that end it. A fault within the expression is recorded and does not
// stop the statement: a placeholder takes the expression's place.
func (p *parser) expressionUntil(extra stop) ast.Expr {
	r, ok := p.exprRange(extra)
	if !ok {
		return &ast.Null{}
	}
	x, err := p.src.Expr(r)
	if err != nil {
		p.faults = append(p.faults, err)
		return &ast.Null{At: ast.On(err.Span)}
	}
	return x
}

// exprRange finds the tokens of the expression under the cursor, reads its holes and steps over it.
func (p *parser) exprRange(extra stop) (block.Range, bool) {
	start := p.i
	end := p.exprEnd(extra)
	if p.failed {
		return block.Range{}, false
	}
	if end == start {
		p.fail(noExpression(p.toks, p.i))
		return block.Range{}, false
	}
	p.i = end
	return block.Range{Start: start, End: end}, true
}

// noExpression is the fault of a place where an expression is missing.
func noExpression(toks []lex.Token, i int) *diag.Error {
	t := toks[i]
	if e := block.Known(toks, i); e != nil || t.Kind == lex.Word && lex.Reserved(t.Text) {
		return block.Unexpected(toks, i)
	}
	return diag.At(diag.Syntax, t.Span, "expected an expression, found %s", t.Describe())
}

// exprEnd is the token after the expression under the cursor.
func (p *parser) exprEnd(extra stop) int {
	depth := 0
	for j := p.i; ; {
		t := p.toks[j]
		if t.Kind == lex.EOF || depth == 0 && p.endsExpr(j, extra) {
			return j
		}
		next := p.hole(j, depth)
		if p.failed {
			return j
		}
		if next == j {
			depth += nesting(t)
			next = p.skip(j)
		}
		j = next
	}
}

// endsExpr reports whether an expression ends before token i at depth 0.
func (p *parser) endsExpr(i int, extra stop) bool {
	t := p.toks[i]
	if t.IsOp(",") || t.IsOp(")") || t.IsOp("]") || t.Is("END") && t.Match < 0 {
		return true
	}
	return t.Kind == lex.Word && p.endsClause(i) || extra != nil && extra(i)
}

// nesting is how a token changes the depth: brackets and CASE … END.
func nesting(t lex.Token) int {
	switch {
	case t.IsOp("(") || t.IsOp("[") || t.Is("CASE") && t.Match >= 0:
		return 1
	case t.IsOp(")") || t.IsOp("]") || t.Is("END") && t.Match >= 0:
		return -1
	}
	return 0
}

// skip is the token to look at after j: literals and operators that contain clause words are passed whole.
func (p *parser) skip(j int) int {
	switch {
	case p.toks[j].Is("INTERVAL"):
		return max(j+1, block.IntervalEnd(p.toks, j))
	case p.toks[j].Is("DISTINCT") && p.toks[j+1].Is("FROM"):
		return j + 2 // IS DISTINCT FROM
	case p.toks[j].Is("WITHIN") && p.toks[j+1].Is("GROUP"):
		return j + 2
	case p.toks[j].IsOp(".") && p.toks[j+1].Kind == lex.Word:
		return j + 2 // after a dot every word is a name
	}
	return j + 1
}

// hole reads the sub-query, type or window specification that starts at token j, and returns the token after it; j
// when there is none.
func (p *parser) hole(j, depth int) int {
	t := p.toks[j]
	var h block.Hole
	back := p.i
	at := j
	switch {
	case t.IsOp("(") && (p.toks[j+1].Is("SELECT") || p.toks[j+1].Is("WITH") || p.toks[j+1].Is("VALUES")):
		p.i = j + 1
		h.Query = p.query()
		p.expectOp(")")
	case t.Is("OVER"):
		p.i = j + 1
		h.Over = p.windowSpec(j)
	case t.Is("AS") && depth > 0:
		at = j + 1
		p.i = at
		h.Type = p.typeName()
	default:
		return j
	}
	if p.failed {
		return j
	}
	h.End = p.i
	p.src.Holes[at] = h
	p.i = back
	return h.End
}

// windowSpec reads a window's name or (…). The node starts at token start.
func (p *parser) windowSpec(start int) *ast.WindowSpec {
	w := &ast.WindowSpec{}
	if !p.tok().IsOp("(") {
		name := p.ident()
		w.Ref, w.Bare = &name, true
		w.At = p.on(start)
		return w
	}
	p.i++
	if p.tok().IsName() && !p.oneOf("ROWS", "RANGE") {
		name := p.ident()
		w.Ref = &name
	}
	if p.accept("PARTITION") {
		p.expect("BY")
		p.elements(func() { w.PartitionBy = append(w.PartitionBy, p.expressionUntil(p.words("ROWS", "RANGE"))) })
	}
	if p.accept("ORDER") {
		p.expect("BY")
		w.OrderBy = p.orderItems()
	}
	if p.oneOf("ROWS", "RANGE") {
		w.Frame = p.frame()
	}
	p.expectOp(")")
	w.At = p.on(start)
	return w
}

// frame reads ROWS or RANGE with one bound or BETWEEN two.
func (p *parser) frame() *ast.Frame {
	start := p.i
	f := &ast.Frame{Rows: p.at("ROWS")}
	p.i++
	if f.Between = p.accept("BETWEEN"); f.Between {
		f.Start = p.bound()
		p.expect("AND")
		f.End = p.bound()
	} else {
		f.Start = p.bound()
	}
	f.At = p.on(start)
	return f
}

func (p *parser) bound() ast.Bound {
	start := p.i
	b := ast.Bound{}
	switch {
	case p.accept("CURRENT", "ROW"):
		b.Kind = ast.CurrentRow
	case p.accept("UNBOUNDED", "PRECEDING"):
		b.Kind = ast.UnboundedPreceding
	case p.accept("UNBOUNDED", "FOLLOWING"):
		b.Kind = ast.UnboundedFollowing
	default:
		b.Offset = p.expressionUntil(p.words("PRECEDING", "FOLLOWING", "AND"))
		b.Kind = ast.OffsetPreceding
		if p.accept("FOLLOWING") {
			b.Kind = ast.OffsetFollowing
		} else {
			p.expect("PRECEDING")
		}
	}
	b.At = p.on(start)
	return b
}
