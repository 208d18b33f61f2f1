package rules

import "streamsql/planner/logical"

// dropCalcs removes a Calc that only hands columns on.
//
//	Aggregate ─ Calc (channel, price, window_end) ─ Window   →   Aggregate ─ Window
//
// Columns are found by identity, so further ones beside them harm nobody. Under a sink the order counts: there a Calc goes
// only when its input has the same columns in the same order.
func dropCalcs(n logical.Node) logical.Node {
	return upward(n, func(n logical.Node) logical.Node {
		calc, ok := n.Input().(*logical.Calc)
		if !ok || !passes(calc) {
			return n
		}
		if _, sink := n.(*logical.Sink); sink && !sameColumns(calc.Columns(), calc.In.Columns()) {
			return n
		}
		return n.WithInput(calc.In)
	})
}

func passes(c *logical.Calc) bool {
	if c.Filter != nil {
		return false
	}
	for _, i := range c.Items {
		if _, ok := logical.RefID(i.Expr); !ok {
			return false
		}
	}
	return true
}

func sameColumns(a, b []logical.Column) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID {
			return false
		}
	}
	return true
}
