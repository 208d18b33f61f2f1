package rules

import (
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/planner/logical"
)

// pushFilter moves conditions below a window.
//
//	SELECT … FROM TUMBLE(TABLE bids, …) WHERE channel = 'x' AND window_end > …
//	→ the condition on channel is tested before windows are given to rows
//
// A window adds columns and drops rows by their time alone, so a condition on other columns drops the same rows on
// either side, and fewer rows are judged. A late row that the condition drops is no longer counted as late: it was not
// asked for. Below the window the condition also sees late rows and rows without event time: one that can fail stays.
func pushFilter(n logical.Node) logical.Node {
	return logical.Rebuild(n, func(n logical.Node) logical.Node {
		calc, ok := n.(*logical.Calc)
		if !ok || calc.Filter == nil {
			return n
		}
		w, ok := calc.In.(*logical.Window)
		if !ok {
			return n
		}
		var down, stay []scalar.Expr
		for _, c := range conjuncts(calc.Filter) {
			if canFail(c) || readsWindow(c, w) {
				stay = append(stay, c)
			} else {
				down = append(down, c)
			}
		}
		if len(down) == 0 {
			return n
		}
		below := &logical.Calc{In: w.In, Filter: conjunction(down), Items: logical.PassAll(w.In.Columns()), At: calc.At}
		out := *calc
		out.In, out.Filter = logical.WithInput(w, below), conjunction(stay)
		return &out
	})
}

func readsWindow(e scalar.Expr, w *logical.Window) bool {
	uses := logical.ColSet{}
	logical.Uses(e, uses)
	return uses[w.Start.ID] || uses[w.End.ID] || uses[w.Time.ID]
}

// canFail reports whether some value makes e a row error.
func canFail(e scalar.Expr) bool {
	found := false
	scalar.Walk(e, func(x scalar.Expr) {
		switch x := x.(type) {
		case scalar.Call:
			o, ok := function.ByID(x.Overload)
			found = found || !ok || o.CanFail && !dividesByConstant(o.Name, x.Args)
		case scalar.Cast:
			implicit, _ := function.CanCast(x.Arg.Type(), x.T)
			found = found || !(x.Try || implicit)
		case scalar.Const, scalar.Col, scalar.Clock, scalar.Case, scalar.Coalesce, scalar.And, scalar.Or, scalar.Not,
			scalar.IsNull, scalar.IsTruth, scalar.In:
		}
	})
	return found
}

// dividesByConstant recognises x % 7 and x / 7 over integers: they fail for the divisors 0 and -1 only.
func dividesByConstant(name string, args []scalar.Expr) bool {
	if name != "%" && name != "/" || len(args) != 2 || !args[1].Type().IsInteger() {
		return false
	}
	c, ok := args[1].(scalar.Const)
	n, isInt := c.Value.(int64)
	return ok && isInt && n != 0 && n != -1
}
