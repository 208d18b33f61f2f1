package json

import (
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// Eight bytes at a time.
const (
	ones    = 0x0101010101010101
	tops    = 0x8080808080808080
	quotes  = 0x2222222222222222
	slashes = 0x5c5c5c5c5c5c5c5c
	blanks  = 0x2020202020202020
)

// special has the top bit set of the lowest byte of x that is a quote, a backslash or a control character; bytes above
// that one may be marked wrongly, because a subtraction borrows only from a byte that is itself marked.
func special(x uint64) uint64 {
	return (((x ^ quotes) - ones) | ((x ^ slashes) - ones) | (x - blanks)) &^ x & tops
}

// scanText finds the end of the string whose opening quote is at p: the position of the closing quote. high reports
// whether there are bytes beyond ASCII. It gives bad where a look at single bytes is needed: escapes, faults, no
// string.
func scanText(data []byte, p int) (q int, high bool) {
	if p >= len(data) || data[p] != '"' {
		return bad, false
	}
	p++
	var acc uint64
	for ; p+8 <= len(data); p += 8 {
		x := load(data, p)
		if m := special(x); m != 0 {
			n := bits.TrailingZeros64(m) &^ 7
			if data[p+n>>3] != '"' {
				return bad, false
			}
			acc |= x & (1<<n - 1)
			return p + n>>3, acc&tops != 0
		}
		acc |= x
	}
	for ; p < len(data); p++ {
		switch c := data[p]; {
		case c == '"':
			return p, acc&tops != 0
		case c == '\\' || c < ' ':
			return bad, false
		default:
			acc |= uint64(c)
		}
	}
	return bad, false
}

// unescape reads the string whose opening quote is at p, of any form. It returns its text (in d.scratch, or part of
// data) and the position after the closing quote, bad for what is not a JSON string. whole reports whether the text is
// UTF-8 and has no half surrogate pairs.
func (d *Decoder) unescape(data []byte, p int) (text []byte, q int, whole bool) {
	if p >= len(data) || data[p] != '"' {
		return nil, bad, false
	}
	out, whole := d.scratch[:0], true
	defer func() { d.scratch = out[:0] }()
	for p++; p < len(data); {
		switch c := data[p]; {
		case c == '"':
			return out, p + 1, whole && utf8.Valid(out)
		case c < ' ':
			return nil, bad, false
		case c != '\\':
			out = append(out, c)
			p++
		default:
			r, n := escape(data[p:])
			if n == 0 {
				return nil, bad, false
			}
			p += n
			if utf16.IsSurrogate(r) {
				r2, n2 := escape(data[p:])
				pair := utf16.DecodeRune(r, r2)
				if n2 == 0 || pair == utf8.RuneError {
					whole = false
					continue
				}
				r, p = pair, p+n2
			}
			out = utf8.AppendRune(out, r)
		}
	}
	return nil, bad, false
}

// escape reads one escape sequence; n is 0 when b begins with none.
func escape(b []byte) (r rune, n int) {
	if len(b) < 2 || b[0] != '\\' {
		return 0, 0
	}
	switch b[1] {
	case '"', '\\', '/':
		return rune(b[1]), 2
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		if len(b) < 6 {
			return 0, 0
		}
		for _, c := range b[2:6] {
			v, ok := hexDigit(c)
			if !ok {
				return 0, 0
			}
			r = r<<4 | v
		}
		return r, 6
	}
	return 0, 0
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0'), true
	case c >= 'a' && c <= 'f':
		return rune(c-'a') + 10, true
	case c >= 'A' && c <= 'F':
		return rune(c-'A') + 10, true
	}
	return 0, false
}
