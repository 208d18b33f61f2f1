package csv

import (
	"bytes"
	"strconv"

	"streamsql/internal/diag"
)

// explain recognises records of other tables' files, whatever else is wrong with them; "" for others.
func (d *Decoder) explain(record []byte) string {
	if msg := notText(record); msg != "" {
		return msg
	}
	if len(d.fields) < 2 || bytes.IndexByte(record, d.set.delim) >= 0 {
		return ""
	}
	if other := d.otherDelimiter(record, len(d.fields)-1); other != "" {
		return "the record has 1 field, but the table " + d.has() + "; if " + other + " separates them, set '" +
			keyDelimiter + "'"
	}
	return ""
}

// otherDelimiter names another of the usual delimiters that occurs at least n times in a record; "" when none does.
func (d *Decoder) otherDelimiter(record []byte, n int) string {
	for _, other := range []byte{';', '\t', '|', ','} {
		if other != d.set.delim && bytes.Count(record, []byte{other}) >= n {
			return delimiter(other)
		}
	}
	return ""
}

// notText recognises what is not UTF-8 at all; "" for others.
func notText(record []byte) string {
	if bytes.HasPrefix(record, []byte{0xff, 0xfe}) || bytes.HasPrefix(record, []byte{0xfe, 0xff}) ||
		bytes.Count(record, []byte{0})*3 > len(record) {
		return "the text looks like UTF-16; only UTF-8 is read"
	}
	return ""
}

// tooMany complains about fields after the last one.
func (d *Decoder) tooMany(p int) int {
	n := d.count(p, len(d.fields)-1)
	if n < 0 {
		return bad // a later field is wrong by itself
	}
	msg := "the record has " + fields(n)
	if n == len(d.fields)+1 && d.emptyEnd() {
		msg += ", the last one empty after a final delimiter"
	}
	return d.syntax(msg + ", but the table " + d.has())
}

// emptyEnd reports whether the last byte that count saw was a delimiter.
func (d *Decoder) emptyEnd() bool {
	return d.counted > 0 && d.data[d.counted-1] == d.set.delim
}

// tooFew complains about a record that ends at q after n fields.
func (d *Decoder) tooFew(n, q int) int {
	if d.set.ignore {
		return d.shortened(n, q)
	}
	msg := "the record has " + fields(n) + ", but the table " + d.has()
	return d.fail(diag.FieldMissing, d.fields[n], msg)
}

func delimiter(c byte) string {
	if c == '\t' {
		return "a tab"
	}
	return strconv.Quote(string(rune(c)))
}

// shortened ends a record under csv.ignore-parse-errors that lacks fields: they are NULL.
func (d *Decoder) shortened(n, q int) int {
	for _, c := range d.fields[n:] {
		if c.NotNull {
			return d.fail(diag.FieldMissing, c, "the record has "+fields(n)+", but the table "+d.has())
		}
		d.into.Ignored++
		if c.Keep {
			c.SetNull(d.row)
		}
	}
	for _, c := range d.absent {
		c.SetNull(d.row)
	}
	if q < len(d.data) && d.data[q] == '\r' {
		q++
	}
	return min(q+1, len(d.data))
}

func (d *Decoder) has() string {
	if d.set.header == headerNames {
		return "has " + strconv.Itoa(len(d.fields)) + " by the header of the file"
	}
	return "has " + strconv.Itoa(len(d.fields))
}

func fields(n int) string { return diag.Plural(n, "field") }

// count is the number of fields of a record of which the n-th (from 0) begins at p, −1 where one is malformed.
func (d *Decoder) count(p, n int) int {
	for {
		_, _, q := d.field(p)
		if q < 0 {
			return q
		}
		n++
		if d.counted = q; q == len(d.data) || d.data[q] != d.set.delim {
			return n
		}
		p = q + 1
	}
}
