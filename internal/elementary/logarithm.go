package elementary

import "math"

// Log is the natural logarithm of x.
func Log(x float64) float64 {
	if f, e, ok := split(x); ok {
		return logPair(f, e).hi
	}
	return logSpecial(x)
}

// Log10 is the decimal logarithm of x: exact for powers of ten.
func Log10(x float64) float64 {
	if f, e, ok := split(x); ok {
		return logPair(f, e).over(ln10).hi
	}
	return logSpecial(x)
}

func logSpecial(x float64) float64 {
	switch {
	case x == 0:
		return math.Inf(-1)
	case x > 0:
		return x // +Inf
	}
	return math.NaN()
}

// split writes x as f·2^e with √½ ≤ f < √2. ok is false when x is not a positive number.
func split(x float64) (f float64, e int, ok bool) {
	if !(x > 0) || math.IsInf(x, 1) {
		return 0, 0, false
	}
	f, e = math.Frexp(x)
	if f < math.Sqrt2/2 {
		f, e = f+f, e-1
	}
	return f, e, true
}

// logPair is the logarithm of f·2^e. The two parts do not cancel: |log f| is at most half of log 2.
func logPair(f float64, e int) pair { return ln2.times(float64(e)).add(logOf(f)) }

// oddReciprocals are the coefficients of artanh.
var oddReciprocals = reciprocals(21, false, odd)

// logOf is log f = 2·artanh((f-1)/(f+1)), by the series of artanh (Abramowitz and Stegun 4.1.27). The argument s is at
// most 0.172, so that 21 terms s^2i/(2i+1) reach 2^-112; from the 11th on they are below 2^-55.
func logOf(f float64) pair {
	s := pair{f - 1, 0}.over(sum(f, 1)) // f - 1 is exact between ½ and 2
	return s.mul(s.mul(s).series(oddReciprocals, 11)).by2(1)
}
