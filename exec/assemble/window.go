package assemble

import (
	"slices"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/exec/window"
	"streamsql/internal/sqltype"
	"streamsql/planner/physical"
)

// Several operators may do what one node of the plan asks for. The one that judges carries the node's id: counters and
// the watermarks of earlier checkpoints are kept under that. These are the others.
const (
	assigned = "/assigned" // assigns windows
	each     = "/each"     // gives a row for each window
)

// window makes of the plan's node the operator that assigns windows or slices, where rows are judged the one that does
// it, and where a row leaves once for each of its windows the one that does that.
func (b *builder) window(n planned, o physical.Window) error {
	assign := op.WindowSpec{
		Windows: o.Spec, TimeCol: o.TimeCol, Emit: o.Emit, Judged: o.Late, Schema: n.Schema, Span: n.Span,
	}
	plain := n.Schema[:len(n.Schema)-len(o.Emit)]
	end := sqltype.Field{Name: window.ColEnd.String(), Type: sqltype.TimestampType(3)}
	late := op.LateSpec{Windows: o.Spec, TimeCol: o.TimeCol, Schema: n.Schema}
	switch at := slices.Index(o.Emit, window.ColEnd); {
	case o.Each:
		assign.Emit, assign.Schema = []window.Col{window.ColEnd}, append(slices.Clone(plain), end)
		late.SliceCol, late.Schema = len(plain), assign.Schema
	case at >= 0:
		late.SliceCol = len(plain) + at
	case o.Late:
		// The query does not read it. It goes no further than to the operator that judges.
		late.SliceCol = len(n.Schema)
		assign.Emit, assign.Schema = append(slices.Clone(o.Emit), window.ColEnd), append(slices.Clone(n.Schema), end)
	}
	if !o.Late && !o.Each {
		b.put(n, b.input(n), func(int) (op.Operator, error) { return op.NewWindow(assign) })
		return nil
	}
	from := b.add(flow.Node{
		ID: n.ID + assigned, Inputs: b.input(n), Schema: assign.Schema,
		New: func(int) (op.Operator, error) { return op.NewWindow(assign) },
	})
	if o.Late {
		from = b.add(flow.Node{
			ID: n.ID, Inputs: []flow.Edge{{From: from}}, Schema: late.Schema,
			New: func(int) (op.Operator, error) { return op.NewLate(late) },
		})
		b.judges[n.index] = from
	}
	if o.Each {
		spec := op.EachWindowSpec{
			Windows: o.Spec, SliceCol: len(plain), Emit: o.Emit, Judged: o.Late, Schema: n.Schema,
		}
		from = b.add(flow.Node{
			ID: n.ID + each, Inputs: []flow.Edge{{From: from}}, Schema: n.Schema,
			New: func(int) (op.Operator, error) { return op.NewEachWindow(spec) },
		})
	}
	b.at[n.index] = from
	return nil
}

// guard notes that rows on their way from plan node i to flow node to, an event-time operator, are judged for it. What
// an operator with state emits is never late, so the way back ends there.
func (b *builder) guard(i, to int) {
	n := &b.plan.Nodes[i]
	if _, keeps := n.Op.StateKey(); keeps {
		return
	}
	if at, ok := b.judges[i]; ok {
		late := &b.nodes[at]
		late.Guards = append(late.Guards, to)
		return
	}
	for _, in := range n.Inputs {
		b.guard(in.Node, to)
	}
}
