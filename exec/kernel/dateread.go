package kernel

import "bytes"

// dateFields is what was read so far. Fields that the pattern lacks are those of 1970-01-01 00:00:00.
type dateFields struct {
	year, month, day, yearDay int64 // yearDay 0: not read
	hour, minute, second, us  int64
	weekday                   int64 // 1 Monday to 7; 0: not read
	pm                        bool
}

// parse reads a time: the whole text must fit.
func (p *datePattern) parse(s []byte) (micros int64, ok bool) {
	f := dateFields{year: 1970, month: 1, day: 1}
	for k := range p.parts {
		if s, ok = p.field(&f, k, s); !ok {
			return 0, false
		}
	}
	if len(s) != 0 {
		return 0, false
	}
	return f.time(p.whole())
}

// whole reports whether the pattern has a whole date.
func (p *datePattern) whole() bool {
	var y, m, d bool
	for _, part := range p.parts {
		switch part.letter {
		case 'y':
			y = true
		case 'M':
			m = true
		case 'd':
			d = true
		case 'D':
			m, d = true, true
		}
	}
	return y && m && d
}

// field reads part k.
func (p *datePattern) field(f *dateFields, k int, s []byte) (rest []byte, ok bool) {
	part := p.parts[k]
	w := part.width
	switch part.letter {
	case 0:
		return bytes.CutPrefix(s, []byte(part.text))
	case 'M':
		if w >= 3 {
			f.month, rest, ok = p.name(s, monthNames, w)
			return rest, ok
		}
	case 'E':
		f.weekday, rest, ok = p.name(s, dayNames, w)
		return rest, ok
	case 'a':
		return p.half(f, s)
	case 'S':
		f.us, rest, ok = readFraction(s, w)
		return rest, ok
	}
	v, rest, ok := digitsUpTo(s, w, p.mostDigits(k))
	return rest, ok && f.set(part.letter, w, v)
}

// mostDigits is how many digits part k takes: exactly its width if another number follows at once.
func (p *datePattern) mostDigits(k int) int {
	w := p.parts[k].width
	switch letter := p.parts[k].letter; {
	case p.numeric(k + 1):
		return w
	case letter == 'y' && w != 2:
		return 4
	case letter == 'D':
		return 3
	}
	return max(w, 2)
}

// set keeps a number; ok is false when it is out of range.
func (f *dateFields) set(letter byte, width int, v int64) (ok bool) {
	ok = true
	switch letter {
	case 'y':
		if f.year = v; width == 2 {
			f.year += 2000
		}
	case 'M':
		f.month = v
	case 'd':
		f.day = v
	case 'D':
		f.yearDay, ok = v, v >= 1
	case 'H':
		f.hour = v
	case 'k':
		f.hour, ok = v%24, v >= 1 && v <= 24
	case 'h':
		f.hour, ok = v%12, v >= 1 && v <= 12
	case 'K':
		f.hour, ok = v, v <= 11
	case 'm':
		f.minute = v
	case 's':
		f.second = v
	}
	return ok
}

// time makes a time of the fields. 24:00 ends a day, if a whole date was read.
func (f *dateFields) time(whole bool) (micros int64, ok bool) {
	if f.yearDay > 0 {
		days := daysOf(f.year, 1, 1) + f.yearDay - 1
		if f.year < minYear || f.year > maxYear || days >= daysOf(f.year+1, 1, 1) {
			return 0, false
		}
		_, f.month, f.day = civil(days)
	}
	if f.pm {
		f.hour += 12
	}
	var carry int64
	if whole && f.hour == 24 && f.minute == 0 && f.second == 0 && f.us == 0 {
		f.hour, carry = 0, microsPerDay
	}
	micros, ok = assemble(f.year, f.month, f.day, f.hour, f.minute, f.second, f.us)
	if !ok || carry > 0 && f.year == maxYear && f.month == 12 && f.day == 31 {
		return 0, false
	}
	if whole && f.weekday > 0 && weekday(floorDiv(micros, microsPerDay))+1 != f.weekday {
		return 0, false
	}
	return micros + carry, true
}

// assemble makes a time of checked fields.
func assemble(y, mo, d, h, mi, s, us int64) (int64, bool) {
	if y < minYear || y > maxYear || mo < 1 || mo > 12 || d < 1 || d > daysIn(y, mo) || h > 23 || mi > 59 || s > 59 {
		return 0, false
	}
	return daysOf(y, mo, d)*microsPerDay + h*microsPerHour + mi*microsPerMinute + s*microsPerSecond + us, true
}

// name finds the name that s begins with. SimpleDateFormat takes short and long names in any case, DateTimeFormatter
// the form of the pattern, as it is written.
func (p *datePattern) name(s []byte, names []string, width int) (v int64, rest []byte, ok bool) {
	if p.use.simple {
		if v, rest, ok = findName(s, names, false, true); ok {
			return v, rest, ok
		}
		return findName(s, names, true, true)
	}
	return findName(s, names, width <= 3, false)
}

func findName(s []byte, names []string, short, anyCase bool) (v int64, rest []byte, ok bool) {
	for i, name := range names {
		if short {
			name = name[:3]
		}
		if len(s) < len(name) {
			continue
		}
		head := s[:len(name)]
		if string(head) == name || anyCase && bytes.EqualFold(head, []byte(name)) {
			return int64(i + 1), s[len(name):], true
		}
	}
	return 0, s, false
}

// half reads AM or PM.
func (p *datePattern) half(f *dateFields, s []byte) (rest []byte, ok bool) {
	if len(s) < 2 {
		return s, false
	}
	word := string(s[:2])
	if p.use.simple {
		word = string(bytes.ToUpper(s[:2]))
	}
	f.pm = word == "PM"
	return s[2:], f.pm || word == "AM"
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
