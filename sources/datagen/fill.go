package datagen

import (
	"math/bits"
	"strconv"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources/generator"
)

// decoder makes the rows of spans. It implements format.Decoder.
type decoder struct {
	schema  sqltype.Schema
	columns []column
}

// newDecoders resolves the columns that are used.
func newDecoders(table string, v option.Values, c format.Config) (func() format.Decoder, error) {
	d := &decoder{}
	columns, problems := resolve(table, v, c.Schema)
	if len(problems) > 0 { // the planner has refused them
		return nil, diag.New(diag.Internal, "table %q: %s", table, problems[0].Msg)
	}
	for _, i := range c.Used {
		d.schema, d.columns = append(d.schema, c.Schema[i]), append(d.columns, columns[i])
	}
	return func() format.Decoder { return d }, nil
}

// rowBytes estimates what a row of the used columns takes.
func rowBytes(table string, v option.Values, c format.Config) int64 {
	columns, _ := resolve(table, v, c.Schema)
	out := int64(1)
	for _, i := range c.Used {
		if out += int64(c.Schema[i].Type.Phys().Width()); c.Schema[i].Type.IsString() {
			out += int64(columns[i].length) + 4
		}
	}
	return out
}

// Decode implements format.Decoder: data is a span.
func (d *decoder) Decode(data []byte, into *format.Rows) {
	s := generator.Decode(data)
	into.Begin(d.schema)
	n := s.Rows()
	for i := range d.columns {
		d.columns[i].fill(s, n, into.Batch.Cols[i])
	}
	into.Number(n)
}

// fill writes the values of a span.
func (c *column) fill(s generator.Span, n int, v *vec.Vec) {
	v.Reset(c.typ, n)
	//exhaustive:enforce
	switch c.typ.Phys() {
	case sqltype.PhysBool:
		c.booleans(s, v)
	case sqltype.PhysI8:
		integers[int8](c, s, v)
	case sqltype.PhysI16:
		integers[int16](c, s, v)
	case sqltype.PhysI32:
		if c.typ.Kind == sqltype.Date {
			c.dates(s, v)
			break
		}
		integers[int32](c, s, v)
	case sqltype.PhysI64:
		if c.typ.IsTimestamp() {
			c.times(s, v)
			break
		}
		integers[int64](c, s, v)
	case sqltype.PhysF32:
		floats[float32](c, s, v)
	case sqltype.PhysF64:
		floats[float64](c, s, v)
	case sqltype.PhysI128:
		c.decimals(s, v)
	case sqltype.PhysBytes:
		c.texts(s, v)
	case sqltype.PhysNone:
	}
	c.fillNulls(s, v)
}

// fillNulls takes values away again.
func (c *column) fillNulls(s generator.Span, v *vec.Vec) {
	if c.nullRate == 0 {
		return
	}
	valid := v.MakeValid()
	for i := range v.Len {
		if c.nulls.At(s.From+int64(i)) < c.nullRate {
			valid.Clear(i)
		}
	}
}

// integers are those of a sequence, or random ones; also the unscaled values of small decimals.
func integers[T int8 | int16 | int32 | int64](c *column, s generator.Span, v *vec.Vec) {
	out := vec.Of[T](v)
	switch {
	case c.sequence:
		for i := range out {
			out[i] = T((c.start + s.From + int64(i)) * c.scale)
		}
	case c.range1 == 0:
		for i := range out {
			out[i] = T(c.key.At(s.From + int64(i)))
		}
	default:
		for i := range out {
			out[i] = T(c.least + int64(generator.Below(c.key.At(s.From+int64(i)), c.range1)))
		}
	}
}

// floats are between from and to. Neither sum nor difference of the two may overflow, and no product may be fused into
// the addition: other processors would round otherwise.
func floats[T float32 | float64](c *column, s generator.Span, v *vec.Vec) {
	out := vec.Of[T](v)
	if c.sequence {
		for i := range out {
			out[i] = T(c.start + s.From + int64(i))
		}
		return
	}
	for i := range out {
		u := float64(generator.Unit(c.key.At(s.From + int64(i))))
		x := float64(c.from*(1-u)) + float64(c.to*u)
		out[i] = T(min(max(x, c.from), c.to))
	}
}

// decimals are those of more than 18 digits.
func (c *column) decimals(s generator.Span, v *vec.Vec) {
	out := vec.Of[vec.I128](v)
	if c.sequence {
		for i := range out {
			out[i], _ = vec.I128Of(c.start + s.From + int64(i)).Rescale(int(c.typ.S))
		}
		return
	}
	for i := range out {
		k := c.key.Sub(s.From + int64(i))
		x := below128(vec.I128{k.At(0), k.At(1)}, c.range2)
		out[i], _ = c.low.Add(x)
	}
}

// below128 is the upper half of the product of two unsigned numbers: maps a random one to 0 … n−1.
func below128(random, n vec.I128) vec.I128 {
	h00, _ := bits.Mul64(random[0], n[0])
	h01, l01 := bits.Mul64(random[0], n[1])
	h10, l10 := bits.Mul64(random[1], n[0])
	h11, l11 := bits.Mul64(random[1], n[1])
	mid, c1 := bits.Add64(l01, l10, 0)
	_, c2 := bits.Add64(mid, h00, 0)
	lo, c3 := bits.Add64(h01, h10, c1)
	lo, c4 := bits.Add64(lo, l11, c2)
	return vec.I128{lo, h11 + c3 + c4}
}

func (c *column) booleans(s generator.Span, v *vec.Vec) {
	out := v.Bits()
	for i := range v.Len {
		if c.key.At(s.From+int64(i))&1 != 0 {
			out.Set(i)
		}
	}
}

// day is that of DATE, in microseconds.
const day = 24 * 60 * 60 * 1e6

func (c *column) dates(s generator.Span, v *vec.Vec) {
	out := vec.Of[int32](v)
	for i := range out {
		out[i] = int32(floor(s.Anchor.At(s.From+int64(i)), day) / day)
	}
}

// times are when rows are due, less a random time, cut to the precision of the column.
func (c *column) times(s generator.Span, v *vec.Vec) {
	out := vec.Of[int64](v)
	unit := vec.Pow10Int64(6 - int(c.typ.P))
	for i := range out {
		row := s.From + int64(i)
		past := int64(generator.Below(c.key.At(row), c.past)) * 1000
		out[i] = floor(s.Anchor.At(row)-past, unit)
	}
}

// floor rounds down to a multiple, also before 1970.
func floor(t, unit int64) int64 {
	rest := t % unit
	if rest < 0 {
		rest += unit
	}
	return t - rest
}

const hexDigits = "0123456789abcdef"

// texts are the numbers of a sequence, or random hexadecimal digits as in Flink. CHAR(n) needs no padding: it is as
// long as it is declared, or a sequence.
func (c *column) texts(s generator.Span, v *vec.Vec) {
	buf := v.Bytes
	if c.sequence {
		for i := range v.Len {
			buf = strconv.AppendInt(buf, c.start+s.From+int64(i), 10)
			v.Off[i+1] = int32(len(buf))
		}
		v.Bytes = buf
		return
	}
	for i := range v.Len {
		k := c.key.Sub(s.From + int64(i))
		n := c.length
		if c.varies {
			n = 1 + int(generator.Below(k.At(-1), uint64(n)))
		}
		for word := int64(0); n > 0; word++ {
			digits := k.At(word)
			for range min(n, 16) {
				buf = append(buf, hexDigits[digits&15])
				digits >>= 4
			}
			n -= 16
		}
		v.Off[i+1] = int32(len(buf))
	}
	v.Bytes = buf
}
