package kernel

import (
	"math"
	"strconv"
	"unsafe"
)

// roundDecimally rounds x at n digits after the point by its shortest decimal form, as Flink (BigDecimal.valueOf) and
// people do: x·10ⁿ in binary makes 1.13 with two digits 1.12. Half goes away from zero; with cut the digits are
// dropped. A zero has no sign. NaN and infinities stay.
func roundDecimally(x float64, n int, cut bool) float64 {
	if x-x != 0 {
		return x
	}
	var buf [40]byte
	s := strconv.AppendFloat(buf[:0], math.Abs(x), 'e', -1, 64) // d.ddde±xx
	e := len(s) - 1
	for s[e] != 'e' {
		e--
	}
	exp, _ := strconv.Atoi(unsafe.String(&s[e+1], len(s)-e-1))
	digits := s[:e]
	if e > 1 { // the point goes
		s[1], digits = s[0], s[1:e]
	}
	keep := exp + 1 + n // digits before the cut
	switch {
	case keep >= len(digits):
		return x + 0 // nothing to round; −0 becomes 0
	case keep < 0:
		return 0
	}
	up := !cut && digits[keep] >= '5'
	// The unscaled digits as an integer fit 64 bits: at most 17.
	var m uint64
	for _, c := range digits[:keep] {
		m = m*10 + uint64(c-'0')
	}
	if up {
		m++
	}
	if m == 0 {
		return 0
	}
	out := strconv.AppendUint(buf[:0], m, 10)
	out = append(out, 'e')
	out = strconv.AppendInt(out, int64(-n), 10)
	v, _ := strconv.ParseFloat(unsafe.String(&out[0], len(out)), 64)
	return math.Copysign(v, x)
}
