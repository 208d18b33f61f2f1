package op

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
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

func groupRig(t testing.TB, lanes int, keys []int, extremes, pre bool) *rig {
	route := keys
	if pre {
		route = make([]int, len(keys))
		for i := range route {
			route[i] = i
		}
	}
	return newRig(t, lanes, route, typesOf(bids, keys), func() ([]Operator, Operator) {
		spec := groupSpec(t, keys, extremes)
		spec.Merged = pre
		var before []Operator
		if pre {
			p, err := NewPreAggregate(spec.GroupSpec)
			if err != nil {
				t.Fatal(err)
			}
			before = append(before, p)
		}
		g, err := NewGroupAggregate(spec)
		if err != nil {
			t.Fatal(err)
		}
		return before, g
	})
}

// groupModel is the table that the rows so far aggregate to, as text by key.
func groupModel(rows []tuple, keyed, extremes bool) map[string]string {
	type acc struct {
		n, prices, rates, sum int64
		rate                  float64
		best                  any
	}
	groups := map[string]*acc{}
	if !keyed {
		groups["all"] = &acc{}
	}
	for _, r := range rows {
		key := "all"
		if keyed {
			key = fmt.Sprint(r.values[1])
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
	out := map[string]string{}
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
		out[key] = fmt.Sprint(v)
	}
	return out
}

// fold applies an epoch's changes to the table it keeps, and checks that they are legal: at most one retraction, of the
// row that is there, and one insertion per key, and never both with the same values.
func fold(t *testing.T, table map[string]string, changes []tuple, keyed bool) {
	t.Helper()
	minus, plus := map[string]string{}, map[string]string{}
	for _, c := range changes {
		key, text := "all", fmt.Sprint(c.values)
		if keyed {
			key = fmt.Sprint(c.values[0])
			text = fmt.Sprint(append([]any{key}, c.values[1:]...))
		}
		side := plus
		if c.weight == -1 {
			side = minus
			if _, late := plus[key]; late {
				t.Fatalf("retraction after the insertion: %s", c)
			}
		} else if c.weight != 1 {
			t.Fatalf("weight of %s", c)
		}
		if _, twice := side[key]; twice {
			t.Fatalf("twice in an epoch: %s", c)
		}
		side[key] = text
	}
	for key, text := range minus {
		if table[key] != text {
			t.Fatalf("takes back %s, there is %q", text, table[key])
		}
		if plus[key] == text {
			t.Fatalf("unchanged row emitted: %s", text)
		}
		delete(table, key)
	}
	for key, text := range plus {
		if old, ok := table[key]; ok {
			t.Fatalf("inserts %s over %s", text, old)
		}
		table[key] = text
	}
}

func TestGroupAgainstModel(t *testing.T) {
	for seed := range uint64(4) {
		for _, keyed := range []bool{true, false} {
			for _, retract := range []bool{true, false} {
				for _, pre := range []bool{true, false} {
					name := fmt.Sprintf("seed %d keyed %v retract %v pre %v", seed, keyed, retract, pre)
					t.Run(name, func(t *testing.T) { checkGroups(t, seed, keyed, retract, pre) })
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

func checkGroups(t *testing.T, seed uint64, keyed, retract, pre bool) {
	r := rand.New(rand.NewPCG(seed, 3))
	var keys []int
	if keyed {
		keys = []int{1}
	}
	rows := changesOf(r, 20+r.IntN(200), retract)
	rigs := []*rig{groupRig(t, 1, keys, !retract, pre), groupRig(t, 3, keys, !retract, pre),
		groupRig(t, 2, keys, !retract, !pre)}
	table := map[string]string{}
	at := 0
	for _, epoch := range append([]int{0}, cuts(r, len(rows), 60)...) {
		part := rows[at : at+epoch]
		at += epoch
		var first []tuple
		for i, x := range rigs {
			var morsels []*zset.Batch
			done := 0
			for _, n := range cuts(r, epoch, 20) {
				b := batchOf(bids, part[done:done+n])
				b.Cols[1] = coded(r, b.Cols[1])
				morsels = append(morsels, b)
				done += n
			}
			out := x.run(morsels, clock.Min, false)
			if i == 0 {
				first = out
			} else {
				sameTuples(t, "other lanes, other morsels", out, first)
			}
			if r.IntN(4) == 0 {
				x.restart(1 + r.IntN(3))
			}
		}
		fold(t, table, first, keyed)
		want := groupModel(rows[:at], keyed, !retract)
		if len(table) != len(want) {
			t.Fatalf("%d groups, want %d", len(table), len(want))
		}
		for k, v := range want {
			if table[k] != v {
				t.Fatalf("after %d rows: %s, want %s", at, table[k], v)
			}
		}
		if n := int(rigs[0].st.Rows()); n != len(want) {
			t.Fatalf("%d groups in state, want %d", n, len(want))
		}
	}
}

// TestGroupOrderOfLargeEpochs: more changes than a batch holds are in the order of hashes for every number of lanes.
func TestGroupOrderOfLargeEpochs(t *testing.T) {
	rows := make([]tuple, 3*maxEmit)
	for i := range rows {
		rows[i] = tuple{1, []any{second, fmt.Sprint("k", i), int64(i), 1.0}}
	}
	again := make([]tuple, len(rows))
	for i := range again {
		again[i] = tuple{1, []any{second, fmt.Sprint("k", i), int64(i % 2), 0.5}}
	}
	var want [2][]tuple
	for lanes := 1; lanes <= 3; lanes++ {
		x := groupRig(t, lanes, []int{1}, true, lanes == 2)
		for e, part := range [][]tuple{rows, again} {
			got := x.run([]*zset.Batch{batchOf(bids, part[:len(part)/2]), batchOf(bids, part[len(part)/2:])}, clock.Min,
				false)
			if len(got) != len(rows)*(e+1) {
				t.Fatalf("%d changes", len(got))
			}
			if lanes == 1 {
				want[e] = got
			}
			sameTuples(t, fmt.Sprintf("%d lanes", lanes), got, want[e])
		}
	}
	if !slices.IsSortedFunc(want[0], func(a, b tuple) int {
		if hashOf(a.values[0]) < hashOf(b.values[0]) {
			return -1
		}
		return 1
	}) {
		t.Fatal("not in the order of hashes")
	}
}

// TestGlobalAggregate has its row from the first epoch on, on one lane only, and across a restart not twice.
func TestGlobalAggregate(t *testing.T) {
	x := groupRig(t, 3, nil, true, true)
	sameTuples(t, "first epoch", x.run(nil, clock.Min, false),
		[]tuple{{1, []any{int64(0), int64(0), nil, nil, nil, nil}}})
	sameTuples(t, "second epoch", x.run(nil, clock.Min, false), nil)
	x.restart(2)
	sameTuples(t, "after restart", x.run(nil, clock.Min, false), nil)
	b := batchOf(bids, []tuple{{1, []any{nil, "a", 7, nil}}})
	sameTuples(t, "a row", x.run([]*zset.Batch{b}, clock.Min, false), []tuple{
		{-1, []any{int64(0), int64(0), nil, nil, nil, nil}},
		{1, []any{int64(1), int64(1), int64(7), int64(7), nil, int64(7)}},
	})
}

// TestGroupEmitsNothingUnchanged: rows that cancel, or leave the result as it was, leave no trace.
func TestGroupEmitsNothingUnchanged(t *testing.T) {
	x := groupRig(t, 1, []int{1}, false, false)
	a := tuple{1, []any{nil, "a", 7, 0.5}}
	back := tuple{-1, a.values}
	run := func(rows ...tuple) []tuple { return x.run([]*zset.Batch{batchOf(bids, rows)}, clock.Min, false) }
	if out := run(a, back); len(out) != 0 {
		t.Fatal(out)
	}
	if n := x.st.Rows(); n != 0 {
		t.Fatalf("%d groups of nothing", n)
	}
	if out := run(a); len(out) != 1 {
		t.Fatal(out)
	}
	if out := run(back, a); len(out) != 0 {
		t.Fatal(out)
	}
	if out := run(back); len(out) != 1 || out[0].weight != -1 {
		t.Fatal(out)
	}
	if out := run(a, tuple{1, []any{nil, "b", nil, nil}}, back); len(out) != 1 || out[0].values[0] != "b" {
		t.Fatal(out)
	}
}

func TestGroupOverflowNamesGroup(t *testing.T) {
	x := groupRig(t, 1, []int{1}, false, false)
	g := x.lanes[0].after
	x.clock.Epoch = 4
	b := batchOf(bids, []tuple{{1, []any{nil, "apple", int64(math.MaxInt64), nil}}, {1, []any{nil, "apple", 1, nil}},
		{1, []any{nil, "pear", 1, nil}}})
	if err := g.Process(0, b, nil); err != nil {
		t.Fatal(err)
	}
	_, err := g.Advance(Tick{}, &sink{})
	if diag.CodeOf(err) != diag.AggregateOverflow || !strings.Contains(err.Error(), "channel='apple'") ||
		!strings.Contains(err.Error(), "epoch 4") {
		t.Fatal(err)
	}
}
