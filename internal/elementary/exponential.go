package elementary

import "math"

// Beyond these arguments exp overflows, or is less than half of the least float.
const (
	expOverflow  = 710
	expUnderflow = -746
)

// Exp is e^x.
func Exp(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > expOverflow:
		return math.Inf(1)
	case x < expUnderflow:
		return 0
	}
	s, k := expParts(pair{x, 0})
	return s.plus(1).round(k)
}

// expParts writes e^x as (1 + s)·2^k with |x - k·log 2| ≤ log 2 / 2; |x| is at most some thousands.
func expParts(x pair) (s pair, k int) {
	n := math.Floor(float64(x.hi*math.Log2E) + 0.5)
	return expm1Near(x.add(ln2.times(-n))), int(n)
}

// expCoefficients are 1/n! from n = 1 on.
var expCoefficients = reciprocals(12, false, func(i int) pair { return factorial(i + 1) })

// halvings is how often an argument is halved before the series, and its result doubled after.
const halvings = 6

// expm1Near is e^x - 1 for |x| ≤ 0.35: Taylor's series of x/64, then six times (1+s)² - 1 = s·(2+s). Keeping the 1
// apart keeps small results exact. With |x/64| < 2^-7.5 the terms x^(n-1)/n! reach 2^-111 at n = 12; from n = 7 on they
// are below 2^-57.
func expm1Near(x pair) pair {
	x = x.by2(-halvings)
	s := x.mul(x.series(expCoefficients, 6))
	for range halvings {
		s = s.mul(s.plus(2))
	}
	return s
}

// expm1 is e^x - 1 for |x| < 100.
func expm1(x pair) pair {
	s, k := expParts(x)
	if k == 0 {
		return s
	}
	return s.plus(1).by2(k).plus(-1)
}
