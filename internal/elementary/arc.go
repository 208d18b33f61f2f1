package elementary

import "math"

// Asin is the arc sine of x, the angle of the point (√(1-x²), x).
func Asin(x float64) float64 {
	a := math.Abs(x)
	switch {
	case !(a <= 1):
		return math.NaN()
	case a < tiny:
		return x
	}
	return math.Copysign(angle(pair{a, 0}, legTo(a)).hi, x)
}

// Acos is the arc cosine of x, the angle of the point (x, √(1-x²)).
func Acos(x float64) float64 {
	a := math.Abs(x)
	if !(a <= 1) {
		return math.NaN()
	}
	r := halfPi
	if a > 0x1p-500 { // below, the squares of a pair would underflow
		r = angle(legTo(a), pair{a, 0})
	}
	if x < 0 {
		r = pi.add(r.neg())
	}
	return r.hi
}

// legTo is √(1-a²) = √((1-a)·(1+a)); both factors are exact.
func legTo(a float64) pair { return sum(1, -a).mul(sum(1, a)).root() }

// Atan is the arc tangent of x.
func Atan(x float64) float64 {
	switch a := math.Abs(x); {
	case a < tiny || x != x:
		return x
	case a > 0x1p120: // so does infinity
		return math.Copysign(halfPi.hi, x)
	default:
		return math.Copysign(angle(pair{a, 0}, pair{1, 0}).hi, x)
	}
}

// Atan2 is the angle of the point (x, y), with the special cases of IEEE 754 (9.2.1): the sign of y is the sign of the
// result; a zero or infinity has the angle that it tends to.
func Atan2(y, x float64) float64 {
	if x != x || y != y {
		return math.NaN()
	}
	fy, ey := scaled(y)
	fx, ex := scaled(x)
	left := math.Signbit(x)
	var r float64
	switch d := ey - ex; {
	case y == 0 && !left:
		r = 0
	case y != 0 && (x == 0 || d > 120):
		r = halfPi.hi
	case left && (y == 0 || d < -120):
		r = pi.hi
	case d < -120:
		r = math.Abs(y / x) // an angle so small is its own tangent
	default:
		p := angle(pair{math.Ldexp(fy, d), 0}, pair{fx, 0})
		if left {
			p = pi.add(p.neg())
		}
		r = p.hi
	}
	return math.Copysign(r, y)
}

// scaled writes |x| as f·2^e; infinity is above all numbers, and as high as itself.
func scaled(x float64) (f float64, e int) {
	if math.IsInf(x, 0) {
		return 0.5, 1 << 20
	}
	f, e = math.Frexp(math.Abs(x))
	return f, e
}

// arcs[i] is the arc tangent of i/16; a test computes them again.
var arcs = [17]pair{
	{},
	{0x1.ff55bb72cfdeap-5, -0x1.c934d86d23f1dp-60},
	{0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
	{0x1.7b97b4bce5b02p-3, 0x1.347b0b4f881cap-58},
	{0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
	{0x1.362773707ebccp-2, -0x1.963a544b672d8p-57},
	{0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
	{0x1.a64eec3cc23fdp-2, -0x1.24dec1b50b7ffp-56},
	{0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
	{0x1.0657e94db30d0p-1, -0x1.d5b495f6349e6p-56},
	{0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
	{0x1.345f01cce37bbp-1, 0x1.1021137c71102p-55},
	{0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
	{0x1.5d58987169b18p-1, 0x1.0028e4bc5e7cap-57},
	{0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
	{0x1.819d0b7158a4dp-1, -0x1.bf76229d3b917p-56},
	{0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
}

// arcCoefficients are those of the series of arctan.
var arcCoefficients = reciprocals(11, true, odd)

// angle is the arc tangent of y/x for y, x ≥ 0, not both 0: above the diagonal the complement of x/y, then the addition
// theorem at the nearest 16th, arctan t = arctan c + arctan((t-c)/(1+t·c)). What is left is at most 1/32, so that 11
// terms t^2i/(2i+1) reach 2^-104 and what they leave out is below 2^-114; from the 7th on they are below 2^-63.
func angle(y, x pair) pair {
	if y.hi > x.hi || y.hi == x.hi && y.lo > x.lo {
		return halfPi.add(angle(x, y).neg())
	}
	t := y.over(x)
	i := math.Floor(float64(t.hi*16) + 0.5)
	if i > 0 {
		c := float64(i / 16)
		t = t.plus(-c).over(t.times(c).plus(1))
	}
	return arcs[int(i)].add(t.mul(t.mul(t).series(arcCoefficients, 6)))
}
