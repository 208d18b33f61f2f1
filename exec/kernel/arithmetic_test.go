package kernel

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// run evaluates an overload resolved by name on one row of constants.
func run(t *testing.T, name string, types []sqltype.Type, values ...any) (any, *RowError) {
	t.Helper()
	r, err := function.Resolve(name, types)
	if err != nil {
		t.Fatal(err)
	}
	k, err := New(Spec{Overload: r.Overload.ID, Args: types, Result: r.Result})
	if err != nil {
		t.Fatal(err)
	}
	args := make([]*vec.Vec, len(values))
	for i, v := range values {
		args[i] = vec.Make(types[i], v)
	}
	out := &vec.Vec{Type: r.Result, Len: 1}
	if rowErr := k(out, args, nil); rowErr != nil {
		return nil, rowErr
	}
	return out.Value(0), nil
}

// TestIntegersAgainstBig compares + − * / % of every integer type with unlimited precision, at the edges above all.
func TestIntegersAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for typ, bits := range map[sqltype.Type]uint{sqltype.TinyIntType: 8, sqltype.SmallIntType: 16, sqltype.IntType: 32,
		sqltype.BigIntType: 64} {
		least := int64(-1) << (bits - 1)
		edges := []int64{0, 1, -1, 2, -2, least, least + 1, -(least + 1), -(least + 2), least / 2, 1 << (bits/2 - 1)}
		draw := func() int64 {
			if r.IntN(3) > 0 {
				return edges[r.IntN(len(edges))]
			}
			return int64(r.Uint64()) >> (64 - bits) >> r.UintN(bits)
		}
		for range 3000 {
			a, b := draw(), draw()
			for _, op := range []string{"+", "-", "*", "/", "%"} {
				checkInteger(t, typ, op, a, b, least)
			}
		}
	}
}

func checkInteger(t *testing.T, typ sqltype.Type, op string, a, b, least int64) {
	t.Helper()
	x, y, z := big.NewInt(a), big.NewInt(b), new(big.Int)
	got, err := run(t, op, []sqltype.Type{typ, typ}, a, b)
	switch op {
	case "+":
		z.Add(x, y)
	case "-":
		z.Sub(x, y)
	case "*":
		z.Mul(x, y)
	default:
		if b == 0 {
			if err == nil || err.Code != diag.DivisionByZero {
				t.Fatalf("%s: %d %s 0 = %v, %v", typ, a, op, got, err)
			}
			return
		}
		if op == "/" {
			z.Quo(x, y)
		} else {
			z.Rem(x, y)
		}
	}
	fits := z.IsInt64() && z.Int64() >= least && z.Int64() <= -(least+1)
	switch {
	case fits && (err != nil || got != z.Int64()):
		t.Fatalf("%s: %d %s %d = %v, %v; want %v", typ, a, op, b, got, err, z)
	case !fits && (err == nil || err.Code != diag.NumericOverflow):
		t.Fatalf("%s: %d %s %d = %v, %v; want overflow", typ, a, op, b, got, err)
	}
}

// TestDecimalsAgainstBig compares DECIMAL arithmetic and comparison with rationals rounded half away from zero.
func TestDecimalsAgainstBig(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 6000 {
		ta, tb := drawDecimalType(r), drawDecimalType(r)
		a, b := drawDecimal(r, ta), drawDecimal(r, tb)
		x, y := ratOf(a, ta), ratOf(b, tb)
		for _, op := range []string{"+", "-", "*", "/", "%"} {
			res, _ := function.Resolve(op, []sqltype.Type{ta, tb})
			got, err := run(t, op, []sqltype.Type{ta, tb}, a, b)
			z := new(big.Rat)
			switch op {
			case "+":
				z.Add(x, y)
			case "-":
				z.Sub(x, y)
			case "*":
				z.Mul(x, y)
			default:
				if y.Sign() == 0 {
					if err == nil || err.Code != diag.DivisionByZero {
						t.Fatalf("%v %s 0 = %v, %v", x, op, got, err)
					}
					continue
				}
				z.Quo(x, y)
				if op == "%" {
					whole := new(big.Int).Quo(z.Num(), z.Denom())
					z.Sub(x, new(big.Rat).Mul(y, new(big.Rat).SetInt(whole)))
				}
			}
			want, fits := unscaled(z, res.Result)
			if text := decimalText(got, res.Result); err == nil && (!fits || text != want) || err != nil &&
				(fits || err.Code != diag.NumericOverflow) {
				t.Fatalf("%s %v %s %s %v = %s, %v; want %s (fits %v) as %s", ta, x, op, tb, y, text, err, want, fits,
					res.Result)
			}
		}
		for op, want := range map[string]bool{"=": x.Cmp(y) == 0, "<": x.Cmp(y) < 0, ">=": x.Cmp(y) >= 0} {
			if got, _ := run(t, op, []sqltype.Type{ta, tb}, a, b); got != want {
				t.Fatalf("%s %v %s %s %v = %v", ta, x, op, tb, y, got)
			}
		}
	}
}

func drawDecimalType(r *rand.Rand) sqltype.Type {
	p := []int32{1, 5, 9, 17, 18, 19, 30, 37, 38}[r.IntN(9)]
	return sqltype.DecimalType(p, r.Int32N(p+1))
}

// drawDecimal has up to p digits, and often all of them.
func drawDecimal(r *rand.Rand, t sqltype.Type) any {
	digits := int(t.P) - r.IntN(int(t.P))
	if r.IntN(3) == 0 {
		digits = int(t.P)
	}
	text := "-"[:r.IntN(2)]
	for range digits {
		text += string(rune('0' + []int{9, 0, 5, r.IntN(10), r.IntN(10)}[r.IntN(5)]))
	}
	v, ok := vec.ParseDecimal([]byte(text), int(t.P), 0)
	if !ok {
		panic(text)
	}
	if isNarrow(t) {
		x, _ := v.Int64()
		return x
	}
	return v
}

func wideOf(v any) vec.I128 {
	if x, ok := v.(int64); ok {
		return vec.I128Of(x)
	}
	return v.(vec.I128)
}

func ratOf(v any, t sqltype.Type) *big.Rat {
	return new(big.Rat).SetFrac(toBig(wideOf(v)), pow10Big(int(t.S)))
}

func decimalText(v any, t sqltype.Type) string {
	if v == nil {
		return "error"
	}
	return toBig(wideOf(v)).String()
}

// unscaled rounds z to t's scale half away from zero.
func unscaled(z *big.Rat, t sqltype.Type) (text string, fits bool) {
	n := new(big.Int).Mul(z.Num(), pow10Big(int(t.S)))
	v := quoHalfUp(n, z.Denom())
	return v.String(), new(big.Int).Abs(v).Cmp(pow10Big(int(t.P))) < 0
}

// TestBigintWithoutCast: the decimal kernels read BIGINT columns as DECIMAL(19, 0).
func TestBigintWithoutCast(t *testing.T) {
	rate, big19 := sqltype.DecimalType(3, 3), sqltype.DecimalType(19, 0)
	for _, v := range []int64{0, 1, -7, math.MaxInt64, math.MinInt64 + 1} {
		for _, op := range []string{"+", "-", "*", "/", "%", "=", "<"} {
			res, _ := function.Resolve(op, []sqltype.Type{big19, rate})
			var got [2]any
			for i, first := range []sqltype.Type{sqltype.BigIntType, big19} {
				k, err := New(Spec{Overload: res.Overload.ID, Args: []sqltype.Type{first, rate}, Result: res.Result})
				if err != nil {
					t.Fatal(err)
				}
				out := &vec.Vec{Type: res.Result, Len: 1}
				if err := k(out, []*vec.Vec{vec.Make(first, v), vec.Make(rate, 908)}, nil); err != nil {
					t.Fatal(op, v, err)
				}
				got[i] = out.Value(0)
			}
			if got[0] != got[1] {
				t.Errorf("%d %s 0.908: %v with BIGINT, %v with DECIMAL", v, op, got[0], got[1])
			}
		}
	}
}

func TestFloatComparison(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	order := []float64{math.Inf(-1), -1, 0, 1, inf, nan}
	for i, a := range order {
		for j, b := range order {
			for op, want := range map[string]bool{"=": i == j, "<>": i != j, "<": i < j, "<=": i <= j, ">": i > j,
				">=": i >= j} {
				if got, _ := run(t, op, []sqltype.Type{sqltype.DoubleType, sqltype.DoubleType}, a, b); got != want {
					t.Errorf("%v %s %v = %v", a, op, b, got)
				}
			}
		}
	}
}

// TestErrorsOfRowsThatDoNotCount: NULL and inactive rows never raise an error.
func TestErrorsOfRowsThatDoNotCount(t *testing.T) {
	k, err := New(Spec{Overload: "/(INT,INT)", Args: []sqltype.Type{sqltype.IntType, sqltype.IntType},
		Result: sqltype.IntType})
	if err != nil {
		t.Fatal(err)
	}
	x := vec.Make(sqltype.IntType, 1, nil, 6, 8)
	y := vec.Make(sqltype.IntType, 0, 0, 3, nil)
	out := &vec.Vec{Type: sqltype.IntType, Len: 4}
	if err := k(out, []*vec.Vec{x, y}, vec.Bitmap{0b1110}); err != nil {
		t.Fatal(err)
	}
	if out.Value(1) != nil || out.Value(2) != int64(2) || out.Value(3) != nil {
		t.Fatal(out.Value(1), out.Value(2), out.Value(3))
	}
	out = &vec.Vec{Type: sqltype.IntType, Len: 4}
	if err := k(out, []*vec.Vec{x, y}, nil); err == nil || err.Row != 0 || err.Code != diag.DivisionByZero {
		t.Fatal(err)
	}
}

func TestIntervals(t *testing.T) {
	ts, mo, us := sqltype.TimestampType(3), sqltype.Type{Kind: sqltype.IntervalMonths},
		sqltype.Type{Kind: sqltype.IntervalMicros}
	at := func(text string) int64 {
		v, ok := parseTimestamp([]byte(text))
		if !ok {
			t.Fatal(text)
		}
		return v
	}
	for _, c := range []struct {
		op    string
		types []sqltype.Type
		args  []any
		want  any // nil: an error
	}{
		{"+", []sqltype.Type{ts, mo}, []any{at("2024-01-31 10:00:00"), 1}, at("2024-02-29 10:00:00")},
		{"-", []sqltype.Type{ts, mo}, []any{at("2024-03-31 10:00:00"), 13}, at("2023-02-28 10:00:00")},
		{"-", []sqltype.Type{ts, us}, []any{at("1970-01-01 00:00:00"), 1_000_000}, int64(-1_000_000)},
		{"+", []sqltype.Type{us, ts}, []any{1500, int64(0)}, int64(1000)}, // cut to milliseconds
		{"-", []sqltype.Type{ts, us}, []any{int64(0), 1}, int64(0)},       // not a whole one gone
		{"+", []sqltype.Type{ts, us}, []any{at("9999-12-31 23:59:59"), 1_000_000}, nil},
		{"+", []sqltype.Type{ts, mo}, []any{at("9999-12-31 23:59:59"), 1}, nil},
		{"+", []sqltype.Type{ts, us}, []any{int64(0), int64(math.MaxInt64)}, nil},
		{"+", []sqltype.Type{sqltype.DateType, us}, []any{10, 86_400_000_000}, int64(11)},
		{"+", []sqltype.Type{sqltype.DateType, us}, []any{10, 3_600_000_000}, nil},
		{"*", []sqltype.Type{us, sqltype.BigIntType}, []any{int64(math.MaxInt64), 2}, nil},
		{"*", []sqltype.Type{sqltype.BigIntType, us}, []any{3, 5}, int64(15)},
		{"neg", []sqltype.Type{us}, []any{int64(math.MinInt64)}, nil},
	} {
		got, err := run(t, c.op, c.types, c.args...)
		if got != c.want || (err == nil) != (c.want != nil) {
			t.Errorf("%v %s: %v, %v; want %v", c.args, c.op, got, err, c.want)
		}
	}
}

func TestRounding(t *testing.T) {
	for _, c := range []struct {
		name string
		t    sqltype.Type
		args []any
		want string
	}{
		{"round", sqltype.DoubleType, []any{2.5}, "3"}, {"round", sqltype.DoubleType, []any{-2.345, 2}, "-2.35"},
		{"round", sqltype.DoubleType, []any{1234.5, -2}, "1200"},
		{"round", sqltype.BigIntType, []any{int64(math.MaxInt64), -1}, "error"},
		{"round", sqltype.TinyIntType, []any{126, -1}, "error"},
		{"round", sqltype.IntType, []any{-15, -1}, "-20"}, {"round", sqltype.IntType, []any{15, -30}, "0"},
		{"round", sqltype.IntType, []any{15, 30}, "15"},
		{"floor", sqltype.DoubleType, []any{-0.5}, "-1"}, {"ceil", sqltype.DecimalType(3, 2), []any{901}, "10"},
		{"floor", sqltype.DecimalType(3, 2), []any{-901}, "-10"},
		{"truncate", sqltype.DoubleType, []any{-1.29, 1}, "-1.2"},
		{"abs", sqltype.IntType, []any{math.MinInt32}, "error"},
		{"sign", sqltype.DecimalType(3, 2), []any{-5}, "-100"},
		{"round", sqltype.DecimalType(3, 2), []any{999, 1}, "1000"},
	} {
		types := []sqltype.Type{c.t}
		if len(c.args) == 2 {
			types = append(types, sqltype.IntType)
		}
		got, err := run(t, c.name, types, c.args...)
		text := fmt.Sprint(got)
		if err != nil {
			text = "error"
		}
		if text != c.want {
			t.Errorf("%s%v = %s, want %s", c.name, c.args, text, c.want)
		}
	}
}
