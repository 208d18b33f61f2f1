package exec

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/progress"
	"streamsql/internal/store"
)

// reference runs the sample undisturbed.
func reference(t *testing.T) []string {
	t.Helper()
	w := newWorld(t)
	w.o.feed(sample()...)
	w.o.finish()
	q := w.mustOpen(windowProgram(t))
	defer q.Close()
	if err := settle(q); err != nil {
		t.Fatal(err)
	}
	if !q.Finished() {
		t.Fatal("not finished")
	}
	rows := w.o.all()
	if len(rows) < 50 {
		t.Fatalf("only %d rows", len(rows))
	}
	return rows
}

func TestSameRowsOnAnyNumberOfLanesAndMorsels(t *testing.T) {
	want := reference(t)
	for _, lanes := range []int{1, 2, 3, 8} {
		for _, rows := range []int{1, 7, 8192} {
			w := newWorld(t)
			w.lanes, w.rows = lanes, rows
			for i, l := range sample() {
				w.o.feed(l)
				if i == 200 {
					break
				}
			}
			q := w.mustOpen(windowProgram(t))
			if err := settle(q); err != nil {
				t.Fatal(err)
			}
			w.o.feed(sample()[201:]...)
			w.o.finish()
			if err := settle(q); err != nil {
				t.Fatal(err)
			}
			if err := q.Close(); err != nil {
				t.Fatal(err)
			}
			if got := w.o.all(); !slices.Equal(got, want) {
				t.Fatalf("%d lanes, %d rows a morsel: %d rows, want %d", lanes, rows, len(got), len(want))
			}
		}
	}
}

var errCrash = errors.New("crash")

// TestCrashAtEveryPoint dies at each passage of each point, loses what was not synced, and resumes with another number
// of lanes.
func TestCrashAtEveryPoint(t *testing.T) {
	want := reference(t)
	for _, point := range []string{
		fault.MetadataWritten, fault.QueryTextWritten, fault.TakeoverTerm, fault.RecoverSinks, fault.TakeoverFenced,
		fault.WALOffsetsSynced, fault.WALOffsetsLooked, fault.WALOffsetsLinked, fault.FlowMorsel, fault.FlowAdvance,
		fault.StateCaptured, fault.StateWritten, fault.WALCommitsSynced, fault.WALCommitsLooked, fault.WALCommitsLinked,
		fault.RestoreHalf, fault.CompactHalf, fault.CompactWritten,
	} {
		t.Run(point, func(t *testing.T) {
			for nth := 1; nth < 30; nth += 3 {
				hit := crashOnce(t, point, nth, want)
				if !hit {
					if nth == 1 && point != fault.RestoreHalf && point != fault.CompactHalf && point != fault.CompactWritten {
						t.Errorf("the point was never passed")
					}
					return
				}
			}
		})
	}
}

func crashOnce(t *testing.T, point string, nth int, want []string) (hit bool) {
	t.Helper()
	w := newWorld(t)
	crash := store.NewCrash()
	w.store, w.rows = crash, 20
	w.env = func(e *Env) { e.MaxRows = 20 }
	w.o.feed(sample()...)
	w.o.finish()
	w.faults.Arm(point, nth, func() error { hit = true; crash.Freeze(); return errCrash })
	for life := 0; life < 4; life++ {
		w.lanes = 1 + life%3
		q, err := w.open(windowProgram(t))
		if err == nil {
			err = settle(q)
			if closeErr := q.Close(); err == nil && closeErr != nil {
				t.Fatal(closeErr)
			}
		}
		if err == nil {
			break
		}
		if !errors.Is(err, errCrash) && !errors.Is(err, store.ErrFrozen) {
			t.Fatalf("%s:%d life %d: %v", point, nth, life, err)
		}
		crash = crash.CloneAfterCrash([]int{0, 50, 100}[nth%3], uint64(nth))
		w.store = crash
		w.faults.Clear()
	}
	if got := w.o.all(); !slices.Equal(got, want) {
		t.Fatalf("%s:%d: %d rows, want %d", point, nth, len(got), len(want))
	}
	return hit
}

// Regression 0: a finished query started again says so and runs nothing.
func TestFinishedAgain(t *testing.T) {
	w := newWorld(t)
	w.o.feed(sample()...)
	w.o.finish()
	q := w.mustOpen(windowProgram(t))
	if err := settle(q); err != nil {
		t.Fatal(err)
	}
	_ = q.Close()
	before, events := w.o.all(), len(w.events)
	q = w.mustOpen(windowProgram(t))
	defer q.Close()
	if !q.Finished() {
		t.Fatal("not finished after a restart")
	}
	if err := q.Run(context.Background(), Trigger{}, nil); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, w.o.all()) || len(w.events) != events {
		t.Fatal("a finished query did something")
	}
}

// The answer of a sink's commit is lost: the replay finds the epoch there and writes nothing twice.
func TestSinkAnswerLost(t *testing.T) {
	want := reference(t)
	w := newWorld(t)
	w.o.feed(sample()...)
	w.o.finish()
	w.o.out.LoseAnswer()
	q := w.mustOpen(windowProgram(t))
	if err := settle(q); diag.CodeOf(err) != diag.SinkFailed {
		t.Fatalf("got %v", err)
	}
	_ = q.Close()
	q = w.mustOpen(windowProgram(t))
	defer q.Close()
	if err := settle(q); err != nil {
		t.Fatal(err)
	}
	if got := w.o.all(); !slices.Equal(got, want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
}

// stopped is a world in which a query has read all rows and was stopped.
func stopped(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.o.feed(sample()...)
	q := w.mustOpen(windowProgram(t))
	if err := settle(q); err != nil {
		t.Fatal(err)
	}
	_ = q.Close()
	return w
}

// A sink that holds an epoch which the log does not know is refused, with both numbers.
func TestSinkFromAnotherTime(t *testing.T) {
	w := stopped(t)
	later := w.o.out.Marker()
	later.Epoch += 3
	w.o.out.SetMarker(later)
	if _, err := w.open(windowProgram(t)); diag.CodeOf(err) != diag.SinkMarker {
		t.Fatalf("got %v", err)
	}
	w.env = func(e *Env) { e.AcceptSinks = map[string]bool{"out": true} }
	q := w.mustOpen(windowProgram(t))
	_ = q.Close()
}

// Two owners: the one that lost the state stops with the code of lost fencing and changes nothing.
func TestTakeover(t *testing.T) {
	want := reference(t)
	w := newWorld(t)
	w.o.feed(sample()[:200]...)
	first := w.mustOpen(windowProgram(t))
	if err := settle(first); err != nil {
		t.Fatal(err)
	}
	w.env = func(e *Env) { e.Takeover = true }
	second := w.mustOpen(windowProgram(t))
	defer second.Close()
	w.o.feed(sample()[200:]...)
	w.o.finish()
	if err := settle(first); diag.CodeOf(err) != diag.FencingLost {
		t.Fatalf("the old owner: %v", err)
	}
	_ = first.Close()
	if err := settle(second); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(w.o.all(), want) {
		t.Fatal("rows differ")
	}
}

// Regression 27: an hour without the process is one epoch (under the limits), not 3,600.
func TestOutageIsNotReplayedTickByTick(t *testing.T) {
	w := newWorld(t)
	q := w.mustOpen(windowProgram(t))
	done := make(chan error, 1)
	drain := make(chan struct{})
	w.o.feed(sample()[:10]...)
	ready := make(chan struct{}, 100)
	q.env.OnProgress = func(e progress.Event) { w.events = append(w.events, e); ready <- struct{}{} }
	seen := func() { // a tick takes what the source has seen by then
		for !q.tables[0].reader.Pending() {
			runtime.Gosched()
		}
	}
	seen()
	go func() { done <- q.Run(context.Background(), Trigger{Kind: Interval, Every: time.Second}, drain) }()
	<-ready
	w.o.feed(sample()[10:]...)
	seen()
	w.clock.Advance(time.Hour)
	for second := false; !second; { // the loop may have read the clock before and begun its wait after the hour
		select {
		case <-ready:
			second = true
		default:
			w.clock.Advance(time.Second)
			runtime.Gosched()
		}
	}
	close(drain)
	w.clock.Advance(time.Second)
	if err := <-done; !errors.Is(err, ErrDrained) {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if len(w.events) > 3 {
		t.Fatalf("%d epochs after an hour's outage", len(w.events))
	}
}

// A state that belongs to another query is refused in words.
func TestOtherQuerysState(t *testing.T) {
	w := stopped(t)
	other := windowProgram(t)
	other.Plan.Nodes[2].ID, other.Plan.Nodes[2].Identity = "agg-by-something-else", "agg by something else"
	if _, err := w.open(other); diag.CodeOf(err) != diag.StateMismatch {
		t.Fatalf("got %v", err)
	}
}

// The input's end is not the run's end: a drained query keeps its windows open.
func TestDrainFiresNothing(t *testing.T) {
	w := newWorld(t)
	w.o.feed(line(1, "a", 1))
	q := w.mustOpen(windowProgram(t))
	if err := settle(q); err != nil {
		t.Fatal(err)
	}
	drain := make(chan struct{})
	close(drain)
	if err := q.Run(context.Background(), Trigger{}, drain); !errors.Is(err, ErrDrained) {
		t.Fatal(err)
	}
	_ = q.Close()
	if rows := w.o.all(); len(rows) != 0 {
		t.Fatalf("a drain fired %v", rows)
	}
}

// Once and available-now end when nothing waits, also when nothing was there to begin with.
func TestEndingTriggersEnd(t *testing.T) {
	for _, kind := range []Kind{Once, AvailableNow} {
		w := newWorld(t)
		q := w.mustOpen(windowProgram(t))
		for _, feed := range []int{0, 5} {
			w.o.feed(sample()[:feed]...)
			if err := q.Run(context.Background(), Trigger{Kind: kind}, nil); err != nil {
				t.Fatal(err)
			}
			if got := len(w.events); got != min(feed, 1) {
				t.Fatalf("trigger %d: %d epochs after %d rows", kind, got, feed)
			}
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
