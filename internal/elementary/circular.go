package elementary

import "math"

// Sin is the sine of x.
func Sin(x float64) float64 {
	if math.Abs(x) < tiny {
		return x // the next term is below half a unit of x
	}
	s, _, ok := sinCos(x)
	if !ok {
		return math.NaN()
	}
	return s.hi
}

// Cos is the cosine of x.
func Cos(x float64) float64 {
	_, c, ok := sinCos(x)
	if !ok {
		return math.NaN()
	}
	return c.hi
}

// Tan is the tangent of x.
func Tan(x float64) float64 {
	if math.Abs(x) < tiny {
		return x
	}
	s, c, ok := sinCos(x)
	if !ok {
		return math.NaN()
	}
	return s.over(c).hi
}

// sinCos are sine and cosine of x; ok is false when x is not a number or not finite.
func sinCos(x float64) (s, c pair, ok bool) {
	if x != x || math.IsInf(x, 0) {
		return s, c, false
	}
	q, r := reduce(x)
	s, c = sinNear(r), cosNear(r)
	if q&1 == 1 {
		s, c = c, s.neg()
	}
	if q&2 == 2 {
		s, c = s.neg(), c.neg()
	}
	return s, c, true
}

var (
	sinCoefficients = reciprocals(15, true, func(i int) pair { return factorial(2*i + 1) })
	cosCoefficients = reciprocals(16, true, func(i int) pair { return factorial(2 * i) })
)

// sinNear and cosNear are Taylor's series for |r| ≤ π/4. The terms r^2i/(2i+1)! and r^2i/(2i)! reach 2^-112 at the end;
// from the 10th on they are below 2^-58.
func sinNear(r pair) pair { return r.mul(r.mul(r).series(sinCoefficients, 9)) }

func cosNear(r pair) pair { return r.mul(r).series(cosCoefficients, 9) }
