package javaregex

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"

	"streamsql/internal/diag"
)

// Regexp is a compiled pattern. Go's regexp does the work wherever it agrees with Java; the machine, which is slower, takes
//
//   - texts that end in a line end, when the pattern has `$` or \Z,
//   - texts that are empty or hold any line end, when the pattern has `^` or `$` under (?m),
//   - every text in All, when the pattern can match nothing: Java then also finds the empty match after a match.
//
// It has scratch memory and is not safe for concurrent use.
type Regexp struct {
	re       *regexp.Regexp
	vm       *machine // nil when Go's regexp agrees on every text
	ends     bool     // the pattern has $ or \Z
	lines    bool     // the pattern has ^ or $ under (?m)
	nullable bool
}

// Compile makes a Regexp. Its error is a *diag.Error that names the construct, its place in the pattern and what to do.
func Compile(pattern string) (*Regexp, error) {
	n, groups, err := parse(pattern)
	if err != nil {
		return nil, err
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
		case lineStart, lineEnd, lineStartUnix, lineEndUnix:
			r.lines = true
		}
	})
	if r.ends || r.lines || r.nullable {
		r.vm = newMachine(compile(n, groups))
	}
	return r, nil
}

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
	return r.vm == nil ||
		!(r.ends && endsWithLineEnd(text)) && !(r.lines && (len(text) == 0 || hasLineEnd(text)))
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

// All calls fn with the offsets of every match, as Java's Matcher.find finds them one after the other, until it returns
// false.
func (r *Regexp) All(text []byte, fn func(from, to int) bool) {
	if !r.nullable && r.exact(text) {
		for _, m := range r.re.FindAllIndex(text, -1) {
			if !fn(m[0], m[1]) {
				return
			}
		}
		return
	}
	for at := 0; at <= len(text); {
		m := r.vm.find(text, at)
		if m == nil || !fn(m[0], m[1]) {
			return
		}
		if at = m[1]; m[0] == m[1] {
			// After an empty match the search goes on one character further.
			_, n := utf8.DecodeRune(text[at:])
			at += max(n, 1)
		}
	}
}
