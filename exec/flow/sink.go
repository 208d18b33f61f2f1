package flow

import (
	"context"
	"slices"
	"sync"

	"streamsql/internal/diag"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

// output is one sink's side of an epoch: lanes encode, one of them at a time writes, always in arrival order. Blocks of
// morsels stream out as soon as their turn comes; blocks of an Advance are sorted after the stage's barrier.
type output struct {
	node  *Node
	lanes []*outputLane

	mu      sync.Mutex
	next    uint64            // the morsel whose block is written next
	waiting map[uint64]*block // blocks that came early (nil: that morsel had no rows here)
	tx      sinks.Tx
	err     error
	free    []*block
	bytes   int64
}

// outputLane is what one lane has encoded.
type outputLane struct {
	enc    sinks.Encoder // nil: the sink takes batches
	cur    *block        // rows of the current morsel
	late   []lateBlock
	digest zset.Digest
}

// block is rows on their way to the sink: encoded, or as batches.
type block struct {
	data    []byte
	batches []*zset.Batch
	rows    int64
}

func (b *block) empty() bool { return len(b.data) == 0 && len(b.batches) == 0 }

// lateBlock is the encoding of one batch emitted during Advance.
type lateBlock struct {
	order zset.Order
	*block
}

func newOutput(node *Node, lanes int) *output {
	o := &output{node: node, waiting: map[uint64]*block{}}
	batched, ok := node.Sink.Sink.(sinks.Batched)
	for lane := range lanes {
		l := &outputLane{cur: &block{}}
		if !ok || !batched.Batches() {
			l.enc = node.Sink.Sink.Encoder(lane)
		}
		o.lanes = append(o.lanes, l)
	}
	return o
}

// push encodes a batch in its lane.
func (o *output) push(lane int, b *zset.Batch, stream bool) error {
	l := o.lanes[lane]
	if stream && b.Order.Phase == 0 {
		return l.add(l.cur, b)
	}
	late := lateBlock{b.Order, o.block()}
	if err := l.add(late.block, b); err != nil {
		return err
	}
	l.late = append(l.late, late)
	return nil
}

// add appends the rows of b (borrowed) to a block and to the digest.
func (l *outputLane) add(to *block, b *zset.Batch) (err error) {
	before := l.digest.Rows
	l.digest.Add(b)
	to.rows += l.digest.Rows - before
	if l.enc == nil {
		to.batches = append(to.batches, b.Copy())
		return nil
	}
	to.data, err = l.enc.Encode(to.data, b)
	return err
}

// block takes an empty one from the free list.
func (o *output) block() *block {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.blockLocked()
}

func (o *output) blockLocked() *block {
	n := len(o.free)
	if n == 0 {
		return &block{}
	}
	b := o.free[n-1]
	o.free = o.free[:n-1]
	return b
}

// release gives a block back; the sink may keep the batches, so these are forgotten.
func (o *output) release(b *block) {
	clear(b.batches)
	b.data, b.batches, b.rows = b.data[:0], b.batches[:0], 0
	o.free = append(o.free, b)
}

// morselDone hands over what the lane encoded for morsel seq, writes it when it is its turn, and whatever waited for
// it.
func (o *output) morselDone(ctx context.Context, e Epoch, lane int, seq uint64) error {
	l := o.lanes[lane]
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return o.err
	}
	if l.cur.empty() {
		o.waiting[seq] = nil
	} else {
		o.waiting[seq] = l.cur
		l.cur = o.blockLocked()
	}
	for {
		b, ok := o.waiting[o.next]
		if !ok {
			return nil
		}
		delete(o.waiting, o.next)
		o.next++
		if b == nil {
			continue
		}
		if o.err = o.write(ctx, e, b); o.err != nil {
			return o.err
		}
		o.release(b)
	}
}

// write gives a block to the transaction, which begins with the first one: an epoch without rows does not touch a sink.
func (o *output) write(ctx context.Context, e Epoch, b *block) error {
	if o.tx == nil {
		tx, err := o.node.Sink.Sink.Begin(ctx, e.Number, e.Logged)
		if err != nil {
			return o.failed(err)
		}
		o.tx = tx
	}
	if len(b.data) > 0 {
		o.bytes += int64(len(b.data))
		if err := o.tx.Write(ctx, sinks.Block{Data: b.data, Rows: b.rows}); err != nil {
			return o.failed(err)
		}
	}
	for _, batch := range b.batches {
		if err := o.tx.Write(ctx, sinks.Block{Batch: batch, Rows: batch.Changes()}); err != nil {
			return o.failed(err)
		}
	}
	return nil
}

func (o *output) failed(err error) error {
	if diag.CodeOf(err) != diag.Internal {
		return err
	}
	return diag.New(diag.SinkFailed, "table %q cannot be written", o.node.Sink.Name).WithCause(err)
}

// stageDone writes what lanes encoded while a stage advanced.
func (o *output) stageDone(ctx context.Context, e Epoch) error {
	var all []lateBlock
	for _, l := range o.lanes {
		all = append(all, l.late...)
		l.late = l.late[:0]
	}
	slices.SortStableFunc(all, func(a, b lateBlock) int {
		switch {
		case a.order.Less(b.order):
			return -1
		case b.order.Less(a.order):
			return 1
		}
		return 0
	})
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, b := range all {
		if !b.empty() {
			if err := o.write(ctx, e, b.block); err != nil {
				return err
			}
		}
		o.release(b.block)
	}
	return nil
}

// Output is what an epoch produced for one sink. Tx is nil when there were no rows.
type Output struct {
	Name   string
	Sink   sinks.Sink
	Tx     sinks.Tx
	Digest zset.Digest
	Bytes  int64
}

// take ends the epoch on this sink and resets for the next one.
func (o *output) take() Output {
	out := Output{Name: o.node.Sink.Name, Sink: o.node.Sink.Sink, Tx: o.tx, Bytes: o.bytes}
	for _, l := range o.lanes {
		out.Digest.Merge(l.digest)
		l.digest = zset.Digest{}
		l.cur = &block{data: l.cur.data[:0]} // rows of an epoch that failed
	}
	o.tx, o.next, o.bytes, o.err = nil, 0, 0, nil
	clear(o.waiting)
	return out
}
