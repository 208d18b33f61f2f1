package op

import (
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
)

// TestUnion: rows of every port pass as they are, under the union's column names; the watermark is the least.
func TestUnion(t *testing.T) {
	names := sqltype.Schema{{Name: "x", Type: sqltype.BigIntType}}
	u := NewUnion(names)
	left := sqltype.Schema{{Name: "l", Type: sqltype.BigIntType}}
	var out sink
	for port, rows := range [][]tuple{{{1, []any{int64(1)}}}, {{-1, []any{int64(2)}}, {1, []any{int64(3)}}}} {
		b := batchOf(left, rows)
		b.Order.Seq = 7
		if err := u.Process(port, b, &out); err != nil {
			t.Fatal(err)
		}
		if b.Schema[0].Name != "l" || out.orders[len(out.orders)-1].Seq != 7 {
			t.Errorf("port %d: schema %s, order %v", port, b.Schema, out.orders)
		}
	}
	sameTuples(t, "rows", out.rows, []tuple{{1, []any{int64(1)}}, {-1, []any{int64(2)}}, {1, []any{int64(3)}}})
	in := []clock.EventTime{9, 4}
	if w, err := u.Advance(Tick{In: in, Watermark: Least(in)}, nil); err != nil || w != 4 {
		t.Errorf("watermark %d, %v", w, err)
	}
}
