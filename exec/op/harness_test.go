package op

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/function"
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/state"
)

const second = int64(1_000_000)

// tuple is one row with its weight.
type tuple struct {
	weight int64
	values []any
}

func (t tuple) String() string { return fmt.Sprintf("%+d %v", t.weight, t.values) }

// sink collects what an operator emits, copying it.
type sink struct {
	rows    []tuple
	orders  []zset.Order // of each row
	dead    []tuple
	batches int
}

func (s *sink) Emit(port int, b *zset.Batch) error {
	if port == Dead {
		s.dead = append(s.dead, tuples(b)...)
		return nil
	}
	s.batches++
	rows := tuples(b)
	s.rows = append(s.rows, rows...)
	for range rows {
		s.orders = append(s.orders, b.Order)
	}
	return nil
}

func tuples(b *zset.Batch) []tuple {
	if len(b.Cols) != len(b.Schema) {
		panic(fmt.Sprintf("%d columns for schema %s", len(b.Cols), b.Schema))
	}
	out := make([]tuple, b.N)
	for i := range out {
		out[i].weight = b.Weight(i)
		for k, c := range b.Cols {
			if c.Len != b.N || c.Type.Phys() != b.Schema[k].Type.Phys() {
				panic(fmt.Sprintf("column %s: %d rows of %s in a batch of %d %s", b.Schema[k].Name, c.Len, c.Type, b.N,
					b.Schema[k].Type))
			}
			out[i].values = append(out[i].values, c.Value(i))
		}
	}
	return out
}

// batchOf builds a batch; weights stay nil when all are 1.
func batchOf(schema sqltype.Schema, rows []tuple) *zset.Batch {
	b := &zset.Batch{Schema: schema, N: len(rows)}
	for k, f := range schema {
		values := make([]any, len(rows))
		for i, r := range rows {
			values[i] = r.values[k]
		}
		b.Cols = append(b.Cols, vec.Make(f.Type, values...))
	}
	for i, r := range rows {
		if r.weight != 1 && b.Weights == nil {
			b.Weights = make([]int64, len(rows))
			for k := range i {
				b.Weights[k] = 1
			}
		}
		if b.Weights != nil {
			b.Weights[i] = r.weight
		}
	}
	return b
}

// resolve makes an aggregate call like the planner does.
func resolve(t testing.TB, in sqltype.Schema, name string, arg, filter int) Agg {
	t.Helper()
	var args []sqltype.Type
	a := Agg{Filter: filter}
	if arg >= 0 {
		args, a.Args = []sqltype.Type{in[arg].Type}, []int{arg}
	}
	r, err := function.ResolveAggregate(name, args, arg < 0)
	if err != nil {
		t.Fatal(err)
	}
	a.ID, a.Type = r.ID, r.Result
	return a
}

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

// chain feeds a batch through operators to out.
type chain struct {
	rest []Operator
	out  Collector
}

func (c chain) Emit(port int, b *zset.Batch) error {
	if port == Dead || len(c.rest) == 0 {
		return c.out.Emit(port, b)
	}
	return c.rest[0].Process(0, b, chain{c.rest[1:], c.out})
}

// parcel is a batch on its way through the exchange.
type parcel struct {
	schema sqltype.Schema
	rows   []tuple
}

type outbox func(port int, b *zset.Batch) error

func (f outbox) Emit(port int, b *zset.Batch) error { return f(port, b) }

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

func sameTuples(t testing.TB, what string, got, want []tuple) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || fmt.Sprint(got[i]) != fmt.Sprint(want[i]) {
			g, w := "nothing", "nothing"
			if i < len(got) {
				g = got[i].String()
			}
			if i < len(want) {
				w = want[i].String()
			}
			t.Fatalf("%s: row %d of %d: %s\nwant (of %d): %s", what, i, len(got), g, len(want), w)
		}
	}
}

// cuts divides n into random runs.
func cuts(r *rand.Rand, n, longest int) []int {
	var out []int
	for n > 0 {
		k := 1 + r.IntN(min(n, longest))
		out = append(out, k)
		n -= k
	}
	return out
}

// coded makes a text column a dictionary column now and then, with an unused entry and one that occurs twice.
func coded(r *rand.Rand, v *vec.Vec) *vec.Vec {
	if r.IntN(2) == 0 {
		return v
	}
	entries := []string{"unused"}
	at := map[string][]int32{}
	codes := make([]int32, v.Len)
	for i := range codes {
		x, ok := v.Value(i).(string)
		if !ok {
			codes[i] = -1
			continue
		}
		if len(at[x]) == 0 || (len(at[x]) == 1 && r.IntN(4) == 0) {
			at[x] = append(at[x], int32(len(entries)))
			entries = append(entries, x)
		}
		codes[i] = at[x][r.IntN(len(at[x]))]
	}
	return vec.NewDict(v.Type, entries, codes...)
}
