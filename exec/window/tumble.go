package window

import (
	"streamsql/internal/clock"
	"streamsql/internal/diag"
)

// Tumble cuts event time into windows of one size.
const Tumble Kind = 0

// tumble implements Aligned: a slice is a window.
type tumble struct {
	size   int64 // µs, a positive number of milliseconds
	offset int64 // µs, in [0, size)
}

// newTumble brings the offset into [0, size): offsets that differ by whole windows are the same.
func newTumble(s Spec) (Assigner, error) {
	if s.Step != 0 {
		return nil, diag.New(diag.Internal, "%s takes no step", s.Kind)
	}
	size := s.Size.Microseconds()
	return tumble{size: size, offset: floorMod(s.Offset.Microseconds(), size)}, nil
}

// floorMod is a modulo m with a result in [0, m).
func floorMod(a, m int64) int64 {
	r := a % m
	if r < 0 {
		r += m
	}
	return r
}

// end is the end of the window that ts falls into. ok is false when the window reaches beyond event time. The ends of
// event time itself (clock.Min, clock.Max) mean "nothing seen" and "input ended" and are never a window's.
func (t tumble) end(ts int64) (end int64, ok bool) {
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

// Slices implements Assigner. Rows come roughly in time order, so the window of the row before is tried first: the
// division is paid once per change of window.
func (t tumble) Slices(ts, slices []int64) (bad int) {
	slices = slices[:len(ts)]
	bad = -1
	var start, end int64 // empty: contains nothing
	for i, v := range ts {
		if v < start || v >= end {
			e, ok := t.end(v)
			if !ok {
				if bad < 0 {
					bad = i
				}
				slices[i] = e
				continue
			}
			start, end = e-t.size, e
		}
		slices[i] = end
	}
	return bad
}

// Lasts implements Assigner.
func (t tumble) Lasts(slices, _ []int64) []int64 { return slices }

// Last implements Assigner.
func (t tumble) Last(slice int64) (start, end int64) { return slice - t.size, slice }

// Start implements Aligned.
func (t tumble) Start(end int64) int64 { return end - t.size }

// Starts implements Aligned.
func (t tumble) Starts(ends, starts []int64) {
	starts = starts[:len(ends)]
	for i, e := range ends {
		starts[i] = e - t.size
	}
}

// Next implements Aligned.
func (t tumble) Next(slice, after int64) (end int64, ok bool) { return slice, slice > after }

// Disjoint implements Aligned.
func (t tumble) Disjoint() bool { return true }
