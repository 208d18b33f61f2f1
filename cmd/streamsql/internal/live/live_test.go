package live

import (
	"slices"
	"sync"
	"testing"
	"time"

	"streamsql/internal/progress"
)

// screen notes what it is told.
type screen struct {
	mu     sync.Mutex
	status string
	calls  []string // SetStatus and Done, in order
	drawn  chan struct{}
}

func newScreen() *screen { return &screen{drawn: make(chan struct{}, 1)} }

func (s *screen) SetStatus(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status, s.calls = line, append(s.calls, line)
}

func (s *screen) Refresh() {
	select {
	case s.drawn <- struct{}{}:
	default:
	}
}

func (s *screen) Done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, "done")
}

// clock is a time that does not change until it is moved.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func event(epoch, in, out int64) progress.Event {
	return progress.Event{BatchID: epoch, NumInputRows: in, Sinks: []progress.Sink{{NumOutputRows: out}}}
}

// The last status is drawn when a run ends, however short it was, and only then the frame is left as text.
func TestDoneLeavesTheLastStatus(t *testing.T) {
	s, c := newScreen(), &clock{time.Unix(1000, 0)}
	l := Start(Options{Screen: s, Status: true, Now: c.now})
	c.at = c.at.Add(time.Second)
	l.Epoch(event(0, 30, 1))
	l.Epoch(event(1, 10, 2))
	l.Done()
	l.Done()
	want := []string{"epoch 1 | in 40 (40/s) | out 3", "done"}
	if n := len(s.calls); n < 2 || !slices.Equal(s.calls[n-2:], want) {
		t.Errorf("the screen was told %q, want %q at the end", s.calls, want)
	}
}

// While nothing happens the frame is redrawn all the same: a terminal may have been resized.
func TestRedrawsWithoutEpochs(t *testing.T) {
	s, c := newScreen(), &clock{time.Unix(1000, 0)}
	l := Start(Options{Screen: s, Status: true, Now: c.now})
	<-s.drawn
	<-s.drawn
	l.Done()
	if s.status != "" {
		t.Errorf("a status before the first epoch: %q", s.status)
	}
}

// A result alone has no status line; a run without a terminal has nothing at all.
func TestWithoutStatus(t *testing.T) {
	s, c := newScreen(), &clock{time.Unix(1000, 0)}
	for _, l := range []*Live{Start(Options{Screen: s, Now: c.now}), Start(Options{Status: true, Now: c.now})} {
		l.Epoch(event(0, 30, 1))
		l.Done()
	}
	if !slices.Equal(s.calls, []string{"done"}) {
		t.Errorf("the screen was told %q", s.calls)
	}
}

func TestStatusLine(t *testing.T) {
	e := event(7, 0, 0)
	e.EventTime = map[string]string{"b": "2026-01-01T00:00:01", "a": "2026-01-01T00:00:00"}
	e.StateOperators = []progress.StateOperator{{NumRowsTotal: 1, MemoryUsedBytes: 2048}, {MemoryUsedBytes: 1024}}
	got := statusLine(e, 12_345_678, 20_000, 999.9)
	want := "epoch 7 | in 12.3 M (999/s) | out 20.0 K | watermark a 2026-01-01T00:00:00 | " +
		"watermark b 2026-01-01T00:00:01 | state 1 group, 3.0 KiB"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
