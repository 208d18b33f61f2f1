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
	waiting map[uint64][]byte // encoded blocks that came early (nil: that morsel had no rows here)
	tx      sinks.Tx
	err     error
	free    [][]byte
	bytes   int64
}

// outputLane is what one lane has encoded.
type outputLane struct {
	enc    sinks.Encoder
	buf    []byte // rows of the current morsel
	late   []lateBlock
	digest zset.Digest
}

// lateBlock is the encoding of one batch emitted during Advance.
type lateBlock struct {
	order zset.Order
	data  []byte
}

func newOutput(node *Node, lanes int) *output {
	o := &output{node: node, waiting: map[uint64][]byte{}}
	for lane := range lanes {
		o.lanes = append(o.lanes, &outputLane{enc: node.Sink.Sink.Encoder(lane)})
	}
	return o
}

// push encodes a batch in its lane.
func (o *output) push(lane int, b *zset.Batch, stream bool) error {
	l := o.lanes[lane]
	l.digest.Add(b)
	if stream && b.Order.Phase == 0 {
		var err error
		l.buf, err = l.enc.Encode(l.buf, b)
		return err
	}
	data, err := l.enc.Encode(o.buffer(), b)
	if err != nil {
		return err
	}
	l.late = append(l.late, lateBlock{b.Order, data})
	return nil
}

// buffer takes an empty buffer from the free list.
func (o *output) buffer() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	if n := len(o.free); n > 0 {
		b := o.free[n-1]
		o.free = o.free[:n-1]
		return b[:0]
	}
	return nil
}

// morselDone hands over what the lane encoded for morsel seq, writes it when it is its turn, and whatever waited for it.
func (o *output) morselDone(ctx context.Context, epoch int64, lane int, seq uint64) error {
	l := o.lanes[lane]
	data := l.buf
	l.buf = nil
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return o.err
	}
	if len(data) == 0 {
		o.waiting[seq] = nil
		l.buf = data
	} else {
		o.waiting[seq] = data
	}
	for {
		block, ok := o.waiting[o.next]
		if !ok {
			break
		}
		delete(o.waiting, o.next)
		o.next++
		if block == nil {
			continue
		}
		if o.err = o.write(ctx, epoch, block); o.err != nil {
			return o.err
		}
		o.free = append(o.free, block)
	}
	if l.buf == nil && len(o.free) > 0 {
		l.buf = o.free[len(o.free)-1][:0]
		o.free = o.free[:len(o.free)-1]
	}
	return nil
}

// write gives a block to the transaction, which begins with the first one: an epoch without rows does not touch a sink.
func (o *output) write(ctx context.Context, epoch int64, block []byte) error {
	if o.tx == nil {
		tx, err := o.node.Sink.Sink.Begin(ctx, epoch)
		if err != nil {
			return o.failed(err)
		}
		o.tx = tx
	}
	o.bytes += int64(len(block))
	if err := o.tx.Write(ctx, sinks.Block{Data: block}); err != nil {
		return o.failed(err)
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
func (o *output) stageDone(ctx context.Context, epoch int64) error {
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
		if len(b.data) > 0 {
			if err := o.write(ctx, epoch, b.data); err != nil {
				return err
			}
		}
		o.free = append(o.free, b.data)
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
		l.buf = l.buf[:0]
	}
	o.tx, o.next, o.bytes, o.err = nil, 0, 0, nil
	clear(o.waiting)
	return out
}
