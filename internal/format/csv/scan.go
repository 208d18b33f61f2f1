package csv

import (
	"encoding/binary"
	"math/bits"

	"streamsql/internal/format/columns"
)

// Eight bytes at a time.
const (
	ones   = 0x0101010101010101
	tops   = 0x8080808080808080
	blanks = 0x2020202020202020
)

func load(data []byte, p int) uint64 { return binary.LittleEndian.Uint64(data[p:]) }

// patterns holds the characters that end the fast scan of a text, each eight times.
type patterns struct{ delim, quote, escape uint64 }

func (d dialect) patterns() patterns {
	return patterns{ones * uint64(d.delim), ones * uint64(d.quote), ones * uint64(d.escape)}
}

// special has the top bit set of the lowest byte of x that is a delimiter, a quote, an escape or a control character;
// bytes above that one may be marked wrongly, because a subtraction borrows only from a byte that is itself marked.
func (w *patterns) special(x uint64) uint64 {
	return (((x ^ w.delim) - ones) | ((x ^ w.quote) - ones) | ((x ^ w.escape) - ones) | (x - blanks)) &^ x & tops
}

// plain finds the end of the unquoted text at p: the position of the delimiter or of the end of the line. high reports
// whether there are bytes beyond ASCII. It gives Odd where a look at single bytes is needed: quotes, escapes, a
// carriage return within the text, the end of the data.
func (d *Decoder) plain(data []byte, p int) (q int, high bool) {
	var acc uint64
	w := &d.words
	for {
		for ; p+8 <= len(data); p += 8 {
			x := load(data, p)
			if m := w.special(x); m != 0 {
				n := bits.TrailingZeros64(m) &^ 7
				acc |= x & (1<<n - 1)
				p += n >> 3
				goto found
			}
			acc |= x
		}
		for ; p < len(data); p++ {
			c := data[p]
			if c < ' ' || c == d.set.delim || c == d.set.quote || c == d.set.escape {
				goto found
			}
			acc |= uint64(c)
		}
		return columns.Odd, false
	found:
		switch c := data[p]; {
		case d.ends(data, p):
			return p, acc&tops != 0
		case c >= ' ' || c == '\r' || c == d.set.quote || c == d.set.escape:
			return columns.Odd, false
		}
		p++ // another control character
	}
}

// quoted finds the end of the quoted text at p, which is after the opening quote: the position of the closing one. It
// gives Odd for texts with doubled quotes or escapes.
func (d *Decoder) quoted(data []byte, p int) (q int, high bool) {
	var acc uint64
	quote, escape := d.words.quote, d.words.escape
	if !d.set.escaping {
		escape = quote
	}
	for ; p+8 <= len(data); p += 8 {
		x := load(data, p)
		if m := (((x ^ quote) - ones) | ((x ^ escape) - ones)) &^ x & tops; m != 0 {
			n := bits.TrailingZeros64(m) &^ 7
			acc |= x & (1<<n - 1)
			p += n >> 3
			break
		}
		acc |= x
	}
	for ; p < len(data); p++ {
		c := data[p]
		if c == d.set.quote {
			if d.ends(data, p+1) {
				return p, acc&tops != 0
			}
			break
		}
		if d.set.escaping && c == d.set.escape {
			break
		}
		acc |= uint64(c)
	}
	return columns.Odd, false
}

// ends reports whether a field ends before the byte at q. At the end of the data the careful way is taken.
func (d *Decoder) ends(data []byte, q int) bool {
	if q >= len(data) {
		return false
	}
	c := data[q]
	return c == d.set.delim || c == '\n' || c == '\r' && q+1 < len(data) && data[q+1] == '\n'
}

// closing is the position after the quote that must be at q, Odd when there is none; q may be Odd.
func (d *Decoder) closing(q int) int {
	if q < 0 || q >= len(d.data) || d.data[q] != d.set.quote {
		return columns.Odd
	}
	return q + 1
}
