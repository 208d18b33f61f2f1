package exec

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"streamsql/internal/progress"
)

// running is a query that runs beside the test.
type running struct {
	w      *world
	q      *Query
	events chan progress.Event
	drain  chan struct{}
	done   chan error
}

// idling starts the window query over partitions that become idle after ten seconds.
func idling(t *testing.T) *running {
	w := newWorld(t)
	prog := windowProgram(t)
	prog.Settings.IdleTimeout = 10 * time.Second
	r := &running{w: w, events: make(chan progress.Event, 100), drain: make(chan struct{}), done: make(chan error, 1)}
	w.o.input.Feed("0")
	w.o.input.Feed("1")
	w.env = func(e *Env) { e.OnProgress = func(e progress.Event) { r.events <- e } }
	r.q = w.mustOpen(prog)
	go func() { r.done <- r.q.Run(context.Background(), Trigger{}, r.drain) }()
	return r
}

// next waits for an epoch with rows, and for the source to report that there are no more.
func (r *running) next(rows int64) progress.Event {
	for {
		if e := <-r.events; e.NumInputRows == rows {
			return e
		}
	}
}

func (r *running) end(t *testing.T) {
	t.Helper()
	close(r.drain)
	if err := <-r.done; !errors.Is(err, ErrDrained) {
		t.Error(err)
	}
	if err := r.q.Close(); err != nil {
		t.Error(err)
	}
}

// TestIdlenessWakesTheEngine: a partition that has given nothing for the timeout no longer holds windows back, although
// no row comes; whoever asks what they wait for is told before and after.
func TestIdlenessWakesTheEngine(t *testing.T) {
	r := idling(t)
	r.w.o.input.Feed("1", line(1, "a", 1))
	r.next(1)
	r.w.clock.Advance(5 * time.Second)
	r.w.o.input.Feed("0", line(25, "a", 1))
	e := r.next(1)
	if h := e.HeldBackBy; h == nil || h.Partition != "1" || h.Since != "2026-01-01T00:00:00Z" || len(r.w.o.all()) != 0 {
		t.Fatalf("held back by %+v, %d rows", h, len(r.w.o.all()))
	}
	for range 5 {
		r.w.clock.Advance(time.Second)
	}
	// The loop may have read the clock before the last advance and begun its wait after it.
	var woken progress.Event
	for woken.Idle == nil {
		select {
		case woken = <-r.events:
		default:
			r.w.clock.Advance(time.Millisecond)
			runtime.Gosched()
		}
	}
	if h := woken.HeldBackBy; woken.NumInputRows != 0 || len(woken.Idle["t"]) != 1 || h == nil || h.Partition != "0" {
		t.Errorf("woken by %d rows, idle %v, held back by %+v", woken.NumInputRows, woken.Idle, h)
	}
	if rows := r.w.o.all(); len(rows) != 1 {
		t.Errorf("rows %v", rows)
	}
	r.end(t)
}

// TestNobodyGoesOn: when every partition has given nothing for the timeout there is no epoch, and nothing fires.
func TestNobodyGoesOn(t *testing.T) {
	r := idling(t)
	r.w.o.input.Feed("1", line(1, "a", 1))
	r.next(1)
	r.w.o.input.Feed("0", line(25, "a", 1))
	last := r.next(1)
	r.w.clock.Advance(time.Hour)
	r.w.o.input.Feed("0", line(26, "a", 1))
	if e := r.next(1); e.BatchID > last.BatchID+2 || len(e.Idle["t"]) != 1 {
		t.Errorf("epoch %d after epoch %d, idle %v", e.BatchID, last.BatchID, e.Idle)
	}
	r.end(t)
}
