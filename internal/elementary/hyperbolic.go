package elementary

import "math"

// From here on e^-x is less than 2^-115 beside e^x, and below tiny the functions are x to the last bit.
const (
	oneSided = 40
	tiny     = 0x1p-40
)

// Sinh is the hyperbolic sine of x: (m + m/(m+1))/2 with m = e^|x| - 1, which does not cancel for small x.
func Sinh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case a < tiny || x != x:
		return x
	case a > oneSided:
		return math.Copysign(halfExp(a), x)
	}
	m := expm1(pair{a, 0})
	return math.Copysign(m.add(m.over(m.plus(1))).by2(-1).hi, x)
}

// Cosh is the hyperbolic cosine of x: (p + 1/p)/2 with p = e^|x|.
func Cosh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case x != x:
		return x
	case a > oneSided:
		return halfExp(a)
	}
	p := expm1(pair{a, 0}).plus(1)
	return p.add(pair{1, 0}.over(p)).by2(-1).hi
}

// Tanh is the hyperbolic tangent of x: m/(m+2) with m = e^2|x| - 1.
func Tanh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case a < tiny || x != x:
		return x
	case a > oneSided:
		return math.Copysign(1, x)
	}
	m := expm1(pair{a + a, 0})
	return math.Copysign(m.over(m.plus(2)).hi, x)
}

// halfExp is e^a/2 for a positive a, also where e^a overflows and half of it does not.
func halfExp(a float64) float64 {
	if a > expOverflow+1 {
		return math.Inf(1)
	}
	s, k := expParts(pair{a, 0})
	return s.plus(1).round(k - 1)
}
