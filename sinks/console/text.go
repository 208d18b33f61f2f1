package console

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// csvEncoder writes rows as they come; with op the first column says +I or -D.
type csvEncoder struct{ op bool }

func (e *csvEncoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	for i := range b.N {
		w := b.Weight(i)
		if w < 0 && !e.op {
			return dst, fmt.Errorf("a retraction reached an output that takes insertions only")
		}
		for range max(w, -w) {
			if e.op {
				dst = append(append(dst, opOf(w)...), ',')
			}
			dst = csvRow(dst, b, i)
		}
	}
	return dst, nil
}

func opOf(w int64) string {
	if w < 0 {
		return "-D"
	}
	return "+I"
}

func csvHeader(schema sqltype.Schema, op bool) []byte {
	var out []byte
	if op {
		out = append(out, "_op,"...)
	}
	for i, f := range schema {
		if i > 0 {
			out = append(out, ',')
		}
		out = csvQuote(out, len(out), f.Name == "", []byte(f.Name))
	}
	return append(out, '\n')
}

func csvRow(dst []byte, b *zset.Batch, i int) []byte {
	for c, col := range b.Cols {
		if c > 0 {
			dst = append(dst, ',')
		}
		if null(col, i) {
			continue
		}
		at := len(dst)
		dst = vec.AppendText(dst, col, i)
		dst = csvQuote(dst[:at], at, true, dst[at:])
	}
	return append(dst, '\n')
}

// csvQuote appends a field at dst[at:], quoted when it must be; field may lie right there already.
func csvQuote(dst []byte, at int, quoteEmpty bool, field []byte) []byte {
	if !bytes.ContainsAny(field, "\",\r\n") && (len(field) > 0 || !quoteEmpty) {
		return append(dst[:at], field...)
	}
	field = bytes.ReplaceAll(field, []byte{'"'}, []byte(`""`)) // a copy
	dst = append(dst[:at], '"')
	dst = append(dst, field...)
	return append(dst, '"')
}

func null(col *vec.Vec, i int) bool { return col.Type.Kind == sqltype.Null || col.IsNull(i) }

// cellEnd ends each cell of an encoded table row: a control byte, which no cell holds.
const cellEnd = 0x1f

// cells renders a row for a box: values without anything that moves the cursor or changes its colour.
func cells(dst []byte, b *zset.Batch, i int) []byte {
	var buf [64]byte
	for _, col := range b.Cols {
		dst = append(visible(dst, vec.AppendText(buf[:0], col, i)), cellEnd)
	}
	return dst
}

// visible appends text with control characters (C0, DEL, C1) and bytes that are not UTF-8 as escapes.
func visible(dst, s []byte) []byte {
	for len(s) > 0 {
		r, n := utf8.DecodeRune(s)
		switch {
		case r == utf8.RuneError && n == 1:
			dst = fmt.Appendf(dst, `\x%02x`, s[0])
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == '\t':
			dst = append(dst, `\t`...)
		case r == '\r':
			dst = append(dst, `\r`...)
		case unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029':
			dst = fmt.Appendf(dst, `\u%04x`, r)
		case unicode.IsControl(r):
			dst = fmt.Appendf(dst, `\x%02x`, r)
		default:
			dst = append(dst, s[:n]...)
		}
		s = s[n:]
	}
	return dst
}
