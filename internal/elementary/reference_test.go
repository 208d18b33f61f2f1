package elementary

import (
	"math"
	"math/big"
)

// The reference: the same functions in numbers of 400 bits, by the plainest series that converge.

const width = 400

func bigOf(x float64) *big.Float { return new(big.Float).SetPrec(width).SetFloat64(x) }

func fresh() *big.Float { return new(big.Float).SetPrec(width) }

// bigSeries is Σ t_i with t_0 = first and t_i+1 = next(i, t_i), to the end of the width.
func bigSeries(first *big.Float, next func(i int, t *big.Float)) *big.Float {
	s, t := fresh().Set(first), fresh().Set(first)
	for i := 0; t.Sign() != 0 && t.MantExp(nil) > s.MantExp(nil)-width; i++ {
		next(i, t)
		s.Add(s, t)
	}
	return s
}

// bigArc is arctan (sign -1) or artanh (sign +1) of |x| ≤ ½, term by term.
func bigArc(x *big.Float, sign float64) *big.Float {
	square := fresh().Mul(x, x)
	square.Mul(square, bigOf(sign))
	power := fresh().Set(x)
	return bigSeries(x, func(i int, t *big.Float) {
		power.Mul(power, square)
		t.Quo(power, bigOf(float64(2*i+3)))
	})
}

var (
	bigPi = func() *big.Float { // Machin: π/4 = 4·arctan 1/5 - arctan 1/239
		a := bigArc(fresh().Quo(bigOf(1), bigOf(5)), -1)
		b := bigArc(fresh().Quo(bigOf(1), bigOf(239)), -1)
		return fresh().Sub(fresh().Mul(bigOf(16), a), fresh().Mul(bigOf(4), b))
	}()
	bigLn2 = fresh().Mul(bigOf(2), bigArc(fresh().Quo(bigOf(1), bigOf(3)), 1))
)

// bigLog reduces to [½, 1), and by artanh of (f-1)/(f+1).
func bigLog(x *big.Float) *big.Float {
	f := fresh()
	e := x.MantExp(f)
	t := fresh().Quo(fresh().Sub(f, bigOf(1)), fresh().Add(f, bigOf(1)))
	s := fresh().Mul(bigOf(2), bigArc(t, 1))
	return s.Add(s, fresh().Mul(bigLn2, bigOf(float64(e))))
}

func bigExp(x *big.Float) *big.Float {
	n, _ := fresh().Quo(x, bigLn2).Float64()
	n = math.Round(n)
	r := fresh().Sub(x, fresh().Mul(bigLn2, bigOf(n)))
	s := bigSeries(bigOf(1), func(i int, t *big.Float) { t.Quo(t.Mul(t, r), bigOf(float64(i+1))) })
	return s.SetMantExp(s, int(n))
}

// bigSinCos reduces modulo π/2 with a π that has enough digits for |x| < 2^60.
func bigSinCos(x *big.Float) (s, c *big.Float) {
	half := fresh().Quo(bigPi, bigOf(2))
	n, _ := fresh().Quo(x, half).Int(nil)
	r := fresh().Sub(x, fresh().Mul(half, fresh().SetInt(n)))
	square := fresh().Neg(fresh().Mul(r, r))
	s = bigSeries(r, func(i int, t *big.Float) { t.Quo(t.Mul(t, square), bigOf(float64((2*i+2)*(2*i+3)))) })
	c = bigSeries(bigOf(1), func(i int, t *big.Float) { t.Quo(t.Mul(t, square), bigOf(float64((2*i+1)*(2*i+2)))) })
	switch new(big.Int).And(n, big.NewInt(3)).Int64() {
	case 1:
		return c, s.Neg(s)
	case 2:
		return s.Neg(s), c.Neg(c)
	case 3:
		return c.Neg(c), s
	}
	return s, c
}

// bigAtan halves the angle twice, t/(1+√(1+t²)), and above 1 takes the complement.
func bigAtan(x *big.Float) *big.Float {
	if x.Cmp(bigOf(1)) > 0 {
		return fresh().Sub(fresh().Quo(bigPi, bigOf(2)), bigAtan(fresh().Quo(bigOf(1), x)))
	}
	t := fresh().Set(x)
	for range 2 {
		d := fresh().Add(bigOf(1), fresh().Mul(t, t))
		t.Quo(t, d.Add(d.Sqrt(d), bigOf(1)))
	}
	return fresh().Mul(bigOf(4), bigArc(t, -1))
}
