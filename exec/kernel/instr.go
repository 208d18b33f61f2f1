package kernel

import (
	"bytes"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/vec"
)

// instr implements INSTR(text, part, start [, nth]): the position of the nth occurrence at or after start; a negative
// start counts from the end and searches backward, so that the occurrence ends there or before. Occurrences may
// overlap. 0 when there is none, or start is 0.
func instr(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	s, p, start := textsOf(args[0]), textsOf(args[1]), columnOf[int32](args[2])
	nth := column[int32]{v: []int32{1}}
	if len(args) == 4 {
		nth = columnOf[int32](args[3])
	}
	o := vec.Of[int32](out)
	for i := range o[:out.Len] {
		if o[i] = 0; !live.Get(i) {
			continue
		}
		n := int(nth.at(i))
		if n < 1 {
			return fail(i, diag.BadArgument, "INSTR looks for occurrence %d; the first is 1", n)
		}
		nth := findNth(s.at(i), p.at(i), int(start.at(i)), n)
		o[i] = int32(nth) //nolint:gosec // a text has fewer than 2^31 characters
	}
	return nil
}

func findNth(s, part []byte, start, n int) int {
	switch {
	case start == 0:
		return 0
	case len(part) == 0 && start > 0:
		return 1
	case len(part) == 0:
		return utf8.RuneCount(s) + 1
	case start < 0:
		return findBackward(s, part, -start, n)
	}
	at := skipRunes(s, start-1)
	for {
		k := bytes.Index(s[at:], part)
		if k < 0 {
			return 0
		}
		if at += k; n == 1 {
			return utf8.RuneCount(s[:at]) + 1
		}
		n--
		at += skipRunes(s[at:], 1)
	}
}

// findBackward looks for the nth occurrence from the right among those that leave at least back−1 characters after
// them.
func findBackward(s, part []byte, back, n int) int {
	end := utf8.RuneCount(s) - (back - 1)
	if end <= 0 {
		return 0
	}
	s = s[:skipRunes(s, end)]
	for {
		k := bytes.LastIndex(s, part)
		if k < 0 {
			return 0
		}
		if n == 1 {
			return utf8.RuneCount(s[:k]) + 1
		}
		n--
		s = s[:k+len(part)]
		_, w := utf8.DecodeLastRune(s)
		s = s[:len(s)-w]
	}
}
