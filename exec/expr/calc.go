package expr

import (
	"errors"

	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// Filter finds the rows for which a condition is TRUE.
type Filter struct {
	prog *Program
	mask vec.Bitmap
	sel  []int32
}

// CompileFilter makes a filter of a BOOLEAN expression; the errors are those of Compile.
func CompileFilter(cond scalar.Expr, schema sqltype.Schema, epoch *Epoch) (*Filter, error) {
	if k := cond.Type().Kind; k != sqltype.Boolean && k != sqltype.Null {
		return nil, diag.At(diag.Internal, cond.Span(), "a condition of type %s", cond.Type())
	}
	p, err := Compile([]scalar.Expr{cond}, schema, epoch)
	if err != nil {
		return nil, err
	}
	return &Filter{prog: p}, nil
}

// Inputs lists the columns that the condition reads.
func (f *Filter) Inputs() []int { return f.prog.inputs }

// Mask has the active rows for which the condition is TRUE; never nil, bits beyond the rows are clear. Borrowed until
// the next call.
func (f *Filter) Mask(b *zset.Batch, active vec.Bitmap) (vec.Bitmap, *RowError) {
	f.prog.start(b)
	v, err := f.prog.cells[0].eval(&f.prog.run, active)
	if err != nil {
		return nil, err
	}
	var scratch vec.Bitmap
	t := truthOf(v, b.N, &scratch)
	f.mask = vec.Sized(f.mask, b.N)
	for w := range f.mask {
		f.mask[w] = t.bits[w] & word(t.valid, w) & word(active, w)
	}
	if r := b.N % 64; r != 0 {
		f.mask[len(f.mask)-1] &= 1<<r - 1
	}
	return f.mask, nil
}

// Select lists those rows, ascending. Borrowed until the next call.
func (f *Filter) Select(b *zset.Batch, active vec.Bitmap) ([]int32, *RowError) {
	mask, err := f.Mask(b, active)
	if err != nil {
		return nil, err
	}
	f.sel = vec.SelectionOf(mask, b.N, f.sel)
	return f.sel, nil
}

// Calc is filter and projection in one pass: the condition is computed on the dense batch, the columns that the
// projections read are gathered once, and the projections run densely on what is left. It belongs to one lane.
type Calc struct {
	filter  *Filter // nil: every row
	project *Program
	out     sqltype.Schema

	active vec.Bitmap
	sel    []int32
	inner  zset.Batch
	gather []vec.Vec      // one per input column
	final  []vec.Vec      // results without the rows that failed
	about  zset.Selection // of the chosen rows, all but their columns
	result zset.Batch
}

// NewCalc makes a Calc from batches of schema in to batches of schema out. filter may be nil.
func NewCalc(filter scalar.Expr, project []scalar.Expr, in, out sqltype.Schema, epoch *Epoch) (*Calc, error) {
	c := &Calc{out: out, gather: make([]vec.Vec, len(in)), final: make([]vec.Vec, len(project))}
	var bad, worse error // both are looked at: whoever fixes the one need not come back for the other
	if filter != nil {
		c.filter, bad = CompileFilter(filter, in, epoch)
	}
	c.project, worse = Compile(project, in, epoch)
	if err := errors.Join(bad, worse); err != nil {
		return nil, err
	}
	return c, nil
}

// Inputs lists the columns of the input that filter or projections read, ascending.
func (c *Calc) Inputs() []int {
	if c.filter == nil {
		return c.project.inputs
	}
	return merge(c.filter.Inputs(), c.project.inputs)
}

func merge(a, b []int) []int {
	var out []int
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || (len(a) > 0 && a[0] < b[0]):
			out, a = append(out, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return out
}

// Run computes the batch's result, nil when no row is left. A row that cannot be computed is given to onError (its Row
// is the row of b): when that returns nil the row is left out, otherwise Run stops with what it returned. Without
// onError the *RowError itself is returned. The result is borrowed until the next Run.
func (c *Calc) Run(b *zset.Batch, onError func(*RowError) error) (*zset.Batch, error) {
	zset.Scribble(c.gather)
	c.about.Scribble()
	handle := func(e *RowError) error {
		if onError == nil {
			return e
		}
		return onError(e)
	}
	all, err := c.choose(b, handle)
	if err != nil {
		return nil, err
	}
	n := b.N
	if !all {
		n = len(c.sel)
	}
	if n == 0 {
		return nil, nil
	}
	inner := b
	if !all {
		c.gatherInputs(b)
		inner = &c.inner
	}
	cols, dropped, err := c.compute(inner, all, handle)
	if err != nil {
		return nil, err
	}
	return c.emit(b, cols, all, dropped, n), nil
}

// choose fills c.sel with the rows that pass the filter, or reports that all do.
func (c *Calc) choose(b *zset.Batch, handle func(*RowError) error) (all bool, err error) {
	if c.filter == nil {
		return true, nil
	}
	var active vec.Bitmap
	for {
		mask, rowErr := c.filter.Mask(b, active)
		if rowErr == nil {
			if active == nil && vec.All(mask, b.N) {
				return true, nil
			}
			c.sel = vec.SelectionOf(mask, b.N, c.sel)
			return false, nil
		}
		if err := handle(rowErr); err != nil {
			return false, err
		}
		active = c.without(active, rowErr.Row, b.N)
	}
}

// without clears a row from the active ones.
func (c *Calc) without(active vec.Bitmap, row, n int) vec.Bitmap {
	if active == nil {
		c.active = fill(c.active, n, ^uint64(0))
		if r := n % 64; r != 0 {
			c.active[len(c.active)-1] = 1<<r - 1
		}
	}
	c.active.Clear(row)
	return c.active
}

// gatherInputs makes the inner batch: of the chosen rows, the columns that the projections read.
func (c *Calc) gatherInputs(b *zset.Batch) {
	c.inner = zset.Batch{Schema: b.Schema, N: len(c.sel), Cols: c.inner.Cols[:0]}
	for range b.Cols {
		c.inner.Cols = append(c.inner.Cols, nil)
	}
	for _, i := range c.project.inputs {
		takeColumn(&c.gather[i], b.Cols[i], c.sel)
		c.inner.Cols[i] = &c.gather[i]
	}
}

// takeColumn is vec.Take that keeps a dictionary.
func takeColumn(dst, src *vec.Vec, sel []int32) {
	if src.Shape != vec.Dict {
		vec.Take(dst, src, sel)
		return
	}
	codes := dst.Codes[:0]
	for _, i := range sel {
		codes = append(codes, src.Codes[i])
	}
	valid := vec.Bitmap(nil)
	if src.Valid != nil {
		valid = make(vec.Bitmap, vec.Words(len(sel)))
		for k, i := range sel {
			if src.Valid.Get(int(i)) {
				valid.Set(k)
			}
		}
	}
	*dst = vec.Vec{Type: src.Type, Len: len(sel), Shape: vec.Dict, Valid: valid, Codes: codes, Dict: src.Dict}
}

// compute runs the projections; dropped has the rows of inner that failed and are left out.
func (c *Calc) compute(
	inner *zset.Batch, all bool, handle func(*RowError) error,
) (cols []*vec.Vec, dropped []int32, err error) {
	var active vec.Bitmap
	for {
		cols, rowErr := c.project.Eval(inner, active)
		if rowErr == nil {
			return cols, dropped, nil
		}
		row := rowErr.Row
		if !all {
			rowErr.Row = int(c.sel[row])
		}
		if err := handle(rowErr); err != nil {
			return nil, nil, err
		}
		dropped = append(dropped, int32(row))
		active = c.without(active, row, inner.N)
	}
}

// emit builds the result batch: columns, and per row weight, ordinal and partition watermark.
func (c *Calc) emit(b *zset.Batch, cols []*vec.Vec, all bool, dropped []int32, n int) *zset.Batch {
	if dropped != nil {
		cols, n = c.dropRows(cols, n, &all)
		if n == 0 {
			return nil
		}
	}
	if all {
		c.result = *b
		c.result.Schema, c.result.N, c.result.Cols = c.out, n, cols
		return &c.result
	}
	c.result = zset.Batch{Schema: c.out, N: n, Cols: cols}
	c.about.About(&c.result, b, c.sel)
	return &c.result
}

// dropRows removes the failed rows (those that c.active lacks) from the results and from c.sel. Rare: a row failed.
func (c *Calc) dropRows(cols []*vec.Vec, n int, all *bool) ([]*vec.Vec, int) {
	keep := vec.SelectionOf(c.active, n, nil)
	for i, v := range cols {
		vec.Take(&c.final[i], v, keep)
		cols[i] = &c.final[i]
	}
	if *all {
		c.sel = append(c.sel[:0], keep...)
		*all = false
	} else {
		for k, i := range keep {
			c.sel[k] = c.sel[i]
		}
		c.sel = c.sel[:len(keep)]
	}
	return cols, len(keep)
}
