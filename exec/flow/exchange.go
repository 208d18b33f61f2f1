package flow

import (
	"slices"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// exchange routes the rows of one edge by key hash. Sending lanes append to lists of their own; after the barrier each
// receiving lane takes its lists in arrival order. No locks: list [src][dst] has one writer, then one reader.
type exchange struct {
	keys  []int
	lanes int
	lists [][][]*zset.Batch // [src][dst]
	send  []*sender
}

// sender is one lane's side: the key encoder and scratch.
type sender struct {
	enc  *rowkey.Encoder
	keys rowkey.Keys
	cols []*vec.Vec
	sel  [][]int32
	free []*zset.Batch // batches of earlier epochs, reused
}

func newExchange(keys []int, schema sqltype.Schema, lanes int) *exchange {
	x := &exchange{keys: keys, lanes: lanes, lists: make([][][]*zset.Batch, lanes), send: make([]*sender, lanes)}
	types := make([]sqltype.Type, len(keys))
	for i, k := range keys {
		types[i] = schema[k].Type
	}
	for src := range lanes {
		x.lists[src] = make([][]*zset.Batch, lanes)
		x.send[src] = &sender{enc: rowkey.NewEncoder(types), cols: make([]*vec.Vec, len(keys)),
			sel: make([][]int32, lanes)}
	}
	return x
}

// push copies the rows of b (borrowed) to the lanes that own their keys.
func (x *exchange) push(src int, b *zset.Batch) {
	s := x.send[src]
	for i, k := range x.keys {
		s.cols[i] = b.Cols[k]
	}
	s.enc.Encode(s.cols, b.N, &s.keys)
	for d := range s.sel {
		s.sel[d] = s.sel[d][:0]
	}
	for i, h := range s.keys.Hash {
		d := rowkey.Lane(rowkey.KeyGroup(h), x.lanes)
		s.sel[d] = append(s.sel[d], int32(i))
	}
	for d, sel := range s.sel {
		if len(sel) > 0 {
			out := s.take()
			b.Select(out, sel)
			x.lists[src][d] = append(x.lists[src][d], out)
		}
	}
}

// take gives a batch that the exchange owns.
func (s *sender) take() *zset.Batch {
	if n := len(s.free); n > 0 {
		b := s.free[n-1]
		s.free = s.free[:n-1]
		return b
	}
	return &zset.Batch{}
}

// receive gives lane dst everything that was sent to it, in arrival order.
func (x *exchange) receive(dst int) []*zset.Batch {
	var all []*zset.Batch
	for src := range x.lanes {
		all = append(all, x.lists[src][dst]...)
	}
	slices.SortStableFunc(all, func(a, b *zset.Batch) int {
		switch {
		case a.Order.Less(b.Order):
			return -1
		case b.Order.Less(a.Order):
			return 1
		}
		return 0
	})
	return all
}

// rows counts what waits, to decide whether waking the lanes pays.
func (x *exchange) rows() int {
	n := 0
	for _, row := range x.lists {
		for _, list := range row {
			for _, b := range list {
				n += b.N
			}
		}
	}
	return n
}

// clear takes the batches back after the stage.
func (x *exchange) clear() {
	for src, row := range x.lists {
		for dst, list := range row {
			x.send[src].free = append(x.send[src].free, list...)
			x.lists[src][dst] = list[:0]
		}
	}
}
