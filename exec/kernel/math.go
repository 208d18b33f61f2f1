package kernel

import (
	"math"

	"streamsql/internal/elementary"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

func remainder(x, y float64) float64 { return math.Mod(x, y) }

func mathFamily() {
	integerMath[int8](sqltype.TinyInt)
	integerMath[int16](sqltype.SmallInt)
	integerMath[int32](sqltype.Int)
	integerMath[int64](sqltype.BigInt)
	floatMath[float32](sqltype.Float)
	floatMath[float64](sqltype.Double)
	floatRounding()
	decimalMath()
	doubleFunctions()
}

func integerMath[T integer](k sqltype.Kind) {
	simple(id("abs", k), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		o := vec.Of[T](out)
		for i, a := range vec.Of[T](args[0])[:out.Len] {
			if a < 0 {
				a = -a
			}
			if o[i] = a; a < 0 && live.Get(i) {
				return overflow(i, out.Type)
			}
		}
		return nil
	})
	simple(id("sign", k), func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		o := vec.Of[T](out)
		for i, a := range vec.Of[T](args[0])[:out.Len] {
			o[i] = T(bit(a > 0)) - T(bit(a < 0))
		}
		return nil
	})
	for _, name := range []string{"floor", "ceil", "round", "truncate"} {
		simple(id(name, k), func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
			copy(vec.Of[T](out), vec.Of[T](args[0])[:out.Len])
			return nil
		})
	}
	simple(id("round", k, sqltype.Int), roundInts[T])
	simple(id("truncate", k, sqltype.Int), truncateInts[T])
}

// roundInts rounds to a power of ten before the point: through 64 bits, where only BIGINT can overflow.
func roundInts[T integer](out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, n, o := columnOf[T](args[0]), columnOf[int32](args[1]), vec.Of[T](out)
	for i := range o[:out.Len] {
		a, digits := x.at(i), n.at(i)
		if o[i] = a; digits >= 0 {
			continue
		}
		var v vec.I128
		if digits >= -19 {
			v, _ = vec.I128Of(int64(a)).Rescale(int(digits))
			v, _ = v.Rescale(int(-digits))
		}
		whole, ok := v.Int64()
		o[i] = T(whole)
		if (!ok || int64(o[i]) != whole) && live.Get(i) {
			return overflow(i, out.Type)
		}
	}
	return nil
}

// floatRounding are ROUND and TRUNCATE of FLOAT: by the shortest digits of the DOUBLE it is, as Flink.
func floatRounding() {
	k := sqltype.Float
	for name, cut := range map[string]bool{"round": false, "truncate": true} {
		simple(id(name, k), func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
			o := vec.Of[float32](out)
			for i, a := range vec.Of[float32](args[0])[:out.Len] {
				o[i] = float32(roundDecimally(float64(a), 0, cut))
			}
			return nil
		})
		simple(id(name, k, sqltype.Int), func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
			x, n, o := columnOf[float32](args[0]), columnOf[int32](args[1]), vec.Of[float32](out)
			for i := range o[:out.Len] {
				o[i] = float32(roundDecimally(float64(x.at(i)), int(n.at(i)), cut))
			}
			return nil
		})
	}
}

func floatMath[T approx](k sqltype.Kind) {
	for name, f := range map[string]func(float64) float64{
		"abs": math.Abs, "sign": sign, "floor": math.Floor, "ceil": math.Ceil,
	} {
		simple(id(name, k), func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
			o := floats[T](out)
			for i, a := range floats[T](args[0])[:out.Len] {
				o[i] = T(f(float64(a)))
			}
			return nil
		})
	}
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x // zero keeps its sign, NaN stays
}

func decimalMath() {
	d := sqltype.Decimal
	for name, f := range map[string]func(a vec.I128, s int) vec.I128{
		"abs":      func(a vec.I128, _ int) vec.I128 { return a.Abs() },
		"sign":     signDecimal,
		"floor":    floorDecimal,
		"ceil":     func(a vec.I128, s int) vec.I128 { return floorDecimal(a.Negate(), s).Negate() },
		"round":    func(a vec.I128, s int) vec.I128 { v, _ := a.Rescale(-s); return v },
		"truncate": func(a vec.I128, s int) vec.I128 { q, _ := a.QuoRem(vec.Pow10(s)); return q },
	} {
		fresh(id(name, d), func() body {
			return decimalRows(func(a vec.I128, s, _ int) (vec.I128, bool) { return f(a, s), false }, false)
		})
	}
	fresh(id("round", d, sqltype.Int), func() body { return decimalRows(roundDecimal, true) })
	fresh(id("truncate", d, sqltype.Int), func() body {
		return decimalRows(func(a vec.I128, s, n int) (vec.I128, bool) { return cutDecimal(a, s, n), false }, true)
	})
}

// decimalRows applies f to each live row; s is the scale of the argument, n the second argument if there is one.
func decimalRows(f func(a vec.I128, s, n int) (v vec.I128, over bool), second bool) body {
	var wide []vec.I128
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x := decimals(args[0], &wide)
		s := int(args[0].Type.S)
		n := column[int32]{v: []int32{0}}
		if second {
			n = columnOf[int32](args[1])
		}
		put := decimalWriter(out)
		for i := range out.Len {
			if !live.Get(i) {
				put(i, vec.I128{})
				continue
			}
			v, over := f(x.at(i), s, int(n.at(i)))
			if over || !v.FitsDigits(int(out.Type.P)) {
				return overflow(i, out.Type)
			}
			put(i, v)
		}
		return nil
	}
}

func signDecimal(a vec.I128, s int) vec.I128 {
	switch one := vec.Pow10(s); {
	case a.IsZero():
		return a
	case a.Neg():
		return one.Negate()
	default:
		return one
	}
}

func floorDecimal(a vec.I128, s int) vec.I128 {
	q, r := a.QuoRem(vec.Pow10(s))
	if r.Neg() {
		q, _ = q.Sub(vec.I128Of(1))
	}
	return q
}

// roundDecimal rounds to n digits after the point and keeps scale s.
func roundDecimal(a vec.I128, s, n int) (vec.I128, bool) {
	if n >= s {
		return a, false
	}
	v, _ := a.Rescale(n - s)
	return v.Rescale(s - n)
}

// cutDecimal cuts to n digits after the point and keeps scale s.
func cutDecimal(a vec.I128, s, n int) vec.I128 {
	if n >= s {
		return a
	}
	if s-n > 38 {
		return vec.I128{}
	}
	_, r := a.QuoRem(vec.Pow10(s - n))
	v, _ := a.Sub(r)
	return v
}

func truncateInts[T integer](out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
	x, n, o := columnOf[T](args[0]), columnOf[int32](args[1]), vec.Of[T](out)
	for i := range o[:out.Len] {
		v, _ := cutDecimal(vec.I128Of(int64(x.at(i))), 0, int(n.at(i))).Int64()
		o[i] = T(v)
	}
	return nil
}

// logTo is the logarithm of x to a base: the quotient of two rounded logarithms, as Flink, so that it is not always the
// float nearest to the true value (LOG(10, 1000) is 2.9999999999999996).
func logTo(base, x float64) float64 { return elementary.Log(x) / elementary.Log(base) }

func doubleFunctions() {
	d := sqltype.Double
	for name, f := range map[string]func(float64) float64{
		"sqrt": math.Sqrt, "exp": elementary.Exp, "ln": elementary.Log, "log": elementary.Log,
		"log10": elementary.Log10, "log2": func(x float64) float64 { return logTo(2, x) },
		"sin": elementary.Sin, "cos": elementary.Cos, "tan": elementary.Tan,
		"cot":  func(x float64) float64 { return 1 / elementary.Tan(x) },
		"asin": elementary.Asin, "acos": elementary.Acos, "atan": elementary.Atan,
		"sinh": elementary.Sinh, "cosh": elementary.Cosh, "tanh": elementary.Tanh,
		"degrees":  func(x float64) float64 { return x * (180 / math.Pi) },
		"radians":  func(x float64) float64 { return x * (math.Pi / 180) },
		"round":    func(x float64) float64 { return roundDecimally(x, 0, false) },
		"truncate": func(x float64) float64 { return roundDecimally(x, 0, true) },
	} {
		simple(id(name, d), func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
			o := vec.Of[float64](out)
			for i, a := range vec.Of[float64](args[0])[:out.Len] {
				o[i] = f(a)
			}
			return nil
		})
	}
	for name, f := range map[string]func(x, y float64) float64{
		"power": elementary.Pow, "atan2": elementary.Atan2,
		"log": logTo,
	} {
		simple(id(name, d, d), func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
			x, y, o := columnOf[float64](args[0]), columnOf[float64](args[1]), vec.Of[float64](out)
			for i := range o[:out.Len] {
				o[i] = f(x.at(i), y.at(i))
			}
			return nil
		})
	}
	for name, cut := range map[string]bool{"round": false, "truncate": true} {
		simple(id(name, d, sqltype.Int), func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
			x, n, o := columnOf[float64](args[0]), columnOf[int32](args[1]), vec.Of[float64](out)
			for i := range o[:out.Len] {
				o[i] = roundDecimally(x.at(i), int(n.at(i)), cut)
			}
			return nil
		})
	}
	for name, c := range map[string]float64{"pi": math.Pi, "e": math.E} {
		simple(id(name), func(out *vec.Vec, _ []*vec.Vec, _ vec.Bitmap) *RowError {
			o := vec.Of[float64](out)
			for i := range o {
				o[i] = c
			}
			return nil
		})
	}
}
