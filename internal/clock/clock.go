// Package clock is time as the engine knows it: event time, which lives in the data, and the wall clock, which is read
// once per trigger by exec and then logged. Nothing else in the engine reads a clock.
package clock

import (
	"math"
	"sync"
	"time"
)

// EventTime is microseconds since 1970-01-01 UTC. It is the unit of every watermark and of TIMESTAMP columns.
type EventTime int64

// The ends of event time. A watermark at Min has seen nothing; at Max its input has ended.
const (
	Min EventTime = math.MinInt64
	Max EventTime = math.MaxInt64
)

// Millis floors to milliseconds, the unit of Spark's log records. Min and Max keep their meaning at the ends of int64.
func (t EventTime) Millis() int64 {
	if t == Min || t == Max {
		return int64(t)
	}
	ms := int64(t) / 1000
	if int64(t)%1000 < 0 {
		ms--
	}
	return ms
}

// Time converts to a UTC time.Time; Min and Max give the zero time.
func (t EventTime) Time() time.Time {
	if t == Min || t == Max {
		return time.Time{}
	}
	return time.UnixMicro(int64(t)).UTC()
}

// String prints `2026-01-01 12:00:11`, with a fraction only when there is one; the ends print as -inf and +inf.
func (t EventTime) String() string {
	switch t {
	case Min:
		return "-inf"
	case Max:
		return "+inf"
	}
	return t.Time().Format("2006-01-02 15:04:05.999999")
}

// Of converts a wall-clock time.
func Of(t time.Time) EventTime { return EventTime(t.UnixMicro()) }

// Clock tells the time and makes timers. exec is its only reader.
type Clock interface {
	// Now is the current wall-clock time; the machine's clock may be set back between two calls.
	Now() time.Time
	// After sends once, not before d has passed.
	After(d time.Duration) <-chan time.Time
}

// System is the machine's clock.
type System struct{}

// Now reads the wall clock.
func (System) Now() time.Time { return time.Now() }

// After is time.After.
func (System) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Manual moves only by Advance; golden tests use it. It starts where NewManual says.
type Manual struct {
	mu      sync.Mutex
	now     time.Time
	waiters []waiter
}

type waiter struct {
	at time.Time
	ch chan time.Time
}

// NewManual returns a clock that shows t.
func NewManual(t time.Time) *Manual { return &Manual{now: t} }

// Now is the time last set.
func (m *Manual) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// After fires when Advance has moved the clock by d.
func (m *Manual) After(d time.Duration) <-chan time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	w := waiter{m.now.Add(d), make(chan time.Time, 1)}
	if d <= 0 {
		w.ch <- m.now
		return w.ch
	}
	m.waiters = append(m.waiters, w)
	return w.ch
}

// Advance moves the clock and wakes whoever waited for that.
func (m *Manual) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
	rest := m.waiters[:0]
	for _, w := range m.waiters {
		if w.at.After(m.now) {
			rest = append(rest, w)
			continue
		}
		w.ch <- m.now
	}
	m.waiters = rest
}

// Watch measures how long something took, for reports only: no decision may depend on it.
type Watch struct{ from time.Time }

// Start begins a measurement.
func Start() Watch { return Watch{time.Now()} }

// Elapsed is the time since Start.
func (w Watch) Elapsed() time.Duration { return time.Since(w.from) }

// Millis is Elapsed in whole milliseconds.
func (w Watch) Millis() int64 { return w.Elapsed().Milliseconds() }
