package elementary

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// draws is how many random arguments each function gets.
const draws = 1500

// TestNearest: every function gives the float that is nearest to the true value.
func TestNearest(t *testing.T) {
	one := func(f func(x *big.Float) *big.Float) func(x, _ *big.Float) *big.Float {
		return func(x, _ *big.Float) *big.Float { return f(x) }
	}
	for _, c := range []struct {
		name string
		f    func(x, y float64) float64
		want func(x, y *big.Float) *big.Float
		x, y func(r *rand.Rand) float64
	}{
		{"Log", unary(Log), one(bigLog), positive, nil},
		{"Log near 1", unary(Log), one(bigLog), nearOne, nil},
		{"Log10", unary(Log10), one(bigLog10), positive, nil},
		{"Exp", unary(Exp), one(bigExp), within(-700, 709), nil},
		{"Exp to subnormals", unary(Exp), one(bigExp), within(-746, -700), nil},
		{"Exp near the end", unary(Exp), one(bigExp), within(709, 709.78), nil},
		{"Exp small", unary(Exp), one(bigExp), small, nil},
		{"Pow", Pow, bigPow, within(0, 100), within(-150, 150)},
		{"Pow of subnormals", Pow, bigPow, subnormal, within(-1, 1.04)},
		{"Pow to subnormals", Pow, bigPow, within(1.9, 2), within(-1074, -1110)},
		{"Pow near 1", Pow, bigPow, nearOne, within(-1e15, 1e15)},
		{"Pow whole", Pow, bigPow, whole(1, 5000), whole(-12, 40)},
		{"Pow half", Pow, bigPow, positive, func(r *rand.Rand) float64 { return float64(r.IntN(9)-4) / 4 }},
		{"Sin", unary(Sin), one(sinOf), within(-10, 10), nil},
		{"Sin large", unary(Sin), one(sinOf), within(-1e15, 1e15), nil},
		{"Sin small", unary(Sin), one(sinOf), small, nil},
		{"Sin at multiples of π/2", unary(Sin), one(sinOf), quarters, nil},
		{"Cos", unary(Cos), one(cosOf), within(-10, 10), nil},
		{"Cos large", unary(Cos), one(cosOf), within(-1e15, 1e15), nil},
		{"Cos at multiples of π/2", unary(Cos), one(cosOf), quarters, nil},
		{"Tan", unary(Tan), one(tanOf), within(-10, 10), nil},
		{"Tan at multiples of π/2", unary(Tan), one(tanOf), quarters, nil},
		{"Asin", unary(Asin), one(bigAsin), within(0, 1), nil},
		{"Asin near 1", unary(Asin), one(bigAsin), belowOne, nil},
		{"Asin small", unary(Asin), one(bigAsin), small, nil},
		{"Acos", unary(Acos), one(bigAcos), within(0, 1), nil},
		{"Acos near 1", unary(Acos), one(bigAcos), belowOne, nil},
		{"Acos below 0", unary(Acos), one(func(x *big.Float) *big.Float {
			return fresh().Sub(bigPi, bigAngle(bigLeg(x), fresh().Neg(x)))
		}), within(-1, 0), nil},
		{"Atan", unary(Atan), one(bigAtan), within(0, 3), nil},
		{"Atan any", unary(Atan), one(bigAtan), positive, nil},
		{"Atan2", Atan2, bigAngle, positive, positive},
		{"Atan2 near", Atan2, bigAngle, within(0, 10), within(0, 10)},
		{"Sinh", unary(Sinh), one(bigSinh), within(0.001, 50), nil},
		{"Sinh small", unary(Sinh), one(bigSinh), within(1e-9, 1e-3), nil},
		{"Sinh large", unary(Sinh), one(bigSinh), within(700, 710.4), nil},
		{"Cosh", unary(Cosh), one(bigCosh), within(0, 50), nil},
		{"Cosh large", unary(Cosh), one(bigCosh), within(700, 710.4), nil},
		{"Tanh", unary(Tanh), one(bigTanh), within(1e-6, 30), nil},
		{"Tanh small", unary(Tanh), one(bigTanh), within(1e-9, 1e-3), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(6, 3))
			faults := 0
			for range draws {
				x, y := c.x(r), 1.0
				if c.y != nil {
					y = c.y(r)
				}
				want, _ := c.want(bigOf(x), bigOf(y)).Float64()
				if got := c.f(x, y); got != want {
					if faults++; faults < 4 {
						t.Errorf("%v, %v: %v (%x), want %v (%x)", x, y, got, got, want, want)
					}
				}
			}
			if faults > 0 {
				t.Errorf("%d of %d are not nearest", faults, draws)
			}
		})
	}
}

func unary(f func(float64) float64) func(x, _ float64) float64 {
	return func(x, _ float64) float64 { return f(x) }
}

// positive draws from all positive floats, subnormals included.
func positive(r *rand.Rand) float64 { return math.Float64frombits(r.Uint64N(0x7ff<<52-1) + 1) }

func subnormal(r *rand.Rand) float64 { return math.Ldexp(r.Float64(), -1030) }

func nearOne(r *rand.Rand) float64 { return 1 + math.Ldexp(r.Float64()-0.5, -r.IntN(50)) }

func belowOne(r *rand.Rand) float64 { return 1 - math.Ldexp(r.Float64(), -1-r.IntN(50)) }

func small(r *rand.Rand) float64 { return math.Ldexp(r.Float64(), -5-r.IntN(1060)) }

func quarters(r *rand.Rand) float64 {
	x := float64(1+r.IntN(1<<20)) * (math.Pi / 2)
	for range r.IntN(3) {
		x = math.Nextafter(x, math.Inf(1))
	}
	return x
}

func within(from, to float64) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return from + r.Float64()*(to-from) }
}

func whole(from, to int) func(r *rand.Rand) float64 {
	return func(r *rand.Rand) float64 { return float64(from + r.IntN(to-from)) }
}

func sinOf(x *big.Float) *big.Float { s, _ := bigSinCos(x); return s }
func cosOf(x *big.Float) *big.Float { _, c := bigSinCos(x); return c }
func tanOf(x *big.Float) *big.Float { s, c := bigSinCos(x); return s.Quo(s, c) }

// bigPow multiplies for small whole exponents, so that what is exact stays exact.
func bigPow(x, y *big.Float) *big.Float {
	n, _ := y.Int64()
	if !y.IsInt() || n < -60 || n > 60 {
		return bigExp(fresh().Mul(y, bigLog(x)))
	}
	p := new(big.Float).SetPrec(4000).SetInt64(1)
	for range max(n, -n) {
		p.Mul(p, x)
	}
	if n < 0 {
		p.Quo(bigOf(1), p)
	}
	return p
}

func bigLeg(x *big.Float) *big.Float {
	s := new(big.Float).SetPrec(3000).Mul(x, x)
	return s.Sqrt(s.Sub(big.NewFloat(1), s))
}

func bigAngle(y, x *big.Float) *big.Float {
	if x.Sign() == 0 {
		return fresh().Quo(bigPi, bigOf(2))
	}
	return bigAtan(fresh().Quo(y, x))
}

func bigHyperbolic(x *big.Float, sign float64) *big.Float {
	p := bigExp(x)
	q := fresh().Quo(bigOf(sign), p)
	return p.Quo(p.Add(p, q), bigOf(2))
}

func bigLog10(x *big.Float) *big.Float { return fresh().Quo(bigLog(x), bigLog(bigOf(10))) }
func bigAsin(x *big.Float) *big.Float  { return bigAngle(x, bigLeg(x)) }
func bigAcos(x *big.Float) *big.Float  { return bigAngle(bigLeg(x), x) }
func bigSinh(x *big.Float) *big.Float  { return bigHyperbolic(x, -1) }
func bigCosh(x *big.Float) *big.Float  { return bigHyperbolic(x, 1) }
func bigTanh(x *big.Float) *big.Float  { return fresh().Quo(bigSinh(x), bigCosh(x)) }
