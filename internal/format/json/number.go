package json

import (
	"math"
	"math/bits"
	"strconv"

	"streamsql/internal/vec"
)

// digits8 counts how many of the eight bytes of x, from the lowest, are decimal digits, and gives their values in
// place.
func digits8(x uint64) (n int, values uint64) {
	values = x ^ 0x3030303030303030
	m := ((values + 0x7676767676767676) | values) & tops
	return bits.TrailingZeros64(m) >> 3, values
}

// join8 is the number whose eight digits are the bytes of v, the first one lowest.
func join8(v uint64) int64 {
	v = v*10 + v>>8
	return int64(((v&0x000000ff000000ff)*0x000f424000000064 + (v>>16&0x000000ff000000ff)*0x0000271000000001) >> 32)
}

// scanInt reads a plain integer of at most 18 digits. It gives bad for everything else.
func scanInt(data []byte, p int) (v int64, q int) {
	neg := data[p] == '-'
	if neg {
		p++
	}
	from := p
	if p+8 <= len(data) {
		n, x := digits8(load(data, p))
		if n < 8 {
			if n == 0 {
				return 0, bad
			}
			v = join8(x << (64 - 8*uint(n)))
			p += n
			goto end
		}
		v = join8(x)
		p += 8
	}
	for p < len(data) {
		c := data[p] - '0'
		if c > 9 {
			break
		}
		if p-from == 18 {
			return 0, bad
		}
		v = v*10 + int64(c)
		p++
	}
end:
	if p == from || (data[from] == '0' && p != from+1) {
		return 0, bad
	}
	if p < len(data) {
		if c := data[p]; c == '.' || c|0x20 == 'e' {
			return 0, bad
		}
	}
	if neg {
		v = -v
	}
	return v, p
}

// scanDecimal reads a plain number with at most 18 digits, with no more of them after the point than
// the column has, as the column's unscaled value.
func (c *column) scanDecimal(data []byte, p int) (v int64, q int) {
	v, frac, digits, q := scanPlain(data, p)
	if q < 0 {
		return 0, bad
	}
	more := int(c.typ.S) - frac
	if more < 0 || digits+more > 18 {
		return 0, bad
	}
	v *= pow10[more]
	if v >= c.limit || -v >= c.limit {
		return 0, bad
	}
	return v, q
}

// scanFloat reads a plain number that a division of two exact doubles gives correctly rounded.
func scanFloat(data []byte, p int) (f float64, q int) {
	m, frac, _, q := scanPlain(data, p)
	if q < 0 || m > 1<<53 || m < -1<<53 {
		return 0, bad
	}
	f = float64(m)
	if m == 0 && data[p] == '-' {
		f = math.Copysign(0, -1)
	}
	return f / exact10[frac], q
}

// scanPlain reads [-]digits[.digits] with at most 18 digits.
func scanPlain(data []byte, p int) (v int64, frac, digits, q int) {
	neg := data[p] == '-'
	if neg {
		p++
	}
	from := p
	for p < len(data) && data[p]-'0' <= 9 {
		v = v*10 + int64(data[p]-'0')
		if p++; p-from > 18 {
			return 0, 0, 0, bad
		}
	}
	digits = p - from
	if digits == 0 || (data[from] == '0' && digits > 1) {
		return 0, 0, 0, bad
	}
	if p < len(data) && data[p] == '.' {
		p++
		point := p
		for p < len(data) && data[p]-'0' <= 9 {
			v = v*10 + int64(data[p]-'0')
			if p++; digits+p-point > 18 {
				return 0, 0, 0, bad
			}
		}
		if frac = p - point; frac == 0 {
			return 0, 0, 0, bad
		}
		digits += frac
	}
	if p < len(data) && data[p]|0x20 == 'e' {
		return 0, 0, 0, bad
	}
	if neg {
		v = -v
	}
	return v, frac, digits, p
}

var pow10 = func() (t [19]int64) {
	for i := range t {
		t[i] = vec.Pow10Int64(i)
	}
	return
}()

// exact10 holds the powers of ten up to what a plain number can need; all are exact doubles.
var exact10 = func() (t [19]float64) {
	for i := range t {
		t[i] = float64(vec.Pow10Int64(i))
	}
	return
}()

// number finds the end of a JSON number at p, bad when there is none.
func number(data []byte, p int) int {
	if p < len(data) && data[p] == '-' {
		p++
	}
	switch {
	case p >= len(data) || data[p]-'0' > 9:
		return bad
	case data[p] == '0':
		p++
	default:
		p = digits(data, p)
	}
	if p < len(data) && data[p] == '.' {
		q := digits(data, p+1)
		if q == p+1 {
			return bad
		}
		p = q
	}
	if p < len(data) && data[p]|0x20 == 'e' {
		p++
		if p < len(data) && (data[p] == '+' || data[p] == '-') {
			p++
		}
		q := digits(data, p)
		if q == p {
			return bad
		}
		p = q
	}
	return p
}

func digits(data []byte, p int) int {
	for p < len(data) && data[p]-'0' <= 9 {
		p++
	}
	return p
}

// castNumber finds the number in a string that begins at p as CAST takes it: blanks around it, a plus, leading zeros,
// no digit on one side of the point. next is after the closing quote, bad when the string is something else.
func castNumber(data []byte, p int) (from, to, next int) {
	for p < len(data) && data[p] == ' ' {
		p++
	}
	if p < len(data) && data[p] == '+' {
		p++
	} else if p < len(data) && data[p] == '-' {
		from, p = p, p+1
	}
	if from == 0 {
		from = p
	}
	q := digits(data, p)
	n := q - p
	if q < len(data) && data[q] == '.' {
		p = q + 1
		q = digits(data, p)
		n += q - p
	}
	if n == 0 {
		return 0, 0, bad
	}
	if q < len(data) && data[q]|0x20 == 'e' {
		p = q + 1
		if p < len(data) && (data[p] == '+' || data[p] == '-') {
			p++
		}
		if q = digits(data, p); q == p {
			return 0, 0, bad
		}
	}
	to = q
	for q < len(data) && data[q] == ' ' {
		q++
	}
	if q >= len(data) || data[q] != '"' {
		return 0, 0, bad
	}
	return from, to, q + 1
}

// exactNumber is the value of a JSON number: ± digits · 10^exp, without leading or trailing zeros; zero has no digits.
type exactNumber struct {
	neg    bool
	digits []byte
	exp    int
}

// exactly takes a JSON number apart. The digits are kept in scratch.
func exactly(text, scratch []byte) exactNumber {
	n := exactNumber{digits: scratch[:0]}
	if text[0] == '-' {
		n.neg = true
		text = text[1:]
	}
	point := false
	for i, c := range text {
		if c == '.' {
			point = true
			continue
		}
		if c|0x20 == 'e' {
			n.exp += exponent(text[i+1:])
			break
		}
		if point {
			n.exp--
		}
		if c != '0' || len(n.digits) > 0 {
			n.digits = append(n.digits, c)
		}
	}
	for len(n.digits) > 0 && n.digits[len(n.digits)-1] == '0' {
		n.digits = n.digits[:len(n.digits)-1]
		n.exp++
	}
	return n
}

// exponent reads a signed number, saturating far beyond what any column holds.
func exponent(s []byte) int {
	v, neg := 0, false
	for _, c := range s {
		switch c {
		case '-':
			neg = true
		case '+':
		default:
			v = min(v*10+int(c-'0'), 1<<40)
		}
	}
	if neg {
		return -v
	}
	return v
}

// int64 is the number as an integer; whole reports whether it has no fraction, fits whether it is in range.
func (n exactNumber) int64() (v int64, whole, fits bool) {
	if len(n.digits) == 0 {
		return 0, true, true
	}
	if n.exp < 0 {
		return 0, false, false
	}
	if len(n.digits)+n.exp > 19 {
		return 0, true, false
	}
	var m uint64
	for _, c := range n.digits {
		m = m*10 + uint64(c-'0')
	}
	for range n.exp {
		m *= 10
	}
	if n.neg {
		return -int64(m), true, m <= 1<<63
	}
	return int64(m), true, m < 1<<63
}

// unscaled is the number as the unscaled value of DECIMAL(p, s); exact reports whether no digit is lost, fits
// whether it is in range.
func (n exactNumber) unscaled(p, s int) (v vec.I128, exact, fits bool) {
	if len(n.digits) == 0 {
		return v, true, true
	}
	shift := n.exp + s
	if shift < 0 {
		return v, false, len(n.digits)+shift <= p
	}
	if len(n.digits)+shift > p {
		return v, true, false
	}
	for _, c := range n.digits {
		v, _ = v.Mul(vec.I128Of(10))
		v, _ = v.Add(vec.I128Of(int64(c - '0')))
	}
	v, _ = v.Mul(vec.Pow10(shift))
	if n.neg {
		v = v.Negate()
	}
	return v, true, true
}

// float is the nearest double (or single) of a JSON number; fits is false beyond the largest.
func float(text []byte, size int) (v float64, fits bool) {
	v, err := strconv.ParseFloat(string(text), size)
	return v, err == nil
}
