package flow

import (
	"context"

	"streamsql/internal/diag"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

// output is one sink's side of an epoch: lanes encode, and whoever comes by writes the blocks that are due, one after
// the other in the order that turns keeps. So rows stream to the sink while morsels are fed and while windows fire; a
// lane that is ahead of the others holds at most turns.limit bytes.
type output struct {
	node  *Node
	turns *turns
	lanes []*outputLane

	// Of the epoch under way; a lane that emits a batch knows neither.
	ctx   context.Context
	epoch *Epoch

	// Guarded by turns.mu.
	writing bool // somebody uses tx, which takes one caller at a time
	tx      sinks.Tx
	err     error
	free    []*block
	bytes   int64
}

// outputLane is what one lane has encoded.
type outputLane struct {
	enc    sinks.Encoder // nil: the sink takes batches
	digest zset.Digest

	// Guarded by turns.mu.
	queue queue
	held  int64 // bytes in queue
}

// block is rows on their way to the sink: encoded, or as batches.
type block struct {
	at    place
	data  []byte
	batch *zset.Batch
	rows  int64
	size  int64
}

func newOutput(node *Node, lanes int, t *turns) *output {
	o := &output{node: node, turns: t}
	batched, ok := node.Sink.Sink.(sinks.Batched)
	for lane := range lanes {
		l := &outputLane{}
		if !ok || !batched.Batches() {
			l.enc = node.Sink.Sink.Encoder(lane)
		}
		o.lanes = append(o.lanes, l)
	}
	return o
}

// begin starts an epoch.
func (o *output) begin(ctx context.Context, e *Epoch) { o.ctx, o.epoch = ctx, e }

// push encodes a batch (borrowed) in its lane and sees to it that it is written when it is due.
func (o *output) push(lane int, b *zset.Batch) error {
	l, t := o.lanes[lane], o.turns
	t.mu.Lock()
	blk := o.take()
	t.mu.Unlock()
	if err := l.fill(blk, b); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if blk.size == 0 {
		o.release(blk)
		return o.err
	}
	l.queue.push(blk)
	l.held += blk.size
	for {
		o.writeDue()
		if o.err != nil || l.held < t.limit || !t.apart {
			return o.err
		}
		t.wait()
	}
}

// fill makes blk the rows of b and adds them to the digest.
func (l *outputLane) fill(blk *block, b *zset.Batch) (err error) {
	rows := l.digest.Rows
	l.digest.Add(b)
	blk.at, blk.rows = placeOf(b.Order), l.digest.Rows-rows
	if l.enc == nil {
		blk.batch = b.Copy()
		blk.size = blk.batch.Held()
		return nil
	}
	blk.data, err = l.enc.Encode(blk.data, b)
	blk.size = int64(len(blk.data))
	return err
}

// writeDue writes blocks until the next one is not due. The caller holds turns.mu, which is released while the sink
// works: the other lanes encode meanwhile.
func (o *output) writeDue() {
	if o.writing {
		return // they are written by somebody who looks again after each
	}
	for o.err == nil {
		l := o.next()
		if l == nil {
			return
		}
		blk := l.queue.pop()
		l.held -= blk.size
		o.err = o.writeOne(blk)
		o.release(blk)
		o.turns.wake()
	}
}

// next is the lane that holds the first block of all, when that block is due.
func (o *output) next() *outputLane {
	first := -1
	var at place
	for lane, l := range o.lanes {
		if b := l.queue.first(); b != nil && (first < 0 || before(b.at, lane, at, first)) {
			first, at = lane, b.at
		}
	}
	if first < 0 || !o.turns.due(at, first) {
		return nil
	}
	return o.lanes[first]
}

// writeOne gives a block to the sink without turns.mu, which the caller holds before and after.
func (o *output) writeOne(b *block) (err error) {
	o.writing = true
	o.turns.mu.Unlock()
	defer func() {
		o.turns.mu.Lock()
		// Also when the sink panics: whoever waits for this sink would otherwise wait for ever.
		o.writing = false
		if p := recover(); p != nil {
			err = diag.New(diag.Internal, "table %q: writing panics: %v", o.node.Sink.Name, p).WithCause(stackOf())
		}
	}()
	return o.write(b)
}

// write gives a block to the transaction, which begins with the first one: an epoch without rows does not touch a sink.
func (o *output) write(b *block) error {
	if o.tx == nil {
		tx, err := o.node.Sink.Sink.Begin(o.ctx, o.epoch.Number, o.epoch.Logged)
		if err != nil {
			return o.failed(err)
		}
		o.tx = tx
	}
	o.bytes += int64(len(b.data))
	if err := o.tx.Write(o.ctx, sinks.Block{Data: b.data, Batch: b.batch, Rows: b.rows}); err != nil {
		return o.failed(err)
	}
	return nil
}

func (o *output) failed(err error) error { return sinks.Failed(o.node.Sink.Name, err) }

// flush writes what is left once every lane has ended. It is little: lanes write along the way.
func (o *output) flush() error {
	o.turns.mu.Lock()
	defer o.turns.mu.Unlock()
	o.writeDue()
	return o.err
}

// Output is what an epoch produced for one sink. Tx is nil when there were no rows.
type Output struct {
	Name   string
	Sink   sinks.Sink
	Tx     sinks.Tx
	Digest zset.Digest
	Bytes  int64
}

// end ends the epoch on this sink and resets for the next one.
func (o *output) end() Output {
	out := Output{Name: o.node.Sink.Name, Sink: o.node.Sink.Sink, Tx: o.tx, Bytes: o.bytes}
	for _, l := range o.lanes {
		out.Digest.Merge(l.digest)
		l.digest = zset.Digest{}
		l.queue, l.held = queue{}, 0 // rows of an epoch that failed
	}
	o.tx, o.bytes, o.err = nil, 0, nil
	o.ctx, o.epoch = nil, nil
	return out
}

// take gives an empty block; the caller holds turns.mu.
func (o *output) take() *block {
	n := len(o.free)
	if n == 0 {
		return &block{}
	}
	b := o.free[n-1]
	o.free = o.free[:n-1]
	return b
}

// release takes a block back; the sink may keep the batch, so that is forgotten. The caller holds turns.mu.
func (o *output) release(b *block) {
	*b = block{data: b.data[:0]}
	o.free = append(o.free, b)
}

// queue is blocks in the order of emission.
type queue struct {
	blocks []*block
	head   int
}

func (q *queue) push(b *block) { q.blocks = append(q.blocks, b) }

func (q *queue) first() *block {
	if q.head == len(q.blocks) {
		return nil
	}
	return q.blocks[q.head]
}

func (q *queue) pop() *block {
	b := q.blocks[q.head]
	q.blocks[q.head] = nil // it goes back to the free list, which may be trimmed
	if q.head++; q.head == len(q.blocks) {
		q.blocks, q.head = q.blocks[:0], 0
	}
	return b
}
