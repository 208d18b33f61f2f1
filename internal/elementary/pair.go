package elementary

import "math"

// pair is the number hi + lo, where hi is that sum rounded to nearest: about 106 bits.
//
// The operations are those of Joldes, Muller and Popescu, "Tight and rigorous error bounds for basic building blocks of
// double-word arithmetic", ACM TOMS 44 (2017); the algorithm's number there follows each name. Relative errors are a
// few 2^-106. Arguments must stay away from the ends of the exponent range, where the error terms would not be floats.
type pair struct{ hi, lo float64 }

// fast makes a pair of a + b, |a| ≥ |b| (1: Fast2Sum, Dekker).
func fast(a, b float64) pair {
	s := a + b
	return pair{s, b - (s - a)}
}

// sum makes a pair of a + b (2: 2Sum, Knuth).
func sum(a, b float64) pair {
	s := a + b
	t := s - b
	return pair{s, (a - t) + (b - (s - t))}
}

// product makes a pair of a·b (3: 2Prod).
func product(a, b float64) pair {
	p := float64(a * b)
	return pair{p, math.FMA(a, b, -p)}
}

// add is x + y (6).
func (x pair) add(y pair) pair {
	s, t := sum(x.hi, y.hi), sum(x.lo, y.lo)
	v := fast(s.hi, s.lo+t.hi)
	return fast(v.hi, t.lo+v.lo)
}

// plus is x + y (4).
func (x pair) plus(y float64) pair {
	s := sum(x.hi, y)
	return fast(s.hi, x.lo+s.lo)
}

// mul is x · y (12).
func (x pair) mul(y pair) pair {
	c := product(x.hi, y.hi)
	t := math.FMA(x.hi, y.lo, float64(x.lo*y.lo))
	return fast(c.hi, c.lo+math.FMA(x.lo, y.hi, t))
}

// times is x · y (9).
func (x pair) times(y float64) pair {
	c := product(x.hi, y)
	return fast(c.hi, math.FMA(x.lo, y, c.lo))
}

// over is x / y (17).
func (x pair) over(y pair) pair {
	q := x.hi / y.hi
	r := y.times(q)
	return fast(q, ((x.hi-r.hi)+(x.lo-r.lo))/y.hi)
}

// root is the square root of x ≥ 0: one step of Newton's from that of hi.
func (x pair) root() pair {
	if x.hi == 0 {
		return pair{}
	}
	s := math.Sqrt(x.hi)
	rest := math.FMA(-s, s, x.hi) + x.lo
	return fast(s, rest/(s+s))
}

func (x pair) neg() pair { return pair{-x.hi, -x.lo} }

// by2 is x · 2^k, exactly.
func (x pair) by2(k int) pair { return pair{math.Ldexp(x.hi, k), math.Ldexp(x.lo, k)} }

// series is Σ c[i]·x^i. The terms from exact on are so small beside the first that single floats do for them.
func (x pair) series(c []pair, exact int) pair {
	tail := 0.0
	for i := len(c) - 1; i >= exact; i-- {
		tail = float64(tail*x.hi) + c[i].hi
	}
	s := pair{tail, 0}
	for i := exact - 1; i >= 0; i-- {
		s = s.mul(x).add(c[i])
	}
	return s
}

// The constants, each rounded twice; a test computes them again.
var (
	halfPi = pair{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54}
	pi     = pair{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53}
	ln2    = pair{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56}
	ln10   = pair{0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53}
)

// reciprocals has 1/f(0) … 1/f(n-1), with alternating signs if alternate is set; f gives whole numbers.
func reciprocals(n int, alternate bool, f func(i int) pair) []pair {
	out := make([]pair, n)
	for i := range out {
		out[i] = pair{1, 0}.over(f(i))
		if alternate && i%2 == 1 {
			out[i] = out[i].neg()
		}
	}
	return out
}

// odd is 2i + 1.
func odd(i int) pair { return pair{float64(2*i + 1), 0} }

// factorial is n!, exactly up to 27! at least, and beyond as good as a pair can be.
func factorial(n int) pair {
	p := pair{1, 0}
	for i := 2; i <= n; i++ {
		p = p.times(float64(i))
	}
	return p
}
