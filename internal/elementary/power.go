package elementary

import "math"

// Pow is x^y, with the special cases of IEEE 754 (9.2.1): x^0 and 1^y are 1 even for NaN, a negative x has powers of
// whole exponents only, and zeros and infinities keep the sign that odd exponents give them.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case x != x || y != y:
		return math.NaN()
	case math.IsInf(y, 0):
		return powInf(math.Abs(x), y > 0)
	case x == 0 || math.IsInf(x, 0):
		return powEnds(x, y)
	case x < 0 && y != math.Floor(y):
		return math.NaN()
	case x < 0 && isOdd(y):
		return -powPositive(-x, y)
	}
	return powPositive(math.Abs(x), y)
}

// powInf is a^±∞.
func powInf(a float64, up bool) float64 {
	switch {
	case a == 1:
		return 1
	case (a > 1) == up:
		return math.Inf(1)
	}
	return 0
}

// powEnds is x^y for zeros and infinities x.
func powEnds(x, y float64) float64 {
	r := 0.0
	if (x == 0) == (y < 0) {
		r = math.Inf(1)
	}
	if isOdd(y) {
		return math.Copysign(r, x)
	}
	return r
}

// isOdd reports whether y is an odd whole number; floats of 2^53 and more are even.
func isOdd(y float64) bool {
	return math.Abs(y) < 1<<precision && y == math.Floor(y) && int64(y)&1 == 1
}

// powPositive is exp(y·log x) for a positive number x.
func powPositive(x, y float64) float64 {
	f, e, _ := split(x)
	log := logPair(f, e)
	switch rough := float64(log.hi * y); {
	case rough > expOverflow:
		return math.Inf(1)
	case rough < expUnderflow:
		return 0
	case math.Abs(rough) < 0x1p-60:
		return 1 // less than half a unit away; the error terms of a pair could underflow
	}
	s, k := expParts(log.times(y))
	return s.plus(1).snap().round(k)
}
