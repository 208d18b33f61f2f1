package zset

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/bits"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Digest sums up rows without regard to their order: 128 bits, the sum over all rows of (hash of the row's values ×
// weight) modulo 2^128, and the number of rows written. Lanes keep their own and merge them; the zero Digest is that of
// no rows.
//
// It is part of the format since v1 (sinks record it in their markers, recovery compares it) and does not depend on the
// machine, the process, or how a column is held: a value hashes alike in every integer width, flat or as a dictionary.
// It tells accidents apart, not attackers.
type Digest struct {
	Hi, Lo uint64
	Rows   int64 // Σ|weight|: what a sink writes
}

// The constants of the hash: odd, with bits all over. Frozen.
const (
	seedA  = 0x8c3f1d5b9e7a2461
	seedB  = 0x51b7e0c94d2f8a37
	multA  = 0xd1b54a32d192ed03
	multB  = 0xaef17502108ef2d9
	multC  = 0x9fb21c651e98df25
	nullA  = 0x6e1d93a7c5b80f4d
	nullB  = 0x2b94c07fd61ea385
	nanBit = 0x7ff8000000000001
)

// chunk is how many rows are hashed before the next column is looked at: their hashes stay in the first-level cache, on
// the stack.
const chunk = 256

// rowHashes are the two halves of a chunk's row hashes.
type rowHashes struct{ a, b [chunk]uint64 }

// Add takes in the rows of b (borrowed).
func (d *Digest) Add(b *Batch) {
	var h rowHashes
	for from := 0; from < b.N; from += chunk {
		n := min(chunk, b.N-from)
		for i := range n {
			h.a[i], h.b[i] = seedA, seedB
		}
		for _, col := range b.Cols {
			h.column(col, from, n)
		}
		if b.Weights == nil {
			d.plain(&h, n)
		} else {
			d.weighted(&h, b.Weights[from:from+n])
		}
	}
}

// plain adds the chunk's rows once each.
func (d *Digest) plain(h *rowHashes, n int) {
	hi, lo := d.Hi, d.Lo
	for i := range n {
		var carry uint64
		lo, carry = bits.Add64(lo, h.b[i], 0)
		hi, _ = bits.Add64(hi, h.a[i], carry)
	}
	d.Hi, d.Lo, d.Rows = hi, lo, d.Rows+int64(n)
}

// weighted adds each row as often as its weight says; modulo 2^128 a negative weight subtracts.
func (d *Digest) weighted(h *rowHashes, weights []int64) {
	for i, w := range weights {
		hi, lo := bits.Mul64(h.b[i], uint64(w))
		if w < 0 {
			hi -= h.b[i] // uint64(w) is w + 2^64
		}
		hi += h.a[i] * uint64(w)
		var carry uint64
		d.Lo, carry = bits.Add64(d.Lo, lo, 0)
		d.Hi, _ = bits.Add64(d.Hi, hi, carry)
		d.Rows += max(w, -w)
	}
}

// Merge takes in what another lane has summed up.
func (d *Digest) Merge(o Digest) {
	var carry uint64
	d.Lo, carry = bits.Add64(d.Lo, o.Lo, 0)
	d.Hi, _ = bits.Add64(d.Hi, o.Hi, carry)
	d.Rows += o.Rows
}

// String is the 128 bits as 32 hexadecimal digits; Rows is recorded beside it.
func (d Digest) String() string { return fmt.Sprintf("%016x%016x", d.Hi, d.Lo) }

// mix folds one 64-bit word into a row hash. The halves take different paths, so that they do not fail together.
func mix(a, b, word uint64) (uint64, uint64) {
	hi, lo := bits.Mul64(a^word, multA)
	b = bits.RotateLeft64((b^word)*multB, 29) * multC
	return hi ^ lo ^ b, b ^ b>>32
}

// column folds rows [from, from+n) of a column into the hashes; NULL has a word of its own.
func (h *rowHashes) column(v *vec.Vec, from, n int) {
	switch {
	case v.Type.Phys() == sqltype.PhysNone:
		h.nulls(n)
	case v.Type.Phys() == sqltype.PhysBytes:
		h.strings(v, from, n)
	case v.Shape != vec.Flat:
		h.spread(v, from, n)
	default:
		h.fixed(v, from, n)
	}
}

func (h *rowHashes) nulls(n int) {
	for i := range n {
		h.null(i)
	}
}

func (h *rowHashes) null(i int) { h.a[i], h.b[i] = mix(h.a[i], h.b[i]^nullB, nullA) }

func (h *rowHashes) fixed(v *vec.Vec, from, n int) {
	switch v.Type.Phys() {
	case sqltype.PhysBool:
		h.bools(v.Bits(), v.Valid, from, n)
	case sqltype.PhysI8:
		integers(h, vec.Of[int8](v)[from:from+n], v.Valid, from)
	case sqltype.PhysI16:
		integers(h, vec.Of[int16](v)[from:from+n], v.Valid, from)
	case sqltype.PhysI32:
		integers(h, vec.Of[int32](v)[from:from+n], v.Valid, from)
	case sqltype.PhysI64:
		integers(h, vec.Of[int64](v)[from:from+n], v.Valid, from)
	case sqltype.PhysF32:
		floats(h, vec.Of[float32](v)[from:from+n], v.Valid, from)
	case sqltype.PhysF64:
		floats(h, vec.Of[float64](v)[from:from+n], v.Valid, from)
	case sqltype.PhysI128:
		h.wide(vec.Of[vec.I128](v)[from:from+n], v.Valid, from)
	}
}

func integers[T int8 | int16 | int32 | int64](h *rowHashes, values []T, valid vec.Bitmap, from int) {
	if valid == nil {
		for i, x := range values {
			h.a[i], h.b[i] = mix(h.a[i], h.b[i], uint64(int64(x)))
		}
		return
	}
	for i, x := range values {
		if !valid.Get(from + i) {
			h.null(i)
			continue
		}
		h.a[i], h.b[i] = mix(h.a[i], h.b[i], uint64(int64(x)))
	}
}

// floats hashes both widths as doubles; all NaNs are one, zero keeps its sign (sinks print it).
func floats[T float32 | float64](h *rowHashes, values []T, valid vec.Bitmap, from int) {
	for i, x := range values {
		if !valid.Get(from + i) {
			h.null(i)
			continue
		}
		word := math.Float64bits(float64(x))
		if x != x {
			word = nanBit
		}
		h.a[i], h.b[i] = mix(h.a[i], h.b[i], word)
	}
}

// wide hashes a 128-bit DECIMAL that fits 64 bits like a narrow one: both are the same value.
func (h *rowHashes) wide(values []vec.I128, valid vec.Bitmap, from int) {
	for i, x := range values {
		if !valid.Get(from + i) {
			h.null(i)
			continue
		}
		h.a[i], h.b[i] = mix(h.a[i], h.b[i], x[0])
		if _, narrow := x.Int64(); !narrow {
			h.a[i], h.b[i] = mix(h.a[i], h.b[i], x[1])
		}
	}
}

func (h *rowHashes) bools(values, valid vec.Bitmap, from, n int) {
	for i := range n {
		if !valid.Get(from + i) {
			h.null(i)
			continue
		}
		word := uint64(0)
		if values.Get(from + i) {
			word = 1
		}
		h.a[i], h.b[i] = mix(h.a[i], h.b[i], word)
	}
}

func (h *rowHashes) strings(v *vec.Vec, from, n int) {
	for i := range n {
		if v.IsNull(from + i) {
			h.null(i)
			continue
		}
		h.a[i], h.b[i] = text(h.a[i], h.b[i], v.Str(from+i))
	}
}

// text folds the length and then the bytes, eight at a time; the last word is padded with zeros, which the length
// distinguishes from real ones.
func text(a, b uint64, s []byte) (uint64, uint64) {
	a, b = mix(a, b, uint64(len(s)))
	for len(s) >= 8 {
		a, b = mix(a, b, binary.LittleEndian.Uint64(s))
		s = s[8:]
	}
	if len(s) > 0 {
		var last [8]byte
		copy(last[:], s)
		a, b = mix(a, b, binary.LittleEndian.Uint64(last[:]))
	}
	return a, b
}

// spread hashes a Const or Dict column of fixed width, which reaches a sink only in tests: one value after the other.
func (h *rowHashes) spread(v *vec.Vec, from, n int) {
	for i := range n {
		if v.IsNull(from + i) {
			h.null(i)
			continue
		}
		one, at := v, 0
		if v.Shape == vec.Dict {
			one, at = v.Dict, int(v.Codes[from+i])
		}
		flat := *one
		flat.Shape, flat.Valid = vec.Flat, nil
		var single rowHashes
		single.a[0], single.b[0] = h.a[i], h.b[i]
		single.fixed(&flat, at, 1)
		h.a[i], h.b[i] = single.a[0], single.b[0]
	}
}
