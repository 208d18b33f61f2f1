package javaregex

import "unicode/utf8"

// token is one character of a pattern. A quoted one, from within \Q…\E, is always ordinary.
type token struct {
	r      rune
	quoted bool
	at     int // offset in the pattern
}

// tokens resolves \Q…\E. Without \E the quotation lasts to the end, as in Java.
func tokens(pattern string) []token {
	out := make([]token, 0, len(pattern))
	quoting := false
	for at := 0; at < len(pattern); {
		rest := pattern[at:]
		r, n := utf8.DecodeRuneInString(rest)
		switch {
		case quoting && len(rest) > 1 && rest[:2] == `\E`:
			quoting, n = false, 2
		case !quoting && len(rest) > 1 && rest[:2] == `\Q`:
			quoting, n = true, 2
		case !quoting && r == '\\' && len(rest) > 1:
			// The character after a backslash belongs to it: \\Q is a backslash and a Q.
			next, m := utf8.DecodeRuneInString(rest[1:])
			out = append(out, token{r: r, at: at}, token{r: next, at: at + 1})
			n += m
		default:
			out = append(out, token{r: r, quoted: quoting, at: at})
		}
		at += n
	}
	return out
}
