package op

import (
	"time"

	"streamsql/exec/window"
	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// EachWindowSpec describes an EachWindow.
type EachWindowSpec struct {
	Windows  window.Spec
	SliceCol int            // the end of each row's slice: the last column of the input
	Emit     []window.Col   // appended columns, in order
	Judged   bool           // a Late is before: rows count in the windows that Behind has not closed
	Schema   sqltype.Schema // output: the input's columns but the slice, then the appended ones
}

// EachWindow gives a row for each window that the row is in, where windows overlap.
//
//	input       any mode; it is linear, the rows of a row have its weight
//	output      the mode of the input; watermark W
//	state       none
//	late rows   not judged; a row leaves out the windows that it is too late for, where rows are judged
//	order       that of the input, then ascending windows
//	cost        per row and window: the columns are copied, in pieces of bounded size
type EachWindow struct {
	spec    EachWindowSpec
	windows window.Aligned

	slice int64   // whose windows all has
	all   []int64 // ends
	sel   []int32
	ends  []int64
	kept  zset.Selection
	in    zset.Batch // the input without its slices
	cols  []vec.Vec
	out   zset.Batch
}

// NewEachWindow makes the operator.
func NewEachWindow(spec EachWindowSpec) (*EachWindow, error) {
	w, err := spec.Windows.Aligned()
	if err != nil {
		return nil, err
	}
	return &EachWindow{spec: spec, windows: w, slice: window.None, cols: make([]vec.Vec, len(spec.Emit))}, nil
}

// Open implements Operator.
func (w *EachWindow) Open(*Setup) error { return nil }

// Process implements Operator.
func (w *EachWindow) Process(_ int, b *zset.Batch, out Collector) error {
	w.in = *b
	w.in.Cols, w.in.Schema = b.Cols[:w.spec.SliceCol], w.spec.Schema[:w.spec.SliceCol]
	w.sel, w.ends = w.sel[:0], w.ends[:0]
	text := 0
	for i, slice := range vec.Of[int64](b.Cols[w.spec.SliceCol])[:b.N] {
		mark := clock.Min
		if w.spec.Judged && b.Behind != nil {
			mark = b.Behind[i]
		}
		bytes := textOf(w.in.Cols, int32(i))
		for _, end := range w.of(slice, mark) {
			if text += bytes; len(w.sel) == maxEmit || text > maxCopied && len(w.sel) > 0 {
				if err := w.emit(out); err != nil {
					return err
				}
				text = bytes
			}
			w.sel, w.ends = append(w.sel, int32(i)), append(w.ends, end)
		}
	}
	return w.emit(out)
}

// of lists the windows of a slice that are open at mark.
func (w *EachWindow) of(slice int64, mark clock.EventTime) []int64 {
	if slice != w.slice {
		w.slice, w.all = slice, w.all[:0]
		for end, ok := w.windows.Next(slice, int64(clock.Min)); ok; end, ok = w.windows.Next(slice, end) {
			w.all = append(w.all, end)
		}
	}
	open := w.all
	for len(open) > 0 && window.Closed(open[0], mark) {
		open = open[1:]
	}
	return open
}

// emit sends the rows of sel and ends, and begins new ones.
func (w *EachWindow) emit(out Collector) error {
	if len(w.sel) == 0 {
		return nil
	}
	kept := w.kept.Take(&w.in, w.sel)
	cols := append(w.out.Cols[:0], kept.Cols...)
	for k, col := range w.spec.Emit {
		v := &w.cols[k]
		v.Reset(w.spec.Schema[len(kept.Cols)+k].Type, len(w.sel))
		col.Of(w.windows, w.ends, vec.Of[int64](v))
		cols = append(cols, v)
	}
	w.out = *kept
	w.out.Schema, w.out.Cols = w.spec.Schema, cols
	w.sel, w.ends = w.sel[:0], w.ends[:0]
	err := out.Emit(Rows, &w.out)
	zset.Scribble(w.cols)
	w.kept.Scribble()
	return err
}

// Advance implements Operator.
func (w *EachWindow) Advance(t Tick, _ Collector) (clock.EventTime, error) { return t.Watermark, nil }

// NextDue implements Operator.
func (w *EachWindow) NextDue() (time.Time, bool) { return time.Time{}, false }

// Close implements Operator.
func (w *EachWindow) Close() error { return nil }
