package kernel

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"streamsql/internal/diag"
)

// datePattern is a compiled Java date pattern. Supported letters, by their usual widths:
//
//	y u   year: yy two digits (20xx when read), else zero-padded     H k   hour 0–23, 1–24
//	M L   month: number, MMM short name, MMMM name                   h K   hour of half day 1–12, 0–11 (with a)
//	d     day of month              m s   minute, second             S     fraction of a second, one letter a digit
//	D     day of year (written only)   E   day of week: E…EEE short, EEEE name (read and ignored)   a   AM or PM
//
// Quoted text and other characters stand for themselves; other letters are refused.
type datePattern struct{ parts []datePart }

type datePart struct {
	letter byte // 0: literal text
	width  int
	text   string
}

var (
	monthNames = []string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
	dayNames   = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
)

func parsePattern(p string) (*datePattern, error) {
	out := &datePattern{}
	for i := 0; i < len(p); {
		switch c := p[i]; {
		case c == '\'':
			text, n, ok := quoted(p[i:])
			if !ok {
				return nil, diag.New(diag.BadPattern, "date pattern %q: a quote is not closed", p)
			}
			out.literal(text)
			i += n
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			n := 1
			for i+n < len(p) && p[i+n] == c {
				n++
			}
			if bytes.IndexByte([]byte("yuMLdDEaHkhKmsS"), c) < 0 || (c == 'S' && n > 9) || n > 9 {
				return nil, diag.New(diag.BadPattern, "date pattern %q: %q is not supported", p, p[i:i+n]).
					WithHint("letters known: y M d D E a H k h K m s S; other letters stand in single quotes")
			}
			out.parts = append(out.parts, datePart{letter: canonicalLetter(c), width: n})
			i += n
		default:
			_, n := utf8.DecodeRuneInString(p[i:])
			out.literal(p[i : i+n])
			i += n
		}
	}
	return out, nil
}

func canonicalLetter(c byte) byte {
	switch c {
	case 'u':
		return 'y'
	case 'L':
		return 'M'
	}
	return c
}

// quoted reads '…' at the start of s, where two quotes stand for one; n is its length with the quotes.
func quoted(s string) (text string, n int, ok bool) {
	if len(s) > 1 && s[1] == '\'' {
		return "'", 2, true
	}
	for i := 1; i < len(s); i++ {
		if s[i] != '\'' {
			text += s[i : i+1]
			continue
		}
		if i+1 < len(s) && s[i+1] == '\'' {
			text += "'"
			i++
			continue
		}
		return text, i + 1, true
	}
	return "", 0, false
}

func (p *datePattern) literal(text string) {
	if n := len(p.parts); n > 0 && p.parts[n-1].letter == 0 {
		p.parts[n-1].text += text
		return
	}
	p.parts = append(p.parts, datePart{text: text})
}

// append writes a time.
func (p *datePattern) append(dst []byte, t int64) []byte {
	days := floorDiv(t, microsPerDay)
	y, mo, d := civil(days)
	tod := floorMod(t, microsPerDay)
	h, mi, s, us := tod/microsPerHour, tod/microsPerMinute%60, tod/microsPerSecond%60, tod%microsPerSecond
	for _, part := range p.parts {
		w := part.width
		switch part.letter {
		case 0:
			dst = append(dst, part.text...)
		case 'y':
			if w == 2 {
				dst = pad0(dst, floorMod(y, 100), 2)
			} else {
				dst = pad0(dst, y, w)
			}
		case 'M':
			dst = nameOrNumber(dst, mo, w, monthNames)
		case 'd':
			dst = pad0(dst, d, w)
		case 'D':
			dst = pad0(dst, dayOfYear(days), w)
		case 'E':
			dst = nameOrNumber(dst, weekday(days)+1, max(w, 3), dayNames)
		case 'a':
			dst = append(dst, "AM"...)
			if h >= 12 {
				dst[len(dst)-2] = 'P'
			}
		case 'H':
			dst = pad0(dst, h, w)
		case 'k':
			dst = pad0(dst, (h+23)%24+1, w)
		case 'h':
			dst = pad0(dst, (h+11)%12+1, w)
		case 'K':
			dst = pad0(dst, h%12, w)
		case 'm':
			dst = pad0(dst, mi, w)
		case 's':
			dst = pad0(dst, s, w)
		case 'S':
			dst = fraction(dst, us, w)
		}
	}
	return dst
}

func pad0(dst []byte, v int64, width int) []byte {
	var buf [20]byte
	b := strconv.AppendInt(buf[:0], v, 10)
	for n := len(b); n < width; n++ {
		dst = append(dst, '0')
	}
	return append(dst, b...)
}

// fraction appends the first n digits of a fraction of a second.
func fraction(dst []byte, us int64, n int) []byte {
	for i, unit := 0, int64(100_000); i < n; i, unit = i+1, unit/10 {
		if unit == 0 {
			dst = append(dst, '0')
			continue
		}
		dst = append(dst, byte('0'+us/unit%10))
	}
	return dst
}

// nameOrNumber writes number v (from 1) as digits, short name or name by the width.
func nameOrNumber(dst []byte, v int64, width int, names []string) []byte {
	switch {
	case width < 3:
		return pad0(dst, v, width)
	case width == 3:
		return append(dst, names[v-1][:3]...)
	}
	return append(dst, names[v-1]...)
}

// parse reads a time: the whole text must fit. Fields that the pattern lacks are those of 1970-01-01 00:00:00.
func (p *datePattern) parse(s []byte) (micros int64, ok bool) {
	y, mo, d := int64(1970), int64(1), int64(1)
	var h, mi, sec, us int64
	half, pm := false, false
	for k, part := range p.parts {
		// A field is read greedily unless digits follow directly: then it has exactly its width.
		fixed := k+1 < len(p.parts) && p.parts[k+1].letter != 0 && p.parts[k+1].letter != 'E' && p.parts[k+1].letter != 'a'
		w := part.width
		limit := max(w, 2)
		if part.letter == 'y' && w != 2 {
			limit = 4
		}
		if fixed {
			limit = w
		}
		switch part.letter {
		case 0:
			s, ok = bytes.CutPrefix(s, []byte(part.text))
		case 'y':
			y, s, ok = digitsUpTo(s, w, limit)
			if w == 2 {
				y += 2000
			}
		case 'M':
			if w >= 3 {
				mo, s, ok = readName(s, monthNames, w == 3)
			} else {
				mo, s, ok = digitsUpTo(s, w, limit)
			}
		case 'd':
			d, s, ok = digitsUpTo(s, w, limit)
		case 'E':
			_, s, ok = readName(s, dayNames, w <= 3)
		case 'a':
			half = true
			pm, s, ok = readHalf(s)
		case 'H':
			h, s, ok = digitsUpTo(s, w, limit)
		case 'k':
			h, s, ok = digitsUpTo(s, w, limit)
			ok = ok && h >= 1 && h <= 24
			h %= 24
		case 'h':
			h, s, ok = digitsUpTo(s, w, limit)
			ok = ok && h >= 1 && h <= 12
			h %= 12
		case 'K':
			h, s, ok = digitsUpTo(s, w, limit)
			ok = ok && h <= 11
		case 'm':
			mi, s, ok = digitsUpTo(s, w, limit)
		case 's':
			sec, s, ok = digitsUpTo(s, w, limit)
		case 'S':
			us, s, ok = readFraction(s, w)
		default:
			ok = false // D: the day of the year cannot be read
		}
		if !ok {
			return 0, false
		}
	}
	if half && pm && h < 12 {
		h += 12
	}
	if len(s) != 0 {
		return 0, false
	}
	return assemble(y, mo, d, h, mi, sec, us)
}

// assemble makes a time of checked fields.
func assemble(y, mo, d, h, mi, s, us int64) (int64, bool) {
	if y < minYear || y > maxYear || mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) || h > 23 || mi > 59 || s > 59 {
		return 0, false
	}
	return daysOf(y, mo, d)*microsPerDay + h*microsPerHour + mi*microsPerMinute + s*microsPerSecond + us, true
}

// digitsUpTo reads at least least and at most most digits.
func digitsUpTo(s []byte, least, most int) (v int64, rest []byte, ok bool) {
	n := 0
	for n < len(s) && n < most && s[n] >= '0' && s[n] <= '9' {
		v = v*10 + int64(s[n]-'0')
		n++
	}
	return v, s[n:], n >= least && n > 0
}

// readFraction reads exactly n digits as microseconds; digits beyond the sixth are cut.
func readFraction(s []byte, n int) (us int64, rest []byte, ok bool) {
	if len(s) < n {
		return 0, s, false
	}
	unit := int64(100_000)
	for _, c := range s[:n] {
		if c < '0' || c > '9' {
			return 0, s, false
		}
		us += int64(c-'0') * unit
		unit /= 10
	}
	return us, s[n:], true
}

// readName finds the name, any case, that s begins with.
func readName(s []byte, names []string, short bool) (v int64, rest []byte, ok bool) {
	for i, name := range names {
		if short {
			name = name[:3]
		}
		if len(s) >= len(name) && bytes.EqualFold(s[:len(name)], []byte(name)) {
			return int64(i + 1), s[len(name):], true
		}
	}
	return 0, s, false
}

func readHalf(s []byte) (pm bool, rest []byte, ok bool) {
	if len(s) < 2 || s[1]|0x20 != 'm' || (s[0]|0x20 != 'a' && s[0]|0x20 != 'p') {
		return false, s, false
	}
	return s[0]|0x20 == 'p', s[2:], true
}
