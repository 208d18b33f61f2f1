package rules

import (
	"slices"

	"streamsql/exec/window"
	"streamsql/planner/logical"
)

// pruneColumns leaves out what nobody reads: items of a Calc, columns of a window, aggregates, columns of a scan.
//
//	SELECT a FROM (SELECT a, b, COUNT(*) AS n FROM t GROUP BY a, b)   → the count is not kept
//
// Keys stay, they decide what the groups are. A value that can fail and is not read is not computed. Columns of a table
// that are not read are still checked by its decoder.
func pruneColumns(n logical.Node) logical.Node {
	need := map[logical.ColID]bool{}
	for _, c := range n.Columns() {
		need[c.ID] = true
	}
	return prune(n, need)
}

// prune rewrites n so that it delivers the needed columns and, if that costs nothing, others.
func prune(n logical.Node, need map[logical.ColID]bool) logical.Node {
	switch n := n.(type) {
	case *logical.Sink:
		return n.WithInput(prune(n.In, need))
	case *logical.Calc:
		return pruneCalc(n, need)
	case *logical.Window:
		return pruneWindow(n, need)
	case *logical.Aggregate:
		return pruneAggregate(n, need)
	case *logical.Scan:
		return pruneScan(n, need)
	}
	panic("rules: unknown node")
}

func pruneCalc(c *logical.Calc, need map[logical.ColID]bool) logical.Node {
	out := *c
	out.Items = slices.DeleteFunc(slices.Clone(c.Items), func(i logical.Item) bool { return !need[i.Column.ID] })
	below := map[logical.ColID]bool{}
	logical.Uses(out.Filter, below)
	for _, i := range out.Items {
		logical.Uses(i.Expr, below)
	}
	out.In = prune(c.In, below)
	return &out
}

func pruneWindow(w *logical.Window, need map[logical.ColID]bool) logical.Node {
	out := *w
	out.Emit = nil
	below := map[logical.ColID]bool{w.TimeCol: true}
	for id := range need {
		below[id] = true
	}
	for _, c := range w.Emit {
		id := w.Of([]window.Col{c})[0].ID
		delete(below, id)
		if need[id] {
			out.Emit = append(out.Emit, c)
		}
	}
	out.In = prune(w.In, below)
	return &out
}

func pruneAggregate(a *logical.Aggregate, need map[logical.ColID]bool) logical.Node {
	out := *a
	below := map[logical.ColID]bool{}
	for _, k := range a.Keys {
		below[k.ID] = true
	}
	out.Aggs = slices.DeleteFunc(slices.Clone(a.Aggs), func(g logical.Agg) bool { return !need[g.Column.ID] })
	for _, g := range out.Aggs {
		for _, id := range g.Args {
			below[id] = true
		}
		if g.Filter != 0 {
			below[g.Filter] = true
		}
	}
	if a.Over != nil {
		over := *a.Over
		over.Emit = slices.DeleteFunc(slices.Clone(over.Emit), func(c window.Col) bool {
			return !need[over.Window.Of([]window.Col{c})[0].ID]
		})
		out.Over = &over
		below[over.Window.End.ID] = true
	}
	out.In = prune(a.In, below)
	return &out
}

func pruneScan(s *logical.Scan, need map[logical.ColID]bool) logical.Node {
	out := *s
	out.Cols, out.From = nil, nil
	for i, c := range s.Cols {
		if need[c.ID] {
			out.Cols, out.From = append(out.Cols, c), append(out.From, s.From[i])
		}
	}
	return &out
}
