package json

import (
	"bytes"
	"math"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// odd reads the value at p of column c where the fast way of its kind gave up: NULL, less usual forms, faults. It
// stores the value and returns the position after it.
func (d *Decoder) odd(c *column, p int) int {
	q := d.value(c, p)
	if q < 0 && d.set.ignore && !c.notNull && d.fault.code != diag.RecordSyntax {
		if q = d.skip(d.data, p, 1); q >= 0 {
			d.fault = fault{}
			d.into.Ignored++
			if c.keep {
				c.setNull(d.row)
			}
		}
	}
	return q
}

func (d *Decoder) value(c *column, p int) int {
	first := d.data[p]
	if first == 'n' {
		return d.null(c, p)
	}
	switch c.kind {
	case kindI64, kindInt:
		return d.integer(c, p)
	case kindDecimal, kindWide:
		return d.decimal(c, p)
	case kindDouble, kindFloat:
		return d.approximate(c, p)
	case kindText:
		return d.text(c, p)
	case kindTimestamp, kindDate:
		return d.datetime(c, p)
	case kindBool:
		return d.boolean(c, p)
	}
	return d.wrongType(c, p)
}

func (d *Decoder) null(c *column, p int) int {
	q := literal(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	if c.notNull {
		return d.fail(diag.FieldNull, c, p, "column "+quote(c.name)+" is NOT NULL")
	}
	if c.keep {
		c.setNull(d.row)
	}
	return q
}

func (d *Decoder) fail(code diag.Code, c *column, p int, msg string) int {
	d.fault = fault{code: code, col: c, at: p, msg: msg}
	return bad
}

// wrongType complains about a value of another type than the column's; check finds out whether it is a value at all.
func (d *Decoder) wrongType(c *column, p int) int {
	return d.fail(diag.FieldType, c, p, c.declared()+", but the value is "+kindOfValue(d.data[p]))
}

func (d *Decoder) outOfRange(c *column, p, q int) int {
	return d.fail(diag.FieldRange, c, p, quote(d.data[p:q])+" does not fit, as "+c.declared())
}

// declared names the column and its type, as a clause of a message.
func (c *column) declared() string {
	return "column " + quote(c.name) + " is " + c.typ.Nullable().String()
}

func isNumber(b byte) bool { return b == '-' || b-'0' <= 9 }

func (d *Decoder) integer(c *column, p int) int {
	if !isNumber(d.data[p]) {
		return d.wrongType(c, p)
	}
	q := number(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	n := exactly(d.data[p:q], d.scratch)
	d.scratch = n.digits
	v, whole, fits := n.int64()
	if !whole {
		return d.fail(diag.FieldRange, c, p, quote(d.data[p:q])+" is not a whole number, but "+c.declared())
	}
	if !fits || v < c.least || v > c.most {
		return d.outOfRange(c, p, q)
	}
	if c.keep {
		c.putInt(d.row, v)
	}
	return q
}

func (d *Decoder) decimal(c *column, p int) int {
	from, to, q := p, 0, 0
	switch {
	case isNumber(d.data[p]):
		if q = number(d.data, p); q < 0 {
			return d.syntax(p)
		}
		to = q
	case d.data[p] == '"':
		if from, to, q = castNumber(d.data, p+1); q < 0 {
			if q = skipText(d.data, p); q < 0 {
				return d.syntax(p)
			}
			return d.fail(diag.FieldMalformed, c, p, "the string "+quote(d.data[p:q])+" is not a number, but "+c.declared())
		}
	default:
		return d.wrongType(c, p)
	}
	n := exactly(d.data[from:to], d.scratch)
	d.scratch = n.digits
	v, exact, fits := n.unscaled(int(c.typ.P), int(c.typ.S))
	if !fits {
		return d.outOfRange(c, from, to)
	}
	if !exact {
		return d.fail(diag.FieldRange, c, p, quote(d.data[from:to])+" has too many digits after the point, as "+c.declared())
	}
	if !c.keep {
		return q
	}
	if c.kind == kindDecimal {
		c.i64[d.row], _ = v.Int64()
	} else {
		vec.Of[vec.I128](c.out)[d.row] = v
	}
	return q
}

func (d *Decoder) approximate(c *column, p int) int {
	var v float64
	q, fits := 0, true
	switch {
	case isNumber(d.data[p]):
		if q = number(d.data, p); q < 0 {
			return d.syntax(p)
		}
		size := 64
		if c.kind == kindFloat {
			size = 32
		}
		v, fits = float(d.data[p:q], size)
	case d.data[p] == '"':
		var ok bool
		if v, q, ok = special64(d.data, p); !ok {
			return d.wrongType(c, p)
		}
	default:
		return d.wrongType(c, p)
	}
	if !fits {
		return d.outOfRange(c, p, q)
	}
	if !c.keep {
		return q
	}
	if c.kind == kindFloat {
		vec.Of[float32](c.out)[d.row] = float32(v)
	} else {
		c.f64[d.row] = v
	}
	return q
}

// special64 reads the numbers that JSON has no notation for.
func special64(data []byte, p int) (float64, int, bool) {
	for _, s := range [...]struct {
		text string
		v    float64
	}{{`"NaN"`, math.NaN()}, {`"Infinity"`, math.Inf(1)}, {`"-Infinity"`, math.Inf(-1)}} {
		if bytes.HasPrefix(data[p:], []byte(s.text)) {
			return s.v, p + len(s.text), true
		}
	}
	return 0, 0, false
}

func (d *Decoder) text(c *column, p int) int {
	if d.data[p] != '"' {
		return d.wrongType(c, p)
	}
	text, q, whole := d.unescape(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	if !whole {
		return d.fail(diag.RecordNotUTF8, c, p, "the text of column "+quote(c.name)+
			" is not valid UTF-8 or has half a surrogate pair: "+quote(d.data[p:q]))
	}
	if len(text) > c.maxBytes && utf8.RuneCount(text) > int(c.typ.P) {
		return d.fail(diag.FieldRange, c, p, "the text "+quote(text)+" is too long, as "+c.declared())
	}
	if c.keep {
		c.putText(d.row, text)
	}
	return q
}

func (d *Decoder) datetime(c *column, p int) int {
	if d.data[p] != '"' {
		return d.wrongType(c, p)
	}
	text, q, _ := d.unescape(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	var v int64
	var msg string
	if c.kind == kindDate {
		ok := false
		if len(text) == 10 {
			v, ok = date(text)
		}
		if !ok {
			msg = "is not a date like 2026-01-01"
		}
	} else {
		v, msg = timestamp(text, c.typ.Kind == sqltype.TimestampLTZ, c.unit)
	}
	if msg != "" {
		return d.fail(diag.FieldMalformed, c, p, quote(text)+" "+msg+" (column "+quote(c.name)+")")
	}
	if !c.keep {
		return q
	}
	if c.kind == kindDate {
		vec.Of[int32](c.out)[d.row] = int32(v)
	} else {
		c.i64[d.row] = v
	}
	return q
}

func (d *Decoder) boolean(c *column, p int) int {
	b := d.data[p]
	if b != 't' && b != 'f' {
		return d.wrongType(c, p)
	}
	q := literal(d.data, p)
	if q < 0 {
		return d.syntax(p)
	}
	if c.keep && b == 't' {
		c.out.Bits().Set(d.row)
	}
	return q
}
