package json

import (
	"encoding/binary"

	"streamsql/internal/format/columns"
)

// guess is the text between two values of a record as it is expected to be, from the brace or comma to the first byte
// of the value: `,"bidder":`. The words hold its first 16 bytes, the masks cover its length.
type guess struct {
	col    *columns.Column
	w0, w1 uint64
	m0, m1 uint64
	n      int
	text   string
}

func newGuess(text []byte, col *columns.Column) guess {
	var first, mask [16]byte
	for i := range min(len(text), 16) {
		first[i], mask[i] = text[i], 0xff
	}
	le := binary.LittleEndian
	return guess{
		col: col, n: len(text), text: string(text),
		w0: le.Uint64(first[:8]), w1: le.Uint64(first[8:]), m0: le.Uint64(mask[:8]), m1: le.Uint64(mask[8:]),
	}
}

// at reports whether the guess is in data at p. It is small enough to be inlined.
func (g *guess) at(data []byte, p int) bool {
	if p+16 > len(data) || g.n > 16 {
		return g.long(data, p)
	}
	return load(data, p)&g.m0 == g.w0 && load(data, p+8)&g.m1 == g.w1
}

func (g *guess) long(data []byte, p int) bool {
	return p+g.n <= len(data) && string(data[p:p+g.n]) == g.text
}

// The cache is small: records with very many or very long keys are read key by key.
const (
	mostGuesses  = 512
	longestGuess = 512
)

// keepGuess remembers text for the next records, when there is room.
func (d *Decoder) keepGuess(text []byte, c *columns.Column) {
	if len(d.guess) < mostGuesses && len(text) <= longestGuess {
		d.guess = append(d.guess, newGuess(text, c))
	}
}

// startRecord decides whether the guesses are still good: after two records in a row that mostly missed, the next one
// is learned from the beginning.
func (d *Decoder) startRecord() {
	d.serial++
	if d.strange >= 2 {
		d.guess, d.strange = d.guess[:0], 0
	}
	d.learn = len(d.guess) == 0
}

// endRecord counts how well the guesses did.
func (d *Decoder) endRecord(missed int) {
	if !d.learn && missed*2 > len(d.guess) {
		d.strange++
	} else {
		d.strange = 0
	}
	d.learn = false
}

// findGuess is where the guesses go on after the column c was read without one.
func (d *Decoder) findGuess(c *columns.Column, k int) int {
	if c == d.other {
		return k
	}
	for i := range d.guess {
		if d.guess[i].col == c {
			return i + 1
		}
	}
	return k
}
