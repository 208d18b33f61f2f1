package json

import (
	"math"

	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// kind groups column types by how their values are read.
type kind uint8

const (
	kindOther     kind = iota // an undeclared key
	kindI64                   // BIGINT
	kindInt                   // narrower integers
	kindText                  // STRING, VARCHAR, CHAR
	kindTimestamp             // both
	kindDecimal               // DECIMAL up to 18 digits
	kindDouble                // DOUBLE
	kindWide                  // DECIMAL beyond
	kindFloat                 // FLOAT
	kindBool
	kindDate
	kindNone // types that no table can declare
)

// column is one declared column and, when it is delivered, the storage it is written to. keep is false for columns that
// are only checked; nothing may be stored in those.
type column struct {
	// What every value touches comes first, so that it lies together.
	serial   uint64 // the last record that had the key
	kind     kind
	keep     bool
	notNull  bool
	tryDict  bool
	inDict   bool // this chunk's texts are kept as codes
	maxBytes int  // text: longer needs a look at the number of characters
	i64      []int64
	off      []int32
	text     []byte
	minute   minuteCache
	unit     int64 // timestamps: micros of the last digit kept
	least    int64 // integers: the range
	most     int64
	limit    int64 // decimals: 10^precision
	f64      []float64
	codes    []int32
	dict     dictionary

	name  string
	typ   sqltype.Type
	index int // among the delivered columns
	out   *vec.Vec
	valid vec.Bitmap // all set but NULLs
	spare vec.Bitmap // storage of the chunk for its validity
	nulls bool
}

func newColumn(f sqltype.Field) *column {
	c := &column{name: f.Name, typ: f.Type, kind: kindNone, notNull: f.Type.NotNull, maxBytes: math.MaxInt}
	switch t := f.Type; t.Kind {
	case sqltype.Boolean:
		c.kind = kindBool
	case sqltype.TinyInt:
		c.kind, c.least, c.most = kindInt, math.MinInt8, math.MaxInt8
	case sqltype.SmallInt:
		c.kind, c.least, c.most = kindInt, math.MinInt16, math.MaxInt16
	case sqltype.Int:
		c.kind, c.least, c.most = kindInt, math.MinInt32, math.MaxInt32
	case sqltype.BigInt:
		c.kind, c.least, c.most = kindI64, math.MinInt64, math.MaxInt64
	case sqltype.Float:
		c.kind = kindFloat
	case sqltype.Double:
		c.kind = kindDouble
	case sqltype.Decimal:
		c.kind = kindWide
		if t.P <= 18 {
			c.kind, c.limit = kindDecimal, vec.Pow10Int64(int(t.P))
		}
	case sqltype.Char, sqltype.Varchar:
		c.kind = kindText
		if t.P != sqltype.MaxLength {
			c.maxBytes = int(t.P)
		}
	case sqltype.Date:
		c.kind = kindDate
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		c.kind, c.unit, c.minute = kindTimestamp, vec.Pow10Int64(int(6-min(t.P, 6))), newMinuteCache()
	}
	return c
}

// begin takes the storage of a chunk with room for n rows.
func (c *column) begin(into *format.Rows, n int) {
	c.out = into.Batch.Cols[c.index]
	valid, codes := c.valid, c.out.Codes
	c.spare = c.out.Valid
	c.out.Reset(c.typ, n)
	c.valid = vec.Sized(valid, n)
	c.nulls = false
	fill(c.valid)
	c.views()
	if c.kind != kindText {
		return
	}
	c.text = c.out.Bytes
	if c.inDict = c.tryDict && c.dict.worthTrying(); c.inDict {
		c.codes = vec.Resize(codes, n)
		c.dict.begin(into.Dict(c.index), c.typ)
	}
}

// views takes the typed slices over the storage.
func (c *column) views() {
	switch c.typ.Phys() {
	case sqltype.PhysI64:
		c.i64 = vec.Of[int64](c.out)
	case sqltype.PhysF64:
		c.f64 = vec.Of[float64](c.out)
	case sqltype.PhysBytes:
		c.off = c.out.Off
	}
}

func fill(b vec.Bitmap) {
	for i := range b {
		b[i] = ^uint64(0)
	}
}

// grow makes room for n rows, of which the first `rows` are there.
func (c *column) grow(rows, n int) {
	old := *c.out
	fresh := vec.New(c.typ, n)
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

// undo takes back what a bad record has written to the row.
func (c *column) undo(row int) {
	c.valid.Set(row)
	switch c.kind {
	case kindText:
		if !c.inDict {
			c.text = c.text[:c.off[row]]
		}
	case kindBool:
		c.out.Bits().Clear(row)
	}
}

// finish hands the storage over with its final length.
func (c *column) finish(rows int) {
	v := c.out
	v.Len = rows
	if c.nulls && !vec.All(c.valid, rows) { // the NULLs may have been those of bad records
		v.Valid = append(c.spare[:0], c.valid[:vec.Words(rows)]...)
		trim(v.Valid, rows)
	}
	switch p := c.typ.Phys(); p {
	case sqltype.PhysBytes:
		c.finishText(rows)
	case sqltype.PhysBool:
		v.Fixed = v.Fixed[:vec.Words(rows)*8]
	default:
		v.Fixed = v.Fixed[:rows*p.Width()]
	}
	c.out = nil
}

func (c *column) finishText(rows int) {
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

// setNull makes the row NULL.
func (c *column) setNull(row int) {
	c.nulls = true
	c.valid.Clear(row)
	switch c.kind {
	case kindText:
		if c.inDict {
			c.codes[row] = 0
		} else {
			c.off[row+1] = int32(len(c.text))
		}
	case kindBool:
	default:
		w := c.typ.Phys().Width()
		clear(c.out.Fixed[row*w : row*w+w])
	}
}

// putInt stores an integer that fits.
func (c *column) putInt(row int, v int64) {
	switch c.typ.Phys() {
	case sqltype.PhysI8:
		vec.Of[int8](c.out)[row] = int8(v)
	case sqltype.PhysI16:
		vec.Of[int16](c.out)[row] = int16(v)
	case sqltype.PhysI32:
		vec.Of[int32](c.out)[row] = int32(v)
	default:
		c.i64[row] = v
	}
}

// putText stores a text.
func (c *column) putText(row int, s []byte) {
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
func (c *column) spread(rows int) {
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
