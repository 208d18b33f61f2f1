package bind

import (
	"math/big"
	"strconv"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/catalog"
)

// cast binds CAST and TRY_CAST.
func (x *expression) cast(e *ast.Cast) scalar.Expr {
	v := x.value(e.X)
	to, bad := catalog.Type(e.Type)
	if bad != nil {
		x.b.fault(bad)
		return nil
	}
	if v == nil {
		return nil
	}
	from := v.Type()
	if _, ok := function.CanCast(from, to); !ok {
		x.b.at(diag.InvalidCast, e.Span, "%s cannot be cast to %s", from.Nullable(), to.Nullable()).
			WithHint("cast to STRING and from there")
		return nil
	}
	to = to.WithNull(!from.NotNull || e.Try)
	if c, ok := v.(scalar.Const); ok {
		if folded, ok := fold(c, to); ok {
			folded.At = e.Span
			return folded
		}
	}
	return scalar.Cast{Node: scalar.Node{T: to, At: e.Span}, Arg: v, Try: e.Try}
}

// coerce converts a value to a type that it fits: nothing when it has it, a new constant for a literal, else a cast.
func coerce(e scalar.Expr, t sqltype.Type) scalar.Expr {
	if e.Type().Same(t) {
		return e
	}
	if c, ok := e.(scalar.Const); ok {
		if folded, ok := fold(c, t); ok {
			return folded
		}
	}
	return scalar.Cast{Node: scalar.Node{T: t.WithNull(!e.Type().NotNull), At: e.Span()}, Arg: e}
}

// fold converts a literal without loss; what it does not know is left to the engine.
func fold(c scalar.Const, t sqltype.Type) (scalar.Const, bool) {
	out := scalar.Const{Node: scalar.Node{T: t.WithNull(c.Value == nil || !t.NotNull && !c.T.NotNull), At: c.At},
		Value: c.Value}
	switch v := c.Value.(type) {
	case nil:
		out.T = t.Nullable()
		return out, true
	case string:
		return out, c.T.IsString() && t.Kind == sqltype.Varchar && t.P >= c.T.P
	case int64:
		return foldInteger(out, v, c.T)
	}
	return out, false
}

// foldInteger converts integers and DECIMAL literals among the numbers.
func foldInteger(out scalar.Const, v int64, from sqltype.Type) (scalar.Const, bool) {
	to := out.T
	switch {
	case from.IsInteger() && to.IsInteger():
		return out, fits(v, to.Kind)
	case from.IsInteger() && to.Kind == sqltype.Double:
		out.Value = float64(v)
		return out, true
	case (from.IsInteger() || from.Kind == sqltype.Decimal) && to.Kind == sqltype.Decimal:
		n, ok := rescale(big.NewInt(v), from.S, to.S)
		if !ok || len(new(big.Int).Abs(n).String()) > int(to.P) {
			return out, false
		}
		out.Value = decimalValue(n, to.P)
		return out, true
	case from.Kind == sqltype.Decimal && to.Kind == sqltype.Double:
		f, err := strconv.ParseFloat(decimalText(v, from.S), 64)
		out.Value = f
		return out, err == nil
	case from.IsTimestamp() && to.Kind == from.Kind:
		return out, to.P >= from.P
	}
	return out, false
}

// fits reports whether v is in the range of an integer type.
func fits(v int64, k sqltype.Kind) bool {
	bits := map[sqltype.Kind]uint{sqltype.TinyInt: 8, sqltype.SmallInt: 16, sqltype.Int: 32, sqltype.BigInt: 64}[k]
	return v >= -1<<(bits-1) && v <= 1<<(bits-1)-1
}

// decimalText writes an unscaled value with its point.
func decimalText(v int64, s int32) string {
	return strings.Join([]string{strconv.FormatInt(v, 10), "e-", strconv.Itoa(int(s))}, "")
}
