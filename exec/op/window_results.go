package op

import (
	"fmt"

	"streamsql/exec/agg"
	"streamsql/exec/window"
	"streamsql/internal/rowkey"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/state"
)

// windowResults emits the groups of windows. Buffers are reused.
type windowResults struct {
	spec    WindowAggregateSpec
	windows window.Aligned
	set     *agg.Set
	enc     *rowkey.Encoder

	order canonical
	all   []uint32 // groups of a window
	gids  []uint32 // in canonical order
	keys  rowkey.Keys
	cols  []vec.Vec
	out   zset.Batch
}

func newWindowResults(spec WindowAggregateSpec, windows window.Aligned, set *agg.Set) windowResults {
	w := windowResults{spec: spec, windows: windows, set: set, enc: rowkey.NewEncoder(typesOf(spec.In, spec.Keys))}
	w.cols = make([]vec.Vec, len(spec.Out))
	w.out = zset.Batch{Schema: spec.Out, Cols: make([]*vec.Vec, len(spec.Out))}
	for i := range w.cols {
		w.cols[i].Type = spec.Out[i].Type
		w.out.Cols[i] = &w.cols[i]
	}
	return w
}

// emit sends the results of one window, whose groups are those of t, in canonical order.
func (w *windowResults) emit(end int64, t *state.Table, clk *EpochClock, out Collector) error {
	w.set.Bind(t, 0)
	w.all = t.Gids(w.all[:0])
	w.gids = vec.Resize(w.gids, len(w.all))
	for i, p := range w.order.sort(t, w.all) {
		w.gids[i] = w.all[p.index]
	}
	for from := 0; from < len(w.gids); from += maxEmit {
		part := w.gids[from:min(from+maxEmit, len(w.gids))]
		if err := w.fill(end, t, part, clk); err != nil {
			return err
		}
		// All lanes number a window alike, ascending: by its end, shifted so that order survives as unsigned.
		w.out.Order = zset.Order{Seq: uint64(end) ^ 1<<63}
		if err := out.Emit(Rows, &w.out); err != nil {
			return err
		}
		zset.Scribble(w.cols)
	}
	return nil
}

// fill makes w.out the rows of some groups.
func (w *windowResults) fill(end int64, t *state.Table, gids []uint32, clk *EpochClock) error {
	n, k := len(gids), len(w.spec.Keys)
	t.KeysOf(gids, &w.keys)
	w.enc.Decode(&w.keys, w.out.Cols[:k])
	for i, c := range w.spec.Emit {
		v := &w.cols[k+i]
		v.Reset(w.spec.Out[k+i].Type, n)
		to := vec.Of[int64](v)
		c.Of(w.windows, []int64{end}, to[:1])
		for r := range to {
			to[r] = to[0]
		}
	}
	first := k + len(w.spec.Emit)
	for i, a := range w.spec.Aggs {
		if e := w.set.Emit(i, gids, &w.cols[first+i]); e != nil {
			return groupFault(e, a, w.spec.Out[:k], w.out.Cols[:k], w.text(end), clk)
		}
	}
	w.out.N = n
	return nil
}

func (w *windowResults) text(end int64) string {
	return fmt.Sprintf("[%s, %s)", clockText(w.windows.Start(end)), clockText(end))
}
