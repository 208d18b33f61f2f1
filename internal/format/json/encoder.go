package json

import (
	"fmt"

	"streamsql/internal/format"
	"streamsql/internal/format/columns"
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
	days columns.Days
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
		e.cols = append(e.cols, outColumn{columns.NewOut(f.Type), append(key, ':')})
	}
	e.days.Between = ' '
	if opt.ISO {
		e.days.Between = 'T'
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
			h = columns.AppendInt(append(h, `"_epoch":`...), epoch)
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
		e.cols[i].Bind(b.Cols[i], &e.flat[i])
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
		if !c.Valid.Get(row) {
			dst = append(dst, "null"...)
			continue
		}
		switch c.Form {
		case columns.FormI64:
			dst = columns.AppendInt(dst, c.I64[row])
		case columns.FormText:
			dst = appendString(dst, c.Bytes[c.Off[row]:c.Off[row+1]])
		case columns.FormCode:
			k := c.Codes[row]
			dst = appendString(dst, c.Bytes[c.Off[k]:c.Off[k+1]])
		case columns.FormTimestamp:
			dst = append(dst, '"')
			dst = e.days.AppendTimestamp(dst, c.I64[row], c.Digits, c.Zone)
			dst = append(dst, '"')
		case columns.FormDouble:
			dst = appendFloat(dst, c.F64[row], false)
		case columns.FormDecimal:
			dst = appendDecimal(dst, c.I64[row], c.Digits)
		default:
			dst = c.appendRare(dst, row, &e.days)
		}
	}
	return append(dst, '}', '\n')
}

// outColumn is one column of the lines.
type outColumn struct {
	columns.Out
	key []byte // `,"name":`
}

// appendRare writes the types that no inner loop waits for.
func (c *outColumn) appendRare(dst []byte, row int, days *columns.Days) []byte {
	switch c.Type.Kind {
	case sqltype.Float:
		return appendFloat(dst, float64(vec.Of[float32](c.V)[row]), true)
	case sqltype.Date:
		dst = append(dst, '"')
		dst = days.AppendDate(dst, int64(vec.Of[int32](c.V)[row]))
		return append(dst, '"')
	case sqltype.Decimal:
		return appendWide(dst, vec.Of[vec.I128](c.V)[row], c.Digits)
	case sqltype.Null:
		return append(dst, "null"...)
	}
	return c.AppendRare(dst, row, days)
}
