package javaregex

import "unicode/utf8"

// at reports whether the edge is at offset i of the text.
func (e edge) at(text []byte, i int) bool {
	switch e {
	case textStart:
		return i == 0
	case textEnd:
		return i == len(text)
	case lastLineEnd:
		n := lineEndAt(text, i)
		return i == len(text) || n > 0 && i+n == len(text) && !withinCRLF(text, i)
	case lastNewline:
		return i == len(text) || i == len(text)-1 && text[i] == '\n'
	case lineStart:
		return i < len(text) && (i == 0 || endsLineBefore(text, i) && !withinCRLF(text, i))
	case lineStartUnix:
		return i < len(text) && (i == 0 || text[i-1] == '\n')
	case lineEnd:
		return i == len(text) || lineEndAt(text, i) > 0 && !withinCRLF(text, i)
	case lineEndUnix:
		return i == len(text) || text[i] == '\n'
	case wordEdge:
		return wordBefore(text, i) != wordAfter(text, i)
	default: // noWordEdge
		return wordBefore(text, i) == wordAfter(text, i)
	}
}

// lineEndAt is the length of the line end that begins at i, \r\n as one; 0 without one.
func lineEndAt(text []byte, i int) int {
	if i == len(text) {
		return 0
	}
	if text[i] == '\r' && i+1 < len(text) && text[i+1] == '\n' {
		return 2
	}
	if r, n := utf8.DecodeRune(text[i:]); lineEnds.has(r) {
		return n
	}
	return 0
}

// withinCRLF reports whether i is between \r and \n.
func withinCRLF(text []byte, i int) bool {
	return i > 0 && i < len(text) && text[i-1] == '\r' && text[i] == '\n'
}

func endsLineBefore(text []byte, i int) bool {
	r, _ := utf8.DecodeLastRune(text[:i])
	return lineEnds.has(r)
}

func wordBefore(text []byte, i int) bool { return i > 0 && words.has(rune(text[i-1])) }
func wordAfter(text []byte, i int) bool  { return i < len(text) && words.has(rune(text[i])) }

// endsWithLineEnd reports whether a line end is the last character of the text.
func endsWithLineEnd(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	switch last := text[len(text)-1]; last {
	case '\n', '\r':
		return true
	case 0x85, 0xa8, 0xa9:
		return endsLineBefore(text, len(text))
	}
	return false
}

// hasLineEnd reports whether there is a line end in the text.
func hasLineEnd(text []byte) bool {
	for i, c := range text {
		switch c {
		case '\n', '\r':
			return true
		case 0xc2, 0xe2:
			if lineEndAt(text, i) > 0 {
				return true
			}
		}
	}
	return false
}
