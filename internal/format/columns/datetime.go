package columns

import (
	"streamsql/internal/sqltype"
)

const (
	microsPerSecond = 1_000_000
	microsPerMinute = 60 * microsPerSecond
	microsPerDay    = 24 * 60 * microsPerMinute
)

// minuteCache remembers the last `2026-01-01 12:00` that was read: rows of one place in a file share it mostly.
type minuteCache struct {
	w0, w1 uint64
	micros int64
}

// newMinuteCache remembers the first minute of 1970: a cache is never empty, so that no bytes match by accident.
func newMinuteCache() minuteCache {
	first := []byte("1970-01-01T00:00")
	return minuteCache{w0: load(first, 0), w1: load(first, 8)}
}

// ScanTimestamp reads the usual forms, 2026-01-01 12:00:00.123 with at most 9 digits after the point, with or without Z
// as the type asks. q is the position after it, Odd for everything else; what follows is for the caller to judge.
func (c *Column) ScanTimestamp(data []byte, p int) (v int64, q int) {
	if p+19 > len(data) {
		return 0, Odd
	}
	w0, w1 := load(data, p), load(data, p+8)
	if w0 != c.minute.w0 || w1 != c.minute.w1 {
		micros, ok := minute(data[p : p+16])
		if !ok {
			return 0, Odd
		}
		c.minute = minuteCache{w0, w1, micros}
	}
	if data[p+16] != ':' {
		return 0, Odd
	}
	tens, units := data[p+17]-'0', data[p+18]-'0'
	if tens > 5 || units > 9 {
		return 0, Odd
	}
	v = c.minute.micros + int64(tens*10+units)*microsPerSecond
	p += 19
	if p < len(data) && data[p] == '.' {
		frac, n := fraction(data, p+1)
		if n == 0 {
			return 0, Odd
		}
		v += frac - frac%c.unit
		p += 1 + n
	}
	zoned := p < len(data) && data[p] == 'Z'
	if zoned {
		p++
	}
	if !zoned && c.Type.Kind == sqltype.TimestampLTZ {
		return 0, Odd
	}
	return v, p
}

// fraction reads 1 to 9 digits as micros, dropping what is finer; n is their number, 0 when there are none or more.
func fraction(data []byte, p int) (micros int64, n int) {
	scale := int64(100_000)
	for p+n < len(data) && data[p+n]-'0' <= 9 {
		micros += int64(data[p+n]-'0') * scale
		scale /= 10
		if n++; n > 9 {
			return 0, 0
		}
	}
	return micros, n
}

// minute reads the 16 bytes `2026-01-01 12:00`, with a blank or a T, as micros since 1970.
func minute(s []byte) (int64, bool) {
	days, ok := date(s[:10])
	hour, ok1 := two(s[11:])
	min, ok2 := two(s[14:])
	if !ok || !ok1 || !ok2 || (s[10] != ' ' && s[10] != 'T') || s[13] != ':' || hour > 23 || min > 59 {
		return 0, false
	}
	return days*microsPerDay + int64(hour*60+min)*microsPerMinute, true
}

// date reads the 10 bytes `2026-01-01` as days since 1970.
func date(s []byte) (days int64, ok bool) {
	century, ok1 := two(s)
	year, ok2 := two(s[2:])
	month, ok3 := two(s[5:])
	day, ok4 := two(s[8:])
	year += century * 100
	if !ok1 || !ok2 || !ok3 || !ok4 || s[4] != '-' || s[7] != '-' ||
		year == 0 || month < 1 || month > 12 || day < 1 || day > monthDays(year, month) {
		return 0, false
	}
	return daysOf(year, month, day), true
}

func two(s []byte) (int, bool) {
	a, b := s[0]-'0', s[1]-'0'
	return int(a)*10 + int(b), a <= 9 && b <= 9
}

func monthDays(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysOf counts days since 1970-01-01 in the proleptic Gregorian calendar, for years from 1 on. Years are taken to
// begin in March, so that the leap day is the last one.
func daysOf(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	ofYear := (153*(month-3)+2)/5 + day - 1
	return int64(year*365+year/4-year/100+year/400+ofYear) - 719468
}

// timestamp reads every accepted form of a timestamp. msg says what is wrong with others.
func timestamp(s []byte, ltz bool, unit int64) (v int64, msg string) {
	const form = "is not a timestamp like 2026-01-01 12:00:00.123"
	if len(s) < 16 {
		return 0, form
	}
	v, ok := minute(s[:16])
	if !ok {
		return 0, dayOrForm(s, form)
	}
	s = s[16:]
	if len(s) > 0 && s[0] == ':' {
		if len(s) < 3 {
			return 0, form
		}
		sec, ok := two(s[1:])
		if !ok {
			return 0, form
		}
		if sec > 59 {
			return 0, "names a second that does not exist"
		}
		v += int64(sec) * microsPerSecond
		if s = s[3:]; len(s) > 0 && s[0] == '.' {
			frac, n := fraction(s, 1)
			if n == 0 {
				return 0, form
			}
			v += frac - frac%unit
			s = s[1+n:]
		}
	}
	shift, zone, ok := offset(s)
	switch {
	case !ok:
		return 0, form
	case ltz && !zone:
		return 0, "has no time zone, which a TIMESTAMP_LTZ needs: add Z or an offset, or declare the column TIMESTAMP"
	case !ltz && shift != 0:
		return 0, "has a time zone: declare the column TIMESTAMP_LTZ"
	}
	if v -= shift; v < firstMicro || v > lastMicro {
		return 0, "is outside the years 0001 to 9999 in UTC"
	}
	return v, ""
}

// What can be written so that it can be read back: the offset of a TIMESTAMP_LTZ may lead out of the years that text
// has.
var (
	firstMicro = daysOf(1, 1, 1) * microsPerDay
	lastMicro  = (daysOf(9999, 12, 31)+1)*microsPerDay - 1
)

func dayOrForm(s []byte, form string) string {
	if s[4] != '-' || s[7] != '-' || s[13] != ':' {
		return form
	}
	for _, i := range []int{0, 2, 5, 8, 11, 14} {
		if _, ok := two(s[i:]); !ok {
			return form
		}
	}
	return "names a day or time that does not exist"
}

// offset reads nothing, Z, or +hh:mm.
func offset(s []byte) (micros int64, zone, ok bool) {
	switch {
	case len(s) == 0:
		return 0, false, true
	case len(s) == 1 && s[0] == 'Z':
		return 0, true, true
	case len(s) != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':':
		return 0, false, false
	}
	h, ok1 := two(s[1:])
	m, ok2 := two(s[4:])
	if !ok1 || !ok2 || h > 18 || m > 59 {
		return 0, false, false
	}
	micros = int64(h*60+m) * microsPerMinute
	if s[0] == '-' {
		micros = -micros
	}
	return micros, true, true
}
