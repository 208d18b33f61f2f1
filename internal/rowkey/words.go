package rowkey

import (
	"math"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// packWords fills the words of W8 (stride 1) or W16 (stride 2).
func (e *Encoder) packWords(dst []uint64, stride int) {
	if e.whole() {
		copy(vec.AsBytes(dst), e.view[0].Fixed)
		return
	}
	clear(dst)
	for i := range e.cols {
		c, v := &e.cols[i], e.view[i]
		switch c.phys {
		case sqltype.PhysNone:
			for j := c.nullWord; j < len(dst); j += stride {
				dst[j] |= 1 << c.nullShift
			}
		case sqltype.PhysBool:
			packBits(dst, stride, v, c)
		case sqltype.PhysI8:
			packInts(dst, stride, vec.Of[int8](v), v.Valid, c)
		case sqltype.PhysI16:
			packInts(dst, stride, vec.Of[int16](v), v.Valid, c)
		case sqltype.PhysI32:
			packInts(dst, stride, vec.Of[int32](v), v.Valid, c)
		case sqltype.PhysI64:
			packInts(dst, stride, vec.Of[int64](v), v.Valid, c)
		case sqltype.PhysF32:
			packF32(dst, stride, vec.Of[float32](v), v.Valid, c)
		case sqltype.PhysF64:
			packF64(dst, stride, vec.Of[float64](v), v.Valid, c)
		}
	}
}

// whole reports whether the key is its one column: the words are the values.
func (e *Encoder) whole() bool {
	if len(e.cols) != 1 || e.cols[0].nullable || e.cols[0].typ.Phys() == sqltype.PhysF64 {
		return false
	}
	w := e.cols[0].phys.Width()
	return w == 8 && e.layout == W8 || w == 16 && e.layout == W16
}

type integer interface {
	~int8 | ~int16 | ~int32 | ~int64
}

func packInts[T integer](dst []uint64, stride int, src []T, valid vec.Bitmap, c *column) {
	mask, shift := c.mask, uint(c.shift)&63
	if valid == nil {
		j := c.word
		for _, v := range src {
			dst[j] |= uint64(v) & mask << shift
			j += stride
		}
		return
	}
	for i, v := range src {
		at := i * stride
		has := valid[uint(i)/64] >> (uint(i) % 64) & 1
		dst[at+c.word] |= uint64(v) & mask & -has << shift
		if c.nullable {
			dst[at+c.nullWord] |= (has ^ 1) << (uint(c.nullShift) & 63)
		}
	}
}

func packBits(dst []uint64, stride int, v *vec.Vec, c *column) {
	b := v.Bits()
	for i := range v.Len {
		if v.Valid.Get(i) {
			dst[i*stride+c.word] |= (b[uint(i)/64] >> (uint(i) % 64) & 1) << c.shift
		} else if c.nullable {
			dst[i*stride+c.nullWord] |= 1 << c.nullShift
		}
	}
}

func packF64(dst []uint64, stride int, src []float64, valid vec.Bitmap, c *column) {
	for i, v := range src {
		if valid.Get(i) {
			dst[i*stride+c.word] |= bits64(v) << c.shift
		} else if c.nullable {
			dst[i*stride+c.nullWord] |= 1 << c.nullShift
		}
	}
}

func packF32(dst []uint64, stride int, src []float32, valid vec.Bitmap, c *column) {
	for i, v := range src {
		if valid.Get(i) {
			dst[i*stride+c.word] |= uint64(bits32(v)) << c.shift
		} else if c.nullable {
			dst[i*stride+c.nullWord] |= 1 << c.nullShift
		}
	}
}

// bits64 gives equal numbers equal bits: one zero, one NaN.
func bits64(v float64) uint64 {
	switch {
	case v == 0:
		return 0
	case v != v:
		return 0x7ff8000000000000
	}
	return math.Float64bits(v)
}

func bits32(v float32) uint32 {
	switch {
	case v == 0:
		return 0
	case v != v:
		return 0x7fc00000
	}
	return math.Float32bits(v)
}

// unpackWords is the inverse of packWords.
func (e *Encoder) unpackWords(src []uint64, stride, n int, out []*vec.Vec) {
	for i := range e.cols {
		c, v := &e.cols[i], out[i]
		v.Reset(c.typ, n)
		switch c.phys {
		case sqltype.PhysBool:
			for r := range n {
				if src[r*stride+c.word]>>c.shift&1 != 0 {
					v.Bits().Set(r)
				}
			}
		case sqltype.PhysI8:
			unpackInts(vec.Of[int8](v), src, stride, c)
		case sqltype.PhysI16:
			unpackInts(vec.Of[int16](v), src, stride, c)
		case sqltype.PhysI32, sqltype.PhysF32:
			unpackInts(vec.Of[int32](v), src, stride, c)
		case sqltype.PhysI64, sqltype.PhysF64:
			unpackInts(vec.Of[int64](v), src, stride, c)
		case sqltype.PhysI128:
			copy(v.Fixed, vec.AsBytes(src))
		}
		if !c.nullable {
			continue
		}
		for r := range n {
			if src[r*stride+c.nullWord]>>c.nullShift&1 != 0 {
				v.MakeValid().Clear(r)
			}
		}
	}
}

func unpackInts[T integer](dst []T, src []uint64, stride int, c *column) {
	j, shift := c.word, uint(c.shift)&63
	for r := range dst {
		dst[r] = T(src[j] >> shift)
		j += stride
	}
}

// hashWords hashes the words of W8 or W16, column by column.
func (e *Encoder) hashWords(src []uint64, stride int, out []uint64) {
	if len(e.cols) == 0 {
		clear(out)
		return
	}
	for i := range out {
		out[i] = hashStart
	}
	for i := range e.cols {
		c := &e.cols[i]
		if c.phys == sqltype.PhysI128 { // both words
			for r := range out {
				out[r] = stepWide(out[r], src[2*r], src[2*r+1])
			}
			continue
		}
		// Integers count sign-extended: the same number has the same hash in every width.
		width := 8 * c.phys.Width()
		if c.phys == sqltype.PhysBool || c.phys == sqltype.PhysF32 || width == 0 {
			width = 64
		}
		up := uint(64-width) & 63
		shift, mask := uint(c.shift)&63, c.mask
		j := c.word
		if !c.nullable {
			for r, h := range out {
				out[r] = step(h, uint64(int64(src[j]>>shift&mask<<up)>>up))
				j += stride
			}
			continue
		}
		k, nullShift := c.nullWord, uint(c.nullShift)&63
		for r, h := range out {
			v := uint64(int64(src[j]>>shift&mask<<up) >> up)
			if src[k]>>nullShift&1 != 0 {
				v = hashNull
			}
			out[r] = step(h, v)
			j += stride
			k += stride
		}
	}
}

// stepWide adds a 128-bit integer; one that fits 64 bits counts like a 64-bit one.
func stepWide(h, lo, hi uint64) uint64 {
	h = step(h, lo)
	if hi != uint64(int64(lo)>>63) {
		h = step(h, hi)
	}
	return h
}
