package block

import (
	"github.com/xwb1989/sqlparser"

	"streamsql/planner/ast"
)

// after is what was written after an operand: whether NOT, and which word follows it.
func (r *raiser) after(last int) (not bool, word string, at int) {
	at = last + 1
	if r.tok(at).Is("NOT") {
		not = true
		at++
	}
	return not, r.tok(at).Word, at
}

// isKinds are the words after IS.
var isKinds = map[string]ast.IsWhat{
	"NULL": ast.IsNull, "TRUE": ast.IsTrue, "FALSE": ast.IsFalse, "UNKNOWN": ast.IsUnknown,
}

// is raises x IS [NOT] word.
func (r *raiser) is(e *sqlparser.IsExpr) (ast.Expr, extent) {
	x, in := r.expr(e.Expr)
	if r.err != nil {
		return x, in
	}
	not, word, at := r.after(in.last + 1)
	out := extent{in.first, at}
	return &ast.Is{At: r.at(out), X: x, Not: not, What: isKinds[word]}, out
}

// between raises x [NOT] BETWEEN [SYMMETRIC] lo AND hi.
func (r *raiser) between(e *sqlparser.RangeCond) (ast.Expr, extent) {
	x, in := r.expr(e.Left)
	lo, _ := r.expr(e.From)
	hi, hx := r.expr(e.To)
	if r.err != nil {
		return x, in
	}
	not, _, at := r.after(in.last)
	out := extent{in.first, hx.last}
	symmetric := r.tok(at + 1).Is("SYMMETRIC")
	return &ast.Between{At: r.at(out), X: x, Lo: lo, Hi: hi, Not: not, Symmetric: symmetric}, out
}

// comparisonOps are sqlparser's comparisons that are binary operators of ours.
var comparisonOps = map[string]ast.BinaryOp{
	sqlparser.EqualStr: ast.Eq, sqlparser.NotEqualStr: ast.Ne, sqlparser.LessThanStr: ast.Lt,
	sqlparser.LessEqualStr: ast.Le, sqlparser.GreaterThanStr: ast.Gt, sqlparser.GreaterEqualStr: ast.Ge,
}

// comparison raises what sqlparser calls a comparison: the operators, LIKE, IN, and <=> for IS DISTINCT FROM.
func (r *raiser) comparison(e *sqlparser.ComparisonExpr) (ast.Expr, extent) {
	if op, ok := comparisonOps[e.Operator]; ok {
		return r.binary(op, e.Left, e.Right)
	}
	switch e.Operator {
	case sqlparser.NullSafeEqualStr:
		return r.binary(ast.Distinct, e.Left, e.Right)
	case sqlparser.LikeStr, sqlparser.NotLikeStr:
		return r.like(e)
	case sqlparser.InStr, sqlparser.NotInStr:
		return r.in(e)
	}
	return r.gap(e)
}

// like raises x [NOT] LIKE p and x [NOT] SIMILAR TO p, with ESCAPE.
func (r *raiser) like(e *sqlparser.ComparisonExpr) (ast.Expr, extent) {
	x, in := r.expr(e.Left)
	pattern, px := r.expr(e.Right)
	var escape ast.Expr
	if e.Escape != nil {
		escape, px = r.expr(e.Escape)
	}
	if r.err != nil {
		return x, in
	}
	not, word, _ := r.after(in.last)
	out := extent{in.first, px.last}
	return &ast.LikeExpr{At: r.at(out), X: x, Pattern: pattern, Escape: escape, Not: not, Similar: word == "SIMILAR"}, out
}

// in raises x [NOT] IN of a list or a sub-query.
func (r *raiser) in(e *sqlparser.ComparisonExpr) (ast.Expr, extent) {
	x, in := r.expr(e.Left)
	if r.err != nil {
		return x, in
	}
	not, _, at := r.after(in.last)
	out := extent{in.first, r.tok(at + 1).Match}
	switch right := e.Right.(type) {
	case sqlparser.ListArg:
		return &ast.InQuery{At: r.at(out), X: x, Not: not, Query: r.src.Holes[at+1].Query}, out
	case sqlparser.ValTuple:
		list := r.list(right)
		return &ast.InList{At: r.at(out), X: x, Not: not, List: list}, out
	}
	return r.gap(e)
}

func (r *raiser) list(exprs []sqlparser.Expr) []ast.Expr {
	out := make([]ast.Expr, len(exprs))
	for i, e := range exprs {
		out[i], _ = r.expr(e)
	}
	return out
}
