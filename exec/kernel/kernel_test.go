package kernel

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// TestRegistryIsImplemented: every overload that is a call has a kernel, every kernel an overload.
func TestRegistryIsImplemented(t *testing.T) {
	for _, o := range function.All() {
		if _, ok := factories[o.ID]; ok != (o.Form == function.Call) {
			t.Errorf("%s: kernel %v, form %d", o.ID, ok, o.Form)
		}
	}
	for _, id := range IDs() {
		if _, ok := function.ByID(id); !ok {
			t.Errorf("%s has a kernel and no overload", id)
		}
	}
}

var testLengths = []int{0, 1, 63, 64, 65, 300}

// typeOf is a representative type of a parameter.
func typeOf(p function.Param, r *rand.Rand) sqltype.Type {
	switch p.Kind {
	case sqltype.Varchar:
		return sqltype.StringType
	case sqltype.Decimal:
		return []sqltype.Type{sqltype.DecimalType(4, 2), sqltype.DecimalType(18, 0), sqltype.DecimalType(24, 6),
			sqltype.DecimalType(6, 0)}[r.IntN(4)]
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		return sqltype.Type{Kind: p.Kind, P: 3}
	case sqltype.Null:
		return []sqltype.Type{sqltype.IntType, sqltype.StringType, sqltype.DoubleType, sqltype.BooleanType,
			sqltype.DecimalType(20, 2)}[r.IntN(5)]
	}
	return sqltype.Type{Kind: p.Kind}
}

var words = []string{"", "a", "é", "hello", "a/b//c", "Hello World", "2024-02-29 12:34:56.789", "2024-01-31", "-12.5",
	"aaa", "%", "true", "1e3", "日本語", "x y"}

// randomValue is a value of t, often small so that most rows of checked operations succeed.
func randomValue(r *rand.Rand, t sqltype.Type) any {
	switch t.Kind {
	case sqltype.Boolean:
		return r.IntN(2) == 1
	case sqltype.Varchar:
		return words[r.IntN(len(words))]
	case sqltype.Float, sqltype.Double:
		return []float64{0, 1, -1.5, 2.25, math.NaN(), math.Inf(1), math.Copysign(0, -1), 1e10, -3}[r.IntN(9)]
	case sqltype.Date:
		return int64(r.IntN(40000) - 10000)
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		return (int64(r.IntN(4_000_000_000)) - 2_000_000_000) * 1000 * 1000 / 1000 * 1000
	case sqltype.IntervalMicros:
		return int64(r.IntN(10)-5) * microsPerDay
	case sqltype.Decimal:
		return int64(r.IntN(199) - 99)
	}
	return []any{0, 1, -1, 2, 3, 7, -5, 100}[r.IntN(8)]
}

// column of n values in a shape; a constant holds one value for all.
func randomColumn(r *rand.Rand, t sqltype.Type, n int, shape vec.Shape, nulls float64) *vec.Vec {
	if shape == vec.Const {
		v := randomValue(r, t)
		if r.Float64() < nulls/2 {
			v = nil
		}
		return vec.NewConst(t, n, v)
	}
	if shape == vec.Dict && t.IsString() {
		codes := make([]int32, n)
		for i := range codes {
			if codes[i] = int32(r.IntN(len(words))); r.Float64() < nulls {
				codes[i] = -1
			}
		}
		return vec.NewDict(t, append(words, "unused (", "[unused"), codes...)
	}
	values := make([]any, n)
	for i := range values {
		if r.Float64() >= nulls {
			values[i] = randomValue(r, t)
		}
	}
	return vec.Make(t, values...)
}

// sameValue compares results of cells; NaN equals NaN.
func sameValue(a, b any) bool {
	x, ok1 := a.(float64)
	y, ok2 := b.(float64)
	if ok1 && ok2 && x != x && y != y {
		return true
	}
	return a == b
}

// TestShapesAgree runs every overload on flat, constant and dictionary columns with and without NULLs at several
// lengths, and compares each row with the same call on that row alone; errors must name the first failing active row.
func TestShapesAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, o := range function.All() {
		if o.Form != function.Call || len(o.Params) == 0 {
			continue
		}
		for _, n := range testLengths {
			for range 4 {
				checkShapes(t, r, o, n)
			}
		}
	}
}

func checkShapes(t *testing.T, r *rand.Rand, o *function.Overload, n int) {
	t.Helper()
	count := len(o.Params)
	if o.Variadic {
		count += r.IntN(3)
	}
	nulls := []float64{0, 0.2}[r.IntN(2)]
	types, args, consts := make([]sqltype.Type, count), make([]*vec.Vec, count), make([]*vec.Vec, count)
	anyType := typeOf(function.Param{Kind: sqltype.Null}, r)
	desc := o.ID
	for i := range types {
		p := o.Params[min(i, len(o.Params)-1)]
		types[i] = typeOf(p, r)
		if p.Kind == sqltype.Null {
			types[i] = anyType
		}
		shape := vec.Shape(r.IntN(3))
		switch {
		case p.Keywords != nil:
			args[i] = vec.NewConst(types[i], n, p.Keywords[r.IntN(len(p.Keywords))])
		default:
			args[i] = randomColumn(r, types[i], n, shape, nulls)
		}
		if args[i].Shape == vec.Const {
			one := *args[i]
			one.Len = 1
			consts[i] = &one
		}
		desc += fmt.Sprintf(" %s/%d", types[i], args[i].Shape)
	}
	result, err := o.Result(types)
	if err != nil {
		t.Fatalf("%s: %v", desc, err)
	}
	spec := Spec{Overload: o.ID, Args: types, Const: consts, Result: result}
	whole, err := New(spec)
	if err != nil {
		var row *RowError
		if errors.As(err, &row) {
			t.Fatalf("%s: %v", desc, err)
		}
		return // a constant that is not a pattern
	}
	single, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	var active vec.Bitmap
	if r.IntN(2) == 0 {
		active = make(vec.Bitmap, vec.Words(n))
		for i := range n {
			if r.IntN(4) > 0 {
				active.Set(i)
			}
		}
	}
	compareRows(t, desc, whole, single, args, result, n, active)
}

// compareRows evaluates whole on all rows, dropping failing rows one by one, and single on each row.
func compareRows(t *testing.T, desc string, whole, single Kernel, args []*vec.Vec, result sqltype.Type, n int,
	active vec.Bitmap) {
	t.Helper()
	want := make([]any, n)
	failed := make([]bool, n)
	for i := range n {
		one := make([]*vec.Vec, len(args))
		for k, a := range args {
			one[k] = vec.Flatten(vec.Slice(vec.Flatten(a), i, i+1))
		}
		out := &vec.Vec{Type: result, Len: 1}
		if err := single(out, one, nil); err != nil {
			failed[i] = true
			continue
		}
		want[i] = vec.Flatten(out).Value(0)
	}
	for range n + 1 {
		out := &vec.Vec{Type: result, Len: n}
		first := -1
		for i := range n {
			if failed[i] && active.Get(i) {
				first = i
				break
			}
		}
		err := whole(out, args, active)
		if err != nil {
			if err.Row != first {
				t.Fatalf("%s, %d rows: error at row %d (%s), expected at %d", desc, n, err.Row, err.Msg, first)
			}
			if active == nil {
				active = vec.FullBitmap(n)
			}
			active.Clear(first)
			continue
		}
		if first >= 0 {
			t.Fatalf("%s, %d rows: no error although row %d fails", desc, n, first)
		}
		flat := vec.Flatten(out)
		if flat.Len != n {
			t.Fatalf("%s: %d rows of %d", desc, flat.Len, n)
		}
		for i := range n {
			if got := flat.Value(i); active.Get(i) && !sameValue(got, want[i]) {
				t.Fatalf("%s, %d rows: row %d is %v, alone it is %v", desc, n, i, got, want[i])
			}
		}
		return
	}
}

// TestCastShapesAgree does the same for every cast.
func TestCastShapesAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	all := []sqltype.Type{
		sqltype.BooleanType, sqltype.TinyIntType, sqltype.SmallIntType, sqltype.IntType, sqltype.BigIntType,
		sqltype.FloatType, sqltype.DoubleType,
		sqltype.DecimalType(4, 2), sqltype.DecimalType(19, 0), sqltype.DecimalType(38, 10), sqltype.StringType,
		{Kind: sqltype.Varchar, P: 3},
		{Kind: sqltype.Char, P: 4}, sqltype.DateType, sqltype.TimestampType(0), sqltype.TimestampType(3),
		sqltype.TimestampLTZType(6),
		{Kind: sqltype.IntervalMonths}, {Kind: sqltype.IntervalMicros}, sqltype.NullType,
	}
	for _, from := range all {
		for _, to := range all {
			_, ok := function.CanCast(from, to)
			for _, try := range []bool{false, true} {
				whole, err := NewCast(from, to, try)
				if (err == nil) != ok {
					t.Fatalf("%s → %s: %v", from, to, err)
				}
				if !ok || from.Kind == sqltype.Null || (from.Kind == sqltype.Char || from.P == 3 && from.IsString()) {
					continue
				}
				single, _ := NewCast(from, to, try)
				for _, n := range testLengths {
					shape := vec.Shape(r.IntN(3))
					v := randomColumn(r, from, n, shape, 0.2)
					compareRows(t, fmt.Sprintf("CAST %s → %s try %v shape %d", from, to, try, v.Shape), whole, single,
						[]*vec.Vec{v}, to, n, nil)
				}
			}
		}
	}
}
