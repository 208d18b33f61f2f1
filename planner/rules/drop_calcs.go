package rules

import "streamsql/planner/logical"

// dropCalcs removes a Calc that only hands columns on.
//
//	Aggregate ─ Calc (channel, price, window_end) ─ Window   →   Aggregate ─ Window
//
// Columns are found by identity, so further ones beside them harm nobody. Under a sink the order counts: there a Calc
// goes only when its input has exactly the same columns in the same order. A scan never has: it serves all readers of
// its table and the watermark, so it may deliver more than this tree knows, and a window hands that on.
func dropCalcs(n logical.Node) logical.Node {
	return logical.Rebuild(n, func(n logical.Node) logical.Node {
		inputs := n.Inputs()
		for i, in := range inputs {
			calc, ok := in.(*logical.Calc)
			if !ok || !passes(calc) {
				continue
			}
			if _, sink := n.(*logical.Sink); sink && !(exact(calc.In) && sameColumns(calc.Columns(), calc.In.Columns())) {
				continue
			}
			inputs[i] = calc.In
		}
		return n.WithInputs(inputs)
	})
}

// exact reports whether a node delivers its own columns and nothing else.
func exact(n logical.Node) bool {
	switch n.(type) {
	case *logical.Calc, *logical.Aggregate, *logical.Union, *logical.Unnest:
		return true
	case *logical.Scan, *logical.Window, *logical.Sink:
	}
	return false
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
