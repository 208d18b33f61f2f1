package op

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
)

// overlapping are windows of every shape, in seconds: slides that divide the size and one that does not, an offset,
// gaps between windows, and cumulating ones.
var overlapping = []window.Spec{
	{Kind: window.Hop, Size: 10 * time.Second, Step: 2 * time.Second},
	{Kind: window.Hop, Size: 10 * time.Second, Step: 4 * time.Second, Offset: 3 * time.Second},
	{Kind: window.Hop, Size: 30 * time.Second, Step: time.Second, Offset: -500 * time.Millisecond},
	{Kind: window.Cumulate, Size: 20 * time.Second, Step: 5 * time.Second},
	{Kind: window.Cumulate, Size: 40 * time.Second, Step: time.Second, Offset: 1500 * time.Millisecond},
}

// windowEnds are the windows that hold ts, by the definition of the kind.
func windowEnds(s window.Spec, ts int64) (out []int64) {
	size, step, offset := s.Size.Microseconds(), s.Step.Microseconds(), s.Offset.Microseconds()
	mod := func(a, m int64) int64 { return ((a % m) + m) % m }
	if s.Kind == window.Cumulate {
		base := ts - mod(ts-offset, size)
		for end := base + step; end <= base+size; end += step {
			if ts < end {
				out = append(out, end)
			}
		}
		return out
	}
	for start := ts - mod(ts-offset, step); start > ts-size; start -= step {
		out = append(out, start+size)
	}
	slices.Sort(out)
	return out
}

func windowStart(s window.Spec, end int64) int64 {
	size := s.Size.Microseconds()
	if s.Kind == window.Cumulate {
		offset := s.Offset.Microseconds()
		return end - 1 - (((end-1-offset)%size)+size)%size
	}
	return end - size
}

// sliceSchema is bids with the end of a row's slice.
func sliceSchema() sqltype.Schema {
	return append(slices.Clone(bids), sqltype.Field{Name: "window_end", Type: sqltype.TimestampType(3)})
}

// judgedSlices assigns slices and judges rows.
func judgedSlices(s window.Spec) ([]Operator, error) {
	w, err := NewWindow(WindowSpec{
		Windows: s, Emit: []window.Col{window.ColEnd}, Judged: true, Schema: sliceSchema(),
	})
	if err != nil {
		return nil, err
	}
	l, err := NewLate(LateSpec{Windows: s, SliceCol: len(bids), Schema: sliceSchema()})
	return []Operator{w, l}, err
}

// sliceGroup is windowGroup over slices. Without exact, MAX and MIN make it one that takes nothing back.
func sliceGroup(t testing.TB, s window.Spec, linear bool) GroupSpec {
	in := sliceSchema()
	g := GroupSpec{Node: "slices", In: in, EndCol: len(bids), Keys: []int{1}, Shared: &s}
	if linear {
		g.Aggs = []Agg{resolve(t, in, "COUNT", -1, -1), resolve(t, in, "AVG", 2, -1), resolve(t, in, "SUM", 2, -1),
			resolve(t, in, "SUM", 3, -1)}
		return g
	}
	g.Aggs = []Agg{
		resolve(t, in, "COUNT", -1, -1), resolve(t, in, "MAX", 2, -1), resolve(t, in, "AVG", 2, -1),
		resolve(t, in, "SUM", 2, -1), resolve(t, in, "SUM", 3, -1), resolve(t, in, "MIN", 1, -1),
	}
	return g
}

func sliceSpec(t testing.TB, s window.Spec, linear, merged bool) WindowAggregateSpec {
	g := sliceGroup(t, s, linear)
	out := sqltype.Schema{bids[1], {Name: "window_start", Type: sqltype.TimestampType(3)},
		{Name: "window_end", Type: sqltype.TimestampType(3)}}
	for i, a := range g.Aggs {
		out = append(out, sqltype.Field{Name: fmt.Sprint("a", i), Type: a.Type})
	}
	return WindowAggregateSpec{GroupSpec: g, Windows: s, Emit: []window.Col{window.ColStart, window.ColEnd},
		Merged: merged, Out: out}
}

// sliceTest is the whole pipeline.
func sliceTest(t testing.TB, s window.Spec, linear, pre bool) opTest {
	spec := sliceSpec(t, s, linear, pre)
	before := func() ([]Operator, error) {
		ops, err := judgedSlices(s)
		if err != nil || !pre {
			return ops, err
		}
		p, err := NewPreAggregate(spec.GroupSpec)
		return append(ops, p), err
	}
	in := port{schema: bids, before: before, routed: true, keys: []int{1}}
	if pre {
		in.keys, in.flat = []int{0}, true
	}
	return opTest{
		name:  fmt.Sprintf("%s %s by %s, linear %v, pre-aggregation %v", s.Kind, s.Size, s.Step, linear, pre),
		ports: []port{in}, out: spec.Out, ordered: true,
		make: func() (Operator, error) { return NewSliceAggregate(spec) },
		watermark: func(t Tick) clock.EventTime {
			if t.Final {
				return clock.Max
			}
			return t.Watermark
		},
	}
}

// sliceModel puts every row into every window that it counts in.
func sliceModel(s window.Spec, linear bool, epochs []epoch) (out [][]tuple, counted Counters) {
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
				counted.NullTime++
				continue
			}
			in, all := 0, windowEnds(s, ts)
			for _, end := range all {
				if clock.EventTime(end-1000) > max(reached, e.behind[0][i]) {
					groups[group{end, r.values[1]}] = append(groups[group{end, r.values[1]}], r)
					in++
				}
			}
			switch in {
			case len(all):
			case 0:
				counted.Late++
			default:
				counted.PartlyLate++
			}
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
			v := []any{g.key, windowStart(s, g.end), g.end, int64(len(groups[g]))}
			aggregates := modelAggregates(groups[g])
			if linear {
				aggregates = aggregates[1:4]
			}
			rows = append(rows, tuple{1, append(v, aggregates...)})
			delete(groups, g)
		}
		out = append(out, rows)
	}
	return out, counted
}

// TestSlicesAgainstModel: windows that overlap give what each row in each of its windows would, in the same order;
// the late and the partly late rows are those of the definition, for every cut, number of lanes and restart.
func TestSlicesAgainstModel(t *testing.T) {
	partly := int64(0)
	for i, s := range overlapping {
		for variant := range 4 {
			linear, pre := variant&1 != 0, variant&2 != 0
			r := rand.New(rand.NewPCG(uint64(4*i+variant), 1))
			c := sliceTest(t, s, linear, pre)
			c.epochs = windowEpochs(r, randomBids(r, 40+r.IntN(120)), (i+variant)%2 == 1)
			c.model = func(epochs []epoch) [][]tuple { rows, _ := sliceModel(s, linear, epochs); return rows }
			_, c.counted = sliceModel(s, linear, c.epochs)
			partly += c.counted.PartlyLate
			c.run(t)
		}
	}
	if partly == 0 {
		t.Error("no row was partly late")
	}
}

func TestWindowWithoutSlicesRefuses(t *testing.T) {
	spec := assignSpec(false)
	spec.Windows = overlapping[0]
	if _, err := NewWindow(spec); diag.CodeOf(err) != diag.Internal {
		t.Error(err)
	}
}
