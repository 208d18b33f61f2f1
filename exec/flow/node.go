package flow

import (
	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/zset"
)

// node is one operator on one lane, or the entry of a scan (op == nil).
type node struct {
	graph    *Graph
	index    int
	lane     int
	stage    int
	op       op.Operator
	outs     []target
	dead     []target
	counters op.Counters
	phase    uint32 // 0 while rows are fed
	order    zset.Order
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

// toOutput encodes for a sink. stream means that batches of phase 0 are rows of a morsel, whose block is written as
// soon as the morsel is done; everything else waits for the end of its stage.
type toOutput struct {
	o      *output
	lane   int
	stream bool
}

func (t toOutput) push(b *zset.Batch) error { return t.o.push(t.lane, b, t.stream) }

// Emit implements op.Collector: it places the batch in the epoch's order and hands it on.
func (n *node) Emit(port int, b *zset.Batch) error {
	if b.N == 0 {
		return nil
	}
	if n.phase == 0 {
		b.Order = n.order
	} else {
		b.Order.Phase, b.Order.Lane = n.phase, uint32(n.lane)
	}
	outs := n.outs
	if port == op.Dead {
		outs = n.dead
	} else {
		n.counters.RowsOut += int64(b.N)
	}
	for _, t := range outs {
		if err := t.push(b); err != nil {
			return err
		}
	}
	return nil
}
