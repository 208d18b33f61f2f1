package agg

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// Exact sums of floating-point numbers: the sum is kept without any rounding, and rounded once when it is read.
//
// Nearly every sum is the exact sum of two float64, hi + lo, where hi is the sum rounded to nearest and lo what that
// leaves (Knuth's TwoSum gives both). Such a pair holds about 106 bits: prices, measurements and counters of one
// magnitude never leave it. A sum that needs more, or comes near the end of the exponent range, or has seen NaN or an
// infinity, moves to the group's spill, and comes back as soon as it fits again.
//
// The form is canonical: it depends on the sum (and on the counts of NaN and infinities) alone. A pair is used exactly
// when rounding to nearest twice leaves nothing and |hi| < pairLimit; otherwise hi is NaN, lo is 0 and the spill is
//
//	byte 0       1 when the counts follow, else 0
//	3 × 8 bytes  counts of NaN, +Inf, -Inf (only with byte 0 = 1), little endian
//	1 byte       index of the first word of the fixed-point number
//	8 bytes each words of it, little endian, two's complement; words below are zero, words above repeat the sign
//
// Part of the state format since v1.

// pairLimit keeps pairs away from overflow: below it neither TwoSum nor its intermediate results can overflow.
const pairLimit = 0x1p1020

// wideWords are enough for 2^63 copies of the greatest float64, over bits from 2^-1074 on.
const wideWords = 34

// twoSum gives a+b rounded to nearest and the exact error.
func twoSum(a, b float64) (s, e float64) {
	s = a + b
	t := s - a
	return s, (a - (s - t)) + (b - t)
}

// addPair adds x to hi+lo. ok is false when the result is not a pair; hi and lo are then meaningless.
func addPair(hi, lo, x float64) (h, l float64, ok bool) {
	s, e := twoSum(lo, x)
	h, l = twoSum(hi, s)
	if e == 0 {
		return h, l, h < pairLimit && h > -pairLimit
	}
	if l, e = twoSum(l, e); e != 0 {
		// Three parts: renormalise once, from the top; what is left then is really there.
		h, l = twoSum(h, l)
		if l, e = twoSum(l, e); e != 0 {
			return h, l, false
		}
	}
	h, l = twoSum(h, l)
	return h, l, h < pairLimit && h > -pairLimit
}

// exact is a sum in its unbounded form.
type exact struct {
	nan, pos, neg int64 // how often NaN, +Inf, -Inf were added
	wide          [wideWords]uint64
}

// load makes x the number hi + lo, or the one in spill when hi is NaN.
func (x *exact) load(hi, lo float64, spill []byte) {
	*x = exact{}
	if hi == hi {
		x.add(hi, 1)
		x.add(lo, 1)
		return
	}
	x.decode(spill)
}

// add adds v, w times.
func (x *exact) add(v float64, w int64) {
	b := math.Float64bits(v)
	exp := int(b >> 52 & 0x7ff)
	m := b & (1<<52 - 1)
	if exp == 0x7ff {
		switch {
		case m != 0:
			x.nan += w
		case v > 0:
			x.pos += w
		default:
			x.neg += w
		}
		return
	}
	at := 0 // bit of the mantissa's end
	if exp > 0 {
		m |= 1 << 52
		at = exp - 1
	}
	if v < 0 {
		w = -w
	}
	hi, lo := mulSigned(int64(m), w)
	x.addShifted(hi, lo, at)
}

// addShifted adds the signed 128-bit number (hi, lo)·2^at.
func (x *exact) addShifted(hi, lo uint64, at int) {
	word, s := at/64, uint(at%64)
	sign := uint64(int64(hi) >> 63)
	part := [3]uint64{lo << s, hi<<s | lo>>1>>(63-s), sign<<s | hi>>1>>(63-s)}
	var c uint64
	for k, p := range part {
		if word+k >= wideWords {
			return
		}
		x.wide[word+k], c = bits.Add64(x.wide[word+k], p, c)
	}
	for k := word + 3; k < wideWords; k++ {
		if c == 0 && sign == 0 || c == 1 && sign != 0 {
			return // adding all zeros without carry, or all ones with one, changes nothing further up
		}
		x.wide[k], c = bits.Add64(x.wide[k], sign, c)
	}
}

// merge adds y.
func (x *exact) merge(y *exact) {
	x.nan, x.pos, x.neg = x.nan+y.nan, x.pos+y.pos, x.neg+y.neg
	var c uint64
	for k := range x.wide {
		x.wide[k], c = bits.Add64(x.wide[k], y.wide[k], c)
	}
}

// unmerge takes y from x.
func (x *exact) unmerge(y *exact) {
	x.nan, x.pos, x.neg = x.nan-y.nan, x.pos-y.pos, x.neg-y.neg
	var b uint64
	for k := range x.wide {
		x.wide[k], b = bits.Sub64(x.wide[k], y.wide[k], b)
	}
}

func (x *exact) negative() bool { return int64(x.wide[wideWords-1]) < 0 }

// finite is the finite part rounded to nearest, ties to even; an infinity when it is out of range.
func (x *exact) finite() float64 {
	m := x.wide
	neg := x.negative()
	if neg {
		c := uint64(1)
		for k := range m {
			m[k], c = bits.Add64(^m[k], 0, c)
		}
	}
	top := wideWords - 1
	for top > 0 && m[top] == 0 {
		top--
	}
	n := top*64 + bits.Len64(m[top]) // significant bits
	v := 0.0
	if n <= 53 {
		v = math.Float64frombits(m[0]) // a mantissa at bit 0 is its own representation, subnormal or not
	} else {
		v = roundAt(&m, n-53)
	}
	if neg {
		return -v
	}
	return v
}

// roundAt keeps the 53 bits of m from bit `at` ≥ 1 on, which are its highest.
func roundAt(m *[wideWords]uint64, at int) float64 {
	word, s := at/64, uint(at%64)
	mant := m[word] >> s
	if word+1 < wideWords {
		mant |= m[word+1] << 1 << (63 - s)
	}
	mant &= 1<<53 - 1
	half := at - 1
	if m[half/64]>>(uint(half)%64)&1 != 0 && (mant&1 != 0 || anyBelow(m, half)) {
		if mant++; mant == 1<<53 {
			mant >>= 1
			at++
		}
	}
	if at+1 >= 0x7ff {
		return math.Inf(1)
	}
	return math.Float64frombits(uint64(at+1)<<52 | mant&^(1<<52))
}

// anyBelow reports whether a bit below `bit` is set.
func anyBelow(m *[wideWords]uint64, bit int) bool {
	for _, w := range m[:bit/64] {
		if w != 0 {
			return true
		}
	}
	return m[bit/64]&(1<<(uint(bit)%64)-1) != 0
}

// value is the sum as IEEE arithmetic defines it for NaN and infinities, otherwise rounded once.
func (x *exact) value() float64 {
	switch {
	case x.nan != 0 || (x.pos != 0 && x.neg != 0):
		return math.NaN()
	case x.pos != 0:
		return math.Inf(1)
	case x.neg != 0:
		return math.Inf(-1)
	}
	return x.finite()
}

// pair is the sum as hi + lo, if that is its canonical form.
func (x *exact) pair() (hi, lo float64, ok bool) {
	if x.nan != 0 || x.pos != 0 || x.neg != 0 {
		return 0, 0, false
	}
	hi = x.finite()
	if hi >= pairLimit || hi <= -pairLimit {
		return 0, 0, false
	}
	rest := *x
	rest.add(hi, -1)
	lo = rest.finite()
	rest.add(lo, -1)
	return hi, lo, rest.wide == [wideWords]uint64{}
}

// encode appends the spill.
func (x *exact) encode(dst []byte) []byte {
	if x.nan == 0 && x.pos == 0 && x.neg == 0 {
		dst = append(dst, 0)
	} else {
		dst = append(dst, 1)
		for _, c := range [...]int64{x.nan, x.pos, x.neg} {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(c))
		}
	}
	fill := uint64(int64(x.wide[wideWords-1]) >> 63)
	first, last := 0, wideWords-1
	for last > 0 && x.wide[last] == fill && int64(x.wide[last-1])>>63 == int64(fill) {
		last--
	}
	for first < last && x.wide[first] == 0 {
		first++
	}
	dst = append(dst, byte(first))
	for k := first; k <= last; k++ {
		dst = binary.LittleEndian.AppendUint64(dst, x.wide[k])
	}
	return dst
}

// decode reads what encode wrote into a zero x.
func (x *exact) decode(b []byte) {
	if b[0] == 1 {
		x.nan = int64(binary.LittleEndian.Uint64(b[1:]))
		x.pos = int64(binary.LittleEndian.Uint64(b[9:]))
		x.neg = int64(binary.LittleEndian.Uint64(b[17:]))
		b = b[24:]
	}
	k := int(b[1])
	var last uint64
	for b = b[2:]; len(b) >= 8; b = b[8:] {
		last = binary.LittleEndian.Uint64(b)
		x.wide[k] = last
		k++
	}
	for fill := uint64(int64(last) >> 63); k < wideWords; k++ {
		x.wide[k] = fill
	}
}
