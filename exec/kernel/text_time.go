package kernel

// What CAST and the functions without a pattern read as dates and times:
//
//	date  yyyy-M-d, four digits of year; where a date is asked for also yyyy-M and yyyy, their missing parts being 1
//	time  yyyy-M-d[(blank or T)H:m[:s[.fraction]][Z]], at most nine digits of fraction
//
// A day that its month does not have is refused, never moved. 24:00:00 is the start of the next day.

// parseDate reads a date, or the date of a time whose parts a blank separates.
func parseDate(s []byte) (days int64, ok bool) {
	days, rest, ok := readDate(s, 1)
	if !ok || len(rest) == 0 {
		return days, ok
	}
	t, ok := parseTimestamp(s)
	return floorDiv(t, microsPerDay), ok && rest[0] == ' '
}

// readDate reads the date that s begins with. A part beyond the first `least` may be missing at the end of the text.
func readDate(s []byte, least int) (days int64, rest []byte, ok bool) {
	y, s, ok := digitsUpTo(s, 4, 4)
	if !ok || y < minYear {
		return 0, s, false
	}
	m, s, ok := nextPart(s, least < 2)
	if !ok || m < 1 || m > 12 {
		return 0, s, false
	}
	d, s, ok := nextPart(s, least < 3)
	if !ok || d < 1 || d > daysIn(y, m) {
		return 0, s, false
	}
	return daysOf(y, m, d), s, true
}

// nextPart reads -n of one or two digits; a part that may be missing is 1 at the end of the text.
func nextPart(s []byte, optional bool) (n int64, rest []byte, ok bool) {
	if len(s) == 0 && optional {
		return 1, s, true
	}
	if len(s) == 0 || s[0] != '-' {
		return 0, s, false
	}
	return digitsUpTo(s[1:], 1, 2)
}

// parseTimestamp reads a date or a time; digits beyond microseconds are cut.
func parseTimestamp(s []byte) (micros int64, ok bool) {
	days, s, ok := readDate(s, 3)
	if !ok {
		return 0, false
	}
	if len(s) == 0 {
		return days * microsPerDay, true
	}
	if s[0] != ' ' && s[0] != 'T' {
		return 0, false
	}
	t, ok := parseClock(s[1:])
	t += days * microsPerDay
	return t, ok && inRange(t)
}

func parseClock(s []byte) (micros int64, ok bool) {
	h, s, ok := digitsUpTo(s, 1, 2)
	if !ok || len(s) == 0 || s[0] != ':' {
		return 0, false
	}
	m, s, ok := digitsUpTo(s[1:], 1, 2)
	if !ok || m > 59 {
		return 0, false
	}
	micros = h*microsPerHour + m*microsPerMinute
	if len(s) > 0 && s[0] == ':' {
		sec, rest, ok := digitsUpTo(s[1:], 1, 2)
		if !ok || sec > 59 {
			return 0, false
		}
		us, rest, ok := nextFraction(rest)
		if !ok {
			return 0, false
		}
		micros, s = micros+sec*microsPerSecond+us, rest
	}
	if len(s) == 1 && s[0] == 'Z' {
		s = nil
	}
	return micros, len(s) == 0 && micros <= microsPerDay
}

// nextFraction reads .digits, up to nine, or nothing.
func nextFraction(s []byte) (micros int64, rest []byte, ok bool) {
	if len(s) == 0 || s[0] != '.' {
		return 0, s, true
	}
	n := 0
	for n+1 < len(s) && s[n+1] >= '0' && s[n+1] <= '9' {
		n++
	}
	micros, rest, ok = readFraction(s[1:], n)
	return micros, rest, ok && n <= 9
}
