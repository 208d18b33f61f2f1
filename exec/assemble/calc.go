package assemble

import (
	"streamsql/exec/op"
	"streamsql/planner/physical"
)

func (b *builder) calc(n planned, o physical.Calc) error {
	mode := o.ErrorMode
	if mode == "" {
		mode = b.spec.ErrorMode
	}
	spec := op.CalcSpec{Filter: o.Filter, Exprs: o.Exprs, ErrorMode: mode, In: b.before(n).Schema, Out: n.Schema}
	b.put(n, b.input(n), func(int) (op.Operator, error) { return op.NewCalc(spec), nil })
	b.deadTo(b.at[n.index], b.deadTableOf(n.Node))
	return nil
}
