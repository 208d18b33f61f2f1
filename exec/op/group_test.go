package op

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
)

// groupSpec is: SELECT [channel,] COUNT(*), COUNT(price), SUM(price), AVG(price), SUM(rate) [, MAX(price)] … GROUP BY
// [channel].
func groupSpec(t testing.TB, keys []int, extremes bool) GroupAggregateSpec {
	g := GroupSpec{Node: "group", In: bids, EndCol: -1, Keys: keys, Aggs: []Agg{
		resolve(t, bids, "COUNT", -1, -1), resolve(t, bids, "COUNT", 2, -1), resolve(t, bids, "SUM", 2, -1),
		resolve(t, bids, "AVG", 2, -1),
		resolve(t, bids, "SUM", 3, -1),
	}}
	if extremes {
		g.Aggs = append(g.Aggs, resolve(t, bids, "MAX", 2, -1))
	}
	var out sqltype.Schema
	for _, k := range keys {
		out = append(out, bids[k])
	}
	for i, a := range g.Aggs {
		out = append(out, sqltype.Field{Name: fmt.Sprint("a", i), Type: a.Type})
	}
	return GroupAggregateSpec{GroupSpec: g, Out: out}
}

// groupTest groups bids by channel, or all of them; pre puts a pre-aggregate ahead of the exchange.
func groupTest(t testing.TB, keyed, extremes, pre bool) opTest {
	var keys []int
	if keyed {
		keys = []int{1}
	}
	spec := groupSpec(t, keys, extremes)
	spec.Merged = pre
	in := port{schema: bids, routed: true, keys: keys}
	if pre {
		in.flat = true // columns of accumulators
		in.before = func() ([]Operator, error) {
			p, err := NewPreAggregate(spec.GroupSpec)
			return []Operator{p}, err
		}
		if keyed {
			in.keys = []int{0}
		}
	}
	c := opTest{
		name: fmt.Sprintf("keyed %v, extremes %v, pre-aggregation %v", keyed, extremes, pre),
		make: func() (Operator, error) { return NewGroupAggregate(spec) }, ports: []port{in}, out: spec.Out,
		ordered: true, retracts: !extremes, undoes: keyed && !extremes,
		watermark: func(t Tick) clock.EventTime {
			if t.Final {
				return clock.Max
			}
			return clock.Min
		},
	}
	if !keyed {
		c.groups = 1
	}
	return c
}

// groupModel gives the changes of each epoch by the book: for every group whose row is another one than before, the old
// row, then the new one, groups in the order of their hashes.
func groupModel(keyed, extremes bool) func([]epoch) [][]tuple {
	return func(epochs []epoch) (out [][]tuple) {
		var rows []tuple
		old := map[any][]any{}
		for _, e := range epochs {
			rows = append(rows, portRows(e, 0)...)
			now := groupRows(rows, keyed, extremes)
			hashes := map[any]uint64{}
			for k := range old {
				hashes[k] = hashOf(k)
			}
			for k := range now {
				hashes[k] = hashOf(k)
			}
			order := slices.SortedFunc(maps.Keys(hashes), func(a, b any) int { return cmp.Compare(hashes[a], hashes[b]) })
			var changes []tuple
			for _, k := range order {
				was, is := old[k], now[k]
				if fmt.Sprint(was) == fmt.Sprint(is) {
					continue
				}
				if was != nil {
					changes = append(changes, tuple{-1, was})
				}
				if is != nil {
					changes = append(changes, tuple{1, is})
				}
			}
			out, old = append(out, changes), now
		}
		return out
	}
}

// groupRows is the table that rows aggregate to, by key; everything is under "" without keys.
func groupRows(rows []tuple, keyed, extremes bool) map[any][]any {
	type acc struct {
		n, prices, rates, sum int64
		rate                  float64
		best                  any
	}
	groups := map[any]*acc{}
	if !keyed {
		groups[""] = &acc{}
	}
	for _, r := range rows {
		key := any("")
		if keyed {
			key = r.values[1]
		}
		a := groups[key]
		if a == nil {
			a = &acc{}
			groups[key] = a
		}
		a.n += r.weight
		if p, ok := r.values[2].(int64); ok {
			a.prices += r.weight
			a.sum += p * r.weight
			if a.best == nil || p > a.best.(int64) {
				a.best = p
			}
		}
		if x, ok := r.values[3].(float64); ok {
			a.rates += r.weight
			a.rate += x * float64(r.weight)
		}
	}
	out := map[any][]any{}
	for key, a := range groups {
		if a.n == 0 && keyed {
			continue
		}
		var sum, avg, rate any
		if a.prices > 0 {
			sum, avg = a.sum, a.sum/a.prices
		}
		if a.rates > 0 {
			rate = a.rate
		}
		v := []any{a.n, a.prices, sum, avg, rate}
		if extremes {
			v = append(v, a.best)
		}
		if keyed {
			v = append([]any{key}, v...)
		}
		out[key] = v
	}
	return out
}

func TestGroupAgainstModel(t *testing.T) {
	for seed := range uint64(2) {
		for _, keyed := range []bool{true, false} {
			for _, retract := range []bool{true, false} {
				for _, pre := range []bool{true, false} {
					r := rand.New(rand.NewPCG(seed, 3))
					rows := changesOf(r, 20+r.IntN(100), retract)
					c := groupTest(t, keyed, !retract, pre)
					c.name = fmt.Sprintf("seed %d, %s", seed, c.name)
					c.model = groupModel(keyed, !retract)
					c.epochs = []epoch{{}}
					at := 0
					for _, n := range cuts(r, len(rows), 60) {
						c.epochs = append(c.epochs, epoch{rows: [][]tuple{rows[at : at+n]}})
						at += n
					}
					c.groups = int64(len(groupRows(rows, keyed, !retract)))
					c.run(t)
				}
			}
		}
	}
}

// changesOf draws rows; with retract, every now and then an earlier one is taken back.
func changesOf(r *rand.Rand, n int, retract bool) []tuple {
	var out, live []tuple
	for _, row := range randomBids(r, n) {
		out, live = append(out, row), append(live, row)
		for retract && len(live) > 0 && r.IntN(5) < 2 {
			i := r.IntN(len(live))
			out = append(out, tuple{-1, live[i].values})
			live = slices.Delete(live, i, i+1)
		}
	}
	return out
}

// TestGroupOrderOfLargeEpochs: more changes than a batch holds are in the order of hashes for every number of lanes.
func TestGroupOrderOfLargeEpochs(t *testing.T) {
	rows := make([]tuple, maxEmit+5)
	again := make([]tuple, len(rows))
	for i := range rows {
		rows[i] = tuple{1, []any{second, fmt.Sprint("k", i), int64(i), 1.0}}
		again[i] = tuple{1, []any{second, fmt.Sprint("k", i), int64(i % 2), 0.5}}
	}
	epochs := []epoch{{rows: [][]tuple{rows}}, {rows: [][]tuple{again}}}
	want := groupModel(true, true)(epochs)
	for lanes := 1; lanes <= 3; lanes++ {
		c := groupTest(t, true, true, lanes == 2)
		o, err := c.trial(variation{lanes: lanes, rows: len(rows) / 2}, epochs)
		if err != nil || o.err != nil {
			t.Fatal(err, o.err)
		}
		for i := range epochs {
			if err := same(o.epochs[i], bare(want[i]), true, false); err != nil {
				t.Fatalf("%d lanes, epoch %d: %v", lanes, i+1, err)
			}
		}
	}
}

// TestGlobalAggregate has its row from the first epoch on, on one lane only, and across a restart not twice.
func TestGlobalAggregate(t *testing.T) {
	none := []any{int64(0), int64(0), nil, nil, nil, nil}
	c := groupTest(t, false, true, true)
	c.epochs = []epoch{
		{want: []tuple{{1, none}}},
		{},
		{
			rows: [][]tuple{{{1, []any{nil, "a", 7, nil}}}},
			want: []tuple{{-1, none}, {1, []any{int64(1), int64(1), int64(7), int64(7), nil, int64(7)}}},
		},
	}
	c.run(t)
}

// TestGroupEmitsNothingUnchanged: rows that cancel, or leave the result as it was, leave no trace.
func TestGroupEmitsNothingUnchanged(t *testing.T) {
	a, b := tuple{1, []any{nil, "a", int64(7), 0.5}}, tuple{1, []any{nil, "b", nil, nil}}
	back := tuple{-1, a.values}
	inA := tuple{1, []any{"a", int64(1), int64(1), int64(7), int64(7), 0.5}}
	inB := tuple{1, []any{"b", int64(1), int64(0), nil, nil, nil}}
	c := groupTest(t, true, false, false)
	c.groups = 1
	for _, e := range []struct{ rows, want []tuple }{
		{[]tuple{a, back}, nil},
		{[]tuple{a}, []tuple{inA}},
		{[]tuple{back, a}, nil},
		{[]tuple{back}, []tuple{{-1, inA.values}}},
		{[]tuple{a, b, back}, []tuple{inB}},
	} {
		c.epochs = append(c.epochs, epoch{rows: [][]tuple{e.rows}, want: e.want})
	}
	c.run(t)
}

func TestGroupOverflowNamesGroup(t *testing.T) {
	c := groupTest(t, true, false, false)
	c.epochs = []epoch{{rows: [][]tuple{{{1, []any{nil, "apple", int64(math.MaxInt64), nil}},
		{1, []any{nil, "apple", 1, nil}}, {1, []any{nil, "pear", 1, nil}}}}}}
	c.fails, c.says = diag.AggregateOverflow, []string{"channel='apple'", "epoch 1"}
	c.run(t)
}
