package zset

import (
	"math"
	"testing"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

func rows(weights []int64, cols ...*vec.Vec) *Batch {
	return &Batch{N: cols[0].Len, Cols: cols, Weights: weights}
}

func digestOf(batches ...*Batch) Digest {
	var d Digest
	for _, b := range batches {
		d.Add(b)
	}
	return d
}

func ints(x ...any) *vec.Vec  { return vec.Make(sqltype.BigIntType, x...) }
func texts(x ...any) *vec.Vec { return vec.Make(sqltype.StringType, x...) }

// The hash is recorded in sinks: it may never change.
func TestDigestIsFrozen(t *testing.T) {
	b := rows([]int64{1, 2, -1}, ints(1, nil, -3), texts("a", "long enough for two words", nil))
	if got, want := digestOf(b).String(), frozen; got != want {
		t.Errorf("digest %s, want %s", got, want)
	}
}

func TestDigestDoesNotSeeOrderOrCuts(t *testing.T) {
	whole := rows(nil, ints(1, 2, 3), texts("x", "y", "z"))
	turned := rows(nil, ints(3, 1, 2), texts("z", "x", "y"))
	first, second := rows(nil, ints(2), texts("y")), rows(nil, ints(3, 1), texts("z", "x"))
	want := digestOf(whole)
	if got := digestOf(turned); got != want {
		t.Errorf("turned: %v, want %v", got, want)
	}
	if got := digestOf(first, second); got != want {
		t.Errorf("cut: %v, want %v", got, want)
	}
	merged := digestOf(second)
	merged.Merge(digestOf(first))
	if merged != want {
		t.Errorf("merged: %v, want %v", merged, want)
	}
}

// A chunk's border is inside this batch.
func TestDigestOfManyRows(t *testing.T) {
	n := 2*chunk + 17
	col := vec.New(sqltype.BigIntType, n)
	var apart Digest
	for i := range n {
		vec.Of[int64](col)[i] = int64(i * i)
		if i%5 == 0 {
			col.MakeValid().Clear(i)
			apart.Add(rows(nil, ints(nil)))
		} else {
			apart.Add(rows(nil, ints(i*i)))
		}
	}
	if got := digestOf(rows(nil, col)); got != apart {
		t.Errorf("together %v, apart %v", got, apart)
	}
}

func TestDigestWeights(t *testing.T) {
	twice := digestOf(rows([]int64{2}, ints(7)))
	if got := digestOf(rows(nil, ints(7, 7))); got != twice {
		t.Errorf("twice: %v, want %v", twice, got)
	}
	gone := digestOf(rows([]int64{3, -3}, ints(7, 7)))
	if gone.Hi|gone.Lo != 0 || gone.Rows != 6 {
		t.Errorf("+3 and -3 give %v with %d rows, want zero with 6", gone, gone.Rows)
	}
	if d := digestOf(rows([]int64{-1}, ints(7))); d.Hi|d.Lo == 0 || d == digestOf(rows(nil, ints(7))) {
		t.Errorf("a retraction looks like an insertion: %v", d)
	}
}

func TestDigestTellsRowsApart(t *testing.T) {
	seen := map[Digest]string{}
	for name, b := range map[string]*Batch{
		"1 2":       rows(nil, ints(1), ints(2)),
		"2 1":       rows(nil, ints(2), ints(1)),
		"1 null":    rows(nil, ints(1), ints(nil)),
		"null 1":    rows(nil, ints(nil), ints(1)),
		"1 0":       rows(nil, ints(1), ints(0)),
		"a b":       rows(nil, texts("a"), texts("b")),
		"ab empty":  rows(nil, texts("ab"), texts("")),
		"empty ab":  rows(nil, texts(""), texts("ab")),
		"ab null":   rows(nil, texts("ab"), texts(nil)),
		"a nul":     rows(nil, texts("a\x00"), texts("")),
		"a":         rows(nil, texts("a"), texts("")),
		"0.0":       rows(nil, vec.Make(sqltype.DoubleType, 0.0)),
		"-0.0":      rows(nil, vec.Make(sqltype.DoubleType, math.Copysign(0, -1))),
		"NaN":       rows(nil, vec.Make(sqltype.DoubleType, math.NaN())),
		"8 bytes":   rows(nil, texts("12345678")),
		"8 changed": rows(nil, texts("12345679")),
	} {
		d := digestOf(b)
		if other, dup := seen[d]; dup {
			t.Errorf("%q and %q have one digest", name, other)
		}
		seen[d] = name
	}
}

func TestDigestDoesNotSeeTheLayout(t *testing.T) {
	wide := sqltype.DecimalType(38, 2)
	for name, pair := range map[string][2]*vec.Vec{
		"int widths": {vec.Make(sqltype.TinyIntType, -5, nil), ints(-5, nil)},
		"dictionary": {vec.NewDict(sqltype.StringType, []string{"x", "y"}, 1, 0, -1), texts("y", "x", nil)},
		"constant":   {vec.NewConst(sqltype.BigIntType, 2, int64(9)), ints(9, 9)},
		"decimals":   {vec.Make(wide, 150, -7), vec.Make(sqltype.DecimalType(10, 2), 150, -7)},
		"booleans":   {vec.NewConst(sqltype.BooleanType, 1, true), vec.Make(sqltype.BooleanType, true)},
	} {
		if a, b := digestOf(rows(nil, pair[0])), digestOf(rows(nil, pair[1])); a != b {
			t.Errorf("%s: %v and %v", name, a, b)
		}
	}
}

func TestDigestDoesNotAllocate(t *testing.T) {
	b := rows(nil, ints(1, 2, nil), texts("a", "b", "c"))
	var d Digest
	if n := testing.AllocsPerRun(100, func() { d.Add(b) }); n != 0 {
		t.Errorf("%v allocations per batch", n)
	}
}

func BenchmarkDigest(b *testing.B) {
	n := 8192
	id, name := vec.New(sqltype.BigIntType, n), vec.New(sqltype.StringType, n)
	for i := range n {
		vec.Of[int64](id)[i] = int64(i)
		name.Bytes = append(name.Bytes, "channel-12"...)
		name.Off[i+1] = int32(len(name.Bytes))
	}
	batch := rows(nil, id, name, id, id)
	var d Digest
	b.ReportAllocs()
	for b.Loop() {
		d.Add(batch)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
}

const frozen = "7fa948f4f84551382ef102816820298f"
