package window

import "streamsql/internal/diag"

// Cumulate gives windows that begin together and end one step apart, up to the greatest size, at which the next ones
// begin. The step divides the size.
const Cumulate Kind = 2

// cumulate implements Aligned. Slices are a step long.
type cumulate struct {
	bases repeated // where windows begin: one greatest size apart
	ends  repeated // of windows, and of slices
}

func newCumulate(s Spec) (Assigner, error) {
	offset := s.Offset.Microseconds()
	switch {
	case s.Step <= 0:
		return nil, diag.New(diag.WindowSize, "the step %s of %s is not a positive number of milliseconds", s.Step, s.Kind)
	case s.Size%s.Step != 0:
		return nil, diag.New(diag.WindowSize, "the size %s of %s is not a multiple of its step %s", s.Size, s.Kind, s.Step)
	case s.Size == s.Step:
		return newTumble(Spec{Kind: Tumble, Size: s.Size, Offset: s.Offset})
	}
	return cumulate{bases: every(s.Size.Microseconds(), offset), ends: every(s.Step.Microseconds(), offset)}, nil
}

func (c cumulate) slice(ts int64) (end int64, ok bool) {
	into := c.bases.into(ts)
	if !within(ts, into, c.bases.step-into) {
		return 0, false
	}
	return ts - c.ends.into(ts) + c.ends.step, true
}

// Slices implements Assigner.
func (c cumulate) Slices(ts, slices []int64) (bad int) {
	return slicesOf(ts, slices, c.ends.step, c.slice)
}

// Lasts implements Assigner.
func (c cumulate) Lasts(slices, to []int64) []int64 { return lastsOf(slices, to, c.last) }

func (c cumulate) last(slice int64) int64 { return c.Start(slice) + c.bases.step }

// Last implements Assigner.
func (c cumulate) Last(slice int64) (start, end int64) {
	start = c.Start(slice)
	return start, start + c.bases.step
}

// Start implements Aligned.
func (c cumulate) Start(end int64) int64 {
	first := end - c.ends.step // within the window: it is a step long at least
	return first - c.bases.into(first)
}

// Starts implements Aligned.
func (c cumulate) Starts(ends, starts []int64) { lastsOf(ends, starts, c.Start) }

// Next implements Aligned.
func (c cumulate) Next(slice, after int64) (end int64, ok bool) {
	return nextEnd(c.ends, slice, after, c.last(slice))
}

// Disjoint implements Aligned.
func (c cumulate) Disjoint() bool { return false }
