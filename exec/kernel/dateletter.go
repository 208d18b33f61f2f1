package kernel

import (
	"fmt"
	"strings"
)

// dateLetter is what is known of a pattern letter.
type dateLetter struct {
	most int    // how often it may occur; 0: not at all
	what string // its meaning
	hint string // what to write, when it is refused
}

// dateLetters is every letter that one of Java's two classes knows:
//
//	y u   year: yy the last two digits, else padded           H k   hour 0–23, 1–24
//	M L   month: number, MMM short name, MMMM name            h K   hour of half a day 1–12, 0–11 (with a)
//	d D   day of the month, of the year                       m s   minute, second
//	E     day of the week: short name, EEEE name              S     fraction of a second, one letter a digit
//	a     AM or PM
//
// Those that may not occur depend on a locale, a time zone or the version of Java.
var dateLetters = map[byte]dateLetter{
	'y': {4, "the year", ""}, 'u': {4, "the year", ""}, 'M': {4, "the month", ""}, 'L': {4, "the month", ""},
	'd': {2, "the day of the month", ""}, 'D': {3, "the day of the year", ""}, 'E': {4, "the day of the week", ""},
	'a': {1, "AM or PM", ""}, 'H': {2, "the hour", ""}, 'k': {2, "the hour from 1 to 24", ""},
	'h': {2, "the hour of half a day", ""}, 'K': {2, "the hour of half a day from 0", ""}, 'm': {2, "the minute", ""},
	's': {2, "the second", ""}, 'S': {9, "the fraction of a second", ""},

	'Y': {0, "the year that the week belongs to", "write yyyy for the year"},
	'w': {0, "the week of the year", "use EXTRACT(WEEK FROM t)"},
	'W': {0, "the week of the month", ""}, 'F': {0, "the week in the month", ""},
	'e': {0, "the number of the day in the week", "use DAYOFWEEK(t)"}, 'c': {0, "the number of the day in the week",
		"use DAYOFWEEK(t)"},
	'Q': {0, "the quarter", "use QUARTER(t)"}, 'q': {0, "the quarter", "use QUARTER(t)"},
	'G': {0, "the era", "write 'AD', in quotes: no time is before the year 1"},
	'A': {0, "the millisecond of the day", ""}, 'n': {0, "the nanosecond", "write S"}, 'N': {0,
		"the nanosecond of the day", ""},
	'B': {0, "the part of the day", "write a"}, 'g': {0, "the Julian day", ""}, 'p': {0, "padding", "use LPAD"},
	'z': {0, zoneLetter, zoneHint}, 'Z': {0, zoneLetter, zoneHint}, 'X': {0, zoneLetter, zoneHint}, 'x': {0,
		zoneLetter, zoneHint},
	'V': {0, zoneLetter, zoneHint}, 'v': {0, zoneLetter, zoneHint}, 'O': {0, zoneLetter, zoneHint},
}

const (
	zoneLetter = "the time zone"
	zoneHint   = "every time is UTC: write it in quotes, such as 'Z'"
)

// refuseLetter says why n times the letter c cannot occur in a pattern for the use; msg is empty if it can.
func refuseLetter(c byte, n int, use dateUse) (msg, hint string) {
	l, known := dateLetters[c]
	run := strings.Repeat(string(rune(c)), n)
	switch {
	case !known:
		return run + " is not a pattern letter", "put text into single quotes"
	case l.most == 0:
		return fmt.Sprintf("%s, %s, is not supported", run, l.what), l.hint
	case n > l.most:
		return fmt.Sprintf("%s is too long: %c is %s, at most %s", run, c, l.what, strings.Repeat(string(rune(c)),
				l.most)),
			"put other text into single quotes"
	case use.simple && c == 'u':
		return "u is the number of the day in the week here, and the year in other functions", "write y for the year"
	case use.simple && c == 'S' && n != 3:
		return "S is the number of milliseconds here, and a digit of the fraction in other functions", "write SSS"
	case use.simple && use.read && c == 'y' && n == 2:
		return "yy is a year near to the present day here, so its century changes as time goes by",
			"TO_TIMESTAMP reads yy as 2000 to 2099: CAST(TO_TIMESTAMP(…) AS DATE)"
	}
	return "", ""
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

// refuseFields says why the fields of a pattern do not make a time when a text is read by it. What is refused Java
// either answers with the wrong hour or day, or only finds out at the text.
func (p *datePattern) refuseFields() (msg, hint string) {
	seen := map[byte]bool{}
	for i, part := range p.parts {
		if part.letter == 0 {
			continue
		}
		if seen[part.letter] {
			return fmt.Sprintf("%c is read twice", part.letter), "read each field once"
		}
		seen[part.letter] = true
		if p.numeric(i) && p.numeric(i+1) && (part.varies() || p.parts[i+1].varies()) {
			return fmt.Sprintf("where %c ends and %c begins is not clear", part.letter, p.parts[i+1].letter),
				"write numbers at full width, such as yyyyMMdd, or put a character between"
		}
	}
	if seen['E'] && !p.whole() {
		return "E, the day of the week, is compared with a date, which the pattern does not have", "read y, M and d too"
	}
	half, full := seen['h'] || seen['K'], seen['H'] || seen['k']
	switch {
	case seen['D'] && (seen['M'] || seen['d']):
		return "D is the day of the year, and month or day are read too", "write d for the day of the month"
	case seen['D'] && !seen['y']:
		return "D, the day of the year, needs a year", "read y too"
	case half && !seen['a']:
		return "h and K are the hours of half a day, and which half is not read", "write H for 0 to 23, or read a too"
	case seen['a'] && !half:
		return "a, AM or PM, goes with h or K", "write h for the hour"
	case half && full, seen['h'] && seen['K'], seen['H'] && seen['k']:
		return "the hour is read twice", "read each field once"
	}
	return "", ""
}

// varies reports whether a number may have more digits than its width.
func (part datePart) varies() bool {
	switch part.letter {
	case 'y':
		return part.width == 1 || part.width == 3
	case 'D':
		return part.width < 3
	case 'S':
		return false
	}
	return part.width == 1
}

// numeric reports whether part i is read as digits.
func (p *datePattern) numeric(i int) bool {
	if i >= len(p.parts) {
		return false
	}
	switch part := p.parts[i]; part.letter {
	case 0, 'E', 'a':
		return false
	case 'M':
		return part.width < 3
	}
	return true
}
