package elementary

import (
	"math"
	"math/bits"
)

const (
	leastExponent = -1074 // of the unit in the last place of a subnormal float
	precision     = 53
)

// round is x·2^k, rounded once. Adding hi and lo and scaling then would round twice where the result is subnormal: what
// scaling cuts off hi would be judged without lo.
func (x pair) round(k int) float64 {
	frac, e := math.Frexp(x.hi)
	cut := leastExponent - (e - precision + k) // how many bits of hi are below the last place
	if cut <= 0 || x.hi == 0 {
		return math.Ldexp(x.hi, k)
	}
	m := uint64(math.Abs(frac) * (1 << precision))
	if cut > precision+1 {
		return math.Copysign(0, x.hi)
	}
	whole, rest, half := m>>cut, m&(1<<cut-1), uint64(1)<<(cut-1)
	below := x.lo != 0 && math.Signbit(x.lo) != math.Signbit(x.hi) // the number is a little less than m
	switch {
	case rest > half, rest == half && !below && (x.lo != 0 || whole&1 == 1):
		whole++
	}
	return math.Copysign(math.Ldexp(float64(whole), leastExponent), x.hi)
}

// snap takes the error of a calculation off a result that is a float, or the middle between two of them, which goes to
// the even one. Powers are such numbers often, as 3^34 is; the other functions only at arguments that leave no error.
func (x pair) snap() pair {
	if math.Abs(x.lo) < float64(math.Abs(x.hi)*0x1p-84) {
		return pair{x.hi, 0}
	}
	toward := math.Copysign(math.Inf(1), x.lo)
	half := float64((math.Nextafter(x.hi, toward) - x.hi) / 2)
	if math.Abs(x.lo-half) > float64(math.Abs(half)*0x1p-30) {
		return x
	}
	if m := math.Float64bits(x.hi); bits.TrailingZeros64(m) == 0 {
		return pair{math.Nextafter(x.hi, toward), 0}
	}
	return pair{x.hi, 0}
}
