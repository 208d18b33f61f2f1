package op

import (
	"strings"
	"testing"

	"streamsql/exec/kernel"
	"streamsql/internal/deadletter"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
)

// lengths counts the rows and the bytes of column 0 that arrive.
type lengths struct{ rows, bytes int }

func (l *lengths) Emit(_ int, b *zset.Batch) error {
	l.rows += b.N
	l.bytes += textBytes(b.Cols[0])
	return nil
}

// TestWideTextsDropNothing: a batch whose texts are too long together, but not one by one, is computed in pieces; under
// mode log no row goes.
func TestWideTextsDropNothing(t *testing.T) {
	const rows, times = 3 * kernel.WideRows, 15
	var in []tuple
	for i := range rows {
		in = append(in, tuple{1, []any{i, i, strings.Repeat("a", 1<<20)}})
	}
	in[5].values[2] = strings.Repeat("a", 2<<20) // alone too long: the only row that goes
	repeat := scalar.Call{
		Node: scalar.Node{T: sqltype.StringType}, Overload: "repeat(STRING,INT)",
		Args: []scalar.Expr{num(2), scalar.Const{Node: scalar.Node{T: sqltype.IntType}, Value: int64(times)}},
	}
	c, n := openCalc(t, CalcSpec{
		Exprs: []scalar.Expr{repeat}, ErrorMode: deadletter.Log, In: numbers,
		Out: sqltype.Schema{{Name: "r", Type: sqltype.StringType}},
	})
	var out lengths
	if err := c.Process(0, batchOf(numbers, in), &out); err != nil {
		t.Fatal(err)
	}
	if n.RowErrors != 1 || out.rows != rows-1 || out.bytes != (rows-1)*times<<20 {
		t.Errorf("%d row errors, %+v", n.RowErrors, out)
	}
}
