package block

import (
	"slices"

	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/lex"
)

// climber is the oracle of this package: a direct precedence parser over the same tokens, written without knowledge of
// the lowering. Both must accept the same texts and build the same trees, spans included.
type climber struct {
	src  *Source
	i    int
	bad  int  // the token that cannot occur where it does; -1: none
	noIn bool // IN is POSITION's separator at this level
}

// climb parses the whole of the source but EOF.
func climb(src *Source) (ast.Expr, int) {
	c := &climber{src: src, bad: -1}
	x, _ := c.or()
	if c.i < len(src.Tokens)-1 {
		c.stop()
	}
	if c.bad >= 0 {
		return nil, c.bad
	}
	return x, -1
}

// stop fails at the current token and ends all loops: the cursor goes to EOF.
func (c *climber) stop() {
	if c.bad < 0 {
		c.bad = c.i
		c.i = len(c.src.Tokens) - 1
	}
}

func (c *climber) tok() lex.Token { return c.src.Tokens[c.i] }

func (c *climber) ahead(n int) lex.Token { return c.src.Tokens[min(c.i+n, len(c.src.Tokens)-1)] }

func (c *climber) word(w string) bool {
	if c.tok().Is(w) {
		c.i++
		return true
	}
	return false
}

func (c *climber) op(o string) bool {
	if c.tok().IsOp(o) {
		c.i++
		return true
	}
	return false
}

func (c *climber) needWord(w string) {
	if !c.word(w) {
		c.stop()
	}
}

func (c *climber) needOp(o string) {
	if !c.op(o) {
		c.stop()
	}
}

// on is the place from token first to the last one read.
func (c *climber) on(first int) ast.At {
	if c.bad >= 0 || c.i == 0 {
		return ast.At{}
	}
	return ast.On(diag.Span{Start: c.src.Tokens[first].Span.Start, End: c.src.Tokens[c.i-1].Span.End})
}

// side parses a level of left-associative operators.
func (c *climber) side(next func() (ast.Expr, int), ops map[string]ast.BinaryOp) (ast.Expr, int) {
	x, first := next()
	for {
		t := c.tok()
		op, ok := ops[t.Text]
		if t.Kind == lex.Word {
			op, ok = ops[t.Word]
		}
		if !ok || t.Kind != lex.Op && t.Kind != lex.Word {
			return x, first
		}
		c.i++
		right, _ := next()
		x = &ast.Binary{At: c.on(first), Op: op, OpSpan: t.Span, L: x, R: right}
	}
}

func (c *climber) or() (ast.Expr, int) { return c.side(c.and, map[string]ast.BinaryOp{"OR": ast.Or}) }

func (c *climber) and() (ast.Expr, int) {
	return c.side(c.not, map[string]ast.BinaryOp{"AND": ast.And})
}

func (c *climber) not() (ast.Expr, int) {
	first := c.i
	if c.word("NOT") {
		x, _ := c.not()
		return &ast.Unary{At: c.on(first), Op: ast.Not, X: x}, first
	}
	return c.is()
}

// is parses a predicate and the tests after it.
func (c *climber) is() (ast.Expr, int) {
	x, first := c.predicate()
	for c.tok().Is("IS") {
		at := c.i
		c.i++
		not := c.word("NOT")
		what, ok := map[string]ast.IsWhat{"NULL": ast.IsNull, "TRUE": ast.IsTrue, "FALSE": ast.IsFalse,
			"UNKNOWN": ast.IsUnknown}[c.tok().Word]
		if c.tok().Is("DISTINCT") && c.ahead(1).Is("FROM") {
			c.i = at // after a predicate it would chain
		}
		if !ok {
			c.stop()
			return x, first
		}
		c.i++
		x = &ast.Is{At: c.on(first), X: x, Not: not, What: what}
	}
	return x, first
}

var comparisonTexts = map[string]ast.BinaryOp{"=": ast.Eq, "<>": ast.Ne, "!=": ast.Ne, "<": ast.Lt, "<=": ast.Le,
	">": ast.Gt, ">=": ast.Ge}

// predicate parses at most one predicate over values.
func (c *climber) predicate() (ast.Expr, int) {
	x, first := c.value()
	t := c.tok()
	if op, ok := comparisonTexts[t.Text]; ok && t.Kind == lex.Op {
		c.i++
		right, _ := c.value()
		return &ast.Binary{At: c.on(first), Op: op, OpSpan: t.Span, L: x, R: right}, first
	}
	if op, n := c.distinct(); n > 0 {
		span := t.Span.Join(c.ahead(n - 1).Span)
		c.i += n
		right, _ := c.value()
		return &ast.Binary{At: c.on(first), Op: op, OpSpan: span, L: x, R: right}, first
	}
	not := false
	if next := c.ahead(1); t.Is("NOT") {
		if not = slices.Contains([]string{"IN", "LIKE", "SIMILAR", "BETWEEN"}, next.Word); not {
			c.i++
		} else {
			c.i++
			c.stop()
		}
	}
	return c.words(x, first, not)
}

// distinct recognises IS [NOT] DISTINCT FROM: the operator and its count of tokens.
func (c *climber) distinct() (ast.BinaryOp, int) {
	switch {
	case c.tok().Is("IS") && c.ahead(1).Is("DISTINCT") && c.ahead(2).Is("FROM"):
		return ast.Distinct, 3
	case c.tok().Is("IS") && c.ahead(1).Is("NOT") && c.ahead(2).Is("DISTINCT") && c.ahead(3).Is("FROM"):
		return ast.NotDistinct, 4
	}
	return 0, 0
}

// words parses the predicates that are words.
func (c *climber) words(x ast.Expr, first int, not bool) (ast.Expr, int) {
	switch {
	case c.word("BETWEEN"):
		symmetric := c.word("SYMMETRIC")
		if !symmetric {
			c.word("ASYMMETRIC")
		}
		lo, _ := c.value()
		c.needWord("AND")
		hi, _ := c.value()
		return &ast.Between{At: c.on(first), X: x, Lo: lo, Hi: hi, Not: not, Symmetric: symmetric}, first
	case c.word("LIKE"):
		return c.like(x, first, not, false), first
	case c.word("SIMILAR"):
		c.needWord("TO")
		return c.like(x, first, not, true), first
	case (not || !c.noIn) && c.word("IN"):
		if hole, ok := c.src.Holes[c.i]; ok {
			c.i = hole.End
			return &ast.InQuery{At: c.on(first), X: x, Not: not, Query: hole.Query}, first
		}
		c.needOp("(")
		list := c.list(")")
		return &ast.InList{At: c.on(first), X: x, Not: not, List: list}, first
	}
	return x, first
}

func (c *climber) like(x ast.Expr, first int, not, similar bool) ast.Expr {
	pattern, _ := c.value()
	var escape ast.Expr
	if c.word("ESCAPE") {
		escape, _ = c.value()
	}
	return &ast.LikeExpr{At: c.on(first), X: x, Pattern: pattern, Escape: escape, Not: not, Similar: similar}
}

// list parses one or more expressions up to a closing mark.
func (c *climber) list(closer string) []ast.Expr {
	var out []ast.Expr
	for {
		x, _ := c.or()
		out = append(out, x)
		if !c.op(",") {
			break
		}
	}
	c.needOp(closer)
	return out
}

func (c *climber) value() (ast.Expr, int) {
	return c.side(c.term, map[string]ast.BinaryOp{"+": ast.Add, "-": ast.Sub})
}

func (c *climber) term() (ast.Expr, int) {
	return c.side(c.sign, map[string]ast.BinaryOp{"*": ast.Mul, "/": ast.Div, "%": ast.Mod, "||": ast.Concat})
}

func (c *climber) sign() (ast.Expr, int) {
	first := c.i
	defer func(noIn bool) { c.noIn = noIn }(c.noIn)
	c.noIn = false
	switch {
	case c.tok().IsOp("-") && c.ahead(1).Kind == lex.Number:
		text := "-" + c.ahead(1).Text
		c.i += 2
		return c.postfix(&ast.Number{At: c.on(first), Text: text}, first)
	case c.op("-"):
		x, _ := c.sign()
		return &ast.Unary{At: c.on(first), Op: ast.Neg, X: x}, first
	case c.op("+"):
		x, _ := c.sign()
		return &ast.Unary{At: c.on(first), Op: ast.Plus, X: x}, first
	}
	return c.postfix(c.primary(), first)
}

// postfix parses [i], .f, FILTER, OVER.
func (c *climber) postfix(x ast.Expr, first int) (ast.Expr, int) {
	for c.bad < 0 {
		before := c.src.Tokens[max(c.i-1, 0)]
		call, isCall := x.(*ast.Call)
		isCall = isCall && !c.src.Tokens[first].IsOp("(") // a call in brackets is a value
		switch {
		case c.op("["):
			i, _ := c.or()
			c.needOp("]")
			x = &ast.Index{At: c.on(first), X: x, I: i}
		case c.tok().IsOp(".") && (before.IsOp(")") || before.IsOp("]") || isField(x, c)):
			c.i++
			t := c.tok()
			if t.Kind != lex.Word && t.Kind != lex.Quoted {
				c.stop()
			} else {
				c.i++
			}
			x = &ast.Field{At: c.on(first), X: x, Name: Ident(t)}
		case c.tok().Is("FILTER") && isCall && !call.Bare && call.Filter == nil && call.Over == nil:
			c.i++
			c.needOp("(")
			c.needWord("WHERE")
			call.Filter, _ = c.or()
			c.needOp(")")
			call.At = c.on(first)
		case c.tok().Is("OVER") && isCall && !call.Bare && call.Over == nil:
			hole, ok := c.src.Holes[c.i]
			if !ok {
				c.stop()
				break
			}
			call.Over = hole.Over
			c.i = hole.End
			call.At = c.on(first)
		default:
			return x, first
		}
	}
	return x, first
}

// isField reports whether x is a field and another dot with a name follows.
func isField(x ast.Expr, c *climber) bool {
	_, ok := x.(*ast.Field)
	return ok && fieldName(c.ahead(1))
}

// primary parses what has no operator.
func (c *climber) primary() ast.Expr {
	first, t := c.i, c.tok()
	if hole, ok := c.src.Holes[c.i]; ok && hole.Query != nil {
		c.i = hole.End
		return &ast.Subquery{At: c.on(first), Query: hole.Query}
	}
	switch {
	case t.Kind == lex.Number:
		c.i++
		return &ast.Number{At: c.on(first), Text: t.Text}
	case t.Kind == lex.String:
		c.i++
		return &ast.String{At: c.on(first), Value: t.Value()}
	case t.IsOp("("):
		c.i++
		list := c.list(")")
		if len(list) == 1 {
			return list[0]
		}
		return &ast.Row{At: c.on(first), Elems: list}
	case t.Kind == lex.Quoted:
		return c.name()
	case t.Kind == lex.Word:
		return c.keyword(t)
	}
	c.stop()
	return &ast.Null{}
}

// keyword parses what begins with a word.
func (c *climber) keyword(t lex.Token) ast.Expr {
	first := c.i
	switch t.Word {
	case "NULL":
		c.i++
		return &ast.Null{At: c.on(first)}
	case "TRUE", "FALSE", "UNKNOWN":
		c.i++
		return &ast.Bool{At: c.on(first), Value: t.Word == "TRUE", Unknown: t.Word == "UNKNOWN"}
	case "DATE", "TIME", "TIMESTAMP":
		if c.ahead(1).Kind != lex.String {
			c.stop()
			return &ast.Null{}
		}
		text := ast.String{At: ast.On(c.ahead(1).Span), Value: c.ahead(1).Value()}
		c.i += 2
		return &ast.DateTime{At: c.on(first), Kind: t.Word, Text: text}
	case "INTERVAL":
		return c.interval()
	case "EXISTS":
		hole, ok := c.src.Holes[c.i+1]
		if c.i++; !ok {
			c.stop()
			return &ast.Null{}
		}
		c.i = hole.End
		return &ast.Exists{At: c.on(first), Query: hole.Query}
	case "CASE":
		return c.caseOf()
	case "CAST", "TRY_CAST":
		return c.cast(t)
	case "ARRAY", "ROW":
		return c.constructor(t)
	}
	return c.name()
}

func (c *climber) interval() ast.Expr {
	node, end, bad := readInterval(c.src.Tokens, c.i)
	if bad >= 0 {
		c.i = bad
		c.stop()
		return &ast.Null{}
	}
	c.i = end
	return &node
}

func (c *climber) caseOf() ast.Expr {
	first := c.i
	c.i++
	out := &ast.Case{}
	if !c.tok().Is("WHEN") {
		out.Operand, _ = c.or()
	}
	for ok := true; ok; ok = c.tok().Is("WHEN") {
		var w ast.When
		c.needWord("WHEN")
		w.Cond, _ = c.or()
		c.needWord("THEN")
		w.Result, _ = c.or()
		out.Whens = append(out.Whens, w)
	}
	if c.word("ELSE") {
		out.Else, _ = c.or()
	}
	c.needWord("END")
	out.At = c.on(first)
	return out
}

func (c *climber) cast(t lex.Token) ast.Expr {
	first := c.i
	c.i++
	c.needOp("(")
	x, _ := c.or()
	hole, ok := c.src.Holes[c.i+1]
	if !c.tok().Is("AS") || !ok || hole.Type == nil {
		c.stop()
		return x
	}
	c.i = hole.End
	c.needOp(")")
	return &ast.Cast{At: c.on(first), Try: t.Word == "TRY_CAST", X: x, Type: hole.Type}
}

// constructor parses ARRAY[…] and ROW(…).
func (c *climber) constructor(t lex.Token) ast.Expr {
	first := c.i
	c.i++
	open, closer := "(", ")"
	if t.Is("ARRAY") {
		open, closer = "[", "]"
	}
	c.needOp(open)
	elems := []ast.Expr{}
	if c.bad < 0 && !c.op(closer) {
		elems = c.list(closer)
	}
	if t.Is("ARRAY") {
		return &ast.Array{At: c.on(first), Elems: elems}
	}
	return &ast.Row{At: c.on(first), Elems: elems}
}
