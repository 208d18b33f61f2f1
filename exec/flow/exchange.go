package flow

import (
	"cmp"
	"slices"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// exchange routes the rows of one edge to lanes. Sending lanes append to lists of their own; after the barrier each
// receiving lane takes its lists in arrival order. No locks: list [src][dst] has one writer, then readers only.
type exchange struct {
	route Route
	port  int // of the receiver
	keys  []int
	lanes int
	one   int          // the lane that owns the empty key
	lists [][][]parcel // [src][dst]
	send  []*sender
}

// parcel is a batch on its way to a lane. The exchange owns the batch; a broadcast one is in the list of every lane.
type parcel struct {
	batch *zset.Batch
	port  int
	nth   uint64 // number of the batch among those that its sending lane put into exchanges
}

// sender is one lane's side: the key encoder and scratch.
type sender struct {
	enc  *rowkey.Encoder
	keys rowkey.Keys
	cols []*vec.Vec
	sel  [][]int32
	all  []int32       // 0, 1, 2, …: the selection of every row
	free []*zset.Batch // batches of earlier epochs, reused
}

func newExchange(e Edge, schema sqltype.Schema, lanes int) *exchange {
	x := &exchange{route: e.Route, port: e.Port, keys: e.Keys, lanes: lanes, lists: make([][][]parcel, lanes),
		send: make([]*sender, lanes)}
	var none rowkey.Keys
	rowkey.NewEncoder(nil).Encode(nil, 1, &none)
	x.one = rowkey.Lane(rowkey.KeyGroup(none.Hash[0]), lanes)
	types := make([]sqltype.Type, len(e.Keys))
	for i, k := range e.Keys {
		types[i] = schema[k].Type
	}
	for src := range lanes {
		x.lists[src] = make([][]parcel, lanes)
		x.send[src] = &sender{enc: rowkey.NewEncoder(types), cols: make([]*vec.Vec, len(e.Keys)),
			sel: make([][]int32, lanes)}
	}
	return x
}

// push copies the rows of b (borrowed) for the lanes they go to.
func (x *exchange) push(src int, nth uint64, b *zset.Batch) {
	s, lists := x.send[src], x.lists[src]
	switch x.route {
	case Broadcast:
		// One copy for all lanes: they only read it.
		p := parcel{s.copyOf(b, s.every(b.N)), x.port, nth}
		for d := range lists {
			lists[d] = append(lists[d], p)
		}
	case One:
		lists[x.one] = append(lists[x.one], parcel{s.copyOf(b, s.every(b.N)), x.port, nth})
	case Hash:
		x.split(s, b)
		for d, sel := range s.sel {
			if len(sel) > 0 {
				lists[d] = append(lists[d], parcel{s.copyOf(b, sel), x.port, nth})
			}
		}
	case Direct: // never an exchange
	}
}

// split makes s.sel the rows that go to each lane.
func (x *exchange) split(s *sender, b *zset.Batch) {
	for i, k := range x.keys {
		s.cols[i] = b.Cols[k]
	}
	s.enc.Encode(s.cols, b.N, &s.keys)
	for d := range s.sel {
		s.sel[d] = s.sel[d][:0]
	}
	// By key group, not by the hash itself: state files are cut by key groups, and the lane that restores a group must be
	// the one that gets its rows.
	for i, h := range s.keys.Hash {
		d := rowkey.Lane(rowkey.KeyGroup(h), x.lanes)
		s.sel[d] = append(s.sel[d], int32(i))
	}
}

// every selects n rows.
func (s *sender) every(n int) []int32 {
	for i := len(s.all); i < n; i++ {
		s.all = append(s.all, int32(i))
	}
	return s.all[:n]
}

// copyOf copies the selected rows of b into a batch that the exchange owns.
func (s *sender) copyOf(b *zset.Batch, sel []int32) *zset.Batch {
	out := &zset.Batch{}
	if n := len(s.free); n > 0 {
		out, s.free = s.free[n-1], s.free[:n-1]
	}
	b.Select(out, sel)
	return out
}

// clear takes the batches back after the stage.
func (x *exchange) clear() {
	for src, row := range x.lists {
		for dst, list := range row {
			// A broadcast batch is in every list, and must come back once: handed out twice it would be filled by two
			// senders.
			if x.route != Broadcast || dst == 0 {
				for _, p := range list {
					x.send[src].free = append(x.send[src].free, p.batch)
				}
			}
			row[dst] = list[:0]
		}
	}
}

// inbound is what reaches a node over exchanges: one for each of its ports that has one.
type inbound struct {
	to        int
	stage     int // of the node
	exchanges []*exchange
	backwards bool // the last port first: Spec.LastPortFirst
}

// receive gives lane dst everything that was sent to it, in the order in which one lane would have seen it: by Order,
// and what one emission sent along several ways in the order of sending. Two batches with the same Order come from the
// same lane, whose numbers can be compared.
func (in *inbound) receive(dst int) []parcel {
	var all []parcel
	for _, x := range in.exchanges {
		for src := range x.lanes {
			all = append(all, x.lists[src][dst]...)
		}
	}
	slices.SortFunc(all, func(a, b parcel) int {
		if in.backwards && a.port != b.port {
			return b.port - a.port
		}
		return cmp.Or(a.batch.Order.Compare(b.batch.Order), cmp.Compare(a.nth, b.nth))
	})
	return all
}

// rows counts what waits, to decide whether waking the lanes pays.
func (in *inbound) rows() int {
	n := 0
	for _, x := range in.exchanges {
		for _, row := range x.lists {
			for _, list := range row {
				for _, p := range list {
					n += p.batch.N
				}
			}
		}
	}
	return n
}

// clear takes all batches back after the stage.
func (in *inbound) clear() {
	for _, x := range in.exchanges {
		x.clear()
	}
}
