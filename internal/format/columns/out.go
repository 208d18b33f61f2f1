package columns

import (
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Form is how the values of a column are written.
type Form uint8

// The forms.
const (
	FormI64 Form = iota
	FormText
	FormCode // a text, through the dictionary
	FormTimestamp
	FormDouble
	FormDecimal
	FormRare // by type; see AppendRare
)

// Out is a column that is written, with views of the batch under way.
type Out struct {
	Type   sqltype.Type
	Form   Form
	Digits int  // after the point
	Zone   bool // Z

	V     *vec.Vec
	Valid vec.Bitmap
	I64   []int64
	F64   []float64
	Off   []int32
	Bytes []byte
	Codes []int32
}

// NewOut makes a column of the given type.
func NewOut(t sqltype.Type) Out {
	c := Out{Type: t, Form: FormRare}
	switch t.Kind {
	case sqltype.BigInt, sqltype.IntervalMicros:
		c.Form = FormI64
	case sqltype.Double:
		c.Form = FormDouble
	case sqltype.Decimal:
		if c.Digits = int(t.S); t.P <= 18 {
			c.Form = FormDecimal
		}
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		c.Form, c.Digits, c.Zone = FormTimestamp, int(min(t.P, 6)), t.Kind == sqltype.TimestampLTZ
	case sqltype.Char, sqltype.Varchar:
		c.Form = FormText
	}
	return c
}

// Bind takes the views of v; flat is storage for columns that are neither flat nor dictionaries.
func (c *Out) Bind(v, flat *vec.Vec) {
	if v.Shape == vec.Dict && c.Type.IsString() {
		c.V, c.Valid, c.Form, c.Codes = v, v.Valid, FormCode, v.Codes
		c.Off, c.Bytes = v.Dict.Off, v.Dict.Bytes
		return
	}
	if v.Shape != vec.Flat {
		vec.FlattenInto(flat, v)
		v = flat
	}
	c.V, c.Valid = v, v.Valid
	switch c.Type.Phys() {
	case sqltype.PhysI64:
		c.I64 = vec.Of[int64](v)
	case sqltype.PhysF64:
		c.F64 = vec.Of[float64](v)
	case sqltype.PhysBytes:
		c.Form, c.Off, c.Bytes = FormText, v.Off, v.Bytes
	}
}

// AppendRare appends the value of a row whose type no inner loop waits for, without quotes.
func (c *Out) AppendRare(dst []byte, row int, days *Days) []byte {
	v := c.V
	switch c.Type.Kind {
	case sqltype.Boolean:
		if v.Bits().Get(row) {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case sqltype.TinyInt:
		return AppendInt(dst, int64(vec.Of[int8](v)[row]))
	case sqltype.SmallInt:
		return AppendInt(dst, int64(vec.Of[int16](v)[row]))
	case sqltype.Int, sqltype.IntervalMonths:
		return AppendInt(dst, int64(vec.Of[int32](v)[row]))
	case sqltype.Float:
		return AppendFloat(dst, float64(vec.Of[float32](v)[row]), true)
	case sqltype.Date:
		return days.AppendDate(dst, int64(vec.Of[int32](v)[row]))
	case sqltype.Decimal:
		return vec.Of[vec.I128](v)[row].AppendDecimal(dst, c.Digits)
	}
	return dst
}
