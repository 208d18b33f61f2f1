package zset

import (
	"slices"
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// sample is a batch of the rows (10, "a"), (11, NULL), (12, "c"), … with all that a batch can say of them.
func sample() *Batch {
	numbers := vec.Make(sqltype.BigIntType, int64(10), int64(11), int64(12), int64(13))
	texts := vec.Make(sqltype.StringType, "a", nil, "c", "d")
	return &Batch{
		Schema: sqltype.Schema{{Name: "n", Type: sqltype.BigIntType}, {Name: "s", Type: sqltype.StringType}},
		N:      4, Cols: []*vec.Vec{numbers, texts}, Weights: []int64{1, -1, 2, 3}, Order: Order{Phase: 1, Seq: 7, Lane: 2},
		Origin: &Origin{Table: "t"}, Rows: []int32{4, 5, 8, 9}, Behind: []clock.EventTime{1, 2, 3, 4},
	}
}

// isRows compares the columns and the weights of a batch with those of chosen rows of sample.
func isRows(t *testing.T, got *Batch, sel ...int32) {
	t.Helper()
	b := sample()
	if got.N != len(sel) || got.Order != b.Order || len(got.Cols) != 2 {
		t.Fatalf("%d rows at %+v in %d columns", got.N, got.Order, len(got.Cols))
	}
	for i, c := range b.Cols {
		var want vec.Vec
		vec.Take(&want, c, sel)
		if !vec.Equal(got.Cols[i], &want) {
			t.Errorf("column %d differs", i)
		}
	}
	if want := pick(nil, b.Weights, sel); !slices.Equal(got.Weights, want) {
		t.Errorf("weights %v, want %v", got.Weights, want)
	}
}

// hasOrigin compares where rows came from.
func hasOrigin(t *testing.T, got *Batch, sel ...int32) {
	t.Helper()
	b := sample()
	if got.Origin == nil || !slices.Equal(got.Rows, pick(nil, b.Rows, sel)) ||
		!slices.Equal(got.Behind, pick(nil, b.Behind, sel)) {
		t.Errorf("origin %v, rows %v, behind %v", got.Origin, got.Rows, got.Behind)
	}
}

// TestSelect: the rows are there, where they came from is not, and the buffers serve again, also for other columns.
func TestSelect(t *testing.T) {
	var out Batch
	for _, sel := range [][]int32{{3, 1}, {}, {0, 1, 2, 3}, {2}} {
		sample().Select(&out, sel)
		isRows(t, &out, sel...)
		if out.Origin != nil || out.Rows != nil {
			t.Errorf("the origin was kept: %+v", out)
		}
		if want := pick(nil, sample().Behind, sel); !slices.Equal(out.Behind, want) {
			t.Errorf("watermarks %v, want %v", out.Behind, want)
		}
	}
	plain := sample()
	plain.Cols, plain.Weights, plain.Behind = plain.Cols[:1], nil, nil
	plain.Select(&out, []int32{1})
	if out.Weights != nil || out.Behind != nil || len(out.Cols) != 1 {
		t.Errorf("weights %v, %d columns", out.Weights, len(out.Cols))
	}
}

// TestSelectReusesBuffers: what an exchange does for every batch allocates nothing once its buffers have grown.
func TestSelectReusesBuffers(t *testing.T) {
	b, sel := sample(), []int32{0, 2}
	b.Cols = b.Cols[:1] // a validity bitmap is made anew
	var out Batch
	b.Select(&out, sel)
	if n := testing.AllocsPerRun(10, func() { b.Select(&out, sel) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestSelection(t *testing.T) {
	var s Selection
	for _, sel := range [][]int32{{3, 1}, {}, {0, 1, 2, 3}, {2}} {
		got := s.Take(sample(), sel)
		isRows(t, got, sel...)
		hasOrigin(t, got, sel...)
	}
	plain := sample()
	plain.Weights, plain.Behind, plain.Rows = nil, nil, nil
	sel := []int32{1, 3}
	got := s.Take(plain, sel)
	sel[0] = 0 // the caller reuses it for the next selection
	if got.Weights != nil || got.Behind != nil || !slices.Equal(got.Rows, []int32{1, 3}) {
		t.Errorf("weights %v, behind %v, rows %v", got.Weights, got.Behind, got.Rows)
	}
	plain.Origin = nil
	if got = s.Take(plain, sel); got.Rows != nil || got.Origin != nil {
		t.Errorf("rows %v of nowhere", got.Rows)
	}
}

func TestSlice(t *testing.T) {
	got := sample().Slice(1, 3)
	isRows(t, got, 1, 2)
	hasOrigin(t, got, 1, 2)
	plain := sample()
	plain.Weights, plain.Behind, plain.Rows = nil, nil, nil
	if got = plain.Slice(2, 4); got.Weights != nil || got.Behind != nil || !slices.Equal(got.Rows, []int32{2, 3}) {
		t.Errorf("weights %v, behind %v, rows %v", got.Weights, got.Behind, got.Rows)
	}
}

// TestScribble: who keeps a borrowed batch sees other rows, and its maker can use the buffers again.
func TestScribble(t *testing.T) {
	var s Selection
	got := s.Take(sample(), []int32{0, 2})
	s.Scribble()
	if vec.Of[int64](got.Cols[0])[0] == 10 || string(got.Cols[1].Str(0)) == "a" || got.Weights[0] == 1 ||
		got.Rows[0] == 4 || got.Behind[0] == 1 {
		t.Errorf("kept: %v %q, weight %d, row %d, behind %d", vec.Of[int64](got.Cols[0])[0], got.Cols[1].Str(0),
			got.Weights[0], got.Rows[0], got.Behind[0])
	}
	isRows(t, s.Take(sample(), []int32{0, 2}), 0, 2)

	words := vec.Make(sqltype.StringType, "x")
	lent := vec.Vec{Type: sqltype.StringType, Len: 1, Shape: vec.Dict, Codes: []int32{0}, Dict: words}
	own := *vec.Make(sqltype.StringType, "y")
	Scribble([]vec.Vec{lent, own})
	if string(lent.Str(0)) != "x" || string(own.Str(0)) == "y" {
		t.Errorf("%q and %q", lent.Str(0), own.Str(0))
	}
}
