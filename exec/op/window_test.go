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

const delay = 2 * second

var tens = window.Spec{Kind: window.Tumble, Size: 10 * time.Second}

func assignSpec(judged bool) WindowSpec {
	return WindowSpec{
		Windows: tens, TimeCol: 0, Emit: []window.Col{window.ColStart, window.ColEnd, window.ColTime}, Judged: judged,
		Schema: append(append(sqltype.Schema{}, bids...),
			sqltype.Field{Name: "window_start", Type: sqltype.TimestampType(3)},
			sqltype.Field{Name: "window_end", Type: sqltype.TimestampType(3)},
			sqltype.Field{Name: "window_time", Type: sqltype.TimestampType(3)}),
	}
}

// judgedWindow is the pair of operators that assigns windows and drops what comes too late for them.
func judgedWindow(t testing.TB) (*Window, *Late) {
	t.Helper()
	spec := assignSpec(true)
	w, err := NewWindow(spec)
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLate(LateSpec{Windows: tens, TimeCol: 0, SliceCol: len(bids) + 1, Schema: spec.Schema})
	if err != nil {
		t.Fatal(err)
	}
	return w, l
}

// judging is the pair, open and chained to out.
func judging(t testing.TB, setup Setup, out Collector) (*Late, chain) {
	t.Helper()
	w, l := judgedWindow(t)
	for _, o := range []Operator{w, l} {
		if err := o.Open(&setup); err != nil {
			t.Fatal(err)
		}
	}
	return l, chain{[]Operator{w, l}, out}
}

// windowGroup is: SELECT channel, window_start, window_end, COUNT(*), MAX(price), AVG(price), SUM(price), SUM(rate),
// MIN(channel) … GROUP BY window, channel.
func windowGroup(t testing.TB) GroupSpec {
	in := assignSpec(true).Schema
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
	return WindowAggregateSpec{GroupSpec: g, Windows: tens, Emit: []window.Col{window.ColStart, window.ColEnd},
		Merged: merged, Out: out}
}

// windowTest is the whole pipeline: bids get their window, are pre-aggregated or not, exchanged and aggregated.
func windowTest(t testing.TB, pre bool) opTest {
	spec := windowSpec(t, pre)
	before := func() ([]Operator, error) {
		assign, judge := judgedWindow(t)
		if !pre {
			return []Operator{assign, judge}, nil
		}
		p, err := NewPreAggregate(windowGroup(t))
		return []Operator{assign, judge, p}, err
	}
	in := port{schema: bids, before: before, routed: true, keys: []int{1}}
	if pre {
		in.keys, in.flat = []int{0}, true // columns of accumulators
	}
	return opTest{
		name: fmt.Sprintf("pre-aggregation %v", pre), ports: []port{in}, out: spec.Out, ordered: true,
		make: func() (Operator, error) { return NewWindowAggregate(spec) },
		watermark: func(t Tick) clock.EventTime {
			if t.Final {
				return clock.Max
			}
			return t.Watermark
		},
	}
}

// windowEpochs cuts rows of one partition into epochs and gives each row the watermark before it, as Scanned.Attach
// does: all of them, or (lean) only those at or below it.
func windowEpochs(r *rand.Rand, rows []tuple, lean bool) []epoch {
	var out []epoch
	mark, at := clock.Min, 0
	for _, n := range cuts(r, len(rows), 80) {
		e := epoch{rows: [][]tuple{rows[at : at+n]}, behind: [][]clock.EventTime{nil}}
		for _, row := range rows[at : at+n] {
			behind := mark
			if ts, ok := row.values[0].(int64); ok {
				if lean && clock.EventTime(ts) > mark {
					behind = clock.Min
				}
				mark = max(mark, clock.EventTime(ts-delay))
			}
			e.behind[0] = append(e.behind[0], behind)
		}
		e.marks = []clock.EventTime{mark}
		out = append(out, e)
		at += n
	}
	return append(out, epoch{final: true})
}

// windowModel is the answer by the book: rows judged one after the other; at the end of an epoch the windows that its
// watermark has passed, in ascending order, their groups by hash.
func windowModel(epochs []epoch) (out [][]tuple, late, null int64) {
	type group struct {
		end int64
		key any
	}
	reached := clock.Min
	groups := map[group][]tuple{}
	for _, e := range epochs {
		for i, r := range portRows(e, 0) {
			ts, ok := r.values[0].(int64)
			if !ok {
				null++
				continue
			}
			end := int64(math.Floor(float64(ts)/1e7))*10*second + 10*second
			if clock.EventTime(end-1000) <= max(reached, e.behind[0][i]) {
				late++
				continue
			}
			groups[group{end, r.values[1]}] = append(groups[group{end, r.values[1]}], r)
		}
		if e.marks != nil {
			reached = e.marks[0]
		}
		var due []group
		for g := range groups {
			if e.final || clock.EventTime(g.end-1000) <= reached {
				due = append(due, g)
			}
		}
		sort.Slice(due, func(i, j int) bool {
			if due[i].end != due[j].end {
				return due[i].end < due[j].end
			}
			return hashOf(due[i].key) < hashOf(due[j].key)
		})
		var rows []tuple
		for _, g := range due {
			v := []any{g.key, g.end - 10*second, g.end, int64(len(groups[g]))}
			rows = append(rows, tuple{1, append(v, modelAggregates(groups[g])...)})
			delete(groups, g)
		}
		out = append(out, rows)
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

// TestWindowAgainstModel: rows, their order and the late ones are the model's.
func TestWindowAgainstModel(t *testing.T) {
	for seed := range uint64(4) {
		for _, pre := range []bool{false, true} {
			r := rand.New(rand.NewPCG(seed, 1))
			c := windowTest(t, pre)
			c.name = fmt.Sprintf("seed %d, %s", seed, c.name)
			c.epochs = windowEpochs(r, randomBids(r, 50+r.IntN(200)), seed%2 == 1)
			c.model = func(epochs []epoch) [][]tuple { rows, _, _ := windowModel(epochs); return rows }
			_, late, null := windowModel(c.epochs)
			c.counted = Counters{Late: late, NullTime: null}
			c.run(t)
		}
	}
}

// TestLateBoundaries judges rows around a watermark of 12 s, i.e. one that has closed [0 s, 10 s) and not [10 s, 20
// s).
func TestLateBoundaries(t *testing.T) {
	const ms = int64(1000)
	for _, mark := range []int64{10*second - 2*ms, 10*second - ms, 10 * second, 12 * second, 20*second - 2*ms,
		20*second - ms} {
		for _, ts := range []int64{-1 * ms, 0, 10*second - ms, 10 * second, 10*second + ms, 20*second - ms, 20 * second,
			mark - ms, mark, mark + ms} {
			start := int64(math.Floor(float64(ts)/float64(10*second))) * 10 * second
			tooLate := start+10*second-ms <= mark
			for _, byPartition := range []bool{true, false} {
				var c Counters
				var out sink
				late, run := judging(t, Setup{Counters: &c, Epoch: &EpochClock{}}, &out)
				b := batchOf(bids, []tuple{{1, []any{ts, "a", 1, 1.0}}})
				if byPartition {
					b.Behind = []clock.EventTime{clock.EventTime(mark)}
				} else {
					late.Guard(clock.EventTime(mark))
				}
				if err := run.Emit(Rows, b); err != nil {
					t.Fatal(err)
				}
				if (len(out.rows) == 0) != tooLate || (c.Late == 1) != tooLate {
					t.Errorf("ts %d, watermark %d (partition %v): %v, %d late", ts, mark, byPartition, out.rows, c.Late)
				}
				if !tooLate {
					w := out.rows[0].values
					if w[4] != start || w[5] != start+10*second || w[6] != start+10*second-ms {
						t.Errorf("ts %d: window %v", ts, w[4:])
					}
				}
			}
		}
	}
}

func TestLateJudgesByTheWatermarkItIsGiven(t *testing.T) {
	var c Counters
	var out sink
	late, run := judging(t, Setup{Counters: &c, Epoch: &EpochClock{}}, &out)
	late.Guard(clock.EventTime(12 * second))
	if _, err := late.Advance(Tick{Watermark: clock.EventTime(30 * second)}, nil); err != nil {
		t.Fatal(err) // that of its own place says nothing
	}
	if err := run.Emit(Rows, batchOf(bids, []tuple{{1, []any{9 * second, "a", 1, 1.0}},
		{1, []any{11 * second, "b", 1, 1.0}}})); err != nil {
		t.Fatal(err)
	}
	if c.Late != 1 || len(out.rows) != 1 || out.rows[0].values[1] != "b" {
		t.Fatalf("%d late, %v", c.Late, out.rows)
	}
}

// TestWindowJudgesNothing: every row with a time passes, whatever the watermark; the others are counted.
func TestWindowJudgesNothing(t *testing.T) {
	op, _ := NewWindow(assignSpec(false))
	var c Counters
	_ = op.Open(&Setup{Counters: &c, Epoch: &EpochClock{}})
	if _, err := op.Advance(Tick{Watermark: clock.Max}, nil); err != nil {
		t.Fatal(err)
	}
	var out sink
	b := batchOf(bids, []tuple{{1, []any{9 * second, "a", 1, 1.0}}, {1, []any{nil, "b", 1, 1.0}}})
	if err := op.Process(0, b, &out); err != nil || len(out.rows) != 1 || c.NullTime != 1 || c.Late != 0 {
		t.Fatal(out.rows, c, err)
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
		var n Counters
		_, run := judging(t, Setup{Counters: &n, Epoch: &EpochClock{}}, &sink{})
		b := batchOf(bids, []tuple{{1, []any{c.ts, "a", 1, 1.0}}, {1, []any{c.ts, "b", 1, 1.0}}})
		b.Behind = []clock.EventTime{clock.EventTime(c.mark), clock.EventTime(c.mark)}
		if err := run.Emit(Rows, b); err != nil {
			t.Fatal(err)
		}
		if n.LateSample != c.want || n.Late != 2 {
			t.Errorf("%d late: %q\nwant %q", n.Late, n.LateSample, c.want)
		}
	}
}

// TestLateCarriesPositions: rows that stay keep their place in the input, their weight and their watermark.
func TestLateCarriesPositions(t *testing.T) {
	b := batchOf(bids, []tuple{{1, []any{nil, "a", 1, 1.0}}, {2, []any{15 * second, "b", 1, 1.0}},
		{3, []any{second, "c", 1, 1.0}}, {4, []any{16 * second, "d", 1, 1.0}}})
	b.Rows = []int32{10, 11, 12, 13}
	b.Origin = &zset.Origin{Table: "bids"}
	b.Behind = []clock.EventTime{1, 2, clock.EventTime(13 * second), 4}
	seen := false
	_, run := judging(t, Setup{Counters: &Counters{}, Epoch: &EpochClock{}}, outbox(func(_ int, o *zset.Batch) error {
		seen = true
		if fmt.Sprint(o.Rows, o.Weights, o.Behind,
			o.Origin.Table) != "[11 13] [2 4] [1970-01-01 00:00:00.000002 1970-01-01 00:00:00.000004]bids" {
			t.Errorf("%v %v %v", o.Rows, o.Weights, o.Behind)
		}
		return nil
	}))
	if err := run.Emit(Rows, b); err != nil || !seen {
		t.Fatal(err)
	}
}

func TestWindowRefusesTimesBeyondRange(t *testing.T) {
	op, _ := NewWindow(assignSpec(true))
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
	c := windowTest(t, true)
	c.epochs = []epoch{one(clock.EventTime(20*second), []tuple{{1, []any{second, "apple", int64(math.MaxInt64), 1.0}},
		{1, []any{second, "apple", 1, 1.0}}}, nil)}
	c.fails = diag.AggregateOverflow
	c.says = []string{"SUM", "BIGINT", "channel='apple'", "[1970-01-01 00:00:00, 1970-01-01 00:00:10)"}
	c.run(t)
}

// TestWindowBatchesAreBounded: a window of many groups leaves in several batches, all under one number.
func TestWindowBatchesAreBounded(t *testing.T) {
	rows := make([]tuple, 2*maxEmit+5)
	for i := range rows {
		rows[i] = tuple{1, []any{second, fmt.Sprint("k", i), 1, 1.0}}
	}
	c := windowTest(t, false)
	o, err := c.trial(variation{}, []epoch{one(clock.EventTime(10*second-1000), rows, nil)})
	if err != nil || o.err != nil {
		t.Fatal(err, o.err)
	}
	out := o.epochs[0]
	if len(out) != len(rows) || o.emits != 3 {
		t.Fatalf("%d rows in %d batches", len(out), o.emits)
	}
	for i, row := range out {
		if row.order != out[0].order {
			t.Fatal("one window, two numbers")
		}
		if i > 0 && hashOf(row.values[0]) < hashOf(out[i-1].values[0]) {
			t.Fatal("not in the order of hashes")
		}
	}
}
