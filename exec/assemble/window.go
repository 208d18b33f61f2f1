package assemble

import (
	"streamsql/exec/op"
	"streamsql/planner/physical"
)

func (b *builder) window(n planned, o physical.Window) error {
	spec := op.TumbleSpec{
		TimeCol: o.TimeCol, Size: o.Size, Offset: o.Offset, Emit: o.Emit, Late: o.Late, Schema: n.Schema, Span: n.Span,
	}
	b.put(n, b.input(n), func(int) (op.Operator, error) { return op.NewTumble(spec) })
	return nil
}
