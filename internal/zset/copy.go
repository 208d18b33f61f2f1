package zset

import (
	"slices"

	"streamsql/internal/vec"
)

// Copy is a batch of its own with the rows of b: flat columns, for those who keep rows beyond the call that lent them.
// Where rows came from (Origin, Rows, Behind) stays behind.
func (b *Batch) Copy() *Batch {
	all := make([]int32, b.N)
	for i := range all {
		all[i] = int32(i)
	}
	out := &Batch{Schema: b.Schema, N: b.N, Cols: make([]*vec.Vec, len(b.Cols)), Weights: slices.Clone(b.Weights), Order: b.Order}
	for k, col := range b.Cols {
		out.Cols[k] = &vec.Vec{}
		vec.Take(out.Cols[k], col, all)
	}
	if b.Weights != nil {
		out.Weights = out.Weights[:b.N:b.N]
	}
	return out
}

// Changes is the number of changes in b: each row with the absolute value of its weight.
func (b *Batch) Changes() int64 {
	if b.Weights == nil {
		return int64(b.N)
	}
	n := int64(0)
	for _, w := range b.Weights[:b.N] {
		n += max(w, -w)
	}
	return n
}
