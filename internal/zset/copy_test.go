package zset

import (
	"testing"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

func TestCopyIsItsOwn(t *testing.T) {
	v := vec.New(sqltype.BigIntType, 3)
	copy(vec.Of[int64](v), []int64{7, 8, 9})
	v.MakeValid().Clear(1)
	b := &Batch{N: 3, Cols: []*vec.Vec{v}, Weights: []int64{1, -2, 3}, Order: Order{Seq: 4}}
	var before Digest
	before.Add(b)
	got := b.Copy()
	copy(vec.Of[int64](v), []int64{0, 0, 0})
	b.Weights[0] = 100
	var after Digest
	after.Add(got)
	if before != after || got.Order != b.Order || got.Changes() != 6 || (&Batch{N: 5}).Changes() != 5 {
		t.Errorf("%+v, %+v, %d changes", before, after, got.Changes())
	}
}
