package window

import "streamsql/internal/diag"

// Hop gives windows of one size that begin one slide apart. The slide need not divide the size.
const Hop Kind = 1

// hop implements Aligned for windows that overlap. Slices are gcd(size, slide) long, which is more microseconds than
// a row has windows.
type hop struct {
	size   int64    // µs
	slices repeated // the ends of slices
	starts repeated // of windows
	ends   repeated // of windows
}

// newHop gives windows that do not overlap an assigner whose slices are the windows themselves.
func newHop(s Spec) (Assigner, error) {
	if s.Step <= 0 {
		return nil, diag.New(diag.WindowSize, "the slide %s of %s is not a positive number of milliseconds", s.Step, s.Kind)
	}
	if s.Step == s.Size {
		return newTumble(Spec{Kind: Tumble, Size: s.Size, Offset: s.Offset})
	}
	size, slide, slice := s.Size.Microseconds(), s.Step.Microseconds(), s.slice()
	starts := every(slide, s.Offset.Microseconds())
	if slide > size {
		return spaced{size: size, starts: starts}, nil
	}
	if size/slide >= slice {
		return nil, diag.New(diag.WindowSize,
			"%s by %s puts every row into %d windows of %s, which is too many", s.Kind, s.Step,
			size/slide, s.Size)
	}
	return hop{
		size: size, starts: starts, ends: every(slide, starts.offset+size), slices: every(slice, starts.offset),
	}, nil
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// repeated is the instants offset + n·step for all integers n. Offset is in [0, step).
type repeated struct{ step, offset int64 }

func every(step, offset int64) repeated { return repeated{step, floorMod(offset, step)} }

// into is the time from the last of the instants at or before ts to ts.
func (r repeated) into(ts int64) int64 {
	into := floorMod(ts, r.step) - r.offset
	if into < 0 {
		into += r.step
	}
	return into
}

// from is the first of the instants at or after ts.
func (r repeated) from(ts int64) int64 {
	if into := r.into(ts); into > 0 {
		return ts + r.step - into
	}
	return ts
}

// within reports whether ts − back and ts + ahead, which are not negative, lie within event time: its ends are the
// bounds of no window. Differences are unsigned, so that none of them wraps.
func within(ts, back, ahead int64) bool {
	below := uint64(ts) ^ 1<<63                                     //nolint:gosec // ts − clock.Min
	return below > uint64(back) && ^uint64(0)-below > uint64(ahead) //nolint:gosec // not negative
}

// slice is the slice of ts; ok is false when a window of it does not fit event time.
func (h hop) slice(ts int64) (end int64, ok bool) {
	into := h.starts.into(ts)
	back := into + (h.size-1-into)/h.starts.step*h.starts.step // to the start of the first window
	if !within(ts, back, h.size-into) {
		return 0, false
	}
	return ts - h.slices.into(ts) + h.slices.step, true
}

// Slices implements Assigner.
func (h hop) Slices(ts, slices []int64) (bad int) {
	return slicesOf(ts, slices, h.slices.step, h.slice)
}

// slicesOf is Slices for slices that are `length` long. Rows come roughly in time order, so the slice of the row
// before is tried first.
func slicesOf(ts, slices []int64, length int64, slice func(int64) (int64, bool)) (bad int) {
	slices = slices[:len(ts)]
	bad = -1
	var start, end int64 // empty: contains nothing
	for i, v := range ts {
		if v < start || v >= end {
			e, ok := slice(v)
			switch {
			case !ok && bad < 0:
				bad = i
			case ok && e != None:
				start, end = e-length, e
			}
			slices[i] = e
			continue
		}
		slices[i] = end
	}
	return bad
}

// Lasts implements Assigner.
func (h hop) Lasts(slices, to []int64) []int64 { return lastsOf(slices, to, h.last) }

// lastsOf is Lasts. Neighbours mostly share a slice.
func lastsOf(slices, to []int64, last func(int64) int64) []int64 {
	if len(slices) == 0 {
		return to[:0]
	}
	to = to[:len(slices)]
	slice := slices[0]
	end := last(slice)
	for i, s := range slices {
		if s != slice {
			slice, end = s, last(s)
		}
		to[i] = end
	}
	return to
}

func (h hop) last(slice int64) int64 {
	first := slice - h.slices.step // time of the slice
	return first - h.starts.into(first) + h.size
}

// Last implements Assigner.
func (h hop) Last(slice int64) (start, end int64) {
	end = h.last(slice)
	return end - h.size, end
}

// Start implements Aligned.
func (h hop) Start(end int64) int64 { return end - h.size }

// Starts implements Aligned.
func (h hop) Starts(ends, starts []int64) {
	starts = starts[:len(ends)]
	for i, e := range ends {
		starts[i] = e - h.size
	}
}

// Next implements Aligned.
func (h hop) Next(slice, after int64) (end int64, ok bool) {
	return nextEnd(h.ends, slice, after, h.last(slice))
}

// nextEnd is the first of ends after `after` that is neither before the slice nor after its last window.
func nextEnd(ends repeated, slice, after, last int64) (end int64, ok bool) {
	if after >= last {
		return 0, false
	}
	return ends.from(max(slice, after+1)), true
}

// Disjoint implements Aligned.
func (h hop) Disjoint() bool { return false }
