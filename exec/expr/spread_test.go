package expr

import (
	"strings"
	"testing"

	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// TestLongConstants: a long constant text is held once, however many rows it is for, and every row reads it; short ones
// and other types are written out.
func TestLongConstants(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	p, err := Compile([]scalar.Expr{
		scalar.Const{Node: typed(text), Value: long},
		scalar.Const{Node: typed(text), Value: long[:longConst]},
		scalar.Const{Node: typed(text), Value: long[:longConst-1]},
		scalar.Const{Node: typed(text)},
		scalar.Const{Node: typed(sqltype.BigIntType), Value: int64(7)},
	}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{3, 8192, 1, 8000} { // the memory of one batch is used again for the next
		got, rowErr := p.Eval(&zset.Batch{N: n}, nil)
		if rowErr != nil {
			t.Fatal(rowErr)
		}
		for i, want := range []vec.Shape{vec.Dict, vec.Dict, vec.Flat, vec.Flat, vec.Flat} {
			if got[i].Shape != want || got[i].Len != n {
				t.Errorf("%d rows, constant %d: shape %v of %d rows, want %v", n, i, got[i].Shape, got[i].Len, want)
			}
		}
		if held := len(got[0].Dict.Bytes); held != len(long) {
			t.Errorf("%d rows hold %d bytes of the constant, want %d", n, held, len(long))
		}
		for i := range n {
			if string(got[0].Str(i)) != long || len(got[1].Str(i)) != longConst || len(got[2].Str(i)) != longConst-1 ||
				!got[3].IsNull(i) {
				t.Fatalf("row %d of %d has other texts", i, n)
			}
		}
	}
}
