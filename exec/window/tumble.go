// Package window is the arithmetic of event-time windows, without I/O and without state.
//
// Windows are half-open ranges of event time, in microseconds since 1970-01-01 UTC, aligned to that instant plus an
// offset and floored for times before it:
//
//	offset        offset+size     offset+2·size
//	  │── window ──│── window ──│
//	  start        end
//
// A window is named by its end: that is what state is keyed by and what a watermark closes. window_time, the event time
// of what a window emits, is end − 1 ms, because time attributes have millisecond precision.
//
// A window whose start or end does not fit event time does not exist: the functions here say so, they never wrap.
package window

import (
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
)

// Millisecond is the step of time attributes.
const Millisecond = int64(1000)

// Tumble cuts event time into windows of one size. Immutable.
type Tumble struct {
	size   int64 // µs, a positive number of milliseconds
	offset int64 // µs, in [0, size)
}

// NewTumble checks the size and brings the offset into [0, size): offsets that differ by whole windows are the same.
func NewTumble(size, offset time.Duration) (Tumble, error) {
	if size <= 0 || size%time.Millisecond != 0 {
		return Tumble{}, diag.New(diag.WindowSize, "the window size %s is not a positive number of milliseconds", size)
	}
	if offset%time.Millisecond != 0 {
		return Tumble{}, diag.New(diag.WindowSize, "the window offset %s is not a number of milliseconds", offset)
	}
	s := size.Microseconds()
	return Tumble{size: s, offset: floorMod(offset.Microseconds(), s)}, nil
}

// Size is the length of every window in microseconds.
func (t Tumble) Size() int64 { return t.size }

// floorMod is a modulo m with a result in [0, m).
func floorMod(a, m int64) int64 {
	r := a % m
	if r < 0 {
		r += m
	}
	return r
}

// End is the end of the window that ts falls into. ok is false when the window reaches beyond event time. The ends of
// event time itself (clock.Min, clock.Max) stand for "nothing seen" and "input ended" and are never a window's.
func (t Tumble) End(ts int64) (end int64, ok bool) {
	into := floorMod(ts, t.size) - t.offset
	if into < 0 {
		into += t.size
	}
	// start = ts − into must stay above Min, end = start + size below Max.
	if into >= ts-int64(clock.Min) && ts < 0 {
		return 0, false
	}
	rest := t.size - into
	if ts > 0 && rest >= int64(clock.Max)-ts {
		return 0, false
	}
	return ts + rest, true
}

// Ends writes the window end of every time to ends, which is as long as ts. Rows come roughly in time order, so the
// window of the row before is tried first: the division is paid once per change of window. It returns the least end
// (clock.Max without rows) and the first row whose window does not exist, or −1; ends of such rows are arbitrary.
func (t Tumble) Ends(ts, ends []int64) (least int64, bad int) {
	ends = ends[:len(ts)]
	least, bad = int64(clock.Max), -1
	var start, end int64 // empty: contains nothing
	for i, v := range ts {
		if v < start || v >= end {
			e, ok := t.End(v)
			if !ok {
				if bad < 0 {
					bad = i
				}
				ends[i] = e
				continue
			}
			start, end = e-t.size, e
			least = min(least, e)
		}
		ends[i] = end
	}
	return least, bad
}

// Start is the start of the window that ends at end.
func (t Tumble) Start(end int64) int64 { return end - t.size }

// Time is the event time of what the window that ends at end emits: the last millisecond within it.
func Time(end int64) int64 { return end - Millisecond }

// Closed tells that a watermark has passed the window that ends at end: its last event time is at or below it.
func Closed(end int64, watermark clock.EventTime) bool { return Time(end) <= int64(watermark) }
