package op

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/state"
)

// lane is one lane's operators: those before the exchange, and the one after it.
type lane struct {
	counters []*Counters
	before   []Operator
	after    Operator
}

// rig runs a two-stage pipeline like exec/flow does, in one goroutine.
type rig struct {
	t     testing.TB
	lanes []*lane
	st    *state.State
	clock *EpochClock
	keys  []int // of the exchange
	enc   *rowkey.Encoder
	mark  clock.EventTime
	epoch int64

	make  func() ([]Operator, Operator)
	store *store.Memory
	files []state.FileRef
	past  Counters // of lanes before a restart
}

// newRig builds the operators of n lanes; make returns those before the exchange and the one after it.
func newRig(t testing.TB, n int, keys []int, types []sqltype.Type, make func() ([]Operator, Operator)) *rig {
	t.Helper()
	r := &rig{t: t, clock: &EpochClock{}, keys: keys, enc: rowkey.NewEncoder(types), mark: clock.Min, make: make,
		store: store.NewMemory()}
	r.open(n)
	return r
}

// open makes the operators of n lanes.
func (r *rig) open(n int) {
	r.t.Helper()
	r.st, r.lanes = state.New(n, nil), nil
	for i := range n {
		before, after := r.make()
		l := &lane{before: before, after: after}
		for _, o := range append(slices.Clone(before), after) {
			c := &Counters{}
			l.counters = append(l.counters, c)
			if err := o.Open(&Setup{Lane: i, Lanes: n, State: r.st, Counters: c, Epoch: r.clock}); err != nil {
				r.t.Fatal(err)
			}
		}
		r.lanes = append(r.lanes, l)
	}
}

// commit ends the epoch: its changes become a state file.
func (r *rig) commit() {
	r.t.Helper()
	c, err := r.st.Capture(r.epoch)
	if err != nil {
		r.t.Fatal(err)
	}
	if c == nil {
		return
	}
	ref, err := c.Write(r.t.Context(), r.store, fmt.Sprintf("state/%d", r.epoch))
	if err != nil {
		r.t.Fatal(err)
	}
	r.files = append(r.files, ref)
}

// restart throws everything in memory away and resumes from the state files with n lanes.
func (r *rig) restart(n int) {
	r.t.Helper()
	r.past = r.counters(0)
	r.open(n)
	if _, err := r.st.Restore(r.t.Context(), r.store, r.files, nil); err != nil {
		r.t.Fatal(err)
	}
	for _, l := range r.lanes {
		for _, o := range append(slices.Clone(l.before), l.after) {
			if x, ok := o.(Resumer); ok {
				x.Resume(r.mark)
			}
		}
	}
}

// counters sums what operator i reports, over lanes and restarts (the latter for the first operator only).
func (r *rig) counters(i int) Counters {
	c := r.past
	if i > 0 {
		c = Counters{}
	}
	for _, l := range r.lanes {
		c.Late += l.counters[i].Late
		c.NullTime += l.counters[i].NullTime
		c.StateRows += l.counters[i].StateRows
	}
	return c
}

// parcel is a batch on its way through the exchange.
type parcel struct {
	schema sqltype.Schema
	rows   []tuple
}

// run is one epoch: morsels go to the lanes in turn, then both stages advance. It returns what left, in order.
func (r *rig) run(morsels []*zset.Batch, mark clock.EventTime, final bool) []tuple {
	r.t.Helper()
	r.epoch++
	*r.clock = EpochClock{Epoch: r.epoch, Now: time.UnixMilli(r.epoch)}
	r.mark = max(r.mark, mark)
	lists := make([][]parcel, len(r.lanes))
	for i, m := range morsels {
		l := r.lanes[i%len(r.lanes)]
		err := chain{l.before, outbox(func(port int, b *zset.Batch) error {
			r.route(lists, b)
			return nil
		})}.Emit(Rows, m)
		if err != nil {
			r.t.Fatal(err)
		}
	}
	tick := Tick{Epoch: r.epoch, In: []clock.EventTime{r.mark}, Watermark: r.mark, Final: final}
	var all sink
	for i, l := range r.lanes {
		for _, o := range l.before {
			silent := outbox(func(int, *zset.Batch) error { panic("emits while advancing") })
			if w, err := o.Advance(tick, silent); err != nil || w != r.mark {
				r.t.Fatalf("advance: %s, %v", w, err)
			}
		}
		for _, p := range lists[i] {
			if err := l.after.Process(0, batchOf(p.schema, p.rows), &all); err != nil {
				r.t.Fatal(err)
			}
		}
	}
	if len(all.rows) > 0 {
		r.t.Fatal("rows before Advance")
	}
	for i, l := range r.lanes {
		at := len(all.orders)
		if _, err := l.after.Advance(tick, &all); err != nil {
			r.t.Fatal(err)
		}
		for k := range all.orders[at:] {
			all.orders[at+k].Lane = uint32(i)
		}
	}
	r.commit()
	return inOrder(&all)
}

// inOrder sorts what lanes emitted as a sink sees it.
func inOrder(s *sink) []tuple {
	index := make([]int, len(s.rows))
	for i := range index {
		index[i] = i
	}
	slices.SortStableFunc(index, func(a, b int) int {
		switch {
		case s.orders[a].Less(s.orders[b]):
			return -1
		case s.orders[b].Less(s.orders[a]):
			return 1
		}
		return 0
	})
	out := make([]tuple, len(index))
	for i, k := range index {
		out[i] = s.rows[k]
	}
	return out
}

// route copies the rows of b to the lanes that own their keys.
func (r *rig) route(lists [][]parcel, b *zset.Batch) {
	var keys rowkey.Keys
	var cols []*vec.Vec
	for _, k := range r.keys {
		cols = append(cols, b.Cols[k])
	}
	r.enc.Encode(cols, b.N, &keys)
	parts := make([][]tuple, len(lists))
	for i, row := range tuples(b) {
		d := rowkey.Lane(rowkey.KeyGroup(keys.Hash[i]), len(lists))
		parts[d] = append(parts[d], row)
	}
	for d, p := range parts {
		if len(p) > 0 {
			lists[d] = append(lists[d], parcel{b.Schema, p})
		}
	}
}
