package logical

import "streamsql/internal/scalar"

// Rewrite replaces sub-expressions from the top: where fn says so its result stands instead, elsewhere the operands are
// rewritten. k is the key of e; fn gets the key of what it is asked about, so that it need not print it.
func Rewrite(e scalar.Expr, k *scalar.Key, fn func(scalar.Expr, *scalar.Key) (scalar.Expr, bool)) scalar.Expr {
	if out, done := fn(e, k); done {
		return out
	}
	next := 0
	one := func(x scalar.Expr) scalar.Expr {
		next++
		return Rewrite(x, k.Operands[next-1], fn)
	}
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
			whens[i].Cond = one(w.Cond)
			whens[i].Then = one(w.Then)
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
