package flow

import (
	"math/bits"

	"streamsql/exec/op"
	"streamsql/internal/zset"
)

// A node may emit to several others, and their output may meet again in a Union or a sink:
//
//	             ╭─ calc n + s ─╮
//	aggregate ───┤              ├─ union ─ …
//	             ╰─ calc n − s ─╯
//
// While morsels are fed, both ways get the same batches on every number of lanes. What an aggregate emits is cut into
// batches by what each lane holds, and the rows of the two ways would alternate by those cuts. So the first way gets a
// batch at once; the others get copies when the number of the emission is done, as if each of them was an emission of
// its own: Order.Way says which. That costs a copy of one emission (a window, or the changes of an epoch) for each.
// Ways that do not meet get everything at once.

// way is one of the outputs, other than the first, of a node whose ways meet.
type way struct{ node, out int }

// findWays lists the ways that have to wait, in the order in which they are served: by node, so that what a way brings
// to a later fork is held there before that is served.
func (g *Graph) findWays() {
	next := make([][]int, len(g.spec.Nodes))
	for i := range g.spec.Nodes {
		n := &g.spec.Nodes[i]
		for _, e := range n.Inputs {
			if !e.exchanges() {
				next[e.From] = append(next[e.From], i)
			}
		}
		for _, to := range n.Ports {
			next[i] = append(next[i], to)
		}
	}
	for i, lanes := range g.nodes {
		if lanes == nil || !g.meet(next, i) {
			continue
		}
		for _, n := range lanes {
			n.later = make([][]*zset.Batch, len(n.ports[op.Rows]))
		}
		for out := 1; out < len(lanes[0].ports[op.Rows]); out++ {
			g.ways = append(g.ways, way{i, out})
		}
	}
}

// meet reports whether two ways from node i reach the same node.
func (g *Graph) meet(next [][]int, i int) bool {
	from := map[int]int{} // node → the way by which it was reached, plus 1
	var walk func(n, way int) bool
	walk = func(n, way int) bool {
		// An operator with state makes emissions of its own of what it gets, and what its ports get need not be in any
		// order between them.
		if lanes := g.nodes[n]; lanes != nil && lanes[0].orders {
			return false
		}
		switch from[n] {
		case way:
			return false
		case 0:
			from[n] = way
		default:
			return true
		}
		for _, to := range next[n] {
			if walk(to, way) {
				return true
			}
		}
		return false
	}
	for k, to := range next[i] {
		if walk(to, k+1) {
			return true
		}
	}
	return false
}

// hold keeps a batch (borrowed) for the ways other than the first.
func (n *node) hold(b *zset.Batch) {
	for out := 1; out < len(n.ports[op.Rows]); out++ {
		n.later[out] = append(n.later[out], b.Copy())
	}
}

// serveWays hands on what was held in a lane, once an emission is done.
func (g *Graph) serveWays(lane int) error {
	for k, w := range g.ways {
		n := g.nodes[w.node][lane]
		batches := n.later[w.out]
		n.later[w.out] = nil
		for _, b := range batches {
			b.Order.Way = g.wayAfter(b.Order.Way, k)
			g.turns.reach(lane, placeOf(b.Order))
			if err := n.ports[op.Rows][w.out].push(b); err != nil {
				return err
			}
		}
	}
	return nil
}

// wayAfter is the Order.Way of a batch that takes way k after having come by another one: k is the first digit, so that
// ways sort as they are served, and what brought the batch there the rest.
func (g *Graph) wayAfter(way uint32, k int) uint32 {
	digit := bits.Len(uint(len(g.ways)))
	return uint32(k+1)<<(32-digit) | way>>digit
}
