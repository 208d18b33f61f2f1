package bind

import (
	"math/big"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
)

// unary binds -x, +x, NOT x. The sign of a literal is folded.
func (x *expression) unary(e *ast.Unary) scalar.Expr {
	v := x.value(e.X)
	if v == nil {
		return nil
	}
	switch e.Op {
	case ast.Not:
		v = x.boolean(v, "NOT")
		if v == nil {
			return nil
		}
		return scalar.Not{Node: scalar.Node{T: v.Type(), At: e.Span}, Arg: v}
	case ast.Plus:
		if !v.Type().IsNumeric() && !v.Type().IsInterval() {
			x.b.at(diag.TypeMismatch, e.Span, "+ needs a number, but this is %s", v.Type().Nullable()).WithHint("leave it out")
			return nil
		}
		return v
	}
	if c, ok := v.(scalar.Const); ok {
		if n, ok := negated(c); ok {
			n.At = e.Span
			return n
		}
	}
	return x.resolve("neg", e.Span, v)
}

// negated is -c where that cannot overflow.
func negated(c scalar.Const) (scalar.Const, bool) {
	switch v := c.Value.(type) {
	case int64:
		if !c.T.IsNumeric() && !c.T.IsInterval() || v == -1<<63 || (c.T.Kind == sqltype.Int && v == -1<<31) {
			return c, false
		}
		c.Value = -v
		return c, true
	case float64:
		c.Value = -v
		return c, true
	}
	return c, false
}

// binary binds an infix operator.
func (x *expression) binary(e *ast.Binary) scalar.Expr {
	if e.Op == ast.And || e.Op == ast.Or {
		return x.connective(e)
	}
	l, r := x.value(e.L), x.value(e.R)
	if e.Op.Comparison() {
		x.warnNull(e)
		l, r = literalAs(l, r), literalAs(r, l)
	}
	return x.resolve(e.Op.String(), e.Span, l, r)
}

// warnNull warns of a comparison with NULL, which is never TRUE.
func (x *expression) warnNull(e *ast.Binary) {
	_, left := e.L.(*ast.Null)
	_, right := e.R.(*ast.Null)
	if e.Op == ast.Distinct || e.Op == ast.NotDistinct || !left && !right {
		return
	}
	instead := "IS NULL"
	if e.Op != ast.Eq {
		instead = "IS NOT NULL"
	}
	x.b.warn(e.Span, "%s NULL is never TRUE; write %s", e.Op, instead)
}

// literalAs reads a text literal that is compared with a date or a timestamp as one: ts > '2026-01-01 00:00:00'. Only
// literals convert; a text that is not one is found before anything runs.
func literalAs(e, other scalar.Expr) scalar.Expr {
	c, ok := e.(scalar.Const)
	if !ok || other == nil || !c.T.IsString() || c.Value == nil {
		return e
	}
	if t := other.Type(); t.Kind == sqltype.Date || t.IsTimestamp() {
		if text, _ := c.Value.(string); t.Kind == sqltype.Date && strings.Contains(text, ":") {
			t = sqltype.TimestampType(6) // d < '2026-01-31 12:00:00' must not become d < '2026-01-31'
		}
		return scalar.Cast{Node: scalar.Node{T: t.Required(), At: e.Span()}, Arg: e}
	}
	return e
}

// connective flattens chains of AND and of OR.
func (x *expression) connective(e *ast.Binary) scalar.Expr {
	var operands []ast.Expr
	var collect func(ast.Expr)
	collect = func(o ast.Expr) {
		if inner, ok := o.(*ast.Binary); ok && inner.Op == e.Op {
			collect(inner.L)
			collect(inner.R)
			return
		}
		operands = append(operands, o)
	}
	collect(e)
	args := make([]scalar.Expr, 0, len(operands))
	for _, o := range operands {
		if v := x.value(o); v != nil {
			if v = x.boolean(v, e.Op.String()); v != nil {
				args = append(args, v)
			}
		}
	}
	if len(args) < len(operands) {
		return nil
	}
	if e.Op == ast.And {
		return and(e.Span, args...)
	}
	return or(e.Span, args...)
}

func and(at diag.Span, args ...scalar.Expr) scalar.Expr {
	return scalar.And{Node: scalar.Node{T: truth(args), At: at}, Args: args}
}

func or(at diag.Span, args ...scalar.Expr) scalar.Expr {
	return scalar.Or{Node: scalar.Node{T: truth(args), At: at}, Args: args}
}

// truth is BOOLEAN, NULL only where an operand can be.
func truth(args []scalar.Expr) sqltype.Type {
	notNull := true
	for _, a := range args {
		notNull = notNull && a.Type().NotNull
	}
	return sqltype.BooleanType.WithNull(!notNull)
}

func not(e scalar.Expr, at diag.Span) scalar.Expr {
	return scalar.Not{Node: scalar.Node{T: e.Type(), At: at}, Arg: e}
}

// is binds IS [NOT] NULL, TRUE, FALSE, UNKNOWN.
func (x *expression) is(e *ast.Is) scalar.Expr {
	v := x.value(e.X)
	if v == nil {
		return nil
	}
	node := scalar.Node{T: sqltype.BooleanType.Required(), At: e.Span}
	if e.What == ast.IsNull {
		return scalar.IsNull{Node: node, Arg: typed(v), Negate: e.Not}
	}
	if v = x.boolean(v, "IS "+e.What.String()); v == nil {
		return nil
	}
	if e.What == ast.IsUnknown {
		return scalar.IsNull{Node: node, Arg: v, Negate: e.Not}
	}
	return scalar.IsTruth{Node: node, Arg: v, Want: e.What == ast.IsTrue, Negate: e.Not}
}

// between is x >= lo AND x <= hi; SYMMETRIC takes the bounds in either order.
func (x *expression) between(e *ast.Between) scalar.Expr {
	v, lo, hi := x.value(e.X), x.value(e.Lo), x.value(e.Hi)
	lo, hi, v = literalAs(lo, v), literalAs(hi, v), literalAs(v, lo)
	within := func(lo, hi scalar.Expr) scalar.Expr {
		l, h := x.resolve(">=", e.Span, v, lo), x.resolve("<=", e.Span, v, hi)
		if l == nil || h == nil {
			return nil
		}
		return and(e.Span, l, h)
	}
	out := within(lo, hi)
	if e.Symmetric && out != nil {
		out = or(e.Span, out, within(hi, lo))
	}
	if e.Not && out != nil {
		out = not(out, e.Span)
	}
	return out
}

// inList is membership among constants, or a chain of comparisons when some are none.
func (x *expression) inList(e *ast.InList) scalar.Expr {
	v := x.value(e.X)
	types, items := []sqltype.Type{}, []scalar.Expr{}
	if v != nil {
		types = append(types, v.Type())
	}
	for _, i := range e.List {
		if item := x.value(i); item != nil {
			types, items = append(types, item.Type()), append(items, item)
		}
	}
	if v == nil || len(items) < len(e.List) {
		return nil
	}
	for i, item := range items {
		v = literalAs(v, item)
		items[i] = literalAs(item, v)
		types[i+1] = items[i].Type()
	}
	types[0] = v.Type()
	common, err := function.CommonType(types)
	if err != nil {
		x.b.at(diag.TypeMismatch, e.Span, "IN: %v", err).WithHint("use CAST to give all values one type")
		return nil
	}
	out := x.member(coerce(v, common.WithNull(!v.Type().NotNull)), items, common, e.Span)
	if e.Not && out != nil {
		out = not(out, e.Span)
	}
	return out
}

// member builds v IN items: constants become one In node, NULL an undecided alternative, the rest comparisons.
func (x *expression) member(v scalar.Expr, items []scalar.Expr, common sqltype.Type, at diag.Span) scalar.Expr {
	node := scalar.Node{T: sqltype.BooleanType.WithNull(!v.Type().NotNull), At: at}
	in := scalar.In{Node: node, Arg: v}
	var rest []scalar.Expr
	null := false
	for _, item := range items {
		item = coerce(item, common.WithNull(!item.Type().NotNull))
		c, ok := item.(scalar.Const)
		switch {
		case ok && c.Value == nil:
			null = true
		case ok:
			in.List = append(in.List, c)
		default:
			equal := x.resolve("=", at, v, item)
			if equal == nil {
				return nil
			}
			rest = append(rest, equal)
		}
	}
	var args []scalar.Expr
	if len(in.List) > 0 {
		args = append(args, in)
	}
	args = append(args, rest...)
	if null {
		args = append(args, scalar.Const{Node: scalar.Node{T: sqltype.BooleanType, At: at}})
	}
	if len(args) == 1 {
		return args[0]
	}
	return or(at, args...)
}

// like binds LIKE; SIMILAR TO is refused.
func (x *expression) like(e *ast.LikeExpr) scalar.Expr {
	if e.Similar {
		x.b.refuse(e.Span, "SIMILAR TO is", "use LIKE or REGEXP")
		x.operands([]ast.Expr{e.X, e.Pattern})
		return nil
	}
	args := []scalar.Expr{x.value(e.X), x.value(e.Pattern)}
	if e.Escape != nil {
		args = append(args, x.value(e.Escape))
	}
	out := x.resolve("LIKE", e.Span, args...)
	if e.Not && out != nil {
		out = not(out, e.Span)
	}
	return out
}

// rescale writes unscaled with scale s at scale to; ok is false when digits would go.
func rescale(unscaled *big.Int, s, to int32) (*big.Int, bool) {
	if to < s {
		return nil, false
	}
	return new(big.Int).Mul(unscaled, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(to-s)), nil)), true
}
