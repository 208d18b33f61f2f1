package assemble

import (
	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/planner/physical"
)

func (b *builder) windowAggregate(n planned, o physical.WindowAggregate) error {
	g := op.GroupSpec{Node: n.ID, In: b.before(n).Schema, EndCol: o.EndCol, Keys: o.Keys, Aggs: aggsOf(o.Aggs)}
	if o.Slices {
		g.Shared = &o.Spec
	}
	edges, merged, err := b.exchange(n, g)
	if err != nil {
		return err
	}
	spec := op.WindowAggregateSpec{
		GroupSpec: g, Windows: o.Spec, Emit: o.Emit, Merged: merged, Out: n.Schema,
	}
	b.put(n, edges, func(int) (op.Operator, error) {
		if o.Slices {
			return op.NewSliceAggregate(spec)
		}
		return op.NewWindowAggregate(spec)
	})
	b.guard(n.Inputs[0].Node, b.at[n.index])
	return nil
}

func (b *builder) groupAggregate(n planned, o physical.GroupAggregate) error {
	g := op.GroupSpec{Node: n.ID, In: b.before(n).Schema, EndCol: -1, Keys: o.Keys, Aggs: aggsOf(o.Aggs)}
	edges, merged, err := b.exchange(n, g)
	if err != nil {
		return err
	}
	spec := op.GroupAggregateSpec{GroupSpec: g, Merged: merged, Out: n.Schema}
	b.put(n, edges, func(int) (op.Operator, error) { return op.NewGroupAggregate(spec) })
	return nil
}

func aggsOf(aggs []physical.Agg) []op.Agg {
	out := make([]op.Agg, len(aggs))
	for i, a := range aggs {
		out[i] = op.Agg{ID: a.ID, Args: a.Args, Filter: a.Filter, Type: a.Type, Span: a.Span}
	}
	return out
}

// exchange brings the rows of a node's input to the lanes that own their groups. With several lanes append-only rows
// are aggregated locally first, per morsel, and the groups travel; rows that may be retractions go as they are. With
// one lane nothing travels, and rows go straight into their groups: accumulators are exact, so the state is the same.
func (b *builder) exchange(n planned, g op.GroupSpec) (edges []flow.Edge, merged bool, err error) {
	edge := b.edge(n.Inputs[0])
	if b.spec.Lanes == 1 || edge.Route == flow.Direct || b.before(n).Mode != physical.Append {
		return []flow.Edge{edge}, false, nil
	}
	schema, err := g.PreAggregated()
	if err != nil {
		return nil, false, err
	}
	edge.From = b.add(flow.Node{
		ID: n.ID + "/local", Inputs: b.input(n), Schema: schema,
		New: func(int) (op.Operator, error) { return op.NewPreAggregate(g) },
	})
	if edge.Route == flow.Hash {
		edge.Keys = upTo(len(g.Keys))
	}
	return []flow.Edge{edge}, true, nil
}

// upTo lists 0 … n−1: after pre-aggregation the keys come first.
func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
