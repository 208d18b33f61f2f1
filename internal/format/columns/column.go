package columns

import (
	"math"

	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Kind groups column types by how their values are read.
type Kind uint8

// The kinds.
const (
	KindOther     Kind = iota // no declared column
	KindI64                   // BIGINT
	KindInt                   // narrower integers
	KindText                  // STRING, VARCHAR, CHAR
	KindTimestamp             // both
	KindDecimal               // DECIMAL up to 18 digits
	KindDouble                // DOUBLE
	KindWide                  // DECIMAL beyond
	KindFloat                 // FLOAT
	KindBool
	KindDate
	KindUnknown // types that no table can declare
)

// Column is one declared column and, when it is delivered, the storage it is written to. Keep is false for columns that
// are only judged; nothing may be stored in those, except by the methods that judge (Integer, Text, …), which look at
// Keep themselves.
//
// The fields are for the inner loops of formats: they read what New has set and write I64 and F64 at the row under way.
type Column struct {
	// What every value touches comes first, so that it is together.
	Serial   uint64 // a format's own: the last record that had the column
	Kind     Kind
	Keep     bool
	NotNull  bool
	TryDict  bool // texts may be kept as codes
	inDict   bool // this chunk's texts are
	MaxBytes int  // text: longer needs a look at the number of characters
	I64      []int64
	off      []int32
	text     []byte
	minute   minuteCache
	unit     int64 // timestamps: micros of the last digit kept
	Least    int64 // integers: the range
	Most     int64
	limit    int64 // decimals: 10^precision
	F64      []float64
	codes    []int32
	dict     dictionary

	Name  string
	Type  sqltype.Type
	Index int // among the delivered columns

	out     *vec.Vec
	valid   vec.Bitmap // all set but NULLs
	spare   vec.Bitmap // storage of the chunk for its validity
	nulls   bool
	scratch []byte
}

// New makes the column of a declared field; it is not delivered until Keep and Index are set.
func New(f sqltype.Field) *Column {
	c := &Column{Name: f.Name, Type: f.Type, Kind: KindUnknown, NotNull: f.Type.NotNull, MaxBytes: math.MaxInt}
	switch t := f.Type; t.Kind {
	case sqltype.Boolean:
		c.Kind = KindBool
	case sqltype.TinyInt:
		c.Kind, c.Least, c.Most = KindInt, math.MinInt8, math.MaxInt8
	case sqltype.SmallInt:
		c.Kind, c.Least, c.Most = KindInt, math.MinInt16, math.MaxInt16
	case sqltype.Int:
		c.Kind, c.Least, c.Most = KindInt, math.MinInt32, math.MaxInt32
	case sqltype.BigInt:
		c.Kind, c.Least, c.Most = KindI64, math.MinInt64, math.MaxInt64
	case sqltype.Float:
		c.Kind = KindFloat
	case sqltype.Double:
		c.Kind = KindDouble
	case sqltype.Decimal:
		c.Kind = KindWide
		if t.P <= 18 {
			c.Kind, c.limit = KindDecimal, vec.Pow10Int64(int(t.P))
		}
	case sqltype.Char, sqltype.Varchar:
		c.Kind = KindText
		if t.P != sqltype.MaxLength {
			c.MaxBytes = int(t.P)
		}
	case sqltype.Date:
		c.Kind = KindDate
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		c.Kind, c.unit, c.minute = KindTimestamp, vec.Pow10Int64(int(6-min(t.P, 6))), newMinuteCache()
	}
	return c
}

// Begin takes the storage of a chunk with room for n rows.
func (c *Column) Begin(into *format.Rows, n int) {
	c.out = into.Batch.Cols[c.Index]
	valid, codes := c.valid, c.out.Codes
	c.spare = c.out.Valid
	c.out.Reset(c.Type, n)
	c.valid = vec.Sized(valid, n)
	c.nulls = false
	fill(c.valid)
	c.views()
	if c.Kind != KindText {
		return
	}
	c.text = c.out.Bytes
	if c.inDict = c.TryDict && c.dict.worthTrying(); c.inDict {
		c.codes = vec.Resize(codes, n)
		c.dict.begin(into.Dict(c.Index), c.Type)
	}
}

// views takes the typed slices over the storage.
func (c *Column) views() {
	switch c.Type.Phys() {
	case sqltype.PhysI64:
		c.I64 = vec.Of[int64](c.out)
	case sqltype.PhysF64:
		c.F64 = vec.Of[float64](c.out)
	case sqltype.PhysBytes:
		c.off = c.out.Off
	}
}

func fill(b vec.Bitmap) {
	for i := range b {
		b[i] = ^uint64(0)
	}
}

// Grow makes room for n rows, of which the first `rows` are there.
func (c *Column) Grow(rows, n int) {
	old := *c.out
	fresh := vec.New(c.Type, n)
	copy(fresh.Fixed, old.Fixed)
	copy(fresh.Off, old.Off)
	c.out.Fixed, c.out.Off, c.out.Len = fresh.Fixed, fresh.Off, n
	valid := make(vec.Bitmap, vec.Words(n))
	fill(valid)
	copy(valid, c.valid)
	c.valid = valid
	if c.inDict {
		codes := make([]int32, n)
		copy(codes, c.codes[:rows])
		c.codes = codes
	}
	c.views()
}

// Undo takes back what a bad record has written to the row.
func (c *Column) Undo(row int) {
	c.valid.Set(row)
	switch c.Kind {
	case KindText:
		if !c.inDict {
			c.text = c.text[:c.off[row]]
		}
	case KindBool:
		c.out.Bits().Clear(row)
	}
}

// Finish hands the storage over with its final length.
func (c *Column) Finish(rows int) {
	v := c.out
	v.Len = rows
	if c.nulls && !vec.All(c.valid, rows) { // the NULLs may have been those of bad records
		v.Valid = append(c.spare[:0], c.valid[:vec.Words(rows)]...)
		trim(v.Valid, rows)
	}
	switch p := c.Type.Phys(); p {
	case sqltype.PhysBytes:
		c.finishText(rows)
	case sqltype.PhysBool:
		v.Fixed = v.Fixed[:vec.Words(rows)*8]
	default:
		v.Fixed = v.Fixed[:rows*p.Width()]
	}
	c.out = nil
}

func (c *Column) finishText(rows int) {
	if c.inDict && c.dict.len() > 0 && c.dict.len()*4 <= rows {
		c.out.Shape, c.out.Codes, c.out.Dict = vec.Dict, c.codes[:rows], c.dict.entries
		c.out.Off = c.out.Off[:1]
		c.dict.backoff = 0
		return
	}
	if c.inDict {
		c.spread(rows)
	}
	c.out.Off, c.out.Bytes = c.off[:rows+1], c.text
}

func trim(b vec.Bitmap, n int) {
	if r := uint(n) % 64; r != 0 {
		b[len(b)-1] &= 1<<r - 1
	}
}

// SetNull makes the row NULL.
func (c *Column) SetNull(row int) {
	c.nulls = true
	c.valid.Clear(row)
	switch c.Kind {
	case KindText:
		if c.inDict {
			c.codes[row] = 0
		} else {
			c.off[row+1] = int32(len(c.text))
		}
	case KindBool:
	default:
		w := c.Type.Phys().Width()
		clear(c.out.Fixed[row*w : row*w+w])
	}
}

// PutInt stores an integer that fits.
func (c *Column) PutInt(row int, v int64) {
	switch c.Type.Phys() {
	case sqltype.PhysI8:
		vec.Of[int8](c.out)[row] = int8(v)
	case sqltype.PhysI16:
		vec.Of[int16](c.out)[row] = int16(v)
	case sqltype.PhysI32:
		vec.Of[int32](c.out)[row] = int32(v)
	default:
		c.I64[row] = v
	}
}

// PutText stores a text.
func (c *Column) PutText(row int, s []byte) {
	if c.inDict {
		if code := c.dict.code(s, row); code >= 0 {
			c.codes[row] = code
			return
		}
		c.spread(row)
	}
	c.text = append(c.text, s...)
	c.off[row+1] = int32(len(c.text))
}

// spread gives the dictionary up: the first `rows` rows become texts of their own.
func (c *Column) spread(rows int) {
	c.inDict = false
	c.dict.gaveUp()
	e := c.dict.entries
	c.text = c.text[:0]
	for row := range rows {
		if c.valid.Get(row) {
			c.text = append(c.text, e.Str(int(c.codes[row]))...)
		}
		c.off[row+1] = int32(len(c.text))
	}
}
