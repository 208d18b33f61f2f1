package zset

import (
	"streamsql/internal/clock"
	"streamsql/internal/vec"
)

// Select makes the rows of b named by sel, ascending or not: flat columns, weights, watermarks and order, in buffers
// that out owns and reuses. Where rows came from (Origin, Rows) is left out, so that out may be kept as long as its
// owner likes: an Origin would keep the whole morsel in memory.
func (b *Batch) Select(out *Batch, sel []int32) {
	out.selectColumns(b, sel)
	if b.Behind == nil {
		out.Behind = nil
	} else {
		out.Behind = pick(out.Behind, b.Behind, sel)
	}
	if b.Weights == nil {
		out.Weights = nil
	} else {
		out.Weights = pick(out.Weights, b.Weights, sel)
	}
}

// selectColumns makes the columns of out, which owns them, the rows of b.
func (out *Batch) selectColumns(b *Batch, sel []int32) {
	if len(out.Cols) != len(b.Cols) {
		cols := make([]vec.Vec, len(b.Cols))
		out.Cols = make([]*vec.Vec, len(b.Cols))
		for i := range cols {
			out.Cols[i] = &cols[i]
		}
	}
	out.Schema, out.Order, out.N = b.Schema, b.Order, len(sel)
	for i, c := range b.Cols {
		vec.Take(out.Cols[i], c, sel)
	}
}

// Selection copies chosen rows of a batch, with all that a batch says of them, into buffers that it reuses. The zero
// value is ready; what it returns is borrowed until the next call.
type Selection struct {
	out     Batch
	weights []int64
	rows    []int32
	behind  []clock.EventTime
}

// Take returns the rows of b named by sel.
func (s *Selection) Take(b *Batch, sel []int32) *Batch {
	s.out.selectColumns(b, sel)
	s.About(&s.out, b, sel)
	return &s.out
}

// About gives out, whose columns are about the rows of b named by sel, the rest of what b says of them: weights,
// order, and where they came from.
func (s *Selection) About(out, b *Batch, sel []int32) {
	out.Order, out.Origin = b.Order, b.Origin
	out.Weights, out.Behind, out.Rows = nil, nil, nil
	if b.Weights != nil {
		s.weights = pick(s.weights, b.Weights, sel)
		out.Weights = s.weights
	}
	if b.Behind != nil {
		s.behind = pick(s.behind, b.Behind, sel)
		out.Behind = s.behind
	}
	switch {
	case b.Rows != nil:
		s.rows = pick(s.rows, b.Rows, sel)
		out.Rows = s.rows
	case b.Origin != nil:
		// A copy: the caller refills sel while out is still in use.
		s.rows = append(s.rows[:0], sel...)
		out.Rows = s.rows
	}
}

// pick makes dst the values of src named by sel.
func pick[T any](dst, src []T, sel []int32) []T {
	dst = dst[:0]
	for _, i := range sel {
		dst = append(dst, src[i])
	}
	return dst
}

// Slice is a batch of the rows [from, to) of b, with all that b says of them. It shares the memory of b and is
// borrowed as long as b is.
func (b *Batch) Slice(from, to int) *Batch {
	out := &Batch{Schema: b.Schema, N: to - from, Order: b.Order, Origin: b.Origin}
	for _, v := range b.Cols {
		out.Cols = append(out.Cols, vec.Slice(v, from, to))
	}
	if b.Weights != nil {
		out.Weights = b.Weights[from:to]
	}
	if b.Behind != nil {
		out.Behind = b.Behind[from:to]
	}
	if b.Origin != nil || b.Rows != nil {
		for i := from; i < to; i++ {
			out.Rows = append(out.Rows, int32(b.RowOf(i)))
		}
	}
	return out
}
