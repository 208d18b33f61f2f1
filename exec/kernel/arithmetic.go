package kernel

import (
	"math/bits"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

type integer interface {
	~int8 | ~int16 | ~int32 | ~int64
}

type approx interface{ ~float32 | ~float64 }

func arithmeticFamily() {
	integerOperators[int8](sqltype.TinyInt)
	integerOperators[int16](sqltype.SmallInt)
	integerOperators[int32](sqltype.Int)
	integerOperators[int64](sqltype.BigInt)
	floatOperators[float32](sqltype.Float, func(x, y float32) float32 {
		return float32(remainder(float64(x), float64(y)))
	})
	floatOperators[float64](sqltype.Double, remainder)
	decimalOperators()
	intervalOperators()
}

func integerOperators[T integer](k sqltype.Kind) {
	define(id("+", k, k), binaryInts(addInts[T]))
	define(id("-", k, k), binaryInts(subInts[T]))
	define(id("*", k, k), binaryInts(mulInts[T]))
	define(id("/", k, k), divideInts[T](false))
	define(id("%", k, k), divideInts[T](true))
	simple(id("neg", k), negateInts[T])
}

// checked computes out[i] from x[i] and y[i] for all rows and reports (by a negative result) that some row overflowed.
type checked[T integer] func(out, x, y []T) (over T)

// binaryInts runs a checked loop without a branch per row; only when a row, live or not, overflowed are the rows looked
// at one by one.
func binaryInts[T integer](loop checked[T]) factory {
	return func(Spec) (body, error) {
		var sx, sy []T
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			x, y, o := flatValues(args[0], &sx), flatValues(args[1], &sy), vec.Of[T](out)[:out.Len]
			if loop(o, x, y) >= 0 {
				return nil
			}
			for i := range o {
				if live.Get(i) && loop(o[i:i+1], x[i:i+1], y[i:i+1]) < 0 {
					return overflow(i, out.Type)
				}
			}
			return nil
		}, nil
	}
}

func addInts[T integer](out, x, y []T) (over T) {
	x, y = x[:len(out)], y[:len(out)]
	for i := range out {
		s := x[i] + y[i]
		out[i] = s
		over |= (x[i] ^ s) & (y[i] ^ s)
	}
	return over
}

func subInts[T integer](out, x, y []T) (over T) {
	x, y = x[:len(out)], y[:len(out)]
	for i := range out {
		s := x[i] - y[i]
		out[i] = s
		over |= (x[i] ^ y[i]) & (x[i] ^ s)
	}
	return over
}

// mulInts compares the high half of the 128-bit product with the sign of the low half.
func mulInts[T integer](out, x, y []T) (over T) {
	x, y = x[:len(out)], y[:len(out)]
	var bad int64
	for i := range out {
		a, b := int64(x[i]), int64(y[i])
		hi, lo := bits.Mul64(uint64(a), uint64(b))
		top := int64(hi) - a>>63&b - b>>63&a
		p := T(lo)
		out[i] = p
		bad |= (top ^ int64(lo)>>63) | (int64(lo) ^ int64(p))
	}
	if bad != 0 {
		return -1
	}
	return 0
}

// divideInts truncates toward zero. Zero and the one overflowing pair are looked for among live rows only.
func divideInts[T integer](rem bool) factory {
	return func(Spec) (body, error) {
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			x, y, o := columnOf[T](args[0]), columnOf[T](args[1]), vec.Of[T](out)[:out.Len]
			for i := range o {
				a, b := x.at(i), y.at(i)
				switch {
				case b == 0:
					if live.Get(i) {
						return divisionByZero(i)
					}
					o[i] = 0
				case rem && b == -1: // −1 divides everything; in Go the least integer neither traps nor overflows
					o[i] = 0
				case rem:
					o[i] = a % b
				case b == -1 && a != 0 && a == -a:
					if live.Get(i) {
						return overflow(i, out.Type)
					}
					o[i] = a
				default:
					o[i] = a / b
				}
			}
			return nil
		}, nil
	}
}

func negateInts[T integer](out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, o := vec.Of[T](args[0])[:out.Len], vec.Of[T](out)[:out.Len]
	var over T
	for i, a := range x {
		o[i] = -a
		over |= a & -a
	}
	if over >= 0 {
		return nil
	}
	for i, a := range x {
		if a&-a < 0 && live.Get(i) {
			return overflow(i, out.Type)
		}
	}
	return nil
}

func floatOperators[T approx](k sqltype.Kind, mod func(x, y T) T) {
	for op, loop := range map[string]func(o, x, y []T){
		"+": addFloats[T], "-": subFloats[T], "*": mulFloats[T], "/": divFloats[T],
		"%": func(o, x, y []T) {
			for i := range o {
				o[i] = mod(x[i], y[i])
			}
		},
	} {
		define(id(op, k, k), func(Spec) (body, error) {
			var sx, sy []T
			return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
				loop(floats[T](out)[:out.Len], flatFloats(args[0], &sx), flatFloats(args[1], &sy))
				return nil
			}, nil
		})
	}
	simple(id("neg", k), func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		o := floats[T](out)
		for i, a := range floats[T](args[0])[:out.Len] {
			o[i] = -a
		}
		return nil
	})
}

func floats[T approx](v *vec.Vec) []T { return vec.Cast[T](v.Fixed) }

func flatFloats[T approx](v *vec.Vec, scratch *[]T) []T { return flatValues(v, scratch) }

func addFloats[T approx](o, x, y []T) {
	x, y = x[:len(o)], y[:len(o)]
	for i := range o {
		o[i] = x[i] + y[i]
	}
}

func subFloats[T approx](o, x, y []T) {
	x, y = x[:len(o)], y[:len(o)]
	for i := range o {
		o[i] = x[i] - y[i]
	}
}

func mulFloats[T approx](o, x, y []T) {
	x, y = x[:len(o)], y[:len(o)]
	for i := range o {
		o[i] = x[i] * y[i]
	}
}

func divFloats[T approx](o, x, y []T) {
	x, y = x[:len(o)], y[:len(o)]
	for i := range o {
		o[i] = x[i] / y[i]
	}
}
