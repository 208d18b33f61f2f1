package assemble

import (
	"slices"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/exec/window"
	"streamsql/internal/sqltype"
	"streamsql/planner/physical"
)

// assigned is what the operator that assigns windows is called where another one, the one that judges, carries the id
// of the plan's node: counters and the watermarks of earlier checkpoints are kept under that.
const assigned = "/assigned"

// window makes of the plan's node the operator that assigns windows and, where rows are judged, the one that does it.
func (b *builder) window(n planned, o physical.Window) error {
	spec := op.WindowSpec{
		Windows: o.Spec,
		TimeCol: o.TimeCol, Emit: o.Emit, Judged: o.Late, Schema: n.Schema, Span: n.Span,
	}
	if !o.Late {
		b.put(n, b.input(n), func(int) (op.Operator, error) { return op.NewWindow(spec) })
		return nil
	}
	late := op.LateSpec{Windows: spec.Windows, TimeCol: o.TimeCol, Schema: n.Schema}
	if at := slices.Index(o.Emit, window.ColEnd); at >= 0 {
		late.SliceCol = len(n.Schema) - len(o.Emit) + at
	} else {
		// The query does not read it. It goes no further than to the operator that judges.
		late.SliceCol = len(n.Schema)
		end := sqltype.Field{Name: window.ColEnd.String(), Type: sqltype.TimestampType(3)}
		spec.Emit, spec.Schema = append(slices.Clone(o.Emit), window.ColEnd), append(slices.Clone(n.Schema), end)
	}
	from := b.add(flow.Node{
		ID: n.ID + assigned, Inputs: b.input(n), Schema: spec.Schema,
		New: func(int) (op.Operator, error) { return op.NewWindow(spec) },
	})
	b.put(n, []flow.Edge{{From: from}}, func(int) (op.Operator, error) { return op.NewLate(late) })
	return nil
}

// guard notes that rows on their way from plan node i to flow node to, an event-time operator, are judged for it. What
// an operator with state emits is never late, so the way back ends there.
func (b *builder) guard(i, to int) {
	n := &b.plan.Nodes[i]
	if _, keeps := n.Op.StateKey(); keeps {
		return
	}
	if w, ok := n.Op.(physical.Window); ok && w.Late {
		late := &b.nodes[b.at[i]]
		late.Guards = append(late.Guards, to)
		return
	}
	for _, in := range n.Inputs {
		b.guard(in.Node, to)
	}
}
