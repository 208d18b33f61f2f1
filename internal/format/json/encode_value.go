package json

import (
	"math"
	"math/bits"
	"time"

	"streamsql/internal/vec"
)

// pairs holds 00 to 99.
var pairs = func() (t [200]byte) {
	for i := range 100 {
		t[2*i], t[2*i+1] = byte('0'+i/10), byte('0'+i%10)
	}
	return
}()

// appendInt appends v in decimal, two digits at a time.
func appendInt(dst []byte, v int64) []byte {
	u := uint64(v)
	if v < 0 {
		dst = append(dst, '-')
		u = -u
	}
	var buf [20]byte
	at := len(buf)
	for u >= 100 {
		r := u % 100 * 2
		u /= 100
		at -= 2
		buf[at], buf[at+1] = pairs[r], pairs[r+1]
	}
	if u >= 10 {
		at -= 2
		buf[at], buf[at+1] = pairs[u*2], pairs[u*2+1]
	} else {
		at--
		buf[at] = byte('0' + u)
	}
	return append(dst, buf[at:]...)
}

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string; what is not ASCII stays as it is.
func appendString(dst, s []byte) []byte {
	dst = append(dst, '"')
	for {
		n := clean(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		switch c := s[n]; c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		s = s[n+1:]
	}
}

// clean is the number of leading bytes that need no escape.
func clean(s []byte) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if m := special(load(s, i)); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return i
}

func appendFloat(dst []byte, x float64, single bool) []byte {
	if x-x != 0 { // NaN and the infinities
		dst = append(dst, '"')
		dst = vec.AppendFloat(dst, x, single)
		return append(dst, '"')
	}
	if i := int64(x); float64(i) == x && i > -1e15 && i < 1e15 && (i != 0 || !math.Signbit(x)) {
		return appendInt(dst, i) // the shortest text of a whole number
	}
	return vec.AppendFloat(dst, x, single)
}

// safeDigits is how many decimal digits every double keeps.
const safeDigits = 15

// appendDecimal appends a DECIMAL of at most 18 digits.
func appendDecimal(dst []byte, v int64, scale int) []byte {
	const most = 1e15 // 10^safeDigits
	if v >= most || v <= -most {
		return appendWide(dst, vec.I128Of(v), scale)
	}
	if scale == 0 {
		return appendInt(dst, v)
	}
	u := v
	if v < 0 {
		dst = append(dst, '-')
		u = -v
	}
	unit := pow10[scale]
	dst = appendInt(dst, u/unit)
	point := len(dst)
	// The fraction with a one in front has all of its zeros; the point takes the place of the one.
	dst = appendInt(dst, unit+u%unit)
	dst[point] = '.'
	return dst
}

// appendWide appends any DECIMAL; one with too many digits for a double as a string.
func appendWide(dst []byte, v vec.I128, scale int) []byte {
	if v.FitsDigits(safeDigits) {
		return v.AppendDecimal(dst, scale)
	}
	dst = append(dst, '"')
	dst = v.AppendDecimal(dst, scale)
	return append(dst, '"')
}

// dayCache writes days and times, and remembers the text of the last day.
type dayCache struct {
	day  int64
	text [10]byte // empty before the first use

	between byte // day and time of a timestamp
}

// appendDate appends days since 1970 as 2026-01-01.
func (d *dayCache) appendDate(dst []byte, day int64) []byte {
	if day != d.day || d.text[0] == 0 {
		t := time.Unix(day*86400, 0).UTC()
		if y := t.Year(); y < 0 || y > 9999 {
			return t.AppendFormat(dst, "2006-01-02")
		}
		d.day = day
		t.AppendFormat(d.text[:0], "2006-01-02")
	}
	return append(dst, d.text[:]...)
}

// appendTimestamp appends micros since 1970 as a string with the given number of digits after the point.
func (d *dayCache) appendTimestamp(dst []byte, micros int64, digits int, zone bool) []byte {
	day := micros / microsPerDay
	rest := micros % microsPerDay
	if rest < 0 {
		day--
		rest += microsPerDay
	}
	dst = append(dst, '"')
	dst = d.appendDate(dst, day)
	sec := uint64(rest) / microsPerSecond
	frac := uint64(rest) % microsPerSecond
	h, m, s := sec/3600*2, sec/60%60*2, sec%60*2
	dst = append(dst, d.between, pairs[h], pairs[h+1], ':', pairs[m], pairs[m+1], ':', pairs[s], pairs[s+1])
	if digits > 0 {
		a, b, c := frac/10000*2, frac/100%100*2, frac%100*2
		text := [7]byte{'.', pairs[a], pairs[a+1], pairs[b], pairs[b+1], pairs[c], pairs[c+1]}
		dst = append(dst, text[:1+digits]...)
	}
	if zone {
		dst = append(dst, 'Z')
	}
	return append(dst, '"')
}
