package json

import (
	"fmt"

	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// EncodeOptions choose the form of the lines.
type EncodeOptions struct {
	// Op writes `"_op":"+I"` or `"_op":"-D"` as the first key. Without it a retraction is an error.
	Op bool
	// Epoch, when set, is asked once per batch; its number is written as `"_epoch":7` before the columns.
	Epoch func() int64
	// ISO writes T between day and time.
	ISO bool
}

// Encoder writes rows as JSON lines: one object per row with the columns by name, in order. It implements
// format.Encoder.
//
//	{"_op":"+I","_epoch":7,"channel":"apple","bids":3,"at":"2026-01-01 12:00:00.123"}
//
// A row of weight w is w lines, one of weight −w is w lines with `-D`. Changes are written as +I and −D only: which
// retraction belongs to which insertion is known by the keys; a Z-set has no pairs to write as -U and +U.
//
//	integers, BOOLEAN, FLOAT, DOUBLE  as JSON has them, doubles as the shortest text that reads back; NaN and infinities
//	                                  as strings
//	DECIMAL                           a number with all digits of the scale; a string when it has more than 15 digits,
//	                                  which readers that make doubles of numbers would lose
//	DATE, TIMESTAMP(p)                "2026-01-01", "2026-01-01 12:00:00.123" with p digits
//	TIMESTAMP_LTZ(p)                  the same with a final Z
//	STRING, NULL                      a string, null
//
// The decoder reads all of this back, to the same values.
type Encoder struct {
	opt  EncodeOptions
	cols []outColumn
	days dayCache
	head [2][]byte // the line up to the first column, for insertions and retractions
	flat []vec.Vec // columns of other shapes, flattened
}

var _ format.Encoder = (*Encoder)(nil)

// NewEncoder makes an encoder for rows of the given schema.
func NewEncoder(schema sqltype.Schema, opt EncodeOptions) *Encoder {
	e := &Encoder{opt: opt, flat: make([]vec.Vec, len(schema))}
	for i, f := range schema {
		key := appendString(nil, []byte(f.Name))
		if i > 0 || opt.Op || opt.Epoch != nil {
			key = append([]byte{','}, key...)
		}
		e.cols = append(e.cols, newOutColumn(f.Type, append(key, ':')))
	}
	e.days.between = ' '
	if opt.ISO {
		e.days.between = 'T'
	}
	e.startLines(0)
	return e
}

// startLines makes the beginnings of lines.
func (e *Encoder) startLines(epoch int64) {
	for i, op := range [...]string{"+I", "-D"} {
		h := append(e.head[i][:0], '{')
		if e.opt.Op {
			h = append(h, `"_op":"`+op+`"`...)
		}
		if e.opt.Epoch != nil {
			if e.opt.Op {
				h = append(h, ',')
			}
			h = appendInt(append(h, `"_epoch":`...), epoch)
		}
		e.head[i] = h
	}
}

// Encode implements format.Encoder.
func (e *Encoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	if len(b.Cols) != len(e.cols) {
		return dst, fmt.Errorf("a batch of %d columns for an encoder of %d", len(b.Cols), len(e.cols))
	}
	if e.opt.Epoch != nil {
		e.startLines(e.opt.Epoch())
	}
	for i := range e.cols {
		e.cols[i].bind(b.Cols[i], &e.flat[i])
	}
	if b.Weights == nil {
		for row := range b.N {
			dst = e.line(dst, e.head[0], row)
		}
		return dst, nil
	}
	for row, w := range b.Weights[:b.N] {
		if w > 0 {
			dst = e.lines(dst, e.head[0], row, w)
		} else if w < 0 {
			if !e.opt.Op {
				return dst, fmt.Errorf("a retraction reached an encoder that takes insertions only")
			}
			dst = e.lines(dst, e.head[1], row, -w)
		}
	}
	return dst, nil
}

// lines writes a row n times.
func (e *Encoder) lines(dst, head []byte, row int, n int64) []byte {
	from := len(dst)
	dst = e.line(dst, head, row)
	size := len(dst) - from
	for range n - 1 {
		dst = append(dst, dst[from:from+size]...)
	}
	return dst
}

func (e *Encoder) line(dst, head []byte, row int) []byte {
	dst = append(dst, head...)
	for i := range e.cols {
		c := &e.cols[i]
		dst = append(dst, c.key...)
		if !c.valid.Get(row) {
			dst = append(dst, "null"...)
			continue
		}
		switch c.form {
		case formI64:
			dst = appendInt(dst, c.i64[row])
		case formText:
			dst = appendString(dst, c.bytes[c.off[row]:c.off[row+1]])
		case formCode:
			k := c.codes[row]
			dst = appendString(dst, c.bytes[c.off[k]:c.off[k+1]])
		case formTimestamp:
			dst = e.days.appendTimestamp(dst, c.i64[row], c.digits, c.zone)
		case formDouble:
			dst = appendFloat(dst, c.f64[row], false)
		case formDecimal:
			dst = appendDecimal(dst, c.i64[row], c.digits)
		default:
			dst = c.appendRare(dst, row, &e.days)
		}
	}
	return append(dst, '}', '\n')
}

// outForm is how the values of a column are written.
type outForm uint8

const (
	formI64 outForm = iota
	formText
	formCode // a text, through the dictionary
	formTimestamp
	formDouble
	formDecimal
	formRare // by type
)

// outColumn is one column of the lines, with views of the batch under way.
type outColumn struct {
	typ    sqltype.Type
	key    []byte // `,"name":`
	form   outForm
	digits int  // after the point
	zone   bool // Z

	v     *vec.Vec
	valid vec.Bitmap
	i64   []int64
	f64   []float64
	off   []int32
	bytes []byte
	codes []int32
}

func newOutColumn(t sqltype.Type, key []byte) outColumn {
	c := outColumn{typ: t, key: key, form: formRare}
	switch t.Kind {
	case sqltype.BigInt, sqltype.IntervalMicros:
		c.form = formI64
	case sqltype.Double:
		c.form = formDouble
	case sqltype.Decimal:
		if c.digits = int(t.S); t.P <= 18 {
			c.form = formDecimal
		}
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		c.form, c.digits, c.zone = formTimestamp, int(min(t.P, 6)), t.Kind == sqltype.TimestampLTZ
	case sqltype.Char, sqltype.Varchar:
		c.form = formText
	}
	return c
}

// bind takes the views of v; flat is storage for columns that are neither flat nor dictionaries.
func (c *outColumn) bind(v, flat *vec.Vec) {
	if v.Shape == vec.Dict && c.typ.IsString() {
		c.v, c.valid, c.form, c.codes = v, v.Valid, formCode, v.Codes
		c.off, c.bytes = v.Dict.Off, v.Dict.Bytes
		return
	}
	if v.Shape != vec.Flat {
		vec.FlattenInto(flat, v)
		v = flat
	}
	c.v, c.valid = v, v.Valid
	switch c.typ.Phys() {
	case sqltype.PhysI64:
		c.i64 = vec.Of[int64](v)
	case sqltype.PhysF64:
		c.f64 = vec.Of[float64](v)
	case sqltype.PhysBytes:
		c.form, c.off, c.bytes = formText, v.Off, v.Bytes
	}
}

// appendRare writes the types that no inner loop waits for.
func (c *outColumn) appendRare(dst []byte, row int, days *dayCache) []byte {
	v := c.v
	switch c.typ.Kind {
	case sqltype.Boolean:
		if v.Bits().Get(row) {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case sqltype.TinyInt:
		return appendInt(dst, int64(vec.Of[int8](v)[row]))
	case sqltype.SmallInt:
		return appendInt(dst, int64(vec.Of[int16](v)[row]))
	case sqltype.Int, sqltype.IntervalMonths:
		return appendInt(dst, int64(vec.Of[int32](v)[row]))
	case sqltype.Float:
		return appendFloat(dst, float64(vec.Of[float32](v)[row]), true)
	case sqltype.Date:
		dst = append(dst, '"')
		dst = days.appendDate(dst, int64(vec.Of[int32](v)[row]))
		return append(dst, '"')
	case sqltype.Decimal:
		return appendWide(dst, vec.Of[vec.I128](v)[row], c.digits)
	}
	return append(dst, "null"...)
}
