package flow

import (
	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/invariants"
	"streamsql/internal/zset"
)

// node is one operator on one lane, or the entry of a scan (op == nil).
type node struct {
	graph    *Graph
	index    int
	lane     int
	stage    int
	op       op.Operator
	ports    [op.OutputPorts][]target
	later    [][]*zset.Batch // what waits, per target of op.Rows; nil unless ways meet (see way)
	counters op.Counters
	phase    uint32 // 0 while rows are fed
	order    zset.Order
	last     uint64 // number of the newest emission of this Advance
	orders   bool   // it puts its output into an order of its own, and emits in Advance only
	mark     clock.EventTime
}

// target is where a batch goes next.
type target interface {
	// push hands on a batch, which is borrowed until it returns. An error ends the epoch.
	push(b *zset.Batch) error
}

type direct struct {
	to   *node
	port int
}

func (d direct) push(b *zset.Batch) error {
	n := d.to
	n.graph.current[n.lane] = n
	n.counters.RowsIn += int64(b.N)
	n.order = b.Order
	return n.op.Process(d.port, b, n)
}

type toExchange struct {
	x    *exchange
	from *node
}

func (t toExchange) push(b *zset.Batch) error {
	lane := t.from.lane
	nth := &t.from.graph.sent[lane]
	*nth++
	t.x.push(lane, *nth, b)
	return nil
}

// toOutput encodes for a sink.
type toOutput struct {
	o    *output
	lane int
}

func (t toOutput) push(b *zset.Batch) error { return t.o.push(t.lane, b) }

// Emit implements op.Collector: it places the batch in the epoch's order and hands it on.
func (n *node) Emit(port int, b *zset.Batch) error {
	if b.N == 0 {
		return nil
	}
	if invariants.On {
		n.check(b)
	}
	if n.phase == 0 {
		b.Order = n.order
	} else if err := n.number(b); err != nil {
		return err
	}
	to := n.ports[port]
	if port == op.Rows {
		n.counters.RowsOut += int64(b.N)
		if n.later != nil && b.Order.Phase != 0 {
			n.hold(b)
			to = to[:1]
		}
	}
	for _, t := range to {
		if err := t.push(b); err != nil {
			return err
		}
	}
	return nil
}

// number places a batch that the node emits in Advance.
func (n *node) number(b *zset.Batch) error {
	seq := b.Order.Seq
	if seq != n.last {
		// The emission before it is done.
		if err := n.graph.serveWays(n.lane); err != nil {
			return err
		}
	}
	n.last = seq
	b.Order = zset.Order{Phase: n.phase, Seq: seq, Lane: uint32(n.lane)}
	n.graph.turns.reach(n.lane, placeOf(b.Order))
	return nil
}

// check holds an emission against the contract of order (package doc).
func (n *node) check(b *zset.Batch) {
	if n.phase == 0 {
		invariants.Check(!n.orders, "rows emitted in Process, by an operator with state or after an exchange")
		return
	}
	invariants.Check(b.Order.Seq >= n.last, "emissions of an Advance are not numbered in ascending order")
}
