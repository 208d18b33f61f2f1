package csv

import (
	"bytes"
	"fmt"
	"math/bits"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/columns"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// Encoder writes rows as records. It implements format.Encoder.
//
//	1007,apple,"a ""quoted"" text",2026-01-01 12:00:00.123,12.50,true
//
// A field is quoted where it must be: when it holds a delimiter, a quote, an escape or the end of a line, when it reads
// like the literal of NULL and is not one, and when it is the empty text, which is not NULL. A row of weight w is
// written w times.
//
//	integers, DECIMAL    with all digits of the scale
//	FLOAT, DOUBLE        the shortest text that reads back; NaN, Infinity, -Infinity
//	DATE, TIMESTAMP(p)   2026-01-01, 2026-01-01 12:00:00.123 with p digits
//	TIMESTAMP_LTZ(p)     the same with a final Z
//	NULL                 csv.null-literal, else nothing
//
// The decoder reads all of this back to the same values, but for one: without csv.null-literal a NULL in a column of
// text comes back as the empty text, as in Flink.
type Encoder struct {
	set   settings
	words patterns
	names sqltype.Schema
	cols  []columns.Out
	days  columns.Days
	flat  []vec.Vec // columns of other shapes, flattened
	wary  bool      // a number or a time may need quotes
}

var _ format.Encoder = (*Encoder)(nil)

// NewEncoder makes an encoder for rows of the given schema.
func NewEncoder(schema sqltype.Schema, v option.Values) *Encoder {
	e := &Encoder{set: settingsOf(v), names: schema, flat: make([]vec.Vec, len(schema))}
	e.words = e.set.patterns()
	e.days.Between = ' '
	for _, f := range schema {
		e.cols = append(e.cols, columns.NewOut(f.Type))
	}
	// What values other than texts are made of.
	const made = " +-.:0123456789ENTZaefilnrstuy"
	e.wary = bytes.ContainsAny([]byte{e.set.delim, e.set.quote, e.set.escape}, made) ||
		len(e.set.null) > 0 && len(bytes.Trim(e.set.null, made)) == 0
	return e
}

// Head is the line of names.
func (e *Encoder) Head() []byte {
	var dst []byte
	for i, f := range e.names {
		if i > 0 {
			dst = append(dst, e.set.delim)
		}
		dst, _ = e.text(dst, []byte(f.Name), i)
	}
	return append(dst, '\n')
}

// Encode implements format.Encoder.
func (e *Encoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	if len(b.Cols) != len(e.cols) {
		return dst, fmt.Errorf("a batch of %d columns for an encoder of %d", len(b.Cols), len(e.cols))
	}
	for i := range e.cols {
		e.cols[i].Bind(b.Cols[i], &e.flat[i])
	}
	for row := range b.N {
		w := b.Weight(row)
		if w < 0 {
			return dst, fmt.Errorf("a retraction reached an encoder that takes insertions only")
		}
		from := len(dst)
		var err error
		if dst, err = e.record(dst, row); err != nil {
			return dst, err
		}
		size := len(dst) - from
		for range w - 1 {
			dst = append(dst, dst[from:from+size]...)
		}
		if w == 0 {
			dst = dst[:from]
		}
	}
	return dst, nil
}

func (e *Encoder) record(dst []byte, row int) (_ []byte, err error) {
	for i := range e.cols {
		c := &e.cols[i]
		if i > 0 {
			dst = append(dst, e.set.delim)
		}
		if !c.Valid.Get(row) || c.Type.Kind == sqltype.Null {
			dst = append(dst, e.set.null...)
			continue
		}
		at := len(dst)
		switch c.Form {
		case columns.FormI64:
			dst = columns.AppendInt(dst, c.I64[row])
		case columns.FormText:
			if dst, err = e.text(dst, c.Bytes[c.Off[row]:c.Off[row+1]], i); err != nil {
				return dst, err
			}
			continue
		case columns.FormCode:
			k := c.Codes[row]
			if dst, err = e.text(dst, c.Bytes[c.Off[k]:c.Off[k+1]], i); err != nil {
				return dst, err
			}
			continue
		case columns.FormTimestamp:
			dst = e.days.AppendTimestamp(dst, c.I64[row], c.Digits, c.Zone)
		case columns.FormDouble:
			dst = columns.AppendFloat(dst, c.F64[row], false)
		case columns.FormDecimal:
			dst = columns.AppendDecimal(dst, c.I64[row], c.Digits)
		default:
			dst = c.AppendRare(dst, row, &e.days)
		}
		if e.wary {
			if dst, err = e.text(dst[:at], bytes.Clone(dst[at:]), i); err != nil {
				return dst, err
			}
		}
	}
	return append(dst, '\n'), nil
}

// text appends s as field i.
func (e *Encoder) text(dst, s []byte, i int) ([]byte, error) {
	n := e.clean(s)
	if n == len(s) && !e.special(s, i) {
		return append(dst, s...), nil
	}
	if !e.set.quoting {
		return e.unquoted(dst, s, i)
	}
	dst = append(dst, e.set.quote)
	for _, c := range s {
		switch {
		case c == e.set.quote:
			dst = append(dst, c)
		case e.set.escaping && c == e.set.escape:
			dst = append(dst, c)
		}
		dst = append(dst, c)
	}
	return append(dst, e.set.quote), nil
}

// special reports whether a field without a character to be quoted would be read as something else: as NULL, as a
// comment, as a mark of the file.
func (e *Encoder) special(s []byte, i int) bool {
	switch {
	case len(s) == 0:
		return e.set.quoting || e.set.hasNull && len(e.set.null) == 0
	case e.set.hasNull && bytes.Equal(s, e.set.null):
		return true
	case i > 0:
		return false
	}
	return e.set.comments && s[0] == '#' || bytes.HasPrefix(s, []byte(mark))
}

// unquoted appends a field where there are no quotes: escaped, if there are escapes.
func (e *Encoder) unquoted(dst, s []byte, i int) ([]byte, error) {
	if !e.set.escaping || len(s) == 0 {
		return dst, diag.New(diag.Unwritable, "the text %s of column %q cannot be written without quotes: it would be read "+
			"as something else", columns.Quote(s), e.names[i].Name).
			WithHint("leave '%s' out, or set '%s'", keyNoQuote, keyEscape)
	}
	mark := -1 // what is escaped so that the field is not read as something else
	if e.special(s, i) {
		if mark = bytes.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0nrt", r) }); mark < 0 {
			return e.unquoted(dst, nil, i)
		}
	}
	for k, c := range s {
		switch {
		case c == '\n':
			dst = append(dst, e.set.escape, 'n')
			continue
		case c == '\r':
			dst = append(dst, e.set.escape, 'r')
			continue
		case c == e.set.delim, c == e.set.escape, k == mark:
			dst = append(dst, e.set.escape)
		}
		dst = append(dst, c)
	}
	return dst, nil
}

// clean is the number of leading bytes that need no quotes.
func (e *Encoder) clean(s []byte) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if m := e.words.special(load(s, i)); m != 0 {
			if i += bits.TrailingZeros64(m) >> 3; e.dirty(s[i]) {
				return i
			}
			i -= 7 // another control character: go on after it
		}
	}
	for ; i < len(s); i++ {
		if e.dirty(s[i]) {
			return i
		}
	}
	return i
}

func (e *Encoder) dirty(c byte) bool {
	return e.set.marks(c) || c == '\n' || c == '\r'
}
