package block

import (
	"github.com/xwb1989/sqlparser"

	"streamsql/planner/ast"
)

// call raises the call of a handle: a function, or one of the constructs that are lowered to calls.
func (r *raiser) call(e *sqlparser.FuncExpr) (ast.Expr, extent) {
	letter, i, ok := decode(e.Name.String())
	if !ok {
		return r.gap(e)
	}
	if letter == letterCase {
		return r.caseOf(i, e)
	}
	args, extents := r.args(e.Exprs)
	if r.err != nil {
		return &ast.Null{}, extent{}
	}
	switch letter {
	case letterName:
		return r.function(i, args, e.Distinct)
	case letterParen:
		return r.paren(i, args)
	case letterRow:
		return r.row(i, args, e.Distinct)
	case letterArray:
		x := extent{i, r.tok(i + 1).Match}
		return &ast.Array{At: r.at(x), Elems: args}, x
	}
	return r.wrapped(letter, i, args, extents, e)
}

// wrapped raises the constructs around a first argument.
func (r *raiser) wrapped(
	letter byte, i int, args []ast.Expr, extents []extent, e *sqlparser.FuncExpr,
) (ast.Expr, extent) {
	if len(args) == 0 {
		return r.gap(e)
	}
	first := extents[0].first
	switch letter {
	case letterCast:
		return r.cast(i, args[0], extents[0])
	case letterFilter:
		return r.filter(i, args, extent{first, r.tok(i + 1).Match})
	case letterOver:
		return r.over(i, args[0], extent{first, r.src.Holes[i].End - 1})
	case letterIndex:
		x := extent{first, r.tok(i).Match}
		return &ast.Index{At: r.at(x), X: args[0], I: args[1]}, x
	case letterField:
		x := extent{first, i + 1}
		return &ast.Field{At: r.at(x), X: args[0], Name: Ident(r.tok(i + 1))}, x
	case letterNamed:
		x := extent{i, extents[0].last}
		return &ast.NamedArg{At: r.at(x), Name: Ident(r.tok(i)), Value: args[0]}, x
	}
	return r.gap(e)
}

// args raises the arguments of a call.
func (r *raiser) args(list sqlparser.SelectExprs) ([]ast.Expr, []extent) {
	args, extents := make([]ast.Expr, len(list)), make([]extent, len(list))
	for i, item := range list {
		arg, ok := item.(*sqlparser.AliasedExpr)
		if !ok || !arg.As.IsEmpty() {
			r.gap(item)
			return nil, nil
		}
		args[i], extents[i] = r.expr(arg.Expr)
	}
	return args, extents
}

// function raises a plain call.
func (r *raiser) function(i int, args []ast.Expr, distinct bool) (ast.Expr, extent) {
	x := extent{i, r.tok(pathEnd(r.src.Tokens, i)).Match}
	return &ast.Call{At: r.at(x), Name: pathName(r.src.Tokens, i), Args: args, Distinct: distinct}, x
}

// paren raises brackets: they vanish around one expression and make a row of several.
func (r *raiser) paren(i int, args []ast.Expr) (ast.Expr, extent) {
	x := extent{i, r.tok(i).Match}
	if len(args) == 1 {
		return args[0], x
	}
	return &ast.Row{At: r.at(x), Elems: args}, x
}

// row raises ROW(a, b).
func (r *raiser) row(i int, args []ast.Expr, distinct bool) (ast.Expr, extent) {
	x := extent{i, r.tok(i + 1).Match}
	if distinct {
		r.fail(r.src.unexpected(i + 2))
	}
	return &ast.Row{At: r.at(x), Elems: args}, x
}

// cast raises CAST(x AS type): the type is the hole after AS.
func (r *raiser) cast(i int, arg ast.Expr, in extent) (ast.Expr, extent) {
	x := extent{i, r.tok(i + 1).Match}
	hole := r.src.Holes[in.last+2]
	return &ast.Cast{At: r.at(x), Try: r.tok(i).Is("TRY_CAST"), X: arg, Type: hole.Type}, x
}

// filter puts FILTER on the call before it.
func (r *raiser) filter(i int, args []ast.Expr, x extent) (ast.Expr, extent) {
	call, ok := args[0].(*ast.Call)
	if !ok || call.Filter != nil || call.Over != nil || len(args) != 2 {
		r.fail(r.src.unexpected(i))
		return args[0], x
	}
	call.Filter, call.At = args[1], r.at(x)
	return call, x
}

// over puts OVER on the call before it.
func (r *raiser) over(i int, arg ast.Expr, x extent) (ast.Expr, extent) {
	call, ok := arg.(*ast.Call)
	if !ok || call.Over != nil {
		r.fail(r.src.unexpected(i))
		return arg, x
	}
	call.Over, call.At = r.src.Holes[i].Over, r.at(x)
	return call, x
}

// caseOf raises CASE, which is the only argument of its handle.
func (r *raiser) caseOf(i int, e *sqlparser.FuncExpr) (ast.Expr, extent) {
	x := extent{i, r.tok(i).Match}
	arg, ok := e.Exprs[0].(*sqlparser.AliasedExpr)
	if !ok {
		return r.gap(e)
	}
	c, ok := arg.Expr.(*sqlparser.CaseExpr)
	if !ok {
		return r.gap(e)
	}
	out := &ast.Case{At: r.at(x)}
	if c.Expr != nil {
		out.Operand, _ = r.expr(c.Expr)
	}
	for _, w := range c.Whens {
		cond, _ := r.expr(w.Cond)
		result, _ := r.expr(w.Val)
		out.Whens = append(out.Whens, ast.When{Cond: cond, Result: result})
	}
	if c.Else != nil {
		out.Else, _ = r.expr(c.Else)
	}
	return out, x
}
