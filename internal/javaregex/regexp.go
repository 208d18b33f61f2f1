package javaregex

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"

	"streamsql/internal/diag"
)

// Regexp is a compiled pattern. Go's regexp does the work wherever it agrees with Java; the machine, which is slower,
// takes
//
//   - texts that end in a line end, when the pattern has `$` or \Z,
//   - texts that are empty or hold any line end, when the pattern has `^` or `$` under (?m),
//   - every text in All, when the pattern can match nothing: Java then also finds the empty match after a match,
//   - long texts in All, when the pattern looks at what precedes: Go's regexp can resume there only by holding every
//     match.
//
// It has scratch memory and is not safe for concurrent use.
type Regexp struct {
	re       *regexp.Regexp
	vm       *machine // nil when it has nothing to do
	ends     bool     // the pattern has $ or \Z
	lines    bool     // the pattern has ^ or $ under (?m)
	behind   bool     // the pattern looks at what precedes: ^, \A, \b, \B
	nullable bool
}

// Compile makes a Regexp. Its error is a *diag.Error that names the construct, its place in the pattern and what to do.
func Compile(pattern string) (*Regexp, error) {
	n, groups, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	if n.size() > maxSize {
		return nil, tooLarge(pattern, nil)
	}
	re, err := regexp.Compile(re2(n))
	if err != nil {
		return nil, tooLarge(pattern, err)
	}
	r := &Regexp{re: re, nullable: n.nullable()}
	n.each(func(x *node) {
		if x.op != opEdge {
			return
		}
		switch x.at {
		case lastLineEnd, lastNewline:
			r.ends = true
		case lineEnd, lineEndUnix:
			r.lines = true
		case lineStart, lineStartUnix:
			r.lines, r.behind = true, true
		case textStart, wordEdge, noWordEdge:
			r.behind = true
		}
	})
	if r.ends || r.lines || r.behind || r.nullable {
		r.vm = newMachine(compile(n, groups))
	}
	return r, nil
}

// maxSize bounds the instructions of a program, whatever the counts: a pattern can come from a row, and 256 of them are
// kept.
const maxSize = 20_000

// tooLarge is what can still fail when RE2 reads our text: its limits.
func tooLarge(pattern string, err error) error {
	msg := "regular expression %q is too large"
	var e *syntax.Error
	if errors.As(err, &e) && e.Code == syntax.ErrInvalidRepeatSize {
		msg = "regular expression %q: counts within counts come to more than 1000"
	}
	return diag.New(diag.BadPattern, msg, pattern).WithHint("use smaller counts, or split the condition")
}

// exact reports whether Go's regexp finds what Java finds first in the text.
func (r *Regexp) exact(text []byte) bool {
	return !(r.ends && endsWithLineEnd(text)) && !(r.lines && (len(text) == 0 || hasLineEnd(text)))
}

// Match reports whether some part of the text matches.
func (r *Regexp) Match(text []byte) bool {
	if r.exact(text) {
		return r.re.Match(text)
	}
	return r.vm.find(text, 0) != nil
}

// Find gives the offsets of the first match and of its groups, two for each and −1 for a group without part in it; nil
// without a match. Borrowed until the next call.
func (r *Regexp) Find(text []byte) []int {
	if r.exact(text) {
		return r.re.FindSubmatchIndex(text)
	}
	return r.vm.find(text, 0)
}

// longText is the length above which the matches of one text are not held together: at one match a byte they would take
// fifty times its memory.
const longText = 64 << 10

// All calls fn with the offsets of every match, as Java's Matcher.find finds them one after the other, until it returns
// false.
func (r *Regexp) All(text []byte, fn func(from, to int) bool) {
	switch {
	case r.nullable || !r.exact(text) || r.behind && len(text) > longText:
		r.allByMachine(text, fn)
	case r.behind:
		for _, m := range r.re.FindAllIndex(text, -1) {
			if !fn(m[0], m[1]) {
				return
			}
		}
	default:
		for at := 0; ; {
			m := r.re.FindIndex(text[at:])
			if m == nil || !fn(at+m[0], at+m[1]) {
				return
			}
			at += m[1]
		}
	}
}

func (r *Regexp) allByMachine(text []byte, fn func(from, to int) bool) {
	for at := 0; at <= len(text); {
		m := r.vm.find(text, at)
		if m == nil || !fn(m[0], m[1]) {
			return
		}
		if at = m[1]; m[0] == m[1] {
			// After an empty match the search continues one character further.
			_, n := utf8.DecodeRune(text[at:])
			at += max(n, 1)
		}
	}
}
