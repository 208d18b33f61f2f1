package logical

import "streamsql/internal/scalar"

// Rewrite replaces sub-expressions from the top: where fn says so its result stands instead, elsewhere the operands are
// rewritten.
func Rewrite(e scalar.Expr, fn func(scalar.Expr) (scalar.Expr, bool)) scalar.Expr {
	if out, done := fn(e); done {
		return out
	}
	one := func(x scalar.Expr) scalar.Expr { return Rewrite(x, fn) }
	all := func(list []scalar.Expr) []scalar.Expr {
		out := make([]scalar.Expr, len(list))
		for i, x := range list {
			out[i] = one(x)
		}
		return out
	}
	switch e := e.(type) {
	case scalar.Call:
		e.Args = all(e.Args)
		return e
	case scalar.Cast:
		e.Arg = one(e.Arg)
		return e
	case scalar.Case:
		whens := make([]scalar.When, len(e.Whens))
		for i, w := range e.Whens {
			whens[i] = scalar.When{Cond: one(w.Cond), Then: one(w.Then)}
		}
		e.Whens, e.Else = whens, one(e.Else)
		return e
	case scalar.Coalesce:
		e.Args = all(e.Args)
		return e
	case scalar.And:
		e.Args = all(e.Args)
		return e
	case scalar.Or:
		e.Args = all(e.Args)
		return e
	case scalar.Not:
		e.Arg = one(e.Arg)
		return e
	case scalar.IsNull:
		e.Arg = one(e.Arg)
		return e
	case scalar.IsTruth:
		e.Arg = one(e.Arg)
		return e
	case scalar.In:
		e.Arg = one(e.Arg)
		return e
	}
	return e
}
