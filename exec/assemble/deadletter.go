package assemble

import (
	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/planner/physical"
)

// deadEdge is a node whose dead letters go to a sink that comes later in the order.
type deadEdge struct{ from, sink int }

// deadTo notes that node's dead letters go to the named table.
func (b *builder) deadTo(node int, table string) {
	for i, s := range b.plan.Sinks {
		if table != "" && s.Name == table {
			b.dead = append(b.dead, deadEdge{node, i})
		}
	}
}

// deadTableOf finds where the dead letters of a plan node go: to the table that its scan names.
func (b *builder) deadTableOf(n *physical.Node) string {
	if s, ok := n.Op.(physical.Scan); ok {
		return b.plan.Tables[s.At].DeadLetter
	}
	for _, in := range n.Inputs {
		if table := b.deadTableOf(&b.plan.Nodes[in.Node]); table != "" {
			return table
		}
	}
	return ""
}

// finishSinks makes sure that every sink has a node (one that only gets dead letters has no SinkOp) and connects the
// dead letters through the operator that gives them the table's columns.
func (b *builder) finishSinks() {
	for i := range b.plan.Sinks {
		b.sinkNode(i)
	}
	letters := map[int]int{} // sink → its dead-letter operator
	for _, d := range b.dead {
		to, ok := letters[d.sink]
		if !ok {
			schema := b.plan.Sinks[d.sink].Schema
			to = b.add(flow.Node{
				ID: "dead-" + b.plan.Sinks[d.sink].Name, Schema: schema,
				New: func(int) (op.Operator, error) { return op.NewDeadTable(schema), nil },
			})
			letters[d.sink] = to
			addInput(b.sinkNode(d.sink), to)
		}
		b.nodes[d.from].Ports = map[int]int{op.Dead: to}
	}
}
