package op

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// The table of the window tests: event time, a text key, a number, a float.
var bids = sqltype.Schema{
	{Name: "ts", Type: sqltype.TimestampType(3)},
	{Name: "channel", Type: sqltype.StringType},
	{Name: "price", Type: sqltype.BigIntType},
	{Name: "rate", Type: sqltype.DoubleType},
}

const (
	windowSize = 10 * time.Second
	delay      = 2 * second
)

func tumbleSpec(late bool) TumbleSpec {
	return TumbleSpec{
		TimeCol: 0, Size: windowSize, Emit: []window.Col{window.ColStart, window.ColEnd, window.ColTime}, Late: late,
		Schema: append(append(sqltype.Schema{}, bids...),
			sqltype.Field{Name: "window_start", Type: sqltype.TimestampType(3)},
			sqltype.Field{Name: "window_end", Type: sqltype.TimestampType(3)},
			sqltype.Field{Name: "window_time", Type: sqltype.TimestampType(3)}),
	}
}

// windowGroup is: SELECT channel, window_start, window_end, COUNT(*), MAX(price), AVG(price), SUM(price), SUM(rate),
// MIN(channel) … GROUP BY window, channel.
func windowGroup(t testing.TB) GroupSpec {
	in := tumbleSpec(true).Schema
	return GroupSpec{Node: "window", In: in, EndCol: 5, Keys: []int{1}, Aggs: []Agg{
		resolve(t, in, "COUNT", -1, -1), resolve(t, in, "MAX", 2, -1), resolve(t, in, "AVG", 2, -1),
		resolve(t, in, "SUM", 2, -1),
		resolve(t, in, "SUM", 3, -1), resolve(t, in, "MIN", 1, -1),
	}}
}

func windowSpec(t testing.TB, merged bool) WindowAggregateSpec {
	g := windowGroup(t)
	out := sqltype.Schema{g.In[1], g.In[4], g.In[5]}
	for i, a := range g.Aggs {
		out = append(out, sqltype.Field{Name: fmt.Sprint("a", i), Type: a.Type})
	}
	return WindowAggregateSpec{GroupSpec: g, Size: windowSize, Emit: []window.Col{window.ColStart, window.ColEnd},
		Merged: merged, Out: out}
}

// windowRig is the whole pipeline, with or without pre-aggregation.
func windowRig(t testing.TB, lanes int, pre bool) *rig {
	keys := []int{1}
	if pre {
		keys = []int{0}
	}
	return newRig(t, lanes, keys, []sqltype.Type{sqltype.StringType}, func() ([]Operator, Operator) {
		tumble, err := NewTumble(tumbleSpec(true))
		if err != nil {
			t.Fatal(err)
		}
		before := []Operator{tumble}
		if pre {
			p, err := NewPreAggregate(windowGroup(t))
			if err != nil {
				t.Fatal(err)
			}
			before = append(before, p)
		}
		w, err := NewWindowAggregate(windowSpec(t, pre))
		if err != nil {
			t.Fatal(err)
		}
		return before, w
	})
}

// marked gives morsels of one partition their Behind, as Scanned.Attach does, and returns the running maximum.
func marked(b *zset.Batch, base clock.EventTime) clock.EventTime {
	b.Behind = make([]clock.EventTime, b.N)
	needed := false
	for i := range b.N {
		b.Behind[i] = base
		if ts, ok := b.Cols[0].Value(i).(int64); ok {
			needed = needed || clock.EventTime(ts) <= base
			base = max(base, clock.EventTime(ts-delay))
		}
	}
	if !needed {
		b.Behind = nil
	}
	return base
}

// windowModel is the answer by the book: rows judged one after the other, windows in ascending order, groups by hash.
func windowModel(rows []tuple) (out []tuple, late, null int64) {
	type group struct {
		end int64
		key any
	}
	mark := clock.Min
	groups := map[group][]tuple{}
	for _, r := range rows {
		ts, ok := r.values[0].(int64)
		if !ok {
			null++
			continue
		}
		end := int64(math.Floor(float64(ts)/1e7))*10*second + 10*second
		if clock.EventTime(end-1000) <= mark {
			late++
		} else {
			groups[group{end, r.values[1]}] = append(groups[group{end, r.values[1]}], r)
		}
		mark = max(mark, clock.EventTime(ts-delay))
	}
	var order []group
	for g := range groups {
		order = append(order, g)
	}
	sort.Slice(order, func(i, j int) bool {
		if order[i].end != order[j].end {
			return order[i].end < order[j].end
		}
		return hashOf(order[i].key) < hashOf(order[j].key)
	})
	for _, g := range order {
		v := []any{g.key, g.end - 10*second, g.end, int64(len(groups[g]))}
		out = append(out, tuple{1, append(v, modelAggregates(groups[g])...)})
	}
	return out, late, null
}

// modelAggregates: MAX, AVG, SUM of price, SUM of rate, MIN of channel. Rates are multiples of 1/8: sums are exact.
func modelAggregates(rows []tuple) []any {
	var best, avg, sum, rates, least any
	n, total, rate, hasRate := int64(0), int64(0), 0.0, false
	for _, r := range rows {
		if p, ok := r.values[2].(int64); ok {
			n++
			total += p
			if best == nil || p > best.(int64) {
				best = p
			}
		}
		if x, ok := r.values[3].(float64); ok {
			rate, hasRate = rate+x, true
		}
		if c, ok := r.values[1].(string); ok {
			least = c
		}
	}
	if n > 0 {
		avg, sum = total/n, total
	}
	if hasRate {
		rates = rate
	}
	return []any{best, avg, sum, rates, least}
}

func hashOf(key any) uint64 {
	var k rowkey.Keys
	rowkey.NewEncoder([]sqltype.Type{sqltype.StringType}).Encode([]*vec.Vec{vec.Make(sqltype.StringType, key)}, 1, &k)
	return k.Hash[0]
}

// randomBids come out of order by up to three windows, with some NULLs.
func randomBids(r *rand.Rand, n int) []tuple {
	rows := make([]tuple, n)
	now := -20 * second
	for i := range rows {
		now += r.Int64N(second)
		ts := any(now)
		switch r.IntN(20) {
		case 0:
			ts = now - r.Int64N(30*second)
		case 1:
			ts = now - r.Int64N(4*second)
		case 2:
			ts = nil
		}
		if v, ok := ts.(int64); ok {
			ts = v - ((v%1000)+1000)%1000
		}
		v := []any{ts, fmt.Sprintf("channel-%d", r.IntN(9)), r.Int64N(2000) - 1000, float64(r.IntN(100)) / 8}
		for k := 1; k < 4; k++ {
			if r.IntN(15) == 0 {
				v[k] = nil
			}
		}
		rows[i] = tuple{1, v}
	}
	return rows
}

// TestWindowAgainstModel runs the pipeline cut into epochs and morsels at random, on 1, 2 and 3 lanes, with and without
// pre-aggregation, stopped and resumed on another number of lanes: rows, their order and the late ones are always the
// model's.
func TestWindowAgainstModel(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		rows := randomBids(r, 50+r.IntN(500))
		want, late, null := windowModel(rows)
		for _, lanes := range []int{1, 2, 3} {
			for _, pre := range []bool{false, true} {
				name := fmt.Sprintf("seed %d, %d lanes, pre-aggregation %v", seed, lanes, pre)
				x := windowRig(t, lanes, pre)
				var got []tuple
				mark, at := clock.Min, 0
				for _, epoch := range cuts(r, len(rows), 200) {
					var morsels []*zset.Batch
					for _, n := range cuts(r, epoch, 60) {
						b := batchOf(bids, rows[at:at+n])
						b.Cols[1] = coded(r, b.Cols[1])
						mark = marked(b, mark)
						morsels = append(morsels, b)
						at += n
					}
					got = append(got, x.run(morsels, mark, false)...)
					if r.IntN(3) == 0 {
						x.restart(1 + r.IntN(4))
					}
				}
				got = append(got, x.run(nil, clock.Max, true)...)
				sameTuples(t, name, got, want)
				if n := x.counters(len(x.lanes[0].before)).StateRows; n != 0 || x.st.Rows() != 0 {
					t.Fatalf("%s: %d groups left", name, n)
				}
				counted := x.counters(0)
				if counted.Late != late || counted.NullTime != null {
					t.Fatalf("%s: %d late, %d without time; want %d, %d", name, counted.Late, counted.NullTime, late,
						null)
				}
			}
		}
	}
}

// TestTumbleBoundaries judges rows around a watermark of 12 s, i.e. one that has closed [0 s, 10 s) and not [10 s, 20
// s).
func TestTumbleBoundaries(t *testing.T) {
	const ms = int64(1000)
	for _, mark := range []int64{10*second - 2*ms, 10*second - ms, 10 * second, 12 * second, 20*second - 2*ms,
		20*second - ms} {
		for _, ts := range []int64{-1 * ms, 0, 10*second - ms, 10 * second, 10*second + ms, 20*second - ms, 20 * second,
			mark - ms, mark, mark + ms} {
			start := int64(math.Floor(float64(ts)/float64(10*second))) * 10 * second
			late := start+10*second-ms <= mark
			for _, byPartition := range []bool{true, false} {
				op, err := NewTumble(tumbleSpec(true))
				if err != nil {
					t.Fatal(err)
				}
				var c Counters
				if err := op.Open(&Setup{Counters: &c, Epoch: &EpochClock{}}); err != nil {
					t.Fatal(err)
				}
				b := batchOf(bids, []tuple{{1, []any{ts, "a", 1, 1.0}}})
				if byPartition {
					b.Behind = []clock.EventTime{clock.EventTime(mark)}
				} else if _, err := op.Advance(Tick{Watermark: clock.EventTime(mark)}, nil); err != nil {
					t.Fatal(err)
				}
				var out sink
				if err := op.Process(0, b, &out); err != nil {
					t.Fatal(err)
				}
				if (len(out.rows) == 0) != late || (c.Late == 1) != late {
					t.Errorf("ts %d, watermark %d (partition %v): %v, %d late", ts, mark, byPartition, out.rows, c.Late)
				}
				if !late {
					w := out.rows[0].values
					if w[4] != start || w[5] != start+10*second || w[6] != start+10*second-ms {
						t.Errorf("ts %d: window %v", ts, w[4:])
					}
				}
			}
		}
	}
}

func TestTumbleResumesItsWatermark(t *testing.T) {
	op, _ := NewTumble(tumbleSpec(true))
	var c Counters
	_ = op.Open(&Setup{Counters: &c, Epoch: &EpochClock{}})
	op.Resume(clock.EventTime(12 * second))
	var out sink
	if err := op.Process(0, batchOf(bids, []tuple{{1, []any{9 * second, "a", 1, 1.0}},
		{1, []any{11 * second, "b", 1, 1.0}}}), &out); err != nil {
		t.Fatal(err)
	}
	if c.Late != 1 || len(out.rows) != 1 || out.rows[0].values[1] != "b" {
		t.Fatalf("%d late, %v", c.Late, out.rows)
	}
}

// TestTumbleJudgesNothingBehindAnother: without Late every row passes.
func TestTumbleJudgesNothingBehindAnother(t *testing.T) {
	op, _ := NewTumble(tumbleSpec(false))
	var c Counters
	_ = op.Open(&Setup{Counters: &c, Epoch: &EpochClock{}})
	op.Resume(clock.Max)
	var out sink
	if err := op.Process(0, batchOf(bids, []tuple{{1, []any{9 * second, "a", 1, 1.0}}}), &out); err != nil ||
		len(out.rows) != 1 {
		t.Fatal(out.rows, err)
	}
}

func TestLateSample(t *testing.T) {
	day := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).UnixMicro()
	for _, c := range []struct {
		ts, mark int64
		want     string
	}{
		{day + 2*second, day + 11*second, "behind watermark 12:00:11 by 9s, window [12:00:00, 12:00:10)"},
		{day + 2*second + 500_000, day + 70*second, "behind watermark 12:01:10 by 1m7.5s, window [12:00:00, 12:00:10)"},
		{day - 86400*second, day,
			"behind watermark 2026-01-01 12:00:00 by 24h0m0s, window [2025-12-31 12:00:00, 2025-12-31 12:00:10)"},
	} {
		op, _ := NewTumble(tumbleSpec(true))
		var n Counters
		_ = op.Open(&Setup{Counters: &n, Epoch: &EpochClock{}})
		b := batchOf(bids, []tuple{{1, []any{c.ts, "a", 1, 1.0}}, {1, []any{c.ts, "b", 1, 1.0}}})
		b.Behind = []clock.EventTime{clock.EventTime(c.mark), clock.EventTime(c.mark)}
		if err := op.Process(0, b, &sink{}); err != nil {
			t.Fatal(err)
		}
		if n.LateSample != c.want || n.Late != 2 {
			t.Errorf("%d late: %q\nwant %q", n.Late, n.LateSample, c.want)
		}
	}
}

// TestTumbleCarriesPositions: rows that stay keep their place in the input, their weight and their watermark.
func TestTumbleCarriesPositions(t *testing.T) {
	op, _ := NewTumble(tumbleSpec(true))
	var c Counters
	_ = op.Open(&Setup{Counters: &c, Epoch: &EpochClock{}})
	b := batchOf(bids, []tuple{{1, []any{nil, "a", 1, 1.0}}, {2, []any{15 * second, "b", 1, 1.0}},
		{3, []any{second, "c", 1, 1.0}}, {4, []any{16 * second, "d", 1, 1.0}}})
	b.Rows = []int32{10, 11, 12, 13}
	b.Origin = &zset.Origin{Table: "bids"}
	b.Behind = []clock.EventTime{1, 2, clock.EventTime(13 * second), 4}
	seen := false
	err := op.Process(0, b, outbox(func(_ int, o *zset.Batch) error {
		seen = true
		if fmt.Sprint(o.Rows, o.Weights, o.Behind,
			o.Origin.Table) != "[11 13] [2 4] [1970-01-01 00:00:00.000002 1970-01-01 00:00:00.000004]bids" {
			t.Errorf("%v %v %v", o.Rows, o.Weights, o.Behind)
		}
		return nil
	}))
	if err != nil || !seen {
		t.Fatal(err)
	}
}

func TestTumbleRefusesTimesBeyondRange(t *testing.T) {
	op, _ := NewTumble(tumbleSpec(true))
	_ = op.Open(&Setup{Counters: &Counters{}, Epoch: &EpochClock{Epoch: 7}})
	b := batchOf(bids, []tuple{{1, []any{int64(math.MaxInt64), "a", 1, 1.0}}})
	b.Origin = &zset.Origin{Offset: func(row int) string { return fmt.Sprintf("bids.jsonl offset %d", 100+row) }}
	err := op.Process(0, b, &sink{})
	if diag.CodeOf(err) != diag.WindowRange || !strings.Contains(err.Error(), "bids.jsonl offset 100") ||
		!strings.Contains(err.Error(), "epoch 7") {
		t.Fatal(err)
	}
}

// TestWindowOverflowNamesGroup: the message names key and window.
func TestWindowOverflowNamesGroup(t *testing.T) {
	x := windowRig(t, 1, true)
	b := batchOf(bids, []tuple{{1, []any{second, "apple", int64(math.MaxInt64), 1.0}},
		{1, []any{second, "apple", 1, 1.0}}})
	l := x.lanes[0]
	err := chain{l.before, outbox(func(_ int, b *zset.Batch) error { return l.after.Process(0, b, nil) })}.Emit(Rows, b)
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.after.Advance(Tick{Watermark: clock.EventTime(20 * second)}, &sink{})
	if diag.CodeOf(err) != diag.AggregateOverflow {
		t.Fatal(err)
	}
	for _, part := range []string{"SUM", "BIGINT", "channel='apple'", "[1970-01-01 00:00:00, 1970-01-01 00:00:10)"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v lacks %q", err, part)
		}
	}
}

// TestWindowBatchesAreBounded: a window of many groups leaves in several batches, all under one number.
func TestWindowBatchesAreBounded(t *testing.T) {
	x := windowRig(t, 1, false)
	rows := make([]tuple, 2*maxEmit+5)
	for i := range rows {
		rows[i] = tuple{1, []any{second, fmt.Sprint("k", i), 1, 1.0}}
	}
	l := x.lanes[0]
	after := outbox(func(_ int, b *zset.Batch) error { return l.after.Process(0, b, nil) })
	if err := (chain{l.before, after}).Emit(Rows, batchOf(bids, rows)); err != nil {
		t.Fatal(err)
	}
	var out sink
	if _, err := l.after.Advance(Tick{Watermark: clock.EventTime(10*second - 1000)}, &out); err != nil {
		t.Fatal(err)
	}
	if len(out.rows) != len(rows) || out.batches != 3 {
		t.Fatalf("%d rows in %d batches", len(out.rows), out.batches)
	}
	for i, o := range out.orders {
		if o != out.orders[0] {
			t.Fatal("one window, two numbers")
		}
		if i > 0 && hashOf(out.rows[i].values[0]) < hashOf(out.rows[i-1].values[0]) {
			t.Fatal("not in the order of hashes")
		}
	}
}
