package flow

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// keyed is a schema with a key that several rows share.
var keyed = sqltype.Schema{{Name: "k", Type: sqltype.BigIntType}, {Name: "v", Type: sqltype.BigIntType}}

func keyedBatch(rows ...[2]int64) *zset.Batch {
	k, v := vec.New(sqltype.BigIntType, len(rows)), vec.New(sqltype.BigIntType, len(rows))
	for i, r := range rows {
		vec.Of[int64](k)[i], vec.Of[int64](v)[i] = r[0], r[1]
	}
	return &zset.Batch{Schema: keyed, N: len(rows), Cols: []*vec.Vec{k, v}}
}

// keyedDecoder gives the chunk's number n as the row (n modulo 7, n).
type keyedDecoder struct{}

func (keyedDecoder) Decode(m *Morsel) error {
	n := m.Chunk.Position
	m.Rows, m.Max = keyedBatch([2]int64{n % 7, n}), clock.EventTime(n)
	return nil
}

// still is an operator that does nothing; others build on it.
type still struct{}

func (still) Open(*op.Setup) error                                       { return nil }
func (still) Process(int, *zset.Batch, op.Collector) error               { return nil }
func (still) NextDue() (time.Time, bool)                                 { return time.Time{}, false }
func (still) Close() error                                               { return nil }
func (still) Advance(t op.Tick, _ op.Collector) (clock.EventTime, error) { return t.Watermark, nil }

// twice passes each batch on two times.
type twice struct{ still }

func (twice) Process(_ int, b *zset.Batch, out op.Collector) error {
	if err := out.Emit(op.Rows, b); err != nil {
		return err
	}
	return out.Emit(op.Rows, b)
}

// emitter emits one row per number of its list while it advances, all with key 0, on lane 0 only.
type emitter struct {
	still
	lane   int
	values []int64
}

func (e emitter) Advance(t op.Tick, out op.Collector) (clock.EventTime, error) {
	for seq, v := range e.values {
		b := keyedBatch([2]int64{0, v})
		b.Order.Seq = uint64(seq)
		if e.lane == 0 {
			if err := out.Emit(op.Rows, b); err != nil {
				return 0, err
			}
		}
	}
	return t.Watermark, nil
}

// record is what the instances of an observer saw, by key.
type record struct {
	mu   sync.Mutex
	seen map[int64][]string
	in   [][]clock.EventTime // the watermarks per port
}

// observer notes port and value of each row.
type observer struct {
	still
	to *record
}

func (o observer) Process(port int, b *zset.Batch, _ op.Collector) error {
	o.to.mu.Lock()
	defer o.to.mu.Unlock()
	for i := range b.N {
		k := vec.Of[int64](b.Cols[0])[i]
		o.to.seen[k] = append(o.to.seen[k], fmt.Sprintf("%d:%d", port, vec.Of[int64](b.Cols[1])[i]))
	}
	return nil
}

func (o observer) Advance(t op.Tick, _ op.Collector) (clock.EventTime, error) {
	o.to.mu.Lock()
	defer o.to.mu.Unlock()
	o.to.in = append(o.to.in, slices.Clone(t.In))
	return t.Watermark, nil
}

func (r *record) text(key int64) string { return strings.Join(r.seen[key], " ") }

// same gives one instance for all lanes.
func same(o op.Operator) func(int) (op.Operator, error) {
	return func(int) (op.Operator, error) { return o, nil }
}

func union(int) (op.Operator, error) { return op.NewUnion(keyed), nil }

func keyedScan(id string) Node {
	return Node{ID: id, Schema: keyed, Scan: &Scan{Table: id, Watermarked: true,
		NewDecoder: func() (Decoder, error) { return keyedDecoder{}, nil }}}
}

// observe runs one epoch of a graph whose last node, added here, is an observer with these inputs.
func observe(t *testing.T, spec Spec, rows int, inputs ...Edge) *record {
	t.Helper()
	r := &record{seen: map[int64][]string{}}
	spec.Nodes = append(slices.Clone(spec.Nodes), Node{ID: "end", Schema: keyed, Inputs: inputs,
		New: same(observer{to: r})})
	g, err := New(spec, func(*Node, int) op.Setup { return op.Setup{} })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := runAll(t, g, &numbers{n: rows, size: 8}, 3); err != nil {
		t.Fatal(err)
	}
	return r
}

var laneCounts = []int{1, 2, 4}

// TestOneScanIntoBothPorts: an operator sees the rows of its two ports in the same order for every number of lanes.
func TestOneScanIntoBothPorts(t *testing.T) {
	for _, between := range []op.Operator{nil, twice{}} {
		var want map[int64][]string
		for _, lanes := range laneCounts {
			spec := Spec{Lanes: lanes, Nodes: []Node{keyedScan("scan")}}
			if between != nil {
				spec.Nodes = append(spec.Nodes, Node{ID: "between", Schema: keyed, New: same(between),
					Inputs: []Edge{{From: 0}}})
			}
			from := len(spec.Nodes) - 1
			got := observe(t, spec, 100, Edge{From: from, Port: 0, Route: Hash, Keys: []int{0}},
				Edge{From: from, Port: 1, Route: Hash, Keys: []int{0}})
			if want == nil {
				want = got.seen
			}
			for k := range want {
				if got.text(k) != strings.Join(want[k], " ") {
					t.Errorf("%d lanes, key %d: %s, want %s", lanes, k, got.text(k), strings.Join(want[k], " "))
				}
			}
		}
		if got := strings.Join(want[0][:4], " "); between == nil && got != "0:0 1:0 0:7 1:7" {
			t.Errorf("one lane begins with %q", got)
		}
	}
}

// twoEmitters are emitters of one stage after a scan, each with two emissions.
func twoEmitters(lanes int) Spec {
	node := func(id string, values ...int64) Node {
		return Node{ID: id, Schema: keyed, Inputs: []Edge{{From: 0, Route: One}},
			New: func(lane int) (op.Operator, error) { return emitter{lane: lane, values: values}, nil }}
	}
	return Spec{Lanes: lanes, Nodes: []Node{keyedScan("scan"), node("a", 100, 101), node("b", 200, 201)}}
}

// TestTwoEmittersBehindAUnion: their rows come one emitter after the other, whatever the number of lanes.
func TestTwoEmittersBehindAUnion(t *testing.T) {
	for _, lanes := range laneCounts {
		for _, route := range []Edge{{Route: Hash, Keys: []int{0}}, {Route: One}} {
			spec := twoEmitters(lanes)
			spec.Nodes = append(spec.Nodes, Node{ID: "union", Schema: keyed,
				Inputs: []Edge{{From: 1}, {From: 2, Port: 1}}, New: union})
			route.From = 3
			got := observe(t, spec, 10, route)
			if want := "0:100 0:101 0:200 0:201"; got.text(0) != want {
				t.Errorf("%d lanes, %s: %s, want %s", lanes, route.Route, got.text(0), want)
			}
		}
	}
}

// TestTwoEmittersIntoASink: the same at a sink with two ports.
func TestTwoEmittersIntoASink(t *testing.T) {
	for _, lanes := range laneCounts {
		spec, sink := twoEmitters(lanes), &textSink{}
		spec.Nodes = append(spec.Nodes, Node{ID: "sink", Schema: keyed, Sink: &Sink{Name: "s", Sink: sink},
			Inputs: []Edge{{From: 1}, {From: 2, Port: 1}}})
		g, err := New(spec, func(*Node, int) op.Setup { return op.Setup{} })
		if err != nil {
			t.Fatal(err)
		}
		if _, err := runAll(t, g, &numbers{n: 10, size: 8}, 2); err != nil {
			t.Fatal(err)
		}
		if got, want := sink.text.String(), "100 101 200 201 "; got != want {
			t.Errorf("%d lanes: %q, want %q", lanes, got, want)
		}
	}
}

// TestRoutes: a broadcast row reaches every lane once, one of route One a single lane, in order.
func TestRoutes(t *testing.T) {
	for _, lanes := range laneCounts {
		for _, c := range []struct {
			route Route
			times int
		}{{Broadcast, lanes}, {One, 1}} {
			g := Spec{Lanes: lanes, Nodes: []Node{keyedScan("scan")}}
			for range 2 { // the second time with reused batches
				got := observe(t, g, 70, Edge{From: 0, Route: c.route})
				for k := range int64(7) {
					n := map[string]int{}
					for _, v := range got.seen[k] {
						n[v]++
					}
					for i := range 10 {
						if v := fmt.Sprintf("0:%d", int64(i)*7+k); n[v] != c.times {
							t.Fatalf("%d lanes, %s: %s came %d times, want %d", lanes, c.route, v, n[v], c.times)
						}
					}
				}
			}
		}
	}
}

// TestStagesAndPortsAreTheSameForEveryNumberOfLanes: what an operator is told of its ports, and which stage it is in.
func TestStagesAndPortsAreTheSameForEveryNumberOfLanes(t *testing.T) {
	for _, lanes := range laneCounts {
		spec := Spec{Lanes: lanes, Nodes: []Node{keyedScan("scan"), {ID: "held", Schema: keyed,
			Inputs: []Edge{{From: 0}}, New: same(holds{mark: 5})}}}
		got := observe(t, spec, 10, Edge{From: 1, Port: 1, Route: Hash, Keys: []int{0}},
			Edge{From: 0, Port: 0, Route: Broadcast})
		for _, in := range got.in {
			if !slices.Equal(in, []clock.EventTime{9, 5}) {
				t.Fatalf("%d lanes: watermarks %v", lanes, in)
			}
		}
	}
}

// holds has a watermark of its own.
type holds struct {
	still
	mark clock.EventTime
}

func (h holds) Advance(op.Tick, op.Collector) (clock.EventTime, error) { return h.mark, nil }

// TestLastPortFirst: the test mode delivers the last port first, also with one lane.
func TestLastPortFirst(t *testing.T) {
	for _, lanes := range laneCounts {
		spec := Spec{Lanes: lanes, Nodes: []Node{keyedScan("scan")}, LastPortFirst: true}
		got := observe(t, spec, 15, Edge{From: 0, Port: 0, Route: Hash, Keys: []int{0}},
			Edge{From: 0, Port: 1, Route: Hash, Keys: []int{0}})
		if want := "1:0 1:7 1:14 0:0 0:7 0:14"; got.text(0) != want {
			t.Errorf("%d lanes: %s, want %s", lanes, got.text(0), want)
		}
	}
}

func TestGraphsThatAreRefused(t *testing.T) {
	for name, inputs := range map[string][]Edge{
		"two edges into port 0":  {{From: 0}, {From: 0}},
		"port 2 of 1":            {{From: 0, Port: 2}},
		"which is not before it": {{From: 1}},
		"hash route with 0 keys": {{From: 0, Route: Hash}},
		"one route with 1 keys":  {{From: 0, Route: One, Keys: []int{0}}},
	} {
		spec := Spec{Lanes: 2, Nodes: []Node{keyedScan("scan"), {ID: "end", Schema: keyed, New: same(still{}),
			Inputs: inputs}}}
		_, err := New(spec, func(*Node, int) op.Setup { return op.Setup{} })
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q, got %v", name, err)
		}
	}
}

// resumed notes what Resume told it.
type resumed struct {
	still
	in  []clock.EventTime
	out clock.EventTime
}

func (r *resumed) Resume(in []clock.EventTime, out clock.EventTime) {
	r.in, r.out = slices.Clone(in), out
}

// TestWatermarksPerPortSurvive: each port has its own again, also after a node that the record does not know because
// the graph had another number of lanes then.
func TestWatermarksPerPortSurvive(t *testing.T) {
	r := &resumed{}
	spec := Spec{Lanes: 1, Nodes: []Node{keyedScan("a"), keyedScan("b"),
		{ID: "b/local", Schema: keyed, New: same(still{}), Inputs: []Edge{{From: 1}}},
		{ID: "join", Schema: keyed, New: same(r), Inputs: []Edge{{From: 2, Port: 1}, {From: 0}}}}}
	g, err := New(spec, func(*Node, int) op.Setup { return op.Setup{} })
	if err != nil {
		t.Fatal(err)
	}
	g.SetWatermarks(map[string]clock.EventTime{"a": 7, "b": 9, "join": 5})
	if !slices.Equal(r.in, []clock.EventTime{7, 9}) || r.out != 5 || g.Watermarks()["b/local"] != 9 {
		t.Fatalf("in %v, out %v, %v", r.in, r.out, g.Watermarks())
	}
}

// keeps is an operator with state.
type keeps struct {
	still
	touched int
}

func (k keeps) Touched() int { return k.touched }

// TestHeavyCountsTouchedKeys: what a stage visits decides whether its lanes run side by side, not what it holds.
func TestHeavyCountsTouchedKeys(t *testing.T) {
	for _, touched := range []int{3, smallEpoch + 1} {
		spec := Spec{Lanes: 2, Nodes: []Node{keyedScan("scan"), {ID: "join", Schema: keyed,
			New: same(keeps{touched: touched}), Inputs: []Edge{{From: 0, Route: One}}}}}
		g, err := New(spec, func(*Node, int) op.Setup { return op.Setup{} })
		if err != nil {
			t.Fatal(err)
		}
		g.nodes[1][0].counters.StateRows = 4_000_000
		if g.heavy(0) || g.heavy(1) != (touched > smallEpoch) {
			t.Errorf("%d touched keys: heavy is %t", touched, g.heavy(1))
		}
	}
}

// early emits while rows are fed.
type early struct{ still }

func (early) Process(_ int, b *zset.Batch, out op.Collector) error { return out.Emit(op.Rows, b) }

type earlyKeeper struct{ early }

func (earlyKeeper) Touched() int { return 0 }

// disorderly numbers its emissions backwards.
type disorderly struct{ still }

func (disorderly) Advance(t op.Tick, out op.Collector) (clock.EventTime, error) {
	for _, seq := range []uint64{2, 1} {
		b := keyedBatch([2]int64{0, 0})
		b.Order.Seq = seq
		if err := out.Emit(op.Rows, b); err != nil {
			return 0, err
		}
	}
	return t.Watermark, nil
}

// TestOrderIsAContract: with invariants on, whoever breaks it is named, also on one lane, where nothing would come out
// wrong.
func TestOrderIsAContract(t *testing.T) {
	for _, c := range []struct {
		name, says string
		op         op.Operator
		route      Route
	}{
		{"stateless, direct", "", early{}, Direct},
		{"stateless after an exchange", "rows emitted in Process", early{}, One},
		{"state, direct", "rows emitted in Process", earlyKeeper{}, Direct},
		{"numbers", "ascending order", disorderly{}, Direct},
	} {
		for _, lanes := range laneCounts {
			spec := Spec{Lanes: lanes, Nodes: []Node{keyedScan("scan"),
				{ID: "mid", Schema: keyed, New: same(c.op), Inputs: []Edge{{From: 0, Route: c.route}}}}}
			g, err := New(spec, func(*Node, int) op.Setup { return op.Setup{} })
			if err != nil {
				t.Fatal(err)
			}
			_, err = runAll(t, g, &numbers{n: 20, size: 8}, 2)
			if (err != nil) != (c.says != "") || err != nil && (!strings.Contains(err.Error(), c.says) ||
				!strings.Contains(err.Error(), "operator mid")) {
				t.Errorf("%s, %d lanes: %v", c.name, lanes, err)
			}
		}
	}
}
