package elementary

import (
	"math/big"
	"testing"
)

// TestConstants computes the tables again. Each number is rounded to a float, and what that leaves to another.
func TestConstants(t *testing.T) {
	same := func(name string, got pair, want *big.Float) {
		hi, _ := want.Float64()
		lo, _ := fresh().Sub(want, bigOf(hi)).Float64()
		if got != (pair{hi, lo}) {
			t.Errorf("%s is %x, want %x", name, got, pair{hi, lo})
		}
	}
	same("π/2", halfPi, fresh().Quo(bigPi, bigOf(2)))
	same("π", pi, bigPi)
	same("log 2", ln2, bigLn2)
	same("log 10", ln10, bigLog(bigOf(10)))
	for i, a := range arcs[1:] {
		same("an arc", a, bigAtan(bigOf(float64(i+1)/16)))
	}
}

// TestTwoOverPi divides 2 by π to the full width of the table.
func TestTwoOverPi(t *testing.T) {
	words := new(big.Int)
	for _, w := range twoOverPi {
		words.Lsh(words, 64).Or(words, new(big.Int).SetUint64(w))
	}
	n := uint(64 * len(twoOverPi))
	widePi := func(bits uint) *big.Int { // π·2^bits by Machin, in whole numbers
		arc := func(x int64) *big.Int {
			power := new(big.Int).Quo(new(big.Int).Lsh(big.NewInt(1), bits), big.NewInt(x))
			s := new(big.Int)
			for k := int64(1); power.Sign() != 0; k += 2 {
				term := new(big.Int).Quo(power, big.NewInt(k))
				if k&2 != 0 {
					term.Neg(term)
				}
				s.Add(s, term)
				power.Quo(power, big.NewInt(x*x))
			}
			return s
		}
		return new(big.Int).Sub(new(big.Int).Mul(arc(5), big.NewInt(16)), new(big.Int).Mul(arc(239), big.NewInt(4)))
	}
	// floor(2^(n+1) / π), with 64 bits more of π than of the quotient.
	want := new(big.Int).Lsh(big.NewInt(1), 2*n+1+64)
	want.Quo(want, widePi(n+64))
	if words.Cmp(want) != 0 {
		t.Errorf("2/π is\n%x, want\n%x", words, want)
	}
}
