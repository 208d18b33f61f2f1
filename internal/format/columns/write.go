package columns

import (
	"math"
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

// AppendInt appends v in decimal, two digits at a time.
func AppendInt(dst []byte, v int64) []byte {
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

// AppendFloat appends the shortest text that reads back: a FLOAT's when single. NaN and the infinities are words.
func AppendFloat(dst []byte, x float64, single bool) []byte {
	if i := int64(x); float64(i) == x && i > -1e15 && i < 1e15 && (i != 0 || !math.Signbit(x)) {
		return AppendInt(dst, i) // the shortest text of a whole number
	}
	return vec.AppendFloat(dst, x, single)
}

// AppendDecimal appends a DECIMAL of at most 18 digits, with all digits of its scale.
func AppendDecimal(dst []byte, v int64, scale int) []byte {
	if scale == 0 {
		return AppendInt(dst, v)
	}
	u := v
	if v < 0 {
		dst = append(dst, '-')
		u = -v
	}
	unit := pow10[scale]
	dst = AppendInt(dst, u/unit)
	point := len(dst)
	// The fraction with a one in front has all of its zeros; the point takes the place of the one.
	dst = AppendInt(dst, unit+u%unit)
	dst[point] = '.'
	return dst
}

// Days writes days and times, and remembers the text of the last day.
type Days struct {
	day  int64
	text [10]byte // empty before the first use

	Between byte // day and time of a timestamp
}

// AppendDate appends days since 1970 as 2026-01-01.
func (d *Days) AppendDate(dst []byte, day int64) []byte {
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

// AppendTimestamp appends micros since 1970 with the given number of digits after the point.
func (d *Days) AppendTimestamp(dst []byte, micros int64, digits int, zone bool) []byte {
	day := micros / microsPerDay
	rest := micros % microsPerDay
	if rest < 0 {
		day--
		rest += microsPerDay
	}
	dst = d.AppendDate(dst, day)
	sec := uint64(rest) / microsPerSecond
	frac := uint64(rest) % microsPerSecond
	h, m, s := sec/3600*2, sec/60%60*2, sec%60*2
	dst = append(dst, d.Between, pairs[h], pairs[h+1], ':', pairs[m], pairs[m+1], ':', pairs[s], pairs[s+1])
	if digits > 0 {
		a, b, c := frac/10000*2, frac/100%100*2, frac%100*2
		text := [7]byte{'.', pairs[a], pairs[a+1], pairs[b], pairs[b+1], pairs[c], pairs[c+1]}
		dst = append(dst, text[:1+digits]...)
	}
	if zone {
		dst = append(dst, 'Z')
	}
	return dst
}
