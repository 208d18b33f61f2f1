package generator

import (
	"math/bits"
	"time"

	"streamsql/internal/clock"
)

// Pace is how fast rows come to exist: Rows in Per seconds.
type Pace struct{ Rows, Per int64 }

// within is how many rows come in a time.
func (p Pace) within(d time.Duration) int64 {
	hi, lo := bits.Mul64(uint64(d.Microseconds()), uint64(p.Rows))
	return saturated(hi, lo, uint64(p.Per)*1e6)
}

// after is the time that n rows take, rounded up to where the last of them is due.
func (p Pace) after(n int64) time.Duration {
	hi, lo := bits.Mul64(uint64(n), uint64(p.Per)*1e6)
	us := saturated(hi, lo, uint64(p.Rows)) + 1
	return time.Duration(min(us, int64(time.Hour/time.Microsecond))) * time.Microsecond
}

// stopwatch measures the time that has passed on a clock which may be set back: that never undoes rows.
type stopwatch struct {
	clock   clock.Clock
	last    time.Time
	elapsed time.Duration
}

func newStopwatch(c clock.Clock) stopwatch { return stopwatch{clock: c, last: c.Now()} }

func (w *stopwatch) read() time.Duration {
	now := w.clock.Now()
	w.elapsed += max(now.Sub(w.last), 0)
	w.last = now
	return w.elapsed
}
