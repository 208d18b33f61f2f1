package op

import (
	"streamsql/internal/clock"
	"streamsql/internal/invariants"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// gather copies chosen rows of a batch, with their weights, positions and watermarks, into buffers it reuses.
type gather struct {
	out     zset.Batch
	cols    []vec.Vec
	ptrs    []*vec.Vec
	weights []int64
	rows    []int32
	behind  []clock.EventTime
}

// take returns the rows of b named by sel. The result is valid until the next call.
func (g *gather) take(b *zset.Batch, sel []int32) *zset.Batch {
	if len(g.cols) != len(b.Cols) {
		g.cols, g.ptrs = make([]vec.Vec, len(b.Cols)), make([]*vec.Vec, len(b.Cols))
	}
	for i, c := range b.Cols {
		vec.Take(&g.cols[i], c, sel)
		g.ptrs[i] = &g.cols[i]
	}
	g.out = zset.Batch{Schema: b.Schema, N: len(sel), Cols: g.ptrs}
	g.about(&g.out, b, sel)
	return &g.out
}

// about fills everything but the columns of out from the rows of b named by sel.
func (g *gather) about(out, b *zset.Batch, sel []int32) {
	out.Order, out.Origin = b.Order, b.Origin
	if b.Weights != nil {
		g.weights = g.weights[:0]
		for _, i := range sel {
			g.weights = append(g.weights, b.Weights[i])
		}
		out.Weights = g.weights
	}
	if b.Behind != nil {
		g.behind = g.behind[:0]
		for _, i := range sel {
			g.behind = append(g.behind, b.Behind[i])
		}
		out.Behind = g.behind
	}
	if b.Origin != nil || b.Rows != nil {
		g.rows = g.rows[:0]
		for _, i := range sel {
			g.rows = append(g.rows, int32(b.RowOf(int(i))))
		}
		out.Rows = g.rows
	}
}

// scribble spoils the gathered rows, so that a receiver who kept them fails its tests.
func (g *gather) scribble() {
	if !invariants.On {
		return
	}
	for i := range g.cols {
		scribble(&g.cols[i])
	}
	for i := range g.rows {
		g.rows[i] = -1
	}
	for i := range g.weights {
		g.weights[i] = 1 << 40
	}
}

// scribble overwrites the values of a buffer whose borrowers are done with it. Only the owner of v calls it.
func scribble(v *vec.Vec) {
	if !invariants.On {
		return
	}
	for i := range v.Fixed {
		v.Fixed[i] = 0xa5
	}
	for i := range v.Bytes {
		v.Bytes[i] = '#'
	}
}

// scribbleAll spoils several buffers.
func scribbleAll(v []vec.Vec) {
	for i := range v {
		scribble(&v[i])
	}
}
