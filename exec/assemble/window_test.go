package assemble

import (
	"slices"
	"testing"
	"time"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/planner/physical"
	"streamsql/state"
)

var timed = sqltype.Schema{{Name: "ts", Type: sqltype.TimestampType(3)}, {Name: "k", Type: sqltype.StringType}}

var tens = window.Spec{Kind: window.Tumble, Size: 10 * time.Second}

// planOf is a table with windows over it that deliver emit, and n aggregates which both read them.
func planOf(emit []window.Col, aggregates int) *physical.Plan {
	fields := func(in sqltype.Schema, cols []window.Col) sqltype.Schema {
		out := slices.Clone(in)
		for _, c := range cols {
			out = append(out, sqltype.Field{Name: c.String(), Type: sqltype.TimestampType(3)})
		}
		return out
	}
	p := &physical.Plan{
		Tables: []physical.Table{{Name: "t", Format: "json", Physical: timed, Used: []int{0, 1}, ErrorMode: "fail"}},
		Nodes: []physical.Node{
			{ID: "scan", Op: physical.Scan{}, Schema: timed},
			{ID: "tumble", Op: physical.Window{Spec: tens, Emit: emit, Late: aggregates > 0},
				Inputs: []physical.Input{{Node: 0}}, Schema: fields(timed, emit)},
		},
	}
	for range aggregates {
		p.Nodes = append(p.Nodes, physical.Node{ID: "agg" + string(rune('0'+len(p.Nodes))),
			Op:     physical.WindowAggregate{EndCol: 2, Spec: tens, Keys: []int{1}},
			Inputs: []physical.Input{{Node: 1, Route: physical.Hash, Keys: []int{1}}}, Schema: timed[1:2]})
	}
	return p
}

func graphOf(t *testing.T, p *physical.Plan, lanes int) *Built {
	t.Helper()
	b, err := Graph(p, Spec{Lanes: lanes, State: state.New(lanes, nil), Clock: &op.EpochClock{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Graph.Close() })
	return b
}

// nodeOf finds a node of the graph.
func nodeOf(t *testing.T, b *Built, id string) (int, *flow.Node) {
	t.Helper()
	i := slices.IndexFunc(b.Spec.Nodes, func(n flow.Node) bool { return n.ID == id })
	if i < 0 {
		t.Fatalf("no node %q", id)
	}
	return i, &b.Spec.Nodes[i]
}

// TestJudgedWindow: the operator that judges has the name of the plan's node, comes directly after the one that assigns
// windows, and judges for every aggregate that reads them.
func TestJudgedWindow(t *testing.T) {
	for _, lanes := range []int{1, 2} {
		for aggregates := range 3 {
			b := graphOf(t, planOf([]window.Col{window.ColEnd}, aggregates), lanes)
			_, judge := nodeOf(t, b, "tumble")
			if aggregates == 0 {
				if len(judge.Guards) != 0 || judge.Inputs[0].From != 0 {
					t.Errorf("nothing is judged, yet: %+v", judge)
				}
				continue
			}
			from, _ := nodeOf(t, b, "tumble/assigned")
			var want []int
			for i := range aggregates {
				at, _ := nodeOf(t, b, "agg"+string(rune('2'+i)))
				want = append(want, at)
			}
			if judge.Inputs[0].From != from || !slices.Equal(judge.Guards, want) {
				t.Errorf("%d lanes: reads %d, want %d; judges for %v, want %v", lanes, judge.Inputs[0].From, from,
					judge.Guards, want)
			}
		}
	}
}

// TestWindowEndsForTheJudgeAlone: a plan that reads no window end gets none, although the rows are judged by it.
func TestWindowEndsForTheJudgeAlone(t *testing.T) {
	p := planOf([]window.Col{window.ColStart}, 1)
	b := graphOf(t, p, 1)
	_, assigns := nodeOf(t, b, "tumble/assigned")
	_, judge := nodeOf(t, b, "tumble")
	if len(assigns.Schema) != len(p.Nodes[1].Schema)+1 || len(judge.Schema) != len(p.Nodes[1].Schema) {
		t.Errorf("%v, then %v", assigns.Schema, judge.Schema)
	}
	if len(p.Nodes[1].Schema) != 3 || len(p.Nodes[1].Op.(physical.Window).Emit) != 1 {
		t.Errorf("the plan was changed: %+v", p.Nodes[1])
	}
}

// TestWatermarksOfEarlierCheckpoints: a record without the nodes that this graph has more than the one that wrote it
// gives every operator the watermark that it had.
func TestWatermarksOfEarlierCheckpoints(t *testing.T) {
	recorded := map[string]clock.EventTime{"scan": 30, "tumble": 20, "agg2": 20}
	for _, lanes := range []int{1, 2} {
		b := graphOf(t, planOf([]window.Col{window.ColEnd}, 1), lanes)
		b.Graph.SetWatermarks(recorded)
		got := b.Graph.Watermarks()
		for id, want := range map[string]clock.EventTime{"tumble/assigned": 30, "tumble": 20, "agg2/local": 20, "agg2": 20} {
			if mark, ok := got[id]; ok && mark != want {
				t.Errorf("%d lanes: %s is at %d, want %d", lanes, id, mark, want)
			}
		}
	}
}
