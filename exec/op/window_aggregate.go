package op

import (
	"time"

	"streamsql/exec/agg"
	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/invariants"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/state"
)

// WindowAggregateSpec describes a WindowAggregate.
type WindowAggregateSpec struct {
	GroupSpec
	Windows window.Spec
	Emit    []window.Col
	Merged  bool           // the input is PreAggregated
	Out     sqltype.Schema // keys, window columns, aggregates
}

// WindowAggregate groups by window and keys and emits each window once, when its time has passed. Its rows name their
// window, whether windows overlap or not: where they share slices, that is SliceAggregate.
//
//	input       append (or retracting, for accumulators that take rows back), raw or pre-aggregated
//	output      append; watermark W
//	state       panes: one table per window end, keyed by the keys, dropped whole
//	late rows   none arrive: the scan's lane judged them
//	emission    in Advance: windows with end − 1 ms ≤ W in ascending order, every one when the input has ended;
//	            the rows of a window in canonical order
//	cost        a hash look-up and the accumulators per row; per emitted group a sort step and its results
type WindowAggregate struct {
	spec    WindowAggregateSpec
	windows window.Aligned
	set     *agg.Set
	find    grouper
	panes   *state.Panes
	setup   *Setup
	passed  clock.EventTime // watermark of the last Advance

	keyCols []*vec.Vec
	split   splitter
	part    zset.Selection
	results windowResults
}

// NewWindowAggregate makes the operator.
func NewWindowAggregate(spec WindowAggregateSpec) (*WindowAggregate, error) {
	windows, err := spec.Windows.Aligned()
	if err != nil {
		return nil, err
	}
	set, err := spec.set()
	if err != nil {
		return nil, err
	}
	w := &WindowAggregate{spec: spec, windows: windows, set: set, passed: clock.Min}
	w.find = newGrouper(typesOf(spec.In, spec.Keys))
	w.keyCols = make([]*vec.Vec, len(spec.Keys))
	w.results = newWindowResults(spec, windows, set)
	return w, nil
}

// Open implements Operator.
func (w *WindowAggregate) Open(s *Setup) error {
	w.setup = s
	w.panes = s.State.Panes(s.Lane, state.Decl{
		Operator: w.spec.Node, Name: "panes", Version: 1, Key: typesOf(w.spec.In, w.spec.Keys), Values: w.set.Columns(),
	})
	return nil
}

// Resume implements Resumer.
func (w *WindowAggregate) Resume(in []clock.EventTime, _ clock.EventTime) { w.passed = Least(in) }

// Touched implements Keeper: any window may be due.
func (w *WindowAggregate) Touched() int { return w.panes.Rows() }

// Process implements Operator.
func (w *WindowAggregate) Process(_ int, b *zset.Batch, _ Collector) error {
	if b.N == 0 {
		return nil
	}
	end := w.spec.EndCol
	if w.spec.Merged {
		end = len(w.spec.Keys)
	}
	ends := vec.Of[int64](b.Cols[end])[:b.N]
	if w.split.single(ends) {
		w.add(ends[0], b)
		return nil
	}
	for i, e := range w.split.by(ends) {
		w.add(e, w.part.Take(b, w.split.rows[i]))
	}
	return nil
}

// add feeds rows of one window to its pane.
func (w *WindowAggregate) add(end int64, b *zset.Batch) {
	if invariants.On {
		invariants.Check(!window.Closed(end, w.passed), "a row for a window that has been emitted")
	}
	for i, k := range w.spec.Keys {
		if w.spec.Merged {
			k = i
		}
		w.keyCols[i] = b.Cols[k]
	}
	t := w.panes.At(end)
	gids := w.find.find(t, w.keyCols, b.N)
	t.Touch(gids)
	w.set.Bind(t, 0)
	if w.spec.Merged {
		w.set.Merge(gids, b.Cols[len(w.spec.Keys)+1:])
	} else {
		w.set.Update(gids, b.Cols, b.Weights)
	}
}

// Advance implements Operator.
func (w *WindowAggregate) Advance(t Tick, out Collector) (clock.EventTime, error) {
	mark := t.Watermark
	if t.Final {
		mark = clock.Max
	}
	for _, end := range w.panes.DueThrough(window.Due(mark)) {
		if err := w.results.emit(end, w.panes.At(end), w.setup.Epoch, out); err != nil {
			return 0, err
		}
		w.panes.Drop(end)
	}
	w.passed = max(w.passed, mark)
	w.setup.Counters.StateRows = int64(w.panes.Rows())
	w.setup.Counters.StateBytes = w.panes.Bytes()
	return mark, nil
}

// NextDue implements Operator.
func (w *WindowAggregate) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (w *WindowAggregate) Close() error { return nil }
