package javaregex

import (
	"sync"
	"unicode"
)

// foldASCII adds the other case of every ASCII letter: what (?i) means in Java.
func (s set) foldASCII() set {
	out := append(set(nil), s...)
	for c := 'a'; c <= 'z'; c++ {
		upper := c - 'a' + 'A'
		switch low, up := s.has(c), s.has(upper); {
		case low && !up:
			out = append(out, span{upper, upper})
		case up && !low:
			out = append(out, span{c, c})
		}
	}
	return out.normal()
}

// cased is every character that its upper case, or the lower case of that, differs from.
var cased = sync.OnceValue(func() []rune {
	var out []rune
	for _, r := range unicode.CaseRanges {
		for c := rune(r.Lo); c <= rune(r.Hi); c++ {
			if up := unicode.ToUpper(c); up != c || unicode.ToLower(up) != c {
				out = append(out, c)
			}
		}
	}
	return out
})

// foldRange adds to a range what (?iu) adds in Java: the characters whose upper case, or its lower case, is in it.
func (s set) foldRange() set {
	out := append(set(nil), s...)
	for _, c := range cased() {
		if up := unicode.ToUpper(c); s.has(up) || s.has(unicode.ToLower(up)) {
			out = append(out, span{c, c})
		}
	}
	return out.normal()
}

// foldOne is what a single character matches under (?iu): every character with the same lower case of the upper case.
func foldOne(r rune) set {
	up := unicode.ToUpper(r)
	low := unicode.ToLower(up)
	if up == low {
		return one(r)
	}
	out := set{{r, r}, {low, low}}
	for _, c := range cased() {
		if unicode.ToLower(unicode.ToUpper(c)) == low {
			out = append(out, span{c, c})
		}
	}
	return out.normal()
}
