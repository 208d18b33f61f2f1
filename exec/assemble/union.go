package assemble

import (
	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/planner/physical"
)

func (b *builder) union(n planned, _ physical.Union) error {
	var edges []flow.Edge
	for port, in := range n.Inputs {
		e := b.edge(in)
		e.Port = port
		edges = append(edges, e)
	}
	b.put(n, edges, func(int) (op.Operator, error) { return op.NewUnion(n.Schema), nil })
	return nil
}
