package window

import "streamsql/internal/clock"

// Assigner is the arithmetic of one definition of windows. The methods in the plural take a batch at once, so that no
// row costs a call through the interface. Immutable, and safe for concurrent use.
type Assigner interface {
	// Slices writes the end of the slice of every time to slices, which is as long as ts. It returns the first row
	// with a window that does not fit event time, or −1; the slices of such rows are arbitrary. The slice of a time that
	// is in no window is None.
	Slices(ts, slices []int64) (bad int)
	// Lasts returns, for each slice, the end of the last window that it is a part of: rows of the slice are late once
	// that window has closed. The result is written to `to`, which is as long as slices, or is slices itself.
	Lasts(slices, to []int64) []int64
	// Last is the last window that a slice is a part of.
	Last(slice int64) (start, end int64)
}

// Aligned is an Assigner whose windows are given by time alone, whatever the rows are. A window is named by its end:
// no two of them have the same.
type Aligned interface {
	Assigner
	// Start is the start of the window that ends at end. There is no other way from an end to a start: a day has 23 to
	// 25 hours.
	Start(end int64) int64
	// Starts writes the start of each window to starts, which is as long as ends.
	Starts(ends, starts []int64)
	// Next is the first window that the slice is a part of and that ends after `after`; ok is false when there is none.
	// From clock.Min on it gives the windows of a slice in the order in which they close; from Due(watermark) on those
	// that are still open, and none when the slice is of no further use.
	Next(slice, after int64) (end int64, ok bool)
	// Disjoint reports whether no time is in two windows: then a slice is a window.
	Disjoint() bool
}

// None is the slice of times that no window has: those between the windows of a HOP whose slide is longer than its
// size. The other methods are not asked about it.
const None = int64(clock.Min)

// Millisecond is the step of time attributes.
const Millisecond = int64(1000)

// Time is the event time of what the window that ends at end emits: the last millisecond within it.
func Time(end int64) int64 { return end - Millisecond }

// Closed reports whether a watermark has passed the window that ends at end: its last event time is at or below it.
func Closed(end int64, watermark clock.EventTime) bool { return Time(end) <= int64(watermark) }

// Due is the last end that a watermark closes: Closed(end, watermark) where end ≤ Due(watermark).
func Due(watermark clock.EventTime) int64 {
	if int64(watermark) > int64(clock.Max)-Millisecond {
		return int64(clock.Max)
	}
	return int64(watermark) + Millisecond
}
