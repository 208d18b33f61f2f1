package flow

import (
	"testing"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// What one large epoch needed is given up, what an ordinary one needs is kept, and what is kept is reported.
func TestTrim(t *testing.T) {
	schema := sqltype.Schema{{Name: "k", Type: sqltype.BigIntType}}
	x := newExchange(Edge{Route: Hash, Keys: []int{0}}, schema, 2)
	b := &zset.Batch{Schema: schema, N: 8192, Cols: []*vec.Vec{vec.New(sqltype.BigIntType, 8192)}}
	for i := range b.N {
		vec.Of[int64](b.Cols[0])[i] = int64(i)
	}
	for range 100 {
		x.push(0, 0, b)
	}
	if held := x.held(); held < 100*8192*8 {
		t.Errorf("100 batches of 64 KiB are on their way, %d bytes are reported", held)
	}
	x.clear()
	all := x.trim(1 << 30)
	if all < 100*8192*8 {
		t.Errorf("100 batches of 64 KiB were copied, %d bytes are held", all)
	}
	if kept := x.trim(1 << 20); kept == 0 || kept > 1<<20 {
		t.Errorf("%d bytes are kept of %d", kept, all)
	}
	o := &output{turns: newTurns(1)}
	for range 10 {
		o.free = append(o.free, &block{data: make([]byte, 0, 1000)})
	}
	if kept := o.trim(5500); kept != 5000 || len(o.free) != 5 {
		t.Errorf("%d bytes are kept in %d blocks", kept, len(o.free))
	}
}
