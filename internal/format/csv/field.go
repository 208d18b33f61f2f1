package csv

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/format/columns"
)

// odd reads the field at p into column c where the fast way of its kind gave up: NULL, less usual forms, faults. It
// stores the value and returns the position of the delimiter or the line's end after it.
func (d *Decoder) odd(c *columns.Column, p int) int {
	text, marked, q := d.field(p)
	if q < 0 {
		return bad
	}
	f := d.judge(c, text, marked)
	switch {
	case f.Msg == "":
	case d.set.ignore && !c.NotNull:
		d.into.Ignored++
		if c.Keep {
			c.SetNull(d.row)
		}
	default:
		return d.fail(f.Code, c, f.Msg)
	}
	return q
}

// field takes the field at p out of its quotes and escapes. text is in d.scratch or part of the data; marked says that
// it had some, which makes it a text and never NULL. The grammar is that of the Splitter: both must agree on where a
// record ends.
func (d *Decoder) field(p int) (text []byte, marked bool, q int) {
	data := d.data
	if d.set.quoting && p < len(data) && data[p] == d.set.quote {
		text, q = d.quotedField(p + 1)
		return text, true, q
	}
	from, out, copied := p, d.scratch[:0], false
	for ; p < len(data); p++ {
		switch c := data[p]; {
		case d.ends(data, p), c == '\r' && p+1 == len(data):
			if copied {
				d.scratch = out
				return out, true, p
			}
			return data[from:p], false, p
		case c == '\r':
			return nil, false, d.syntax("there is a bare carriage return; end lines with a line feed, or quote the field")
		case d.set.quoting && c == d.set.quote:
			return nil, false, d.syntax("there is a quote in the middle of a field that does not begin with one; " +
				"quote the whole field and double the quotes in it, or set '" + keyNoQuote + "'")
		case d.set.escaping && c == d.set.escape:
			if p+1 == len(data) {
				return nil, false, d.syntax("the record ends with an escape character")
			}
			if !copied {
				out, copied = append(out, data[from:p]...), true
			}
			p++
			out = append(out, escaped(data[p]))
		case copied:
			out = append(out, c)
		}
	}
	if copied {
		d.scratch = out
		return out, true, p
	}
	return data[from:p], false, p
}

// quotedField takes the rest of a quoted field, whose text begins at p.
func (d *Decoder) quotedField(p int) (text []byte, q int) {
	data, out := d.data, d.scratch[:0]
	for ; p < len(data); p++ {
		switch c := data[p]; {
		case d.set.escaping && c == d.set.escape:
			if p++; p < len(data) {
				out = append(out, escaped(data[p]))
			}
		case c != d.set.quote:
			out = append(out, c)
		case p+1 < len(data) && data[p+1] == c:
			p++
			out = append(out, c)
		default:
			d.scratch = out
			if p++; p == len(data) || d.ends(data, p) || data[p] == '\r' && p+1 == len(data) {
				return out, p
			}
			return nil, d.syntax("a quoted field is followed by " + columns.Quote(rest(data[p:], d.set.delim)) +
				"; quotes within a field are doubled")
		}
	}
	return nil, d.syntax("a quoted field is never closed")
}

// rest is the beginning of what should not be there.
func rest(data []byte, delim byte) []byte {
	if i := bytes.IndexAny(data, "\n"+string(rune(delim))); i >= 0 {
		data = data[:i]
	}
	return data[:min(len(data), 20)]
}

// escaped is the character that c stands for after an escape.
func escaped(c byte) byte {
	switch c {
	case '0':
		return 0
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

// judge stores the value of a field.
func (d *Decoder) judge(c *columns.Column, text []byte, marked bool) columns.Fault {
	if c.Kind == columns.KindOther {
		d.into.Unknown++
		return columns.Fault{}
	}
	if !marked {
		switch {
		case d.set.hasNull && bytes.Equal(text, d.set.null):
			return c.Null(d.row)
		case !d.set.hasNull && len(text) == 0 && c.Kind != columns.KindText:
			return c.Null(d.row)
		}
	}
	if !utf8.Valid(text) {
		return columns.Fault{
			Code: diag.RecordNotUTF8,
			Msg:  "the text of column " + columns.Quote(c.Name) + " is not valid UTF-8: " + columns.Quote(text),
		}
	}
	switch c.Kind {
	case columns.KindText:
		return c.Text(d.row, text)
	case columns.KindI64, columns.KindInt, columns.KindDecimal, columns.KindWide, columns.KindDouble, columns.KindFloat:
		return d.number(c, text)
	case columns.KindTimestamp, columns.KindDate:
		return c.Datetime(d.row, bytes.Trim(text, " "))
	case columns.KindBool:
		return d.boolean(c, text)
	}
	return columns.Fault{Code: diag.FieldType, Msg: c.Declared() + ", which fields cannot hold"}
}

func (d *Decoder) number(c *columns.Column, text []byte) columns.Fault {
	number, ok := columns.CastNumber(text)
	if !ok {
		if c.Kind == columns.KindDouble || c.Kind == columns.KindFloat {
			if v, ok := columns.SpecialFloat(bytes.Trim(text, " ")); ok {
				c.PutFloat(d.row, v)
				return columns.Fault{}
			}
		}
		return columns.Fault{
			Code: diag.FieldMalformed,
			Msg:  columns.Quote(text) + " is not a number, but " + c.Declared() + d.notNumber(text),
		}
	}
	switch c.Kind {
	case columns.KindI64, columns.KindInt:
		return c.Integer(d.row, number)
	case columns.KindDecimal, columns.KindWide:
		return c.Decimal(d.row, number)
	}
	return c.Approximate(d.row, number)
}

// notNumber goes by the usual mistakes.
func (d *Decoder) notNumber(text []byte) string {
	switch {
	case len(text) == 0:
		return "; '" + keyNull + "' says what NULL looks like"
	case bytes.Count(text, []byte{','}) == 1 && !bytes.Contains(text, []byte{'.'}) && onlyNumber(text):
		return "; decimals are written with a point"
	case strings.EqualFold(string(text), "null") || string(text) == `\N` || strings.EqualFold(string(text), "n/a"):
		return "; if it stands for NULL, say so by '" + keyNull + "'"
	}
	return ""
}

func onlyNumber(text []byte) bool {
	return len(bytes.Trim(text, "0123456789,-+ ")) == 0
}

func (d *Decoder) boolean(c *columns.Column, text []byte) columns.Fault {
	switch word := bytes.Trim(text, " "); {
	case bytes.EqualFold(word, []byte("true")):
		c.PutBool(d.row, true)
	case bytes.EqualFold(word, []byte("false")):
	default:
		return columns.Fault{
			Code: diag.FieldMalformed, Msg: columns.Quote(text) + " is neither true nor false, but " + c.Declared(),
		}
	}
	return columns.Fault{}
}
