package columns

import (
	"math"
	"math/bits"

	"streamsql/internal/vec"
)

// tops has the top bit of each byte.
const tops = 0x8080808080808080

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

// ScanInt reads a plain integer of at most 18 digits. It gives Odd for everything else.
func ScanInt(data []byte, p int) (v int64, q int) {
	neg := data[p] == '-'
	if neg {
		p++
	}
	from := p
	if p+8 <= len(data) {
		n, x := digits8(load(data, p))
		if n < 8 {
			if n == 0 {
				return 0, Odd
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
			return 0, Odd
		}
		v = v*10 + int64(c)
		p++
	}
end:
	if p == from || (data[from] == '0' && p != from+1) {
		return 0, Odd
	}
	if p < len(data) {
		if c := data[p]; c == '.' || c|0x20 == 'e' {
			return 0, Odd
		}
	}
	if neg {
		v = -v
	}
	return v, p
}

// ScanDecimal reads a plain number with at most 18 digits, with no more of them after the point than
// the column has, as the column's unscaled value.
func (c *Column) ScanDecimal(data []byte, p int) (v int64, q int) {
	v, frac, digits, q := scanPlain(data, p)
	if q < 0 {
		return 0, Odd
	}
	more := int(c.Type.S) - frac
	if more < 0 || digits+more > 18 {
		return 0, Odd
	}
	v *= pow10[more]
	if v >= c.limit || -v >= c.limit {
		return 0, Odd
	}
	return v, q
}

// ScanFloat reads a plain number that a division of two exact doubles gives correctly rounded.
func ScanFloat(data []byte, p int) (f float64, q int) {
	m, frac, _, q := scanPlain(data, p)
	if q < 0 || m > 1<<53 || m < -1<<53 {
		return 0, Odd
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
			return 0, 0, 0, Odd
		}
	}
	digits = p - from
	if digits == 0 || (data[from] == '0' && digits > 1) {
		return 0, 0, 0, Odd
	}
	if p < len(data) && data[p] == '.' {
		p++
		point := p
		for p < len(data) && data[p]-'0' <= 9 {
			v = v*10 + int64(data[p]-'0')
			if p++; digits+p-point > 18 {
				return 0, 0, 0, Odd
			}
		}
		if frac = p - point; frac == 0 {
			return 0, 0, 0, Odd
		}
		digits += frac
	}
	if p < len(data) && data[p]|0x20 == 'e' {
		return 0, 0, 0, Odd
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

func digits(data []byte, p int) int {
	for p < len(data) && data[p]-'0' <= 9 {
		p++
	}
	return p
}

// CastNumber finds the number in a text as CAST takes it: blanks around it, a plus, leading zeros, no digit on one side
// of the point. ok is false for any other text.
func CastNumber(s []byte) (number []byte, ok bool) {
	p := 0
	for p < len(s) && s[p] == ' ' {
		p++
	}
	if p < len(s) && s[p] == '+' {
		p++
	}
	from := p
	if p < len(s) && s[p] == '-' && (p == 0 || s[p-1] != '+') {
		p++
	}
	q := digits(s, p)
	n := q - p
	if q < len(s) && s[q] == '.' {
		p = q + 1
		q = digits(s, p)
		n += q - p
	}
	if n == 0 {
		return nil, false
	}
	if q < len(s) && s[q]|0x20 == 'e' {
		p = q + 1
		if p < len(s) && (s[p] == '+' || s[p] == '-') {
			p++
		}
		if q = digits(s, p); q == p {
			return nil, false
		}
	}
	to := q
	for q < len(s) && s[q] == ' ' {
		q++
	}
	return s[from:to], q == len(s)
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
