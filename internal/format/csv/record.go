package csv

import (
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/format/columns"
)

// record reads the record at p into row d.row of the columns. It returns the position after its line, blank for a line
// that holds none, or bad with d.fault set; it never looks beyond the record's end.
func (d *Decoder) record(p int) int {
	data, row := d.data, d.row
	if d.wrong.code != "" {
		d.fault = d.wrong
		return bad
	}
	if len(data) == 0 && len(d.fields) > 1 {
		return blank // an empty message
	}
	if p < len(data) && (data[p] <= '#' || data[p] == mark[0]) {
		if q := d.firstByte(p); q != 0 {
			return q
		}
	}
	last := len(d.fields) - 1
	for i, c := range d.fields {
		// A field begins at p. One that begins like the literal of NULL, or with the data's end, goes the careful way.
		q, from := 0, p // from is after the opening quote
		if p >= len(data) || d.set.hasNull && len(d.set.null) > 0 && data[p] == d.set.null[0] {
			q = d.odd(c, p)
			goto read
		}
		// A column that nobody reads (Keep is false) is scanned and judged like the others: whether a record is bad
		// depends on the table, not on the query. The fast scan of a kind stops at what it does not know; odd then
		// decides what it is.
		if data[p] == d.set.quote && d.set.quoting {
			if from++; from == len(data) {
				q = d.odd(c, p)
				goto read
			}
		}
		switch c.Kind {
		case columns.KindI64:
			var v int64
			if v, q = columns.ScanInt(data, from); from > p {
				q = d.closing(q)
			}
			if q < 0 || !d.ends(data, q) {
				q = d.odd(c, p)
			} else if c.Keep {
				c.I64[row] = v
			}
		case columns.KindInt:
			var v int64
			if v, q = columns.ScanInt(data, from); from > p {
				q = d.closing(q)
			}
			if q < 0 || v < c.Least || v > c.Most || !d.ends(data, q) {
				q = d.odd(c, p)
			} else if c.Keep {
				c.PutInt(row, v)
			}
		case columns.KindText:
			var high bool
			if from > p {
				q, high = d.quoted(data, from)
			} else {
				q, high = d.plain(data, p)
			}
			// Only a text with a byte from 0x80 on is worth the check of its UTF-8. An empty one may be NULL.
			if q <= p || high && !utf8.Valid(data[from:q]) || q-from > c.MaxBytes {
				q = d.odd(c, p)
			} else {
				if c.Keep {
					c.PutText(row, data[from:q])
				}
				q += from - p // the closing quote
			}
		case columns.KindOther:
			if q, _ = d.plain(data, p); q < 0 {
				q = d.odd(c, p)
			} else {
				d.into.Unknown++
			}
		case columns.KindTimestamp:
			var v int64
			if v, q = c.ScanTimestamp(data, from); from > p {
				q = d.closing(q)
			}
			if q < 0 || !d.times || !d.ends(data, q) {
				q = d.odd(c, p)
			} else if c.Keep {
				c.I64[row] = v
			}
		case columns.KindDecimal:
			var v int64
			if v, q = c.ScanDecimal(data, from); from > p {
				q = d.closing(q)
			}
			if q < 0 || !d.ends(data, q) {
				q = d.odd(c, p)
			} else if c.Keep {
				c.I64[row] = v
			}
		case columns.KindDouble:
			var v float64
			if v, q = columns.ScanFloat(data, from); from > p {
				q = d.closing(q)
			}
			if q < 0 || !d.ends(data, q) {
				q = d.odd(c, p)
			} else if c.Keep {
				c.F64[row] = v
			}
		default:
			q = d.odd(c, p)
		}
	read:
		if q < 0 {
			return bad
		}
		if q < len(data) && data[q] == d.set.delim {
			if i == last {
				return d.tooMany(p)
			}
			p = q + 1
			continue
		}
		if i < last {
			return d.tooFew(i+1, q)
		}
		p = q
	}
	for _, c := range d.absent {
		c.SetNull(row)
	}
	// p is at the end of the line, or of the data.
	if p < len(data) && data[p] == '\r' {
		p++
	}
	if p < len(data) {
		p++
	}
	return p
}

// firstByte judges a record by what it begins with: 0 when it has to be read.
func (d *Decoder) firstByte(p int) int {
	data := d.data
	switch c := data[p]; {
	case c == '#' && d.set.comments:
		return blank
	case c == mark[0]:
		if len(data)-p >= len(mark) && string(data[p:p+len(mark)]) == mark {
			return d.syntax("there is a byte order mark in the middle of the file (were files joined?)")
		}
	case c <= ' ' && len(d.fields) > 1:
		// In a table of one column an empty line is a record with an empty field.
		for c = data[p]; (c == ' ' || c == '\t') && !d.set.marks(c); c = data[p] {
			if p++; p == len(data) {
				return blank
			}
		}
		if c == '\n' || d.ends(data, p) && c == '\r' {
			return blank
		}
	}
	return 0
}

const mark = "\xef\xbb\xbf"

func (d *Decoder) syntax(msg string) int {
	d.fault = fault{code: diag.RecordSyntax, msg: msg}
	return bad
}

func (d *Decoder) fail(code diag.Code, c *columns.Column, msg string) int {
	d.fault = fault{code: code, col: c, msg: msg}
	return bad
}
