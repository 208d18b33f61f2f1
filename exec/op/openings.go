package op

import (
	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/invariants"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// The opening of a row is the end of the first window that it counts in, where it does not count in all windows of its
// slice: those before had closed at the watermark that the row was judged by.

// allOpen is the opening of a row that counts in all windows of its slice.
const allOpen = int64(clock.Min)

// openings finds the openings of rows: from Behind, where Late has left the watermark that a row was judged by. Rows
// that come from no scan have none. Buffers are reused.
type openings struct {
	windows window.Aligned
	ends    []int64
	split   splitter
	part    zset.Selection
}

// newOpenings makes the helper; it is nil where windows share no slices.
func newOpenings(shared *window.Spec) (*openings, error) {
	if shared == nil {
		return nil, nil
	}
	w, err := shared.Aligned()
	if err != nil {
		return nil, err
	}
	return &openings{windows: w}, nil
}

// each calls fn for the rows of each opening. Column sliceCol has the slices of the rows.
func (o *openings) each(b *zset.Batch, sliceCol int, fn func(b *zset.Batch, opening int64) error) error {
	if b.Behind == nil || !o.find(vec.Of[int64](b.Cols[sliceCol])[:b.N], b.Behind) {
		return fn(b, allOpen)
	}
	return o.apart(b, o.ends, fn)
}

// apart calls fn for the rows of each opening, given the opening of each row.
func (o *openings) apart(b *zset.Batch, ends []int64, fn func(b *zset.Batch, opening int64) error) error {
	for i, end := range o.split.by(ends) {
		if err := fn(o.part.Take(b, o.split.rows[i]), end); err != nil {
			return err
		}
		o.part.Scribble()
	}
	return nil
}

// find makes o.ends the opening of every row, and reports whether there is one that is not open to all.
func (o *openings) find(slices []int64, behind []clock.EventTime) (some bool) {
	o.ends = vec.Resize(o.ends, len(slices))
	for i, s := range slices {
		o.ends[i] = opening(o.windows, s, behind[i])
		some = some || o.ends[i] != allOpen
	}
	return some
}

// opening is the opening of a row of the slice that was judged by mark.
func opening(w window.Aligned, slice int64, mark clock.EventTime) int64 {
	if !window.Closed(slice, mark) { // no window ends before its slices do
		return allOpen
	}
	due := window.Due(mark)
	if first, _ := w.Next(slice, int64(clock.Min)); first > due {
		return allOpen
	}
	end, ok := w.Next(slice, due)
	invariants.Check(ok, "a row that is late for all its windows has passed")
	return end
}

// fill makes every value v.
func fill(to []int64, v int64) {
	for i := range to {
		to[i] = v
	}
}
