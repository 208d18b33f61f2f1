package flow

import (
	"streamsql/exec/op"
	"streamsql/internal/clock"
)

// tellGuards gives every node that judges rows for others the watermark that those have reached. Between epochs only: a
// mark that moved while rows are fed would make them late by how lanes overtake each other.
func (g *Graph) tellGuards() {
	for i, n := range g.spec.Nodes {
		if len(n.Guards) == 0 {
			continue
		}
		mark := clock.Max
		for _, to := range n.Guards {
			mark = min(mark, op.Least(g.inputMarks(to)))
		}
		for _, lane := range g.nodes[i] {
			lane.op.(op.Guard).Guard(mark)
		}
	}
}
