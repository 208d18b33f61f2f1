package kernel

import (
	"bytes"
	"math"
	"unicode"
	"unicode/utf8"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

func conditionalFamily() {
	define("greatest(ANY...)", func(s Spec) (body, error) { return extreme(s, true), nil })
	define("least(ANY...)", func(s Spec) (body, error) { return extreme(s, false), nil })
	fresh(id("is_alpha", sqltype.Varchar), func() body { return everyRune(unicode.IsLetter) })
	fresh(id("is_digit", sqltype.Varchar), func() body { return everyRune(unicode.IsDigit) })
	simple(id("is_decimal", sqltype.Varchar), func(out *vec.Vec, args []*vec.Vec, active vec.Bitmap) *RowError {
		x := textsOf(args[0])
		boolResult(out, active, func(i int) bool { return !args[0].IsNull(i) && isNumber(trim(x.at(i))) })
		return nil
	})
}

// isNumber reports whether s is written as a number, also one beyond the range of DOUBLE.
func isNumber(s []byte) bool {
	v, ok := parseFloat(s, 64)
	return ok || math.IsInf(v, 0)
}

// everyRune sees NULLs: they are FALSE, as is the empty text.
func everyRune(is func(rune) bool) body {
	return func(out *vec.Vec, args []*vec.Vec, active vec.Bitmap) *RowError {
		x := textsOf(args[0])
		boolResult(out, active, func(i int) bool {
			if args[0].IsNull(i) {
				return false
			}
			s := x.at(i)
			for at := 0; at < len(s); {
				r, n := utf8.DecodeRune(s[at:])
				if !is(r) {
					return false
				}
				at += n
			}
			return len(s) > 0
		})
		return nil
	}
}

// extreme picks the greatest or least argument; all have the type of the result.
func extreme(s Spec, greatest bool) body {
	switch s.Result.Phys() {
	case sqltype.PhysBool:
		return extremeBools(greatest)
	case sqltype.PhysI8:
		return extremeInts[int8](greatest)
	case sqltype.PhysI16:
		return extremeInts[int16](greatest)
	case sqltype.PhysI32:
		return extremeInts[int32](greatest)
	case sqltype.PhysI64:
		return extremeInts[int64](greatest)
	case sqltype.PhysF32:
		return extremeFloats[float32](greatest)
	case sqltype.PhysF64:
		return extremeFloats[float64](greatest)
	case sqltype.PhysI128:
		return extremeWide(greatest)
	}
	return extremeTexts(greatest)
}

func extremeInts[T integer](greatest bool) body {
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		o := vec.Of[T](out)[:out.Len]
		for k, a := range args {
			x := columnOf[T](a)
			for i := range o {
				if v := x.at(i); k == 0 || v != o[i] && (v > o[i]) == greatest {
					o[i] = v
				}
			}
		}
		return nil
	}
}

// extremeFloats takes NaN for the greatest value.
func extremeFloats[T approx](greatest bool) body {
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		o := floats[T](out)[:out.Len]
		for k, a := range args {
			x := columnOf[T](a)
			for i := range o {
				v := x.at(i)
				above := v > o[i] || (v != v && o[i] == o[i])
				below := v < o[i] || (v == v && o[i] != o[i])
				if k == 0 || greatest && above || !greatest && below {
					o[i] = v
				}
			}
		}
		return nil
	}
}

func extremeWide(greatest bool) body {
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		o := vec.Of[vec.I128](out)[:out.Len]
		for k, a := range args {
			x := columnOf[vec.I128](a)
			for i := range o {
				v := x.at(i)
				if c := v.Cmp(o[i]); k == 0 || greatest && c > 0 || !greatest && c < 0 {
					o[i] = v
				}
			}
		}
		return nil
	}
}

func extremeBools(greatest bool) body {
	var scratch vec.Vec
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		o := out.Bits()
		for k, a := range args {
			x := flatBits(a, &scratch)
			for w := range o {
				switch {
				case k == 0:
					o[w] = x[w]
				case greatest:
					o[w] |= x[w]
				default:
					o[w] &= x[w]
				}
			}
		}
		return nil
	}
}

func extremeTexts(greatest bool) body {
	var cols []texts
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		cols = cols[:0]
		for _, a := range args {
			cols = append(cols, textsOf(a))
		}
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			best := cols[0].at(i)
			for _, c := range cols[1:] {
				v := c.at(i)
				if d := bytes.Compare(v, best); greatest && d > 0 || !greatest && d < 0 {
					best = v
				}
			}
			return append(dst, best...), true, nil
		})
	}
}
