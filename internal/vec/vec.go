// Package vec is the kernels' view of a column: raw slices in exactly Arrow's memory layout, without Arrow's objects.
//
//	fixed width   Fixed holds Len values, little endian
//	BOOLEAN       Fixed holds Len bits, least significant bit first, padded to 8 bytes
//	strings       Off holds Len+1 ascending offsets into Bytes
//	NULL          Valid has bit i set when row i holds a value; a nil Valid means no NULL
//
// Values under NULL are initialised but arbitrary; whoever hashes, encodes or compares masks them. A Vec is plain data:
// whoever holds it alone may change it; a Vec that has been passed on is read-only. Buffers are owned by the garbage
// collector and reused only by the one who allocated them (see zset on borrowing).
package vec

import (
	"unsafe"

	"streamsql/internal/sqltype"
)

// Bitmap is a bit per row, least significant bit first. A nil Bitmap means "every bit set".
type Bitmap []uint64

// Words is the number of words that hold n bits.
func Words(n int) int { return (n + 63) / 64 }

// Get reports whether bit i is set; a nil bitmap has every bit.
func (b Bitmap) Get(i int) bool { return b == nil || b[uint(i)/64]>>(uint(i)%64)&1 != 0 }

// Set sets bit i of a non-nil bitmap.
func (b Bitmap) Set(i int) { b[uint(i)/64] |= 1 << (uint(i) % 64) }

// Clear clears bit i of a non-nil bitmap.
func (b Bitmap) Clear(i int) { b[uint(i)/64] &^= 1 << (uint(i) % 64) }

// Shape says how the rows of a Vec are represented.
type Shape uint8

// The shapes. Const exists only inside exec/expr and the kernels; Dict leaves a scanner and may reach expr and rowkey;
// everybody else calls Flatten.
const (
	Flat  Shape = iota // Len values
	Const              // one value (Fixed/Off/Bytes/Valid hold a single row) for all Len rows
	Dict               // row i is row Codes[i] of Dict; Valid speaks about rows, the dictionary has no NULL
)

// Vec is one column of Len rows.
type Vec struct {
	Type  sqltype.Type
	Len   int
	Shape Shape
	Valid Bitmap
	Fixed []byte
	Off   []int32
	Bytes []byte
	Codes []int32
	Dict  *Vec
}

// Element is a value of fixed width.
type Element interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint32 | ~uint64 | ~float32 | ~float64 | ~[2]uint64
}

// Of is the typed slice over the values of a flat fixed-width Vec (of the single value of a Const one).
func Of[T Element](v *Vec) []T { return Cast[T](v.Fixed) }

// Cast reinterprets bytes as values; len(b) must be a multiple of the element size.
func Cast[T Element](b []byte) []T {
	var z T
	if len(b) < int(unsafe.Sizeof(z)) {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(z)))
}

// AsBytes reinterprets values as bytes.
func AsBytes[T Element](s []T) []byte {
	var z T
	if len(s) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(z)))
}

// Bits is the value bitmap of a BOOLEAN Vec (not its validity).
func (v *Vec) Bits() Bitmap { return Bitmap(Cast[uint64](v.Fixed)) }

// New allocates a flat Vec of n rows with zeroed fixed values; strings start without bytes (all offsets 0).
func New(t sqltype.Type, n int) *Vec {
	v := &Vec{}
	v.Reset(t, n)
	return v
}

// Reset makes v a flat Vec of type t and n rows, reusing its buffers. Fixed values are NOT cleared, except bits of
// BOOLEAN, which are; offsets are zeroed and Bytes emptied; Valid becomes nil.
func (v *Vec) Reset(t sqltype.Type, n int) {
	v.Type, v.Len, v.Shape, v.Valid, v.Codes, v.Dict = t, n, Flat, nil, nil, nil
	switch p := t.Phys(); p {
	case sqltype.PhysBytes:
		v.Fixed = v.Fixed[:0]
		if cap(v.Off) < n+1 {
			v.Off = make([]int32, n+1, grow(n+1))
		} else {
			v.Off = v.Off[:n+1]
			clear(v.Off)
		}
		v.Bytes = v.Bytes[:0]
	case sqltype.PhysBool:
		v.sizeFixed(Words(n) * 8)
		clear(v.Fixed)
	case sqltype.PhysNone:
		v.Fixed = v.Fixed[:0]
	default:
		v.sizeFixed(n * p.Width())
	}
}

// Resize gives a buffer length n, in its own storage when that is large enough. Its values are arbitrary.
func Resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/4)
	}
	return s[:n]
}

func grow(n int) int { return (n + n/4 + 63) &^ 63 }

// sizeFixed gives Fixed n bytes, 8-byte aligned (allocated as words).
func (v *Vec) sizeFixed(n int) {
	if cap(v.Fixed) < n {
		words := make([]uint64, Words(grow(n)*8))
		v.Fixed = AsBytes(words)
	}
	v.Fixed = v.Fixed[:n]
}

// Held is the memory of v's own buffers, used or not; a dictionary's entries are counted where they belong.
func (v *Vec) Held() int64 {
	return int64(cap(v.Fixed) + cap(v.Bytes) + 4*cap(v.Off) + 4*cap(v.Codes) + 8*cap(v.Valid))
}

// MakeValid gives v a validity bitmap with every bit set (if it has none) and returns it for clearing.
func (v *Vec) MakeValid() Bitmap {
	if v.Valid == nil {
		v.Valid = FullBitmap(v.Len)
	}
	return v.Valid
}

// FullBitmap has n bits set and the rest of the last word clear.
func FullBitmap(n int) Bitmap {
	b := make(Bitmap, Words(n))
	for i := range b {
		b[i] = ^uint64(0)
	}
	if r := n % 64; r != 0 {
		b[len(b)-1] = 1<<r - 1
	}
	return b
}

// IsNull reports whether row i is NULL.
func (v *Vec) IsNull(i int) bool {
	if v.Shape == Const {
		i = 0
	}
	return !v.Valid.Get(i)
}

// Str returns the bytes of row i of a string Vec of any shape. The slice aliases the Vec.
func (v *Vec) Str(i int) []byte {
	switch v.Shape {
	case Const:
		i = 0
	case Dict:
		return v.Dict.Str(int(v.Codes[i]))
	}
	return v.Bytes[v.Off[i]:v.Off[i+1]]
}
