package zset

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// WeightColumn is the int64 column that carries the weights of a batch as an Arrow record; a record without it has
// weight +1 everywhere.
const WeightColumn = "$weight"

// typeKey is the field metadata that keeps the exact SQL type for readers; FromRecord does not need it.
const typeKey = "sql.type"

// arrowTypes of this package:
//
//	BOOLEAN bool · TINYINT…BIGINT int8…int64 · FLOAT float32 · DOUBLE float64 · DECIMAL(p,s) decimal128(p,s)
//	CHAR, VARCHAR, STRING utf8 · DATE date32 · TIMESTAMP timestamp[us] · TIMESTAMP_LTZ timestamp[us, UTC]
//	INTERVAL MONTH month_interval · INTERVAL SECOND duration[us] · NULL null
func arrowType(t sqltype.Type) arrow.DataType {
	//exhaustive:enforce
	switch t.Kind {
	case sqltype.Boolean:
		return arrow.FixedWidthTypes.Boolean
	case sqltype.TinyInt:
		return arrow.PrimitiveTypes.Int8
	case sqltype.SmallInt:
		return arrow.PrimitiveTypes.Int16
	case sqltype.Int:
		return arrow.PrimitiveTypes.Int32
	case sqltype.BigInt:
		return arrow.PrimitiveTypes.Int64
	case sqltype.Float:
		return arrow.PrimitiveTypes.Float32
	case sqltype.Double:
		return arrow.PrimitiveTypes.Float64
	case sqltype.Decimal:
		return &arrow.Decimal128Type{Precision: t.P, Scale: t.S}
	case sqltype.Char, sqltype.Varchar:
		return arrow.BinaryTypes.String
	case sqltype.Date:
		return arrow.FixedWidthTypes.Date32
	case sqltype.Timestamp:
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case sqltype.TimestampLTZ:
		return arrow.FixedWidthTypes.Timestamp_us
	case sqltype.IntervalMonths:
		return arrow.FixedWidthTypes.MonthInterval
	case sqltype.IntervalMicros:
		return arrow.FixedWidthTypes.Duration_us
	case sqltype.Null:
	}
	return arrow.Null
}

// ArrowSchema is the Arrow form of s. weighted adds WeightColumn at the end.
func ArrowSchema(s sqltype.Schema, weighted bool) *arrow.Schema {
	fields := make([]arrow.Field, len(s), len(s)+1)
	for i, f := range s {
		fields[i] = arrow.Field{
			Name: f.Name, Type: arrowType(f.Type), Nullable: !f.Type.NotNull,
			Metadata: arrow.NewMetadata([]string{typeKey}, []string{f.Type.String()}),
		}
	}
	if weighted {
		fields = append(fields, arrow.Field{Name: WeightColumn, Type: arrow.PrimitiveTypes.Int64})
	}
	return arrow.NewSchema(fields, nil)
}

// Record wraps b as an Arrow record; weights, if any, become WeightColumn. The record shares b's memory and is valid as
// long as b is. Copied are only: DECIMAL up to 18 digits (widened), and columns that are not flat.
func Record(b *Batch) arrow.Record {
	cols := make([]arrow.Array, 0, len(b.Cols)+1)
	for _, v := range b.Cols {
		cols = append(cols, toArrow(vec.Flatten(v)))
	}
	if b.Weights != nil {
		w := &vec.Vec{Type: sqltype.BigIntType, Len: b.N, Fixed: vec.AsBytes(b.Weights[:b.N])}
		cols = append(cols, toArrow(w))
	}
	return array.NewRecord(ArrowSchema(b.Schema, b.Weights != nil), cols, int64(b.N))
}

func toArrow(v *vec.Vec) arrow.Array {
	var bufs []*memory.Buffer
	valid, nulls := validity(v)
	switch p := v.Type.Phys(); {
	case p == sqltype.PhysNone:
		bufs, nulls = []*memory.Buffer{nil}, v.Len
	case p == sqltype.PhysBytes:
		bufs = []*memory.Buffer{valid, memory.NewBufferBytes(vec.AsBytes(v.Off[:v.Len+1])), memory.NewBufferBytes(v.Bytes)}
	case v.Type.Kind == sqltype.Decimal && p == sqltype.PhysI64:
		bufs = []*memory.Buffer{valid, memory.NewBufferBytes(widen(vec.Of[int64](v)[:v.Len]))}
	default:
		bufs = []*memory.Buffer{valid, memory.NewBufferBytes(v.Fixed)}
	}
	return array.MakeFromData(array.NewData(arrowType(v.Type), v.Len, bufs, nil, nulls, 0))
}

func validity(v *vec.Vec) (*memory.Buffer, int) {
	if v.Valid == nil {
		return nil, 0
	}
	return memory.NewBufferBytes(vec.AsBytes([]uint64(v.Valid[:vec.Words(v.Len)]))), v.Len - vec.Count(v.Valid, v.Len)
}

func widen(in []int64) []byte {
	out := make([]vec.I128, len(in))
	for i, x := range in {
		out[i] = vec.I128Of(x)
	}
	return vec.AsBytes(out)
}

// FromRecord views rec as a batch of schema s: the same columns in the same order, with or without WeightColumn after
// them. Memory is shared with rec, which must stay alive, except where Arrow's layout differs from ours: offsets that
// are not zero, bitmaps that are not whole words, DECIMAL up to 18 digits. The buffers are trusted only as far as Arrow
// has checked them (its IPC reader does not check string offsets): here offsets are checked too.
func FromRecord(rec arrow.Record, s sqltype.Schema) (*Batch, error) {
	extra := int(rec.NumCols()) - len(s)
	if extra != 0 && (extra != 1 || rec.ColumnName(len(s)) != WeightColumn) {
		return nil, fmt.Errorf("record has %d columns, expected %d", rec.NumCols(), len(s))
	}
	b := &Batch{Schema: s, N: int(rec.NumRows()), Cols: make([]*vec.Vec, len(s))}
	for i, f := range s {
		v, err := fromArrow(rec.Column(i), f.Type)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", f.Name, err)
		}
		b.Cols[i] = v
	}
	if extra == 1 {
		v, err := fromArrow(rec.Column(len(s)), sqltype.BigIntType)
		if err != nil {
			return nil, fmt.Errorf("weights: %w", err)
		}
		b.Weights = []int64{} // not nil, even without rows
		if b.N > 0 {
			b.Weights = vec.Of[int64](v)[:b.N]
		}
	}
	return b, nil
}

func fromArrow(a arrow.Array, t sqltype.Type) (*vec.Vec, error) {
	if want := arrowType(t); !arrow.TypeEqual(a.DataType(), want) {
		return nil, fmt.Errorf("arrow type %s does not store %s (expected %s)", a.DataType(), t, want)
	}
	d, n := a.Data(), a.Len()
	v := &vec.Vec{Type: t, Len: n}
	if t.Phys() == sqltype.PhysNone {
		v.Valid = make(vec.Bitmap, vec.Words(n))
		return v, nil
	}
	bufs := d.Buffers()
	if a.NullN() > 0 && bufs[0] != nil {
		bits, err := bitmap(bufs[0].Bytes(), d.Offset(), n)
		if err != nil {
			return nil, err
		}
		v.Valid = bits
	}
	return v, values(v, d, n)
}

// values fills Fixed, or Off and Bytes.
func values(v *vec.Vec, d arrow.ArrayData, n int) error {
	raw := bytesOf(d.Buffers()[1])
	switch p := v.Type.Phys(); {
	case p == sqltype.PhysBool:
		bits, err := bitmap(raw, d.Offset(), n)
		v.Fixed = vec.AsBytes([]uint64(bits))
		return err
	case p == sqltype.PhysBytes:
		return stringValues(v, raw, bytesOf(d.Buffers()[2]), d.Offset(), n)
	case v.Type.Kind == sqltype.Decimal && p == sqltype.PhysI64:
		part, err := window(raw, d.Offset()*16, n*16)
		if err != nil {
			return err
		}
		return narrow(v, vec.Cast[vec.I128](part), n)
	default:
		part, err := window(raw, d.Offset()*p.Width(), n*p.Width())
		v.Fixed = part
		return err
	}
}

func bytesOf(b *memory.Buffer) []byte {
	if b == nil {
		return nil
	}
	return b.Bytes()
}

func window(b []byte, from, n int) ([]byte, error) {
	if from+n > len(b) {
		return nil, fmt.Errorf("buffer of %d bytes, needs %d", len(b), from+n)
	}
	return b[from : from+n : from+n], nil
}

func narrow(v *vec.Vec, in []vec.I128, n int) error {
	out := make([]int64, n)
	for i := range n {
		x, ok := in[i].Int64()
		if !ok && !v.IsNull(i) {
			return fmt.Errorf("row %d does not fit %s", i, v.Type)
		}
		out[i] = x
	}
	v.Fixed = vec.AsBytes(out)
	return nil
}

func stringValues(v *vec.Vec, off, data []byte, from, n int) error {
	if n == 0 {
		v.Off = []int32{0}
		return nil
	}
	part, err := window(off, from*4, (n+1)*4)
	if err != nil {
		return err
	}
	v.Off, v.Bytes = vec.Cast[int32](part), data
	last := int32(0)
	for _, o := range v.Off {
		if o < last {
			return fmt.Errorf("string offsets descend")
		}
		last = o
	}
	if int(last) > len(data) {
		return fmt.Errorf("string offset %d beyond %d bytes", last, len(data))
	}
	return nil
}

// bitmap views n bits of b from bit `from` as words, copying when they are laid out otherwise.
func bitmap(b []byte, from, n int) (vec.Bitmap, error) {
	if (from+n+7)/8 > len(b) {
		return nil, fmt.Errorf("bitmap of %d bytes, needs %d bits", len(b), from+n)
	}
	words := vec.Words(n)
	if from%64 == 0 && len(b) >= from/8+words*8 {
		return vec.Bitmap(vec.Cast[uint64](b[from/8 : from/8+words*8])), nil
	}
	out := make(vec.Bitmap, words)
	for i := range n {
		if j := from + i; b[j/8]>>(j%8)&1 != 0 {
			out.Set(i)
		}
	}
	return out, nil
}
