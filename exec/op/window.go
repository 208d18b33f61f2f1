package op

import (
	"slices"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// WindowSpec describes a Window.
type WindowSpec struct {
	Windows window.Spec
	TimeCol int
	Emit    []window.Col   // appended columns, in order
	Judged  bool           // a Late follows
	Schema  sqltype.Schema // output: the input's columns, then the appended ones
	Span    diag.Span
}

// Window appends the columns of the window that each row's event time falls into. Where windows overlap it appends the
// end of the row's slice, in the place of the window's.
//
//	input       any mode
//	output      the mode of the input; watermark W
//	state       none
//	late rows   not judged: Late does that, directly after
//	gaps        a time between windows is in none: the row is dropped, as by a filter
//	NULL time   dropped, counted. Where a Late follows, that does it: such a row passes with some other row's window
//	cost        one pass over the times; rows are copied only when some are dropped
type Window struct {
	spec     WindowSpec
	windows  window.Aligned
	counters *Counters
	clock    *EpochClock

	timed   zset.Selection // rows with an event time
	inside  zset.Selection // rows with a window
	sel     []int32
	times   []int64 // event times, with none that is NULL
	endAt   int     // among the appended columns, the one that holds window ends; −1: spare does
	spare   vec.Vec
	columns []vec.Vec
	out     zset.Batch
}

// NewWindow makes the operator.
func NewWindow(spec WindowSpec) (*Window, error) {
	w, err := spec.Windows.Aligned()
	if err != nil {
		return nil, err
	}
	if !w.Disjoint() && !slices.Equal(spec.Emit, []window.Col{window.ColEnd}) {
		return nil, diag.New(diag.Internal, "the windows of %s overlap: a row has no %v", spec.Windows.Kind, spec.Emit)
	}
	return &Window{
		spec: spec, windows: w, endAt: slices.Index(spec.Emit, window.ColEnd), columns: make([]vec.Vec, len(spec.Emit)),
	}, nil
}

// Open implements Operator.
func (w *Window) Open(s *Setup) error {
	w.counters, w.clock = s.Counters, s.Epoch
	return nil
}

// Process implements Operator.
func (w *Window) Process(_ int, b *zset.Batch, out Collector) error {
	times := b.Cols[w.spec.TimeCol]
	if missing := b.N - vec.Count(times.Valid, b.N); missing > 0 && !w.spec.Judged {
		w.counters.NullTime += int64(missing)
		w.sel = vec.SelectionOf(times.Valid, b.N, w.sel)
		b = w.timed.Take(b, w.sel)
	}
	if b.N == 0 {
		return nil
	}
	ends, err := w.assign(b)
	if err != nil {
		return err
	}
	if w.spec.Windows.Gaps() && slices.Contains(ends, window.None) {
		w.sel = w.sel[:0]
		for i, e := range ends {
			if e != window.None || !b.Cols[w.spec.TimeCol].Valid.Get(i) {
				w.sel = append(w.sel, int32(i))
			}
		}
		if b = w.inside.Take(b, w.sel); b.N == 0 {
			return nil
		}
		if ends, err = w.assign(b); err != nil {
			return err
		}
	}
	w.append(b, ends)
	err = out.Emit(Rows, &w.out)
	zset.Scribble(w.columns)
	w.timed.Scribble()
	w.inside.Scribble()
	return err
}

// assign computes the end of every row's window, in the column that delivers it where there is one.
func (w *Window) assign(b *zset.Batch) ([]int64, error) {
	to, t := &w.spare, sqltype.BigIntType
	if w.endAt >= 0 {
		to, t = &w.columns[w.endAt], w.spec.Schema[len(b.Cols)+w.endAt].Type
	}
	to.Reset(t, b.N)
	ends := vec.Of[int64](to)
	if bad := w.windows.Slices(w.timesOf(b), ends); bad >= 0 {
		return nil, diag.At(diag.WindowRange, w.spec.Span,
			"the time of %s has no window of %s within event time, epoch %d",
			placeOf(b, bad), w.spec.Windows.Size, w.clock.Epoch).WithHint("filter out such times before the window")
	}
	return ends, nil
}

// timesOf is the event time of every row. What is under NULL is arbitrary and may have no window at all, which is not
// the query's fault; the time before it is used instead.
func (w *Window) timesOf(b *zset.Batch) []int64 {
	col := b.Cols[w.spec.TimeCol]
	times := vec.Of[int64](col)[:b.N]
	if vec.Count(col.Valid, b.N) == b.N {
		return times
	}
	w.times = vec.Resize(w.times, b.N)
	last := int64(0)
	for i, t := range times {
		if col.Valid.Get(i) {
			last = t
		}
		w.times[i] = last
	}
	return w.times
}

// append makes w.out the rows of b with the columns of their windows.
func (w *Window) append(b *zset.Batch, ends []int64) {
	cols := append(w.out.Cols[:0], b.Cols...)
	for k, col := range w.spec.Emit {
		v := &w.columns[k]
		if k != w.endAt {
			v.Reset(w.spec.Schema[len(b.Cols)+k].Type, b.N)
			col.Of(w.windows, ends, vec.Of[int64](v))
		}
		cols = append(cols, v)
	}
	w.out = *b
	w.out.Schema, w.out.Cols = w.spec.Schema, cols
}

// Advance implements Operator.
func (w *Window) Advance(t Tick, _ Collector) (clock.EventTime, error) { return t.Watermark, nil }

// NextDue implements Operator.
func (w *Window) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (w *Window) Close() error { return nil }
