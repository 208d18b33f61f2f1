package state

import (
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Column declares a value column. Its type gives the layout: as in package vec, but BOOLEAN is a byte, 0 or 1, and
// there is no NULL (accumulators keep explicit flags).
type Column struct {
	Name string
	Type sqltype.Type
}

// Col is one value column of a table, indexed by group id. The typed slices are valid until the next Upsert; the values
// of a new group are zero.
type Col struct {
	Column
	phys  sqltype.Phys
	width int
	words []uint64 // backing of fixed, for alignment
	fixed []byte
	text  arena
}

func newCol(c Column) Col {
	col := Col{Column: c, phys: c.Type.Phys()}
	if col.width = col.phys.Width(); col.phys == sqltype.PhysBool {
		col.width = 1
	}
	return col
}

// I8 is the values of BOOLEAN and TINYINT columns.
func (c *Col) I8() []uint8 { return c.fixed }

// I16 is the values of SMALLINT columns.
func (c *Col) I16() []int16 { return vec.Cast[int16](c.fixed) }

// I32 is the values of 32-bit columns.
func (c *Col) I32() []int32 { return vec.Cast[int32](c.fixed) }

// I64 is the values of 64-bit columns.
func (c *Col) I64() []int64 { return vec.Cast[int64](c.fixed) }

// F32 is the values of FLOAT columns.
func (c *Col) F32() []float32 { return vec.Cast[float32](c.fixed) }

// F64 is the values of DOUBLE columns.
func (c *Col) F64() []float64 { return vec.Cast[float64](c.fixed) }

// I128 is the values of wide DECIMAL columns.
func (c *Col) I128() [][2]uint64 { return vec.Cast[[2]uint64](c.fixed) }

// Get is a group's value in a string column. It is valid until the next Set in the column.
func (c *Col) Get(gid uint32) []byte { return c.text.get(gid) }

// Set replaces a group's value in a string column; v is copied.
func (c *Col) Set(gid uint32, v []byte) { c.text.set(gid, v) }

// Gather makes dst the values of the groups, in that order.
func (c *Col) Gather(gids []uint32, dst *vec.Vec) {
	dst.Reset(c.Type, len(gids))
	switch {
	case c.phys == sqltype.PhysBytes:
		for i, g := range gids {
			dst.Bytes = append(dst.Bytes, c.text.get(g)...)
			dst.Off[i+1] = int32(len(dst.Bytes))
		}
	case c.phys == sqltype.PhysBool:
		b := dst.Bits()
		for i, g := range gids {
			if c.fixed[g] != 0 {
				b.Set(i)
			}
		}
	case c.width > 0:
		gatherFixed(c.width, dst.Fixed, c.fixed, gids)
	}
}

func gatherFixed(width int, dst, src []byte, gids []uint32) {
	switch width {
	case 1:
		gather(dst, src, gids)
	case 2:
		gather(vec.Cast[int16](dst), vec.Cast[int16](src), gids)
	case 4:
		gather(vec.Cast[int32](dst), vec.Cast[int32](src), gids)
	case 8:
		gather(vec.Cast[int64](dst), vec.Cast[int64](src), gids)
	case 16:
		gather(vec.Cast[[2]uint64](dst), vec.Cast[[2]uint64](src), gids)
	}
}

func gather[T any](dst, src []T, gids []uint32) {
	dst = dst[:len(gids)]
	for i, g := range gids {
		dst[i] = src[g]
	}
}

// Scatter stores row i of src, a flat Vec of the column's type, as the value of gids[i].
func (c *Col) Scatter(gids []uint32, src *vec.Vec) {
	switch {
	case c.phys == sqltype.PhysBytes:
		for i, g := range gids {
			c.text.set(g, src.Bytes[src.Off[i]:src.Off[i+1]])
		}
	case c.phys == sqltype.PhysBool:
		b := src.Bits()
		for i, g := range gids {
			c.fixed[g] = uint8(b[uint(i)/64] >> (uint(i) % 64) & 1)
		}
	case c.width > 0:
		scatterFixed(c.width, c.fixed, src.Fixed, gids)
	}
}

// scatterFixed is gatherFixed with the groups on the other side. A loop for both would look a row up on both sides.
func scatterFixed(width int, dst, src []byte, gids []uint32) {
	switch width {
	case 1:
		scatter(dst, src, gids)
	case 2:
		scatter(vec.Cast[int16](dst), vec.Cast[int16](src), gids)
	case 4:
		scatter(vec.Cast[int32](dst), vec.Cast[int32](src), gids)
	case 8:
		scatter(vec.Cast[int64](dst), vec.Cast[int64](src), gids)
	case 16:
		scatter(vec.Cast[[2]uint64](dst), vec.Cast[[2]uint64](src), gids)
	}
}

func scatter[T any](dst, src []T, gids []uint32) {
	src = src[:len(gids)]
	for i, g := range gids {
		dst[g] = src[i]
	}
}

// grow gives every group below n a value; new ones are zero. It reports whether memory was taken.
func (c *Col) grow(n int) {
	if c.phys == sqltype.PhysBytes {
		c.text.grow(n)
		return
	}
	c.words = growZeroed(c.words, (n*c.width+7)/8)
	c.fixed = vec.AsBytes(c.words)[:n*c.width]
}

// zero makes a group's value that of a new group.
func (c *Col) zero(gid uint32) {
	if c.phys == sqltype.PhysBytes {
		c.text.drop(gid)
		return
	}
	clear(c.fixed[int(gid)*c.width : (int(gid)+1)*c.width])
}

func (c *Col) reset() {
	c.text.reset()
	clear(c.fixed) // growZeroed relies on zeros between length and capacity
	c.words, c.fixed = c.words[:0], c.fixed[:0]
}

func (c *Col) bytes() int64 { return c.text.bytes() + int64(8*cap(c.words)) }
