package flow

import (
	"context"
	"testing"
	"time"

	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/zset"
)

// pass hands everything on.
type pass struct{}

func (pass) Open(*op.Setup) error                                       { return nil }
func (pass) Process(_ int, b *zset.Batch, out op.Collector) error       { return out.Emit(op.Rows, b) }
func (pass) Advance(t op.Tick, _ op.Collector) (clock.EventTime, error) { return t.Watermark, nil }
func (pass) NextDue() (time.Time, bool)                                 { return time.Time{}, false }
func (pass) Close() error                                               { return nil }

// judge notes what it is told to judge by, and what it knows when rows come.
type judge struct {
	pass
	told    []clock.EventTime
	atFirst clock.EventTime
}

func (j *judge) Guard(w clock.EventTime) { j.told = append(j.told, w) }
func (j *judge) Process(port int, b *zset.Batch, out op.Collector) error {
	if len(j.told) > 0 {
		j.atFirst = j.told[len(j.told)-1]
	}
	return j.pass.Process(port, b, out)
}

// guarded is a graph in which rows of one table are judged for an operator that reads another one too:
//
//	one ─ judge ─ between ─╮
//	                       ├─ meeting
//	other ─────────────────╯
func guarded(t *testing.T, lanes int) (*Graph, []*judge) {
	t.Helper()
	var judges []*judge
	scan := func(table string) *Scan {
		return &Scan{Table: table, Watermarked: true,
			NewDecoder: func() (Decoder, error) { return numberDecoder{}, nil }}
	}
	passes := func(int) (op.Operator, error) { return pass{}, nil }
	g, err := New(Spec{Lanes: lanes, Nodes: []Node{
		{ID: "one", Schema: oneColumn, Scan: scan("one")},
		{ID: "other", Schema: oneColumn, Scan: scan("other")},
		{ID: "judge", Schema: oneColumn, Inputs: []Edge{{From: 0}}, Guards: []int{4},
			New: func(int) (op.Operator, error) {
				judges = append(judges, &judge{})
				return judges[len(judges)-1], nil
			}},
		{ID: "between", Schema: oneColumn, Inputs: []Edge{{From: 2}}, New: passes},
		{ID: "meeting", Schema: oneColumn, Inputs: []Edge{{From: 3}, {From: 1, Port: 1}}, New: passes},
	}}, func(*Node, int) op.Setup { return op.Setup{} })
	if err != nil {
		t.Fatal(err)
	}
	return g, judges
}

// TestGuardKnowsWhatIsGuarded: rows are judged by what the operator further on has seen of all its inputs, as it was
// before the epoch; also after a restart, and when the record misses nodes that only this graph has.
func TestGuardKnowsWhatIsGuarded(t *testing.T) {
	for _, c := range []struct {
		name     string
		recorded map[string]clock.EventTime
		want     clock.EventTime
	}{
		{"all recorded", map[string]clock.EventTime{"one": 50, "judge": 50, "between": 50, "other": 30, "meeting": 30}, 30},
		{"the other ahead",
			map[string]clock.EventTime{"one": 50, "judge": 50, "between": 50, "other": 70, "meeting": 50}, 50},
		{"between is new", map[string]clock.EventTime{"one": 50, "judge": 50, "other": 70, "meeting": 50}, 50},
		{"two are new", map[string]clock.EventTime{"one": 50, "other": 70, "meeting": 50}, 50},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, lanes := range []int{1, 3} {
				g, judges := guarded(t, lanes)
				g.SetWatermarks(c.recorded)
				if _, err := runAll(t, g, &numbers{n: 61, size: 8}, 1); err != nil {
					t.Fatal(err)
				}
				after := min(60, c.recorded["other"])
				for lane, j := range judges {
					if len(j.told) != 2 || j.told[0] != c.want || j.told[1] != after {
						t.Errorf("lane %d of %d was told %v, want %d and %d", lane, lanes, j.told, c.want, after)
					}
					if j.atFirst != c.want && j.atFirst != 0 {
						t.Errorf("lane %d judged by %d within the epoch", lane, j.atFirst)
					}
				}
			}
		})
	}
}

// TestWhoJudgesStandsForSomebody: an operator that judges without knowing by what is a fault of the graph.
func TestWhoJudgesStandsForSomebody(t *testing.T) {
	for guards, mid := range map[int]op.Operator{0: &judge{}, 1: pass{}} {
		nodes := []Node{{ID: "scan", Schema: oneColumn, Scan: &Scan{Table: "t"}},
			{ID: "mid", Schema: oneColumn, Inputs: []Edge{{From: 0}}, Guards: make([]int, guards),
				New: func(int) (op.Operator, error) { return mid, nil }}}
		_, err := New(Spec{Lanes: 1, Nodes: nodes}, func(*Node, int) op.Setup { return op.Setup{} })
		if diag.CodeOf(err) != diag.Internal {
			t.Errorf("%d guarded: %v", guards, err)
		}
	}
}

// TestGuardIsToldNothingByAFailedEpoch: what is not committed is read again, and judged as it was.
func TestGuardIsToldNothingByAFailedEpoch(t *testing.T) {
	g, judges := guarded(t, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := startReader(t, g, &numbers{n: 10, size: 8}, 1, 1<<20)
	cuts, err := GatherReplay(context.Background(), []Share{{Reader: r.Reader}}, r.wake)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = g.RunEpoch(ctx, Epoch{Feeds: []Feed{{Reader: r.Reader, Cut: cuts[0]}}}); err == nil {
		t.Fatal("ran")
	}
	if len(judges[0].told) != 0 {
		t.Fatalf("told %v", judges[0].told)
	}
}
