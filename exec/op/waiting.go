package op

import (
	"cmp"
	"slices"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/state"
)

// waiting is the partly late rows of a HOP, by slice and opening: the window from which on they count. They are rare.
//
// A pane has one time, so that of a pane here is the end of the slice and, in microseconds, how many windows of the
// slice the rows are too late for. A HOP with so many windows that two slices would meet is refused (window.Spec).
type waiting struct {
	spec    window.Spec
	windows window.Aligned
	slide   int64 // µs
	panes   *state.Panes
}

// parked is a pane of waiting rows.
type parked struct{ opening, slice, pane int64 }

func (w *waiting) first(slice int64) int64 {
	first, _ := w.windows.Next(slice, int64(clock.Min))
	return first
}

// at is the table of a slice and an opening.
func (w *waiting) at(slice, opening int64) *state.Table {
	return w.panes.At(slice + (opening-w.first(slice))/w.slide)
}

// list is what waits, in ascending order of openings. A pane without rows is left where a restore on other lanes has
// found that all of them were dropped.
func (w *waiting) list() (out []parked) {
	if w.panes == nil || w.panes.Len() == 0 {
		return nil
	}
	for _, at := range w.panes.Times() {
		if w.panes.At(at).Len() == 0 {
			w.panes.Drop(at)
			continue
		}
		slice := w.spec.SliceEnd(at)
		out = append(out, parked{opening: w.first(slice) + (at-slice)*w.slide, slice: slice, pane: at})
	}
	slices.SortFunc(out, func(a, b parked) int {
		return cmp.Or(cmp.Compare(a.opening, b.opening), cmp.Compare(a.pane, b.pane))
	})
	return out
}
