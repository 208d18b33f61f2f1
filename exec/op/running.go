package op

import (
	"slices"

	"streamsql/exec/agg"
	"streamsql/internal/clock"
	"streamsql/internal/vec"
	"streamsql/state"
)

// running is the merge of the slices of a window, kept from one window to the next so that a slice costs a few merges
// however many windows it is in:
//
//	         ├──── front ────┤├── back ──┤
//	slices   │───│───│───│───││───│───│───│
//	         lo             mid          hi
//
// Slices arrive on the right and are merged into back. They leave on the left. Where every accumulator is linear, a
// slice that leaves is taken out of back, and front is empty. Otherwise (MIN has no way back) slices leave from
// front: when that has run empty, it is made of the slices of back, the last one first, and what each of them changed
// is noted; to leave is to restore what was there before. So each slice is merged into back once, into front once,
// and undone once.
//
// All of it is derived from the slices: nothing is written, and after a restore it is built from them.
type running struct {
	merging
	slices *state.Panes
	linear bool

	front, back *state.Table
	undo        []undo // of the slices in front, the first slice's last
	lo, mid, hi int64  // slices in (lo, mid] are in front, those in (mid, hi] in back

	whole *state.Table // the window, where it is more than one table
	spare []undo
}

// undo is what a slice changed in front.
type undo struct {
	slice int64
	gids  []uint32
	fresh uint32    // groups from this one on came with the slice
	old   []vec.Vec // the columns of gids before
}

func newRunning(set *agg.Set, slices *state.Panes) *running {
	d := slices.Decl()
	d.Name = "running"
	r := &running{
		merging: newMerging(set), slices: slices, linear: set.Linear(),
		front: state.NewScratch(d), back: state.NewScratch(d), whole: state.NewScratch(d),
	}
	r.begin(int64(clock.Min))
	return r
}

// begin makes front and back empty, for windows that start at lo or later.
func (r *running) begin(lo int64) {
	r.empty()
	r.back.Reset()
	r.lo, r.mid, r.hi = lo, lo, lo
}

// empty empties front.
func (r *running) empty() {
	r.front.Reset()
	r.spare = append(r.spare, r.undo...)
	r.undo = r.undo[:0]
}

// move makes front and back the slices in (start, end], given the times of all slices, ascending. Neither start nor
// end ever goes back.
func (r *running) move(start, end int64, times []int64) {
	r.leave(start, times)
	for _, s := range between(times, r.hi, end) {
		t, _ := r.slices.Peek(s)
		r.merge(r.back, t)
	}
	r.hi = end
}

// between are the times in (after, through].
func between(times []int64, after, through int64) []int64 {
	from, _ := slices.BinarySearch(times, after+1)
	to, _ := slices.BinarySearch(times, through+1)
	return times[from:max(from, to)]
}

// leave takes the slices at or before start out. They are still there: it is called before they are dropped.
func (r *running) leave(start int64, times []int64) {
	if start >= r.hi {
		r.begin(start)
		return
	}
	r.lo = max(r.lo, start)
	for n := len(r.undo); n > 0 && r.undo[n-1].slice <= start; n-- {
		r.restore(&r.undo[n-1])
		r.spare = append(r.spare, r.undo[n-1])
		r.undo = r.undo[:n-1]
	}
	if start <= r.mid {
		return
	}
	leaving := between(times, r.mid, start)
	r.mid = start
	switch {
	case len(leaving) == 0:
	case r.linear:
		for _, s := range leaving {
			t, _ := r.slices.Peek(s)
			r.unmerge(r.back, t)
		}
	default:
		r.turn(between(times, start, r.hi))
	}
}

// turn makes front of the slices that are in back.
func (r *running) turn(times []int64) {
	r.empty()
	for _, s := range slices.Backward(times) {
		t, _ := r.slices.Peek(s)
		r.note(s, t)
	}
	r.back.Reset()
	r.mid = r.hi
}

// note merges a slice into front and notes what that changes.
func (r *running) note(slice int64, t *state.Table) {
	if r.read(t); len(r.from) == 0 {
		return
	}
	var u undo
	if n := len(r.spare); n > 0 {
		u, r.spare = r.spare[n-1], r.spare[:n-1]
	}
	u.slice, u.fresh = slice, uint32(r.front.Cap()) //nolint:gosec // ids are 32 bits
	r.find(r.front)
	u.gids = append(u.gids[:0], r.to...)
	if u.old == nil {
		u.old = make([]vec.Vec, len(r.cols))
	}
	for i := range u.old {
		r.front.Col(i).Gather(u.gids, &u.old[i])
	}
	r.set.Merge(r.to, r.cols)
	r.undo = append(r.undo, u)
}

// restore takes the slice that was noted last out of front.
func (r *running) restore(u *undo) {
	for i := range u.old {
		r.front.Col(i).Scatter(u.gids, &u.old[i])
	}
	gone := r.to[:0]
	for _, g := range u.gids {
		if g >= u.fresh {
			gone = append(gone, g)
		}
	}
	r.to = gone
	r.front.Delete(gone)
}

// adding is told that more rows are merged into a slice. The table it returns, if any, has the slice already and must
// get them, too. What lies in front is built anew: the slices that leave before this one have noted what it had.
func (r *running) adding(slice int64) *state.Table {
	switch {
	case slice <= r.lo || slice > r.hi:
		return nil
	case slice > r.mid:
		return r.back
	}
	r.begin(int64(clock.Min))
	return nil
}

// window is the groups of front and back together. It is void after the next call.
func (r *running) window() *state.Table {
	switch {
	case r.front.Len() == 0:
		return r.back
	case r.back.Len() == 0:
		return r.front
	}
	r.whole.Reset()
	r.merge(r.whole, r.front)
	r.merge(r.whole, r.back)
	return r.whole
}

// bytes is the memory held.
func (r *running) bytes() int64 {
	n := r.front.Bytes() + r.back.Bytes() + r.whole.Bytes()
	for _, list := range [][]undo{r.undo, r.spare} {
		for i := range list {
			n += int64(4 * cap(list[i].gids))
			for k := range list[i].old {
				n += list[i].old[k].Held()
			}
		}
	}
	return n
}
