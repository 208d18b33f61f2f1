package op

import (
	"time"

	"streamsql/exec/agg"
	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/invariants"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/state"
)

// SliceAggregate groups by window and keys where windows overlap, and emits each window once, when its time has passed.
// A row goes into its slice, and a window is the merge of its slices (see running): a row costs the same however many
// windows it counts in.
//
//	input       append (or retracting, for accumulators that take rows back), raw or pre-aggregated; Behind, or the
//	            opening of pre-aggregated rows, says which windows a row is too late for
//	output      append; watermark W
//	state       slices: one table per slice end, keyed by the keys, dropped whole when the last window of the slice has
//	            been emitted. waiting: one table per slice and opening, keyed by the keys, of partly late rows. What
//	            windows are merged in is derived from the slices
//	late rows   none arrive. A partly late row must stay out of windows before its opening, and those may be open still:
//	            its own partition is ahead of the others. In a HOP it waits until the window that is its opening is
//	            emitted, and goes into its slice then. In a CUMULATE, where all windows begin together, it counts in the
//	            same ones as a row of the slice that ends with its opening, and goes there
//	emission    in Advance: windows with end − 1 ms ≤ W in ascending order, every one when the input has ended;
//	            the rows of a window in canonical order
//	cost        a hash look-up and the accumulators per row; a few merges per slice and group; per emitted group a sort
//	            step and its results
type SliceAggregate struct {
	spec    WindowAggregateSpec
	windows window.Aligned
	set     *agg.Set
	find    grouper
	slices  *state.Panes
	waiting waiting
	merged  *running
	open    *openings
	setup   *Setup
	passed  clock.EventTime // watermark of the last Advance

	keyCols []*vec.Vec
	split   splitter
	part    zset.Selection
	results windowResults
}

// NewSliceAggregate makes the operator.
func NewSliceAggregate(spec WindowAggregateSpec) (*SliceAggregate, error) {
	windows, err := spec.Windows.Aligned()
	if err != nil {
		return nil, err
	}
	spec.Shared = &spec.Windows
	set, err := spec.set()
	if err != nil {
		return nil, err
	}
	return &SliceAggregate{
		spec: spec, windows: windows, set: set, passed: clock.Min, find: newGrouper(typesOf(spec.In, spec.Keys)),
		open: &openings{windows: windows}, keyCols: make([]*vec.Vec, len(spec.Keys)),
		waiting: waiting{spec: spec.Windows, windows: windows, slide: spec.Windows.Step.Microseconds()},
		results: newWindowResults(spec, windows, set),
	}, nil
}

// Open implements Operator.
func (a *SliceAggregate) Open(s *Setup) error {
	a.setup = s
	d := state.Decl{
		Operator: a.spec.Node, Name: "slices", Version: 1, Key: typesOf(a.spec.In, a.spec.Keys), Values: a.set.Columns(),
	}
	a.slices = s.State.Panes(s.Lane, d)
	if a.spec.Windows.Kind == window.Hop {
		d.Name = "waiting"
		a.waiting.panes = s.State.Panes(s.Lane, d)
	}
	a.merged = newRunning(a.set, a.slices)
	return nil
}

// Resume implements Resumer.
func (a *SliceAggregate) Resume(in []clock.EventTime, _ clock.EventTime) { a.passed = Least(in) }

// Touched implements Keeper: any slice may be due, and a group of it then leaves with each of the windows that it is a
// part of.
func (a *SliceAggregate) Touched() int {
	w := a.spec.Windows
	return a.rows() * int((w.Size+w.Step-1)/w.Step)
}

func (a *SliceAggregate) rows() int {
	n := a.slices.Rows()
	if a.waiting.panes != nil {
		n += a.waiting.panes.Rows()
	}
	return n
}

func (a *SliceAggregate) bytes() int64 {
	n := a.slices.Bytes() + a.merged.bytes()
	if a.waiting.panes != nil {
		n += a.waiting.panes.Bytes()
	}
	return n
}

// Process implements Operator.
func (a *SliceAggregate) Process(_ int, b *zset.Batch, _ Collector) error {
	if b.N == 0 {
		return nil
	}
	if !a.spec.Merged {
		return a.open.each(b, a.spec.EndCol, a.add)
	}
	openings := vec.Of[int64](b.Cols[len(a.spec.Keys)+1])[:b.N]
	if a.split.single(openings) {
		return a.add(b, openings[0])
	}
	return a.open.apart(b, openings, a.add)
}

// add feeds rows of one opening to their slices, or lets them wait.
func (a *SliceAggregate) add(b *zset.Batch, opening int64) error {
	if opening != allOpen && a.waiting.panes == nil {
		a.addTo(opening, allOpen, b)
		return nil
	}
	ends := vec.Of[int64](b.Cols[a.sliceCol()])[:b.N]
	if a.split.single(ends) {
		a.addTo(ends[0], opening, b)
		return nil
	}
	for i, e := range a.split.by(ends) {
		a.addTo(e, opening, a.part.Take(b, a.split.rows[i]))
	}
	return nil
}

// addTo feeds rows of one opening to a slice.
func (a *SliceAggregate) addTo(slice, opening int64, b *zset.Batch) {
	var t *state.Table
	if opening == allOpen {
		opening = a.waiting.first(slice)
		t = a.slices.At(slice)
	} else {
		t = a.waiting.at(slice, opening)
	}
	invariants.Check(!window.Closed(opening, a.passed), "a row for a window that has been emitted")
	gids := a.find.find(t, a.keysOf(b), b.N)
	t.Touch(gids)
	a.set.Bind(t, 0)
	if a.spec.Merged {
		a.set.Merge(gids, b.Cols[len(a.spec.Keys)+2:])
	} else {
		a.set.Update(gids, b.Cols, b.Weights)
	}
}

func (a *SliceAggregate) sliceCol() int {
	if a.spec.Merged {
		return len(a.spec.Keys)
	}
	return a.spec.EndCol
}

func (a *SliceAggregate) keysOf(b *zset.Batch) []*vec.Vec {
	for i, k := range a.spec.Keys {
		if a.spec.Merged {
			k = i
		}
		a.keyCols[i] = b.Cols[k]
	}
	return a.keyCols
}

// Advance implements Operator.
func (a *SliceAggregate) Advance(t Tick, out Collector) (clock.EventTime, error) {
	mark := t.Watermark
	if t.Final {
		mark = clock.Max
	}
	due := window.Due(mark)
	times, parked := a.slices.Times(), a.waiting.list()
	live := times // those with windows to come
	for after := window.Due(a.passed); ; {
		var end int64
		if live, end = a.next(live, parked, after); end > due || end == window.None {
			break
		}
		for len(parked) > 0 && parked[0].opening <= end {
			a.release(parked[0])
			times, parked = a.slices.Times(), parked[1:]
			live = times
		}
		a.merged.move(a.windows.Start(end), end, times)
		if err := a.results.emit(end, a.merged.window(), a.setup.Epoch, out); err != nil {
			return 0, err
		}
		after = end
	}
	a.drop(times, due)
	a.passed = max(a.passed, mark)
	a.setup.Counters.StateRows, a.setup.Counters.StateBytes = int64(a.rows()), a.bytes()
	return mark, nil
}

// next is the end of the first window with rows that ends after `after`, given slices and all that waits; None without
// any. It is one of the first slice that has such a window: of two windows, the one that starts later ends later. The
// slices before that one have none to come; the rest is returned.
func (a *SliceAggregate) next(times []int64, waiting []parked, after int64) (rest []int64, end int64) {
	end = window.None
	for ; len(times) > 0; times = times[1:] {
		if e, ok := a.windows.Next(times[0], after); ok {
			end = e
			break
		}
	}
	if len(waiting) > 0 && (end == window.None || waiting[0].opening < end) {
		end = waiting[0].opening
	}
	return times, end
}

// release gives partly late rows, whose opening is the window that is emitted next, to their slice.
func (a *SliceAggregate) release(p parked) {
	from, to := a.waiting.panes.At(p.pane), a.slices.At(p.slice)
	a.merged.merge(to, from)
	to.Touch(a.merged.to)
	if has := a.merged.adding(p.slice); has != nil {
		a.merged.merge(has, from)
	}
	a.waiting.panes.Drop(p.pane)
}

// drop removes the slices that no window is to come for.
func (a *SliceAggregate) drop(times []int64, due int64) {
	n := 0
	for n < len(times) {
		if _, last := a.windows.Last(times[n]); last > due {
			break
		}
		n++
	}
	if n == 0 {
		return
	}
	a.merged.leave(times[n-1], times)
	for _, s := range times[:n] {
		a.slices.Drop(s)
	}
}

// NextDue implements Operator.
func (a *SliceAggregate) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (a *SliceAggregate) Close() error { return nil }
