package assemble

import (
	"streamsql/exec/op"
	"streamsql/planner/physical"
)

func (b *builder) unnest(n planned, o physical.Unnest) error {
	spec := op.UnnestSpec{
		Func: o.Func, Args: o.Args, Keep: o.Keep, Outer: o.Outer, Ordinality: o.Ordinality, Out: n.Schema,
	}
	b.put(n, b.input(n), func(int) (op.Operator, error) { return op.NewUnnest(spec) })
	return nil
}
