package window

// spaced implements Aligned for windows with gaps between them: a HOP whose slide is longer than its size. A slice is a
// window; times in the gaps are in none.
type spaced struct {
	size   int64 // µs
	starts repeated
}

func (w spaced) slice(ts int64) (end int64, ok bool) {
	into := w.starts.into(ts)
	if into >= w.size {
		return None, within(ts, 0, 0)
	}
	if !within(ts, into, w.size-into) {
		return 0, false
	}
	return ts - into + w.size, true
}

// Slices implements Assigner.
func (w spaced) Slices(ts, slices []int64) (bad int) { return slicesOf(ts, slices, w.size, w.slice) }

// Lasts implements Assigner.
func (w spaced) Lasts(slices, _ []int64) []int64 { return slices }

// Last implements Assigner.
func (w spaced) Last(slice int64) (start, end int64) { return slice - w.size, slice }

// Start implements Aligned.
func (w spaced) Start(end int64) int64 { return end - w.size }

// Starts implements Aligned.
func (w spaced) Starts(ends, starts []int64) { hop{size: w.size}.Starts(ends, starts) }

// Next implements Aligned.
func (w spaced) Next(slice, after int64) (end int64, ok bool) { return slice, slice > after }

// Disjoint implements Aligned.
func (w spaced) Disjoint() bool { return true }
