package exec

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"streamsql/internal/budget"
	"streamsql/internal/diag"
)

// The message names what holds most.
func TestWithinBudget(t *testing.T) {
	b := budget.New(3 << 20)
	b.Open("read t").Set(1 << 20)
	b.Open("state aggregate-1/groups").Set(2 << 20)
	if err := withinBudget(b); err != nil {
		t.Fatal(err)
	}
	b.Open("sink o").Set(1)
	err := withinBudget(b)
	if diag.CodeOf(err) != diag.MemoryLimit || !strings.Contains(err.Error(), "2.0 MiB, is state aggregate-1/groups") {
		t.Errorf("got %v", err)
	}
}

// A query that outgrows its memory stops before anything of the epoch is visible, and resumes with more.
func TestMemoryLimit(t *testing.T) {
	w := newWorld(t)
	for i := range 20_000 {
		w.o.feed(line(i%10, fmt.Sprintf("key %d", i), i))
	}
	w.o.finish()
	w.env = func(e *Env) { e.Budget = budget.New(512 << 10) }
	q := w.mustOpen(windowProgram(t))
	err := settle(q)
	if diag.CodeOf(err) != diag.MemoryLimit || !strings.Contains(err.Error(), "state agg") {
		t.Errorf("got %v", err)
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
	if rows := w.o.all(); len(rows) != 0 {
		t.Errorf("%d rows are visible", len(rows))
	}
	w.env = nil
	q = w.mustOpen(windowProgram(t))
	if err := settle(q); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
	if rows := w.o.all(); len(rows) != 20_000 {
		t.Errorf("%d rows came out", len(rows))
	}
}

// What waits in an exchange counts before the state has grown by it.
func TestMemoryLimitWithinAnEpoch(t *testing.T) {
	w := newWorld(t)
	w.lanes = 2
	for i := range 20_000 {
		w.o.feed(line(i%10, fmt.Sprintf("key %d", i), i))
	}
	w.o.finish()
	w.env = func(e *Env) { e.Budget = budget.New(512 << 10) }
	q := w.mustOpen(windowProgram(t))
	if err := settle(q); diag.CodeOf(err) != diag.MemoryLimit || !strings.Contains(err.Error(), "exchange before agg") {
		t.Errorf("got %v", err)
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
}

// What a whole query reports is about what it holds; a reader's morsels, whose number is bounded, are the rest.
func TestBudgetMatchesTheHeap(t *testing.T) {
	w := newWorld(t)
	w.lanes = 2
	b := &budget.Budget{}
	w.env = func(e *Env) { e.Budget = b }
	alive := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	q := w.mustOpen(windowProgram(t))
	before := alive()
	var rows []string
	for i := range 100_000 {
		rows = append(rows, line(i%10, fmt.Sprintf("key %d", i), i))
	}
	lines := alive() - before
	w.o.feed(rows...)
	if err := settle(q); err != nil {
		t.Fatal(err)
	}
	grown, reported := alive()-before-lines, b.Sum()
	if reported < grown/3 || reported > grown*3/2 {
		t.Errorf("%d bytes are reported, the heap has grown by %d\n%v", reported, grown, b.Report())
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
}
