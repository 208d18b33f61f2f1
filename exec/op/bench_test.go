package op

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/invariants"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// benchSpec is count, max, avg, sum of price per 10 s and channel.
func benchSpec(b *testing.B, merged bool) WindowAggregateSpec {
	in := tumbleSpec(true).Schema
	g := GroupSpec{Node: "bench", In: in, EndCol: 5, Keys: []int{1}, Aggs: []Agg{
		resolve(b, in, "COUNT", -1, -1), resolve(b, in, "MAX", 2, -1), resolve(b, in, "AVG", 2, -1),
		resolve(b, in, "SUM", 2, -1),
	}}
	out := sqltype.Schema{in[1], in[4], in[5]}
	for i, a := range g.Aggs {
		out = append(out, sqltype.Field{Name: fmt.Sprint("a", i), Type: a.Type})
	}
	return WindowAggregateSpec{GroupSpec: g, Size: windowSize, Emit: []window.Col{window.ColStart, window.ColEnd},
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

type discard struct{}

func (discard) Emit(int, *zset.Batch) error { return nil }

// BenchmarkWindowRows is the cost of a row from tumble to the pane, nothing fires.
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
				x := newRig(b, 1, []int{1}, []sqltype.Type{sqltype.StringType}, func() ([]Operator, Operator) {
					t, _ := NewTumble(tumbleSpec(true))
					before := []Operator{t}
					if pre {
						p, _ := NewPreAggregate(benchSpec(b, true).GroupSpec)
						before = append(before, p)
					}
					w, err := NewWindowAggregate(benchSpec(b, pre))
					if err != nil {
						b.Fatal(err)
					}
					return before, w
				})
				l := x.lanes[0]
				run := chain{append(append([]Operator{}, l.before...), l.after), discard{}}
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
	x := newRig(b, 1, nil, nil, func() ([]Operator, Operator) {
		t, _ := NewTumble(tumbleSpec(true))
		return []Operator{t}, w
	})
	run := chain{[]Operator{x.lanes[0].before[0], w}, discard{}}
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

// BenchmarkGroupEpoch is an epoch of an updating aggregate: a morsel of rows, then its changes.
func BenchmarkGroupEpoch(b *testing.B) {
	quiet(b)
	morsels := benchMorsels(10_000, false, false)
	x := groupRig(b, 1, []int{1}, false, false)
	g := x.lanes[0].after
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
		if _, err := x.st.Capture(int64(i)); err != nil {
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
