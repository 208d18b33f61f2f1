package vec

import (
	"math/bits"
)

// I128 is a two's complement 128-bit integer in the memory order of a DECIMAL column: low word, high word.
type I128 [2]uint64

// I128Of widens v.
func I128Of(v int64) I128 { return I128{uint64(v), uint64(v >> 63)} }

// Hi is the upper half, with the sign.
func (a I128) Hi() int64 { return int64(a[1]) }

// Lo is the lower half.
func (a I128) Lo() uint64 { return a[0] }

// Neg reports whether a is below zero.
func (a I128) Neg() bool { return int64(a[1]) < 0 }

// IsZero reports whether a is zero.
func (a I128) IsZero() bool { return a[0]|a[1] == 0 }

// Int64 narrows a; ok is false when it does not fit.
func (a I128) Int64() (v int64, ok bool) {
	v = int64(a[0])
	return v, int64(a[1]) == v>>63
}

// Add is a+b; over reports whether the true sum needs more than 128 bits.
func (a I128) Add(b I128) (sum I128, over bool) {
	lo, c := bits.Add64(a[0], b[0], 0)
	hi, _ := bits.Add64(a[1], b[1], c)
	return I128{lo, hi}, int64((a[1]^hi)&(b[1]^hi)) < 0
}

// Sub is a−b; over reports whether the true difference needs more than 128 bits.
func (a I128) Sub(b I128) (diff I128, over bool) {
	lo, c := bits.Sub64(a[0], b[0], 0)
	hi, _ := bits.Sub64(a[1], b[1], c)
	return I128{lo, hi}, int64((a[1]^b[1])&(a[1]^hi)) < 0
}

// Negate is −a, wrapping at the least value.
func (a I128) Negate() I128 {
	lo, c := bits.Sub64(0, a[0], 0)
	hi, _ := bits.Sub64(0, a[1], c)
	return I128{lo, hi}
}

// Abs is the magnitude as an unsigned number.
func (a I128) Abs() I128 {
	if a.Neg() {
		return a.Negate()
	}
	return a
}

// Cmp is −1, 0 or 1.
func (a I128) Cmp(b I128) int {
	switch {
	case int64(a[1]) < int64(b[1]):
		return -1
	case int64(a[1]) > int64(b[1]):
		return 1
	case a[0] < b[0]:
		return -1
	case a[0] > b[0]:
		return 1
	}
	return 0
}

// Mul is a·b; over reports whether it does not fit.
func (a I128) Mul(b I128) (prod I128, over bool) {
	neg := a.Neg() != b.Neg()
	x, y := a.Abs(), b.Abs()
	hi, lo := bits.Mul64(x[0], y[0])
	h1, l1 := bits.Mul64(x[0], y[1])
	h2, l2 := bits.Mul64(x[1], y[0])
	mid, c1 := bits.Add64(hi, l1, 0)
	mid, c2 := bits.Add64(mid, l2, 0)
	over = h1 != 0 || h2 != 0 || c1 != 0 || c2 != 0 || (x[1] != 0 && y[1] != 0)
	return signed(I128{lo, mid}, neg, over)
}

// signed applies a sign to a magnitude.
func signed(m I128, neg, over bool) (I128, bool) {
	if neg {
		m = m.Negate()
		return m, over || (!m.IsZero() && !m.Neg())
	}
	return m, over || m.Neg()
}

// QuoRem divides truncating toward zero; b is not zero. The remainder has the sign of a.
func (a I128) QuoRem(b I128) (q, r I128) {
	uq, ur := divU(a.Abs(), b.Abs())
	if a.Neg() != b.Neg() {
		uq = uq.Negate()
	}
	if a.Neg() {
		ur = ur.Negate()
	}
	return uq, ur
}

// divU divides magnitudes.
func divU(x, y I128) (q, r I128) {
	if y[1] == 0 {
		hi := x[1] / y[0]
		lo, rem := bits.Div64(x[1]%y[0], x[0], y[0])
		return I128{lo, hi}, I128{rem, 0}
	}
	// The divisor has two words, so the quotient has one: estimate with the normalised top word, correct by at most one.
	s := uint(bits.LeadingZeros64(y[1]))
	top := y[1]<<s | y[0]>>1>>(63-s)
	est, _ := bits.Div64(x[1]>>1, x[1]<<63|x[0]>>1, top)
	est >>= 63 - s
	if est != 0 {
		est--
	}
	ph, pl := bits.Mul64(est, y[0])
	ph += est * y[1]
	lo, c := bits.Sub64(x[0], pl, 0)
	hi, _ := bits.Sub64(x[1], ph, c)
	if hi > y[1] || (hi == y[1] && lo >= y[0]) {
		est++
		lo, c = bits.Sub64(lo, y[0], 0)
		hi, _ = bits.Sub64(hi, y[1], c)
	}
	return I128{est, 0}, I128{lo, hi}
}

// pow10 holds 10^0 … 10^38.
var pow10 = func() (t [39]I128) {
	t[0] = I128Of(1)
	for i := 1; i < len(t); i++ {
		t[i], _ = t[i-1].Mul(I128Of(10))
	}
	return
}()

// Pow10 is 10^n for 0 ≤ n ≤ 38.
func Pow10(n int) I128 { return pow10[n] }

// Pow10Int64 is 10^n for 0 ≤ n ≤ 18.
func Pow10Int64(n int) int64 { return int64(pow10[n][0]) }

// FitsDigits reports whether |a| < 10^p, the range of DECIMAL(p, s).
func (a I128) FitsDigits(p int) bool {
	m, l := a.Abs(), pow10[p]
	return m[1] < l[1] || (m[1] == l[1] && m[0] < l[0])
}

// Rescale multiplies by 10^by, or for a negative by divides by 10^-by rounding half away from zero; over reports
// whether the product does not fit.
func (a I128) Rescale(by int) (v I128, over bool) {
	switch {
	case by == 0 || a.IsZero():
		return a, false
	case by > 38:
		return a, true
	case by > 0:
		return a.Mul(pow10[by])
	case by < -38:
		return I128{}, false
	}
	return a.QuoHalfUp(pow10[-by]), false
}

// QuoHalfUp divides rounding half away from zero; b is not zero.
func (a I128) QuoHalfUp(b I128) I128 {
	q, r := a.QuoRem(b)
	m, d := r.Abs(), b.Abs()
	// 2·|r| ≥ |b|, written so that nothing overflows: |r| ≥ |b| − |r|.
	rest, _ := d.Sub(m)
	if m[1] > rest[1] || (m[1] == rest[1] && m[0] >= rest[0]) {
		one := I128Of(1)
		if a.Neg() != b.Neg() {
			one = I128Of(-1)
		}
		q, _ = q.Add(one)
	}
	return q
}

// AppendDecimal appends the plain text of a as a number with `scale` digits after the point.
func (a I128) AppendDecimal(dst []byte, scale int) []byte {
	var buf [40]byte
	at := len(buf)
	m := a.Abs()
	for m[1] != 0 || m[0] != 0 {
		var r I128
		m, r = divU(m, I128{1e18, 0})
		part := r[0]
		for range 18 {
			if m.IsZero() && part == 0 {
				break
			}
			at--
			buf[at] = byte('0' + part%10)
			part /= 10
		}
	}
	for len(buf)-at <= scale {
		at--
		buf[at] = '0'
	}
	if a.Neg() {
		dst = append(dst, '-')
	}
	dst = append(dst, buf[at:len(buf)-scale]...)
	if scale > 0 {
		dst = append(dst, '.')
		dst = append(dst, buf[len(buf)-scale:]...)
	}
	return dst
}

// ParseDecimal reads `[+-]digits[.digits][e[+-]digits]` as an unscaled value with `scale` digits after the point,
// rounding half away from zero. ok is false for other text and for more than precision digits.
func ParseDecimal(s []byte, precision, scale int) (v I128, ok bool) {
	i, neg := 0, false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	start, digits, frac, point := i, 0, 0, false
	end := len(s)
	for j := i; j < len(s); j++ {
		switch c := s[j]; {
		case c >= '0' && c <= '9':
			digits++
			if point {
				frac++
			}
		case c == '.' && !point:
			point = true
		case (c == 'e' || c == 'E') && digits > 0:
			end = j
		default:
			return v, false
		}
		if end != len(s) {
			break
		}
	}
	if digits == 0 {
		return v, false
	}
	exp := 0
	if end < len(s) {
		if exp, ok = parseExp(s[end+1:]); !ok {
			return v, false
		}
	}
	// The digit with index `digits - frac + exp + scale` is the first that is rounded away.
	keep := digits - frac + exp + scale
	k, seen := 0, false
	round := false
	for _, c := range s[start:end] {
		if c == '.' {
			continue
		}
		if k < keep {
			seen = seen || c != '0'
			if seen {
				if v, ok = timesTen(v, c-'0'); !ok {
					return v, false
				}
			}
		} else if k == keep {
			round = c >= '5'
		}
		k++
	}
	if v.IsZero() && !round {
		return v, true
	}
	for ; k < keep; k++ {
		if v, ok = timesTen(v, 0); !ok {
			return v, false
		}
	}
	if round {
		v, _ = v.Add(I128Of(1))
	}
	if !v.FitsDigits(precision) {
		return v, false
	}
	if neg {
		v = v.Negate()
	}
	return v, true
}

// timesTen is 10·v+d while v stays below 10^38.
func timesTen(v I128, d byte) (I128, bool) {
	if !v.FitsDigits(37) {
		return v, false
	}
	v, _ = v.Mul(I128Of(10))
	v, _ = v.Add(I128Of(int64(d)))
	return v, true
}

// parseExp reads a signed exponent, saturating far outside what any DECIMAL holds.
func parseExp(s []byte) (int, bool) {
	neg := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if len(s) == 0 {
		return 0, false
	}
	e := 0
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		e = min(e*10+int(c-'0'), 1_000_000)
	}
	if neg {
		e = -e
	}
	return e, true
}
