package op

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/invariants"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/state"
)

// benchSpec is count, max, avg, sum of price per 10 s and channel.
func benchSpec(b *testing.B, merged bool) WindowAggregateSpec {
	in := assignSpec(true).Schema
	g := GroupSpec{Node: "bench", In: in, EndCol: 5, Keys: []int{1}, Aggs: []Agg{
		resolve(b, in, "COUNT", -1, -1), resolve(b, in, "MAX", 2, -1), resolve(b, in, "AVG", 2, -1),
		resolve(b, in, "SUM", 2, -1),
	}}
	out := sqltype.Schema{in[1], in[4], in[5]}
	for i, a := range g.Aggs {
		out = append(out, sqltype.Field{Name: fmt.Sprint("a", i), Type: a.Type})
	}
	return WindowAggregateSpec{GroupSpec: g, Windows: tens, Emit: []window.Col{window.ColStart, window.ColEnd},
		Merged: merged, Out: out}
}

const morselRows = 8192

// benchMorsels are rows of 10 s windows over a number of keys, half a second a morsel; skewed draws them like the
// channels of Nexmark: every other row has one of four. dict codes the keys like the scanner does.
func benchMorsels(keys int, skewed, dict bool) []*zset.Batch {
	r := rand.New(rand.NewPCG(1, 2))
	var out []*zset.Batch
	for m := range 16 {
		rows := make([]tuple, morselRows)
		codes := make([]int32, morselRows)
		var entries []string
		known := map[string]int32{}
		for i := range rows {
			k := r.IntN(keys)
			if skewed && r.IntN(2) == 0 {
				k %= 4
			}
			name := fmt.Sprintf("channel-%05d", k)
			if _, ok := known[name]; !ok {
				known[name] = int32(len(entries))
				entries = append(entries, name)
			}
			codes[i] = known[name]
			rows[i] = tuple{1, []any{int64(m)*second/2 + int64(i)*50, name, r.Int64N(1e6), 1.0}}
		}
		b := batchOf(bids, rows)
		for i := range b.Cols {
			b.Cols[i].Type = bids[i].Type
		}
		if dict {
			b.Cols[1] = vec.NewDict(sqltype.StringType, entries, codes...)
		}
		out = append(out, b)
	}
	return out
}

func quiet(b *testing.B) {
	invariants.On = false
	b.Cleanup(func() { invariants.On = true })
}

// openAlone opens operators on the only lane of a state.
func openAlone(b *testing.B, ops ...Operator) *state.State {
	st := state.New(1, nil)
	for _, o := range ops {
		if err := o.Open(&Setup{Lanes: 1, State: st, Counters: &Counters{}, Epoch: &EpochClock{}}); err != nil {
			b.Fatal(err)
		}
	}
	return st
}

type discard struct{}

func (discard) Emit(int, *zset.Batch) error { return nil }

// BenchmarkWindowRows is the cost of a row from its window to the pane, nothing fires.
func BenchmarkWindowRows(b *testing.B) {
	for _, c := range []struct {
		name         string
		keys         int
		skewed, dict bool
	}{{"10k", 10_000, false, false}, {"10k-skewed", 10_000, true, false}, {"10k-skewed-dict", 10_000, true, true},
		{"100", 100, false, false}} {
		for _, pre := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/pre=%v", c.name, pre), func(b *testing.B) {
				quiet(b)
				morsels := benchMorsels(c.keys, c.skewed, c.dict)
				assign, judge := judgedWindow(b)
				ops := []Operator{assign, judge}
				if pre {
					p, _ := NewPreAggregate(benchSpec(b, true).GroupSpec)
					ops = append(ops, p)
				}
				w, err := NewWindowAggregate(benchSpec(b, pre))
				if err != nil {
					b.Fatal(err)
				}
				run := chain{append(ops, w), discard{}}
				openAlone(b, run.rest...)
				for _, m := range morsels {
					if err := run.Emit(Rows, m); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					_ = run.Emit(Rows, morsels[i%len(morsels)])
					i++
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/morselRows, "ns/row")
			})
		}
	}
}

// BenchmarkWindowFire is the cost of a group that leaves: sort, keys, results.
func BenchmarkWindowFire(b *testing.B) {
	quiet(b)
	morsels := benchMorsels(100_000, false, false)
	groups := 0
	b.ReportAllocs()
	w, err := NewWindowAggregate(benchSpec(b, false))
	if err != nil {
		b.Fatal(err)
	}
	assign, judge := judgedWindow(b)
	run := chain{[]Operator{assign, judge, w}, discard{}}
	openAlone(b, run.rest...)
	for b.Loop() {
		b.StopTimer()
		for _, m := range morsels {
			if err := run.Emit(Rows, m); err != nil {
				b.Fatal(err)
			}
		}
		groups += w.panes.Rows()
		b.StartTimer()
		if _, err := w.Advance(Tick{Watermark: clock.EventTime(1000 * second)}, discard{}); err != nil {
			b.Fatal(err)
		}
		w.passed = clock.Min
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(groups), "ns/group")
}

// BenchmarkSlices is the cost of a row where windows overlap, and that of a group that leaves, by the number of windows
// that a row is in. Neither depends on it. Slices are as long in all of them: what a row costs does depend on how many
// others of its key are in the same slice.
func BenchmarkSlices(b *testing.B) {
	for _, windows := range []int{5, 50, 500} {
		for _, linear := range []bool{true, false} {
			b.Run(fmt.Sprintf("windows=%d/linear=%v", windows, linear), func(b *testing.B) {
				spec := window.Spec{Kind: window.Hop, Size: 200 * time.Millisecond * time.Duration(windows),
					Step: 200 * time.Millisecond}
				benchSlices(b, spec, linear)
			})
		}
	}
}

func benchSlices(b *testing.B, spec window.Spec, linear bool) {
	quiet(b)
	morsels := benchMorsels(100, false, true)
	ops, err := judgedSlices(spec)
	if err != nil {
		b.Fatal(err)
	}
	s, err := NewSliceAggregate(sliceSpec(b, spec, linear, false))
	if err != nil {
		b.Fatal(err)
	}
	run := chain{append(ops, s), discard{}}
	openAlone(b, run.rest...)
	var fire time.Duration
	groups := tally(0)
	for i := 0; b.Loop(); i++ {
		m := morsels[i%len(morsels)]
		if i >= len(morsels) { // the next time through, 8 s later
			ts := vec.Of[int64](m.Cols[0])
			for k := range ts {
				ts[k] += int64(len(morsels)) * second / 2
			}
		}
		if err := run.Emit(Rows, m); err != nil {
			b.Fatal(err)
		}
		from := time.Now() //nolint:forbidigo // a benchmark
		mark := vec.Of[int64](m.Cols[0])[morselRows-1] - second
		if _, err := s.Advance(Tick{Watermark: clock.EventTime(mark)}, &groups); err != nil {
			b.Fatal(err)
		}
		fire += time.Since(from) //nolint:forbidigo // a benchmark
	}
	rows := float64(b.N) * morselRows
	b.ReportMetric(float64((b.Elapsed()-fire).Nanoseconds())/rows, "ns/row")
	b.ReportMetric(float64(fire.Nanoseconds())/float64(max(groups, 1)), "ns/group-out")
	b.ReportMetric(float64(groups)/rows, "groups-out/row")
}

// tally counts rows.
type tally int

// Emit implements Collector.
func (t *tally) Emit(_ int, b *zset.Batch) error {
	*t += tally(b.N)
	return nil
}

// BenchmarkGroupEpoch is an epoch of an updating aggregate: a morsel of rows, then its changes.
func BenchmarkGroupEpoch(b *testing.B) {
	quiet(b)
	morsels := benchMorsels(10_000, false, false)
	g, err := NewGroupAggregate(groupSpec(b, []int{1}, false))
	if err != nil {
		b.Fatal(err)
	}
	st := openAlone(b, g)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if err := g.Process(0, morsels[i%len(morsels)], nil); err != nil {
			b.Fatal(err)
		}
		if _, err := g.Advance(Tick{}, discard{}); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if _, err := st.Capture(int64(i)); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/morselRows, "ns/row")
}

func BenchmarkScan(b *testing.B) {
	quiet(b)
	s, err := NewScan(ScanSpec{In: bids, Out: bids, Watermark: eventCol(0), TimeCol: 0})
	if err != nil {
		b.Fatal(err)
	}
	morsels := benchMorsels(100, false, false)
	var m Scanned
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Run(morsels[0], &m); err != nil {
			b.Fatal(err)
		}
		m.Attach(clock.Min)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/morselRows, "ns/row")
}
