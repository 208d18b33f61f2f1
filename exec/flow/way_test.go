package flow

import (
	"fmt"
	"strings"
	"testing"

	"streamsql/exec/op"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

// shifted adds a number to the value of each row, so that the way it took can be seen.
type shifted struct {
	still
	by int64
}

func (s shifted) Process(_ int, b *zset.Batch, out op.Collector) error {
	var rows [][2]int64
	for i := range b.N {
		rows = append(rows, [2]int64{vec.Of[int64](b.Cols[0])[i], vec.Of[int64](b.Cols[1])[i] + s.by})
	}
	return out.Emit(op.Rows, keyedBatch(rows...))
}

// forked is a graph in which the ways of a shower's rows part and meet:
//
//	shower ┬ +10,000,000 ┬───────────────╮
//	       │             ╰ +30,000,000 ──┤
//	       ├ +20,000,000 ────────────────┼ union ─ sink
//	       ╰─────────────────────────────┴ sink of its own, with the union on its second port
func forked(lanes int) []Node {
	node := func(id string, by int64, from int) Node {
		return Node{ID: id, Schema: keyed, New: same(shifted{by: by}), Inputs: []Edge{{From: from}}}
	}
	return []Node{keyedScan("scan"),
		{ID: "shower", Schema: keyed, Inputs: []Edge{{From: 0, Route: Hash, Keys: []int{0}}},
			New: func(lane int) (op.Operator, error) {
				return &shower{lanes: lanes, lane: lane, after: func() {}}, nil
			}},
		node("a", 10_000_000, 1), node("b", 20_000_000, 1), node("c", 30_000_000, 2),
		{ID: "union", Schema: keyed, New: union,
			Inputs: []Edge{{From: 2}, {From: 3, Port: 1}, {From: 4, Port: 2}}}}
}

// TestWaysThatMeet: rows that come by several ways from one operator meet in the same order for every number of lanes,
// at a sink and after an exchange.
func TestWaysThatMeet(t *testing.T) {
	var wantSinks []string
	var wantRows string
	for _, lanes := range laneCounts {
		texts := []*textSink{{}, {}}
		nodes := append(forked(lanes),
			Node{ID: "s0", Schema: keyed, Sink: &Sink{Name: "s0", Sink: sinks.Sink(texts[0])},
				Inputs: []Edge{{From: 5}}},
			Node{ID: "s1", Schema: keyed, Sink: &Sink{Name: "s1", Sink: texts[1]},
				Inputs: []Edge{{From: 1}, {From: 5, Port: 1}}})
		r := observe(t, Spec{Lanes: lanes, Nodes: nodes}, 20, Edge{From: 5, Route: Hash, Keys: []int{0}})
		if wantSinks == nil {
			wantSinks, wantRows = []string{texts[0].text.String(), texts[1].text.String()}, fmt.Sprint(r.seen)
		}
		for i, s := range texts {
			if got := s.text.String(); got != wantSinks[i] {
				t.Errorf("%d lanes, sink %d:\n%s\nwant\n%s", lanes, i, got, wantSinks[i])
			}
		}
		if got := fmt.Sprint(r.seen); got != wantRows {
			t.Errorf("%d lanes:\n%s\nwant\n%s", lanes, got, wantRows)
		}
	}
	for i, rows := range []int{3, 4} {
		if n := strings.Count(wantSinks[i], " "); n != rows*showers*showered {
			t.Errorf("sink %d: %d rows", i, n)
		}
	}
	if !strings.HasPrefix(wantRows, "map[0:[0:40000000 0:20000000 0:10000000 0:40000100 ") {
		t.Errorf("rows begin with %.100s", wantRows)
	}
}

// TestWaysThatDoNotMeet: nothing is held for two sinks, or for two ports of an operator with state.
func TestWaysThatDoNotMeet(t *testing.T) {
	nodes := []Node{keyedScan("scan"),
		{ID: "a", Schema: keyed, New: same(shifted{}), Inputs: []Edge{{From: 0}}},
		{ID: "join", Schema: keyed, New: same(keeps{}), Inputs: []Edge{{From: 1}, {From: 0, Port: 1}}},
		{ID: "s0", Schema: keyed, Sink: &Sink{Name: "s0", Sink: &textSink{}}, Inputs: []Edge{{From: 1}}},
		{ID: "s1", Schema: keyed, Sink: &Sink{Name: "s1", Sink: &textSink{}}, Inputs: []Edge{{From: 2}}}}
	g, err := New(Spec{Lanes: 2, Nodes: nodes}, func(*Node, int) op.Setup { return op.Setup{} })
	if err != nil {
		t.Fatal(err)
	}
	if len(g.ways) != 0 {
		t.Fatalf("%v wait", g.ways)
	}
}
