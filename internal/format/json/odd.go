package json

import (
	"bytes"

	"streamsql/internal/diag"
	"streamsql/internal/format/columns"
)

// odd reads the value at p of column c where the fast way of its kind gave up: NULL, less usual forms, faults. It
// stores the value and returns the position after it.
func (d *Decoder) odd(c *columns.Column, p int) int {
	q := d.value(c, p)
	if q < 0 && d.set.ignore && !c.NotNull && d.fault.code != diag.RecordSyntax {
		if q = d.skip(d.data, p, 1); q >= 0 {
			d.fault = fault{}
			d.into.Ignored++
			if c.Keep {
				c.SetNull(d.row)
			}
		}
	}
	return q
}

func (d *Decoder) value(c *columns.Column, p int) int {
	first := d.data[p]
	if first == 'n' {
		return d.null(c, p)
	}
	switch c.Kind {
	case columns.KindI64, columns.KindInt:
		return d.integer(c, p)
	case columns.KindDecimal, columns.KindWide:
		return d.decimal(c, p)
	case columns.KindDouble, columns.KindFloat:
		return d.approximate(c, p)
	case columns.KindText:
		return d.text(c, p)
	case columns.KindTimestamp, columns.KindDate:
		return d.datetime(c, p)
	case columns.KindBool:
		return d.boolean(c, p)
	}
	return d.wrongType(c, p)
}

func (d *Decoder) null(c *columns.Column, p int) int {
	q := literal(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	return d.judged(c, p, q, c.Null(d.row))
}

func (d *Decoder) fail(code diag.Code, c *columns.Column, p int, msg string) int {
	d.fault = fault{code: code, col: c, at: p, msg: msg}
	return bad
}

// judged passes on what the column said of the value from p to q.
func (d *Decoder) judged(c *columns.Column, p, q int, f columns.Fault) int {
	if f.Msg != "" {
		return d.fail(f.Code, c, p, f.Msg)
	}
	return q
}

// wrongType complains about a value of another type than the column's; check finds out whether it is a value at all.
func (d *Decoder) wrongType(c *columns.Column, p int) int {
	return d.fail(diag.FieldType, c, p, c.Declared()+", but the value is "+kindOfValue(d.data[p]))
}

func isNumber(b byte) bool { return b == '-' || b-'0' <= 9 }

func (d *Decoder) integer(c *columns.Column, p int) int {
	if !isNumber(d.data[p]) {
		return d.wrongType(c, p)
	}
	q := number(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	return d.judged(c, p, q, c.Integer(d.row, d.data[p:q]))
}

func (d *Decoder) decimal(c *columns.Column, p int) int {
	if isNumber(d.data[p]) {
		q := number(d.data, p)
		if q < 0 {
			return d.syntax(p)
		}
		return d.judged(c, p, q, c.Decimal(d.row, d.data[p:q]))
	}
	if d.data[p] != '"' {
		return d.wrongType(c, p)
	}
	q := skipText(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	text, ok := columns.CastNumber(d.data[p+1 : q-1])
	if !ok {
		return d.fail(diag.FieldMalformed, c, p,
			"the string "+columns.Quote(d.data[p:q])+" is not a number, but "+c.Declared())
	}
	return d.judged(c, p, q, c.Decimal(d.row, text))
}

func (d *Decoder) approximate(c *columns.Column, p int) int {
	switch {
	case isNumber(d.data[p]):
		q := number(d.data, p)
		if q < 0 {
			return d.syntax(p)
		}
		return d.judged(c, p, q, c.Approximate(d.row, d.data[p:q]))
	case d.data[p] == '"':
		if v, q, ok := special64(d.data, p); ok {
			c.PutFloat(d.row, v)
			return q
		}
	}
	return d.wrongType(c, p)
}

// special64 reads the numbers that JSON has no notation for.
func special64(data []byte, p int) (v float64, q int, ok bool) {
	end := bytes.IndexByte(data[p+1:], '"')
	if end < 0 {
		return 0, 0, false
	}
	v, ok = columns.SpecialFloat(data[p+1 : p+1+end])
	return v, p + end + 2, ok
}

func (d *Decoder) text(c *columns.Column, p int) int {
	if d.data[p] != '"' {
		return d.wrongType(c, p)
	}
	text, q, whole := d.unescape(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	if !whole {
		return d.fail(diag.RecordNotUTF8, c, p, "the text of column "+columns.Quote(c.Name)+
			" is not valid UTF-8 or has half a surrogate pair: "+columns.Quote(d.data[p:q]))
	}
	return d.judged(c, p, q, c.Text(d.row, text))
}

func (d *Decoder) datetime(c *columns.Column, p int) int {
	if d.data[p] != '"' {
		return d.wrongType(c, p)
	}
	text, q, _ := d.unescape(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	return d.judged(c, p, q, c.Datetime(d.row, text))
}

func (d *Decoder) boolean(c *columns.Column, p int) int {
	b := d.data[p]
	if b != 't' && b != 'f' {
		return d.wrongType(c, p)
	}
	q := literal(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	c.PutBool(d.row, b == 't')
	return q
}
