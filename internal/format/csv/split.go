package csv

import (
	"bytes"

	"streamsql/internal/format"
)

// splitter finds where records end: at a line feed that is not within quotes. A quote opens a field only where the
// field begins, so that a stray one in the middle of a text makes one record bad and not all that follow. Comments are
// records of their own.
type splitter struct{ dialect }

func (d dialect) splitter() format.Splitter {
	if !d.quoting && !d.escaping {
		return format.Lines{}
	}
	return splitter{d}
}

// Split implements format.Splitter.
func (s splitter) Split(data []byte, most int) (n, end int) {
	if s.escaping || s.comments {
		return s.slowly(data, most)
	}
	if bytes.IndexByte(data, s.quote) < 0 {
		return format.Lines{}.Split(data, most)
	}
	for p := 0; ; {
		// p is outside of quotes: all line feeds before the next quote end a record. Where every field is quoted, the
		// next quote comes after one byte.
		for p < len(data) && (data[p] == '\n' || data[p] == s.delim) {
			if data[p] == '\n' {
				if n, end = n+1, p+1; n == most {
					return n, end
				}
			}
			p++
		}
		if p < len(data) && data[p] != s.quote {
			open := bytes.IndexByte(data[p:], s.quote)
			plain := data[p:]
			if open >= 0 {
				plain = plain[:open]
			}
			if bytes.IndexByte(plain, '\n') >= 0 {
				k, e := format.Lines{}.Split(plain, most-n)
				if n, end = n+k, p+e; n == most {
					return n, end
				}
			}
			if open < 0 {
				return n, end
			}
			p += open
		}
		if p >= len(data) {
			return n, end
		}
		if p > 0 && data[p-1] != s.delim && data[p-1] != '\n' {
			p++ // within an unquoted field
			continue
		}
		if p = s.closing(data, p+1); p < 0 {
			return n, end
		}
	}
}

// closing is the position after the quote that ends the quoted field whose text begins at p, −1 when none is there.
func (s splitter) closing(data []byte, p int) int {
	for {
		q := bytes.IndexByte(data[p:], s.quote)
		if q < 0 {
			return -1
		}
		if p += q + 1; p == len(data) || data[p] != s.quote {
			return p
		}
		p++
	}
}

// slowly is Split for dialects in which a quote does not say by itself what it is.
func (s splitter) slowly(data []byte, most int) (n, end int) {
	for n < most {
		e, _ := s.End(data[end:], 0)
		if e < 0 {
			break
		}
		n, end = n+1, end+e
	}
	return n, end
}

// The states of End.
const (
	atRecord  = iota // at the first byte of a record
	atField          // at the first byte of another field
	inPlain          // in an unquoted field, or in what follows a quoted one
	inQuotes         // in a quoted field
	afterOne         // after a quote in a quoted field: the end, or the first of two
	escPlain         // after an escape in an unquoted field
	escQuotes        // after an escape in a quoted field
	inComment
)

// End implements format.Splitter.
func (s splitter) End(data []byte, state int) (end, next int) {
	for i := 0; i < len(data); i++ {
		c := data[i]
		switch state {
		case inComment:
			if c == '\n' {
				return i + 1, 0
			}
			continue
		case inQuotes:
			switch {
			case s.escaping && c == s.escape:
				state = escQuotes
			case c == s.quote:
				state = afterOne
			}
			continue
		case escPlain:
			state = inPlain
			continue
		case escQuotes:
			state = inQuotes
			continue
		case afterOne:
			if c == s.quote {
				state = inQuotes
				continue
			}
		case atRecord, atField:
			if s.quoting && c == s.quote {
				state = inQuotes
				continue
			}
			if state == atRecord && s.comments && c == '#' {
				state = inComment
				continue
			}
		}
		switch {
		case c == '\n':
			return i + 1, 0
		case c == s.delim:
			state = atField
		case s.escaping && c == s.escape:
			state = escPlain
		default:
			state = inPlain
		}
	}
	return -1, state
}
