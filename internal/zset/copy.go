package zset

// Copy is a batch of its own with the rows of b: flat columns, for those who keep rows beyond the call that lent them.
// Where rows came from (Origin, Rows, Behind) is left out.
func (b *Batch) Copy() *Batch {
	all := make([]int32, b.N)
	for i := range all {
		all[i] = int32(i)
	}
	out := &Batch{}
	b.Select(out, all)
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
