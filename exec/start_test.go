package exec

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/scalar"
	"streamsql/internal/store"
	"streamsql/planner"
	"streamsql/planner/physical"
	"streamsql/sinks"
)

// again opens the same world as another process would: its own fault points, the state taken by force.
func (w *world) again(faults *fault.Set) (*Query, error) {
	other := *w
	other.faults = faults
	other.env = func(e *Env) {
		if w.env != nil {
			w.env(e)
		}
		e.Takeover = true
	}
	return other.open(windowProgram(w.t))
}

// TestStaleCopyStopsNobody: a start on a copy of the state that its owner has left behind is refused before it takes
// anything, and the owner continues.
func TestStaleCopyStopsNobody(t *testing.T) {
	want := reference(t)
	w := newWorld(t)
	crash := store.NewCrash()
	w.store = crash
	w.o.feed(sample()[:200]...)
	owner := w.mustOpen(windowProgram(t))
	defer owner.Close()
	if err := settle(owner); err != nil {
		t.Fatal(err)
	}
	stale := crash.CloneAfterCrash(100, 1)
	before := terms(t, stale)
	w.o.feed(sample()[200:300]...)
	if err := settle(owner); err != nil {
		t.Fatal(err)
	}
	onCopy := *w
	onCopy.store = stale
	for _, takeover := range []bool{false, true} {
		onCopy.env = func(e *Env) { e.Takeover = takeover }
		if _, err := onCopy.open(windowProgram(t)); diag.CodeOf(err) != diag.SinkMarker {
			t.Fatalf("the copy: %v", err)
		}
	}
	if after := terms(t, stale); !slices.Equal(before, after) || w.o.out.Term() != 1 {
		t.Errorf("the refused start took something: %v, sink term %d", after, w.o.out.Term())
	}
	w.o.feed(sample()[300:]...)
	w.o.finish()
	if err := settle(owner); err != nil {
		t.Fatalf("the owner: %v", err)
	}
	if !slices.Equal(w.o.all(), want) {
		t.Fatal("rows differ")
	}
}

func terms(t *testing.T, st store.Store) []string {
	t.Helper()
	infos, err := st.List(context.Background(), "terms/")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range infos {
		out = append(out, i.Name)
	}
	return out
}

// TestForeignSinkTakesNothing: a start onto a sink of somebody else leaves even its own new state as it was.
func TestForeignSinkTakesNothing(t *testing.T) {
	w := newWorld(t)
	w.o.out.SetMarker(sinks.Marker{Query: "somebody else's"})
	if _, err := w.open(windowProgram(t)); diag.CodeOf(err) != diag.SinkForeign {
		t.Fatalf("got %v", err)
	}
	if infos, _ := w.store.List(context.Background(), ""); len(infos) > 0 {
		t.Errorf("the refused start wrote %v", infos)
	}
}

// TestTakeoverWhileTheOwnerCommits holds the former owner just before a record gets its name, starts a second one by
// force, and lets the first continue at each step of that start, for as far as it gets. The second must start and
// finish whatever the first has done meanwhile.
func TestTakeoverWhileTheOwnerCommits(t *testing.T) {
	want := reference(t)
	held := []string{fault.WALOffsetsLooked, fault.WALOffsetsLinked, fault.StateWritten, fault.WALCommitsLooked}
	steps := []string{fault.TakeoverTerm, fault.RecoverSinks, fault.TakeoverFenced, ""}
	for _, point := range held {
		for _, step := range steps {
			t.Run(fmt.Sprintf("%s at %s", point, step), func(t *testing.T) {
				w := newWorld(t)
				w.store, w.rows = store.NewCrash(), 20
				w.env = func(e *Env) { e.MaxRows = 20 }
				w.o.feed(sample()...)
				w.o.finish()
				first := w.mustOpen(windowProgram(t))
				defer first.Close()
				for range 3 {
					if _, err := first.Step(context.Background(), true); err != nil {
						t.Fatal(err)
					}
				}
				second := takeOverInside(t, w, first, point, step)
				defer second.Close()
				if err := settle(second); err != nil {
					t.Fatalf("the new owner: %v", err)
				}
				if got := w.o.all(); !slices.Equal(got, want) {
					t.Fatalf("%d rows, want %d", len(got), len(want))
				}
			})
		}
	}
}

// takeOverInside runs a forced start while first is at point, and lets first run on while the start is at step ("":
// when it has ended).
func takeOverInside(t *testing.T, w *world, first *Query, point, step string) *Query {
	t.Helper()
	reached, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	w.faults.Arm(point, 1, func() error { close(reached); <-goOn; return nil })
	go func() { ended <- settle(first) }()
	<-reached
	release := func() error {
		close(goOn)
		if err := <-ended; err != nil && diag.CodeOf(err) != diag.FencingLost {
			t.Errorf("the old owner: %v", err)
		}
		return nil
	}
	faults := &fault.Set{}
	if step != "" {
		faults.Arm(step, 1, release)
	}
	second, err := w.again(faults)
	if err != nil {
		t.Fatalf("the start: %v", err)
	}
	if step == "" {
		_ = release()
	}
	return second
}

// TestMarkerDecidesThePlan: an epoch is logged under one query and dies; the next start has another query, commits it
// in a sink and dies; the third start has either of them, or a third. The plan is the one whose rows the sink has.
func TestMarkerDecidesThePlan(t *testing.T) {
	for third, change := range map[string]string{"the second query": "b", "the first query": "a", "a third query": "c"} {
		t.Run(third, func(t *testing.T) {
			w, crash := variants(t)
			die := func(query, point string, nth int) {
				t.Helper()
				w.faults.Clear()
				w.faults.Arm(point, nth, func() error { crash.Freeze(); return errCrash })
				q, err := w.open(variant(t, query))
				if err == nil {
					err = settle(q)
					_ = q.Close()
				}
				if !errors.Is(err, errCrash) && !errors.Is(err, store.ErrFrozen) {
					t.Fatalf("query %s at %s: %v", query, point, err)
				}
				crash = crash.CloneAfterCrash(100, 1)
				w.store = crash
				w.faults.Clear()
			}
			die("a", fault.WALOffsetsLinked, 5)
			die("b", fault.WALCommitsSynced, 1) // the sink has the epoch, the log does not know
			if w.o.out.Marker().Plan != variant(t, "b").Plan.Fingerprint() {
				t.Fatalf("the marker says plan %q", w.o.out.Marker().Plan)
			}
			q, err := w.open(variant(t, change))
			if err != nil {
				t.Fatal(err)
			}
			defer q.Close()
			if err := settle(q); err != nil {
				t.Fatal(err)
			}
			for _, epoch := range w.o.out.Epochs() {
				by := map[bool]string{true: "a", false: "b"}[epoch < 4]
				if epoch > 4 {
					by = change
				}
				for _, r := range w.o.out.Rows(epoch) {
					if want := fmt.Sprintf(" %d ", by[0]); !strings.Contains(r.Text, want) {
						t.Errorf("epoch %d was to be of query %s: %s", epoch, by, r.Text)
					}
				}
			}
		})
	}
}

// TestOldMarkerTakesTheLoggedPlan: markers of early versions name no plan; their rows were made by the one that the
// epoch was logged under.
func TestOldMarkerTakesTheLoggedPlan(t *testing.T) {
	w, crash := variants(t)
	w.faults.Arm(fault.WALCommitsSynced, 5, func() error { crash.Freeze(); return errCrash })
	q := w.mustOpen(variant(t, "a"))
	if err := settle(q); err == nil {
		t.Fatal("it did not die")
	}
	_ = q.Close()
	w.faults.Clear()
	w.store = crash.CloneAfterCrash(100, 1)
	old := w.o.out.Marker()
	old.Plan = ""
	w.o.out.SetMarker(old)
	q = w.mustOpen(variant(t, "b"))
	defer q.Close()
	if err := settle(q); err != nil {
		t.Fatal(err)
	}
	if w.o.out.Marker().Plan != variant(t, "b").Plan.Fingerprint() || len(w.o.out.Rows(4)) == 0 {
		t.Errorf("the newest marker says plan %q, epoch 4 has %d rows", w.o.out.Marker().Plan, len(w.o.out.Rows(4)))
	}
}

// variants is a world of 20 epochs, whose queries are told apart by variant.
func variants(t *testing.T) (*world, *store.Crash) {
	w, crash := newWorld(t), store.NewCrash()
	w.store, w.rows = crash, 20
	w.env = func(e *Env) {
		e.MaxRows = 20
		e.Recompile = func(text string) (*planner.Program, error) { return variant(t, text), nil }
	}
	w.o.feed(sample()...)
	w.o.finish()
	return w, crash
}

// variant is a query over the same state whose rows carry its name's code instead of the count.
func variant(t *testing.T, name string) *planner.Program {
	t.Helper()
	prog := windowProgram(t)
	prog.Text, prog.Redacted = name, name
	nodes := prog.Plan.Nodes
	sink := nodes[3]
	calc := physical.Node{
		ID: "calc-" + name, Identity: "calc " + name, Inputs: []physical.Input{{Node: 2}}, Schema: sink.Schema,
	}
	op := physical.Calc{ErrorMode: "fail"}
	for i, f := range sink.Schema {
		if op.Exprs = append(op.Exprs, scalar.Col{Node: scalar.Node{T: f.Type}, Index: i}); f.Name == "n" {
			op.Exprs[i] = scalar.Const{Node: scalar.Node{T: f.Type}, Value: int64(name[0])}
		}
	}
	calc.Op, sink.Inputs = op, []physical.Input{{Node: 3}}
	prog.Plan.Nodes = append(nodes[:3:3], calc, sink)
	return prog
}
