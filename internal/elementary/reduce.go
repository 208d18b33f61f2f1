package elementary

import (
	"math"
	"math/bits"
)

// twoOverPi are the bits of 2/π after the point.
var twoOverPi = [20]uint64{
	0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561,
	0xb7246e3a424dd2e0, 0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484,
	0xe99c7026b45f7e41, 0x3991d639835339f4, 0x9c845f8bbdf9283b, 0x1ff897ffde05980f,
	0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d, 0x7527bac7ebe5f17b,
	0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
}

// reduce writes the number x as q·π/2 + r with |r| ≤ π/4; q counts modulo 4.
//
// It is the method of Payne and Hanek, "Radian reduction for trigonometric functions", SIGNUM 18 (1983), in whole
// numbers: x is m·2^e, and of x·2/π only the bits below 4 matter. They come from m times 256 bits of 2/π, those that
// begin at weight 2^(1-e). What is left out is below 2^-200. No float is nearer to a multiple of π/2 than about 2^-62,
// so the fraction keeps more than the 106 bits of a pair.
func reduce(x float64) (q int, r pair) {
	if math.Abs(x) <= math.Pi/4 {
		return 0, pair{x, 0}
	}
	frac, e := math.Frexp(math.Abs(x))
	w := timesTwoOverPi(uint64(frac*(1<<precision)), e-precision)
	q = int(w[0] >> 62)
	for i := range 3 {
		w[i] = w[i]<<2 | w[i+1]>>62
	}
	w[3] <<= 2
	sign := 1.0
	if w[0]>>63 == 1 { // the nearest multiple is the next one
		q, sign = q+1, -1
		negate(&w)
	}
	r = halfPi.mul(fraction(w)).times(sign)
	if x < 0 {
		q, r = -q, r.neg()
	}
	return q & 3, r
}

// timesTwoOverPi is m·2^e·2/π modulo 4: two bits before the point, 254 after it, most significant word first.
func timesTwoOverPi(m uint64, e int) (p [4]uint64) {
	var carry uint64
	for i := 3; i >= 0; i-- {
		hi, lo := bits.Mul64(m, bitsAt(e-1+64*i))
		lo, c := bits.Add64(lo, carry, 0)
		p[i], carry = lo, hi+c
	}
	return p
}

// bitsAt gives 64 bits of 2/π; from is the number of the first, where the first after the point is number 1 and weighs
// ½. Those before the point are 0.
func bitsAt(from int) uint64 {
	at := from - 1
	word, shift := at>>6, uint(at&63)
	return twoOverPiWord(word)<<shift | twoOverPiWord(word+1)>>(64-shift)
}

func twoOverPiWord(i int) uint64 {
	if i < 0 {
		return 0
	}
	return twoOverPi[i]
}

func negate(w *[4]uint64) {
	carry := uint64(1)
	for i := 3; i >= 0; i-- {
		w[i], carry = bits.Add64(^w[i], 0, carry)
	}
}

// fraction is the first 106 bits of w, from its first set bit on, as a number below 1.
func fraction(w [4]uint64) pair {
	scale := 0
	for w[0] == 0 && scale < 192 {
		w[0], w[1], w[2], w[3] = w[1], w[2], w[3], 0
		scale += 64
	}
	if n := bits.LeadingZeros64(w[0]); n > 0 {
		w[0] = w[0]<<n | w[1]>>(64-n)
		w[1] = w[1]<<n | w[2]>>(64-n)
		scale += n
	}
	top, rest := w[0]>>11, w[0]<<53>>11|w[1]>>22
	return fast(math.Ldexp(float64(top), -53-scale), math.Ldexp(float64(rest), -106-scale))
}
