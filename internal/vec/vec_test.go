package vec

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"streamsql/internal/sqltype"
)

var lengths = []int{0, 1, 2, 63, 64, 65, 127, 128, 129, 1000}

var types = []sqltype.Type{
	sqltype.BooleanType, sqltype.TinyIntType, sqltype.SmallIntType, sqltype.IntType, sqltype.BigIntType, sqltype.FloatType,
	sqltype.DoubleType, sqltype.DecimalType(10, 2), sqltype.DecimalType(38, 4), sqltype.StringType, sqltype.DateType,
	sqltype.TimestampType(3),
}

// random makes n values of t with the given share of NULLs (0 leaves Valid nil).
func random(r *rand.Rand, t sqltype.Type, n int, nulls float64) *Vec {
	values := make([]any, n)
	for i := range values {
		if r.Float64() < nulls {
			continue
		}
		switch t.Phys() {
		case sqltype.PhysBool:
			values[i] = r.IntN(2) == 1
		case sqltype.PhysBytes:
			values[i] = fmt.Sprint("s", r.IntN(50))[:r.IntN(3)]
		case sqltype.PhysF32, sqltype.PhysF64:
			values[i] = float64(float32(r.NormFloat64()))
		default:
			values[i] = int64(int8(r.Uint32()))
		}
	}
	return Make(t, values...)
}

func values(v *Vec) []any {
	out := make([]any, v.Len)
	for i := range out {
		out[i] = v.Value(i)
	}
	return out
}

func forAll(t *testing.T, f func(t *testing.T, r *rand.Rand, v *Vec)) {
	for _, typ := range types {
		for _, n := range lengths {
			for _, nulls := range []float64{0, 0.3, 1} {
				r := rand.New(rand.NewPCG(uint64(n), 7))
				t.Run(fmt.Sprintf("%s/%d/%v", typ, n, nulls), func(t *testing.T) { f(t, r, random(r, typ, n, nulls)) })
			}
		}
	}
}

func TestTakeAndAppendRows(t *testing.T) {
	forAll(t, func(t *testing.T, r *rand.Rand, v *Vec) {
		var sel []int32
		for range v.Len {
			sel = append(sel, int32(r.IntN(v.Len)))
		}
		want := make([]any, len(sel))
		all := values(v)
		for k, i := range sel {
			want[k] = all[i]
		}
		var got Vec
		Take(&got, v, sel)
		if !slices.Equal(values(&got), want) {
			t.Fatalf("Take: %v, want %v", values(&got), want)
		}
		Take(&got, v, sel[:len(sel)/2]) // reuse
		if !slices.Equal(values(&got), want[:len(sel)/2]) {
			t.Fatalf("Take into used: %v", values(&got))
		}
		acc := &Vec{Type: v.Type}
		AppendRows(acc, v, sel)
		AppendRows(acc, v, sel)
		if !slices.Equal(values(acc), append(slices.Clone(want), want...)) {
			t.Fatalf("AppendRows: %v", values(acc))
		}
	})
}

func TestAppend(t *testing.T) {
	forAll(t, func(t *testing.T, r *rand.Rand, v *Vec) {
		other := random(r, v.Type, 17, 0)
		nullable := random(r, v.Type, 70, 0.5)
		acc := New(v.Type, 0)
		var want []any
		for _, part := range []*Vec{v, other, nullable, other, v} {
			Append(acc, part)
			want = append(want, values(part)...)
		}
		AppendNulls(acc, 3)
		want = append(want, nil, nil, nil)
		Append(acc, other)
		want = append(want, values(other)...)
		if acc.Len != len(want) || !slices.Equal(values(acc), want) {
			t.Fatalf("got %v\nwant %v", values(acc), want)
		}
	})
}

func TestSlice(t *testing.T) {
	forAll(t, func(t *testing.T, r *rand.Rand, v *Vec) {
		all := values(v)
		for range 5 {
			from := r.IntN(v.Len + 1)
			to := from + r.IntN(v.Len-from+1)
			s := Slice(v, from, to)
			if !slices.Equal(values(s), all[from:to]) {
				t.Fatalf("[%d,%d): %v, want %v", from, to, values(s), all[from:to])
			}
			acc := New(v.Type, 0)
			Append(acc, s)
			if !Equal(acc, s) {
				t.Fatalf("append of a slice differs")
			}
		}
	})
}

func TestShapes(t *testing.T) {
	d := NewDict(sqltype.StringType, []string{"x", "", "long"}, 2, 0, -1, 1, 2)
	want := Make(sqltype.StringType, "long", "x", nil, "", "long")
	if !Equal(Flatten(d), want) || !Equal(d, want) {
		t.Fatalf("dictionary: %v", values(Flatten(d)))
	}
	var got Vec
	Take(&got, d, []int32{4, 2, 3})
	if !Equal(&got, Make(sqltype.StringType, "long", nil, "")) {
		t.Fatalf("take of a dictionary: %v", values(&got))
	}
	if s := Slice(d, 1, 4); !Equal(s, Make(sqltype.StringType, "x", nil, "")) {
		t.Fatalf("slice of a dictionary: %v", values(s))
	}
	for _, typ := range types {
		for _, n := range lengths {
			one := random(rand.New(rand.NewPCG(1, 2)), typ, 1, 0).Value(0)
			for _, x := range []any{one, nil} {
				c := NewConst(typ, n, x)
				many := make([]any, n)
				for i := range many {
					many[i] = x
				}
				if f := Flatten(c); !Equal(f, Make(typ, many...)) {
					t.Fatalf("%s × %d: %v", typ, n, values(f))
				}
			}
		}
	}
}

func TestEqualSeesDifferences(t *testing.T) {
	base := Make(sqltype.IntType, 1, nil, 3)
	for _, other := range []*Vec{Make(sqltype.IntType, 1, 2, 3), Make(sqltype.IntType, 1, nil, 4),
		Make(sqltype.IntType, 1, nil),
		Make(sqltype.BigIntType, 1, nil, 3), Make(sqltype.IntType, nil, nil, 3)} {
		if Equal(base, other) {
			t.Errorf("equal to %v", values(other))
		}
	}
}

func TestBitmaps(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range lengths {
		for _, p := range []float64{0, 0.02, 0.5, 1} {
			mk := func() Bitmap {
				b := make(Bitmap, Words(n))
				for i := range n {
					if r.Float64() < p {
						b.Set(i)
					}
				}
				return b
			}
			for _, pair := range [][2]Bitmap{{mk(), mk()}, {nil, mk()}, {mk(), nil}, {nil, nil}} {
				checkBitmaps(t, pair[0], pair[1], n)
			}
		}
	}
}

func checkBitmaps(t *testing.T, a, b Bitmap, n int) {
	t.Helper()
	and, or, not, andNot := And(nil, a, b, n), Or(nil, a, b, n), Not(nil, a, n), AndNot(nil, a, b, n)
	count, first := 0, -1
	var sel []int32
	for i := range n {
		x, y := a.Get(i), b.Get(i)
		if and.Get(i) != (x && y) || or.Get(i) != (x || y) || not.Get(i) == x || andNot.Get(i) != (x && !y) {
			t.Fatalf("n=%d bit %d of %v,%v: and %v or %v not %v andnot %v", n, i, x, y, and.Get(i), or.Get(i),
				not.Get(i), andNot.Get(i))
		}
		if x {
			count++
			sel = append(sel, int32(i))
			if first < 0 {
				first = i
			}
		}
	}
	if got := SelectionOf(a, n, nil); !slices.Equal(got, sel) {
		t.Fatalf("selection %v, want %v", got, sel)
	}
	if Count(a, n) != count || First(a, n) != first || None(a, n) != (count == 0) || All(a, n) != (count == n) {
		t.Fatalf("n=%d: count %d first %d none %v all %v", n, Count(a, n), First(a, n), None(a, n), All(a, n))
	}
	if CountSet(not) != n-count {
		t.Fatalf("n=%d: not leaves bits beyond the end", n)
	}
	if back := BitmapOf(sel, n, nil); CountSet(back) != count || CountSet(AndNot(nil, back, a, n)) != 0 {
		t.Fatalf("n=%d: BitmapOf(%v)", n, sel)
	}
}

func big128(a I128) *big.Int {
	x := new(big.Int).SetUint64(a[1])
	x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(a[0]))
	if a.Neg() {
		x.Sub(x, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return x
}

func fits128(x *big.Int) bool {
	lim := new(big.Int).Lsh(big.NewInt(1), 127)
	return x.Cmp(lim) < 0 && x.Cmp(new(big.Int).Neg(lim)) >= 0
}

func TestI128AgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	draw := func() I128 {
		a := I128{r.Uint64() >> r.UintN(64), uint64(int64(r.Uint64()) >> r.UintN(64))}
		if r.IntN(4) == 0 {
			a[1] = uint64(int64(a[0]) >> 63)
		}
		return a
	}
	check := func(op string, a, b, got I128, over bool, want *big.Int) {
		t.Helper()
		if over == fits128(want) || (!over && big128(got).Cmp(want) != 0) {
			t.Fatalf("%v %s %v = %v (overflow %v), want %v", big128(a), op, big128(b), big128(got), over, want)
		}
	}
	for range 20000 {
		a, b := draw(), draw()
		x, y := big128(a), big128(b)
		s, over := a.Add(b)
		check("+", a, b, s, over, new(big.Int).Add(x, y))
		s, over = a.Sub(b)
		check("-", a, b, s, over, new(big.Int).Sub(x, y))
		s, over = a.Mul(b)
		check("*", a, b, s, over, new(big.Int).Mul(x, y))
		if a.Cmp(b) != x.Cmp(y) {
			t.Fatalf("cmp %v %v", x, y)
		}
		if b.IsZero() {
			continue
		}
		q, rem := a.QuoRem(b)
		wq, wr := new(big.Int).QuoRem(x, y, new(big.Int))
		if fits128(wq) && (big128(q).Cmp(wq) != 0 || big128(rem).Cmp(wr) != 0) {
			t.Fatalf("%v / %v = %v r %v, want %v r %v", x, y, big128(q), big128(rem), wq, wr)
		}
		text := string(a.AppendDecimal(nil, 0))
		if text != x.String() {
			t.Fatalf("text %s, want %s", text, x)
		}
		if back, ok := ParseDecimal([]byte(text), 38, 0); a.FitsDigits(38) != ok || (ok && back != a) {
			t.Fatalf("parse %s: %v %v", text, back, ok)
		}
	}
}

func TestParseDecimal(t *testing.T) {
	cases := []struct {
		in   string
		p, s int
		want string // empty: refused
	}{
		{"1.005", 5, 2, "1.01"}, {"-1.005", 5, 2, "-1.01"}, {"0.994", 5, 2, "0.99"}, {"999.995", 5, 2, ""},
		{"999.994", 5, 2, "999.99"},
		{"1e2", 5, 2, "100.00"}, {"1.5E-1", 5, 2, "0.15"}, {"", 5, 2, ""}, {".", 5, 2, ""},
		{"-", 5, 2, ""}, {"1.", 5, 2, "1.00"},
		{".5", 5, 0, "1"}, {".4", 5, 0, "0"}, {"1e", 5, 2, ""}, {"1e+", 5, 2, ""}, {"1x", 5, 2, ""},
		{"1.2.3", 5, 2, ""}, {" 1", 5, 2, ""},
		{"0e999999999999", 5, 2, "0.00"}, {"1e999999999999", 5, 2, ""}, {"1e-999999999999", 5, 2, "0.00"},
		{"5e-3", 5, 2, "0.01"},
		{"+7", 1, 0, "7"}, {"00000000000000000000000000000000000000000012", 2, 0, "12"}, {"-0", 2, 1, "0.0"},
		{"99999999999999999999999999999999999999", 38, 0, "99999999999999999999999999999999999999"},
		{"123456789012345678901234567890123456789", 38, 0, ""},
	}
	for _, c := range cases {
		v, ok := ParseDecimal([]byte(c.in), c.p, c.s)
		got := ""
		if ok {
			got = string(v.AppendDecimal(nil, c.s))
		}
		if got != c.want {
			t.Errorf("%q as DECIMAL(%d,%d): %q, want %q", c.in, c.p, c.s, got, c.want)
		}
	}
}

func TestRescale(t *testing.T) {
	for _, c := range []struct {
		v    int64
		by   int
		want string
	}{{15, -1, "2"}, {14, -1, "1"}, {-15, -1, "-2"}, {-14, -1, "-1"}, {5, 3, "5000"}, {1, -39, "0"},
		{49, -2, "0"}, {50, -2, "1"}} {
		got, over := I128Of(c.v).Rescale(c.by)
		if text := string(got.AppendDecimal(nil, 0)); over || text != c.want {
			t.Errorf("%d by %d: %s, want %s", c.v, c.by, text, c.want)
		}
	}
	if _, over := I128Of(2).Rescale(38); !over {
		t.Error("2e38 does not overflow")
	}
	if _, over := I128Of(1).Rescale(38); over {
		t.Error("1e38 overflows")
	}
}
