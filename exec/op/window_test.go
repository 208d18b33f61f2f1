package op

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sort"
	"testing"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
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

// windowsOf is what a Window makes of bids: rows with a time, each with its window.
func windowsOf(rows []tuple) (out []tuple, null int64) {
	for _, r := range rows {
		ts, ok := r.values[0].(int64)
		if !ok {
			null++
			continue
		}
		start := int64(math.Floor(float64(ts)/1e7)) * 10 * second
		values := append(append([]any{}, r.values...), start, start+10*second, start+10*second-1000)
		out = append(out, tuple{r.weight, values})
	}
	return out, null
}

// TestWindow: every row with a time passes with its window, whatever the watermark; the others are counted.
func TestWindow(t *testing.T) {
	spec := assignSpec(false)
	c := opTest{
		name: "random times", ports: []port{{schema: bids}}, out: spec.Schema, ordered: true, rowwise: true, retracts: true,
		make: func() (Operator, error) { return NewWindow(spec) },
		model: func(epochs []epoch) (out [][]tuple) {
			for _, e := range epochs {
				rows, _ := windowsOf(portRows(e, 0))
				out = append(out, rows)
			}
			return out
		},
	}
	for seed := range uint64(3) {
		rows := randomBids(rand.New(rand.NewPCG(seed, 2)), 60)
		_, null := windowsOf(rows)
		c.counted.NullTime += null
		c.epochs = append(c.epochs, one(clock.EventTime(int64(seed)*1000*second), rows, nil))
	}
	c.run(t)

	far := opTest{
		name: "a time beyond range", ports: []port{{schema: bids}}, out: spec.Schema,
		make:   func() (Operator, error) { return NewWindow(spec) },
		epochs: []epoch{one(0, []tuple{{1, []any{second, "a", 1, 1.0}}, {1, []any{int64(math.MaxInt64), "b", 1, 1.0}}}, nil)},
		fails:  diag.WindowRange, says: []string{"port0 row 1", "epoch 1"},
	}
	far.run(t)
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

// TestWindowAggregateTakesRowsBack: weights count in windows, too, for accumulators that can take rows back.
func TestWindowAggregateTakesRowsBack(t *testing.T) {
	in := assignSpec(true).Schema
	spec := WindowAggregateSpec{
		GroupSpec: GroupSpec{Node: "window", In: in, EndCol: 5, Keys: []int{1}, Aggs: []Agg{
			resolve(t, in, "COUNT", -1, -1), resolve(t, in, "SUM", 2, -1),
		}},
		Windows: tens, Emit: []window.Col{window.ColEnd, window.ColTime},
		Out: sqltype.Schema{in[1], in[5], in[6], {Name: "n", Type: sqltype.BigIntType},
			{Name: "s", Type: sqltype.BigIntType}},
	}
	row := func(w, ts int64, channel any, price any) tuple {
		windows, _ := windowsOf([]tuple{{w, []any{ts * second, channel, price, 1.0}}})
		return windows[0]
	}
	result := func(channel any, end, n int64, sum any) tuple {
		return tuple{1, []any{channel, end * second, end*second - 1000, n, sum}}
	}
	opTest{
		name: "three epochs", out: spec.Out, retracts: true,
		make:  func() (Operator, error) { return NewWindowAggregate(spec) },
		ports: []port{{schema: in, routed: true, keys: []int{1}, never: []int{0, 4, 5, 6}}},
		epochs: []epoch{
			one(0, []tuple{row(1, 1, "a", 3), row(2, 2, "a", 5), row(1, 3, nil, nil), row(1, 15, "a", 7)}, nil),
			one(clock.EventTime(10*second), []tuple{row(-1, 2, "a", 5), row(1, 4, "b", 1)},
				[]tuple{result("a", 10, 2, int64(8)), result(nil, 10, 1, nil), result("b", 10, 1, int64(1))}),
			{final: true, want: []tuple{result("a", 20, 1, int64(7))}},
		},
		watermark: windowTest(t, false).watermark,
	}.run(t)
}
