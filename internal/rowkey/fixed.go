package rowkey

import (
	"encoding/binary"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// The fixed-width columns of layout Var: one loop per width, so that nothing is decided per row.

// putFixed writes a column into the headers of the keys that begin at off. NULL stays zeros.
func putFixed(c *column, v *vec.Vec, off []uint32, buf []byte) {
	at := uint32(c.at)
	switch c.phys {
	case sqltype.PhysBool:
		put8(bytesOf(v, len(off)), v.Valid, off, buf, at)
	case sqltype.PhysI8:
		put8(v.Fixed, v.Valid, off, buf, at)
	case sqltype.PhysI16:
		put16(vec.Of[int16](v), v.Valid, off, buf, at)
	case sqltype.PhysI32:
		put32(vec.Of[uint32](v), v.Valid, off, buf, at)
	case sqltype.PhysI64:
		put64(vec.Of[uint64](v), v.Valid, off, buf, at)
	case sqltype.PhysI128:
		put128(vec.Of[[2]uint64](v), v.Valid, off, buf, at)
	case sqltype.PhysF32:
		putF32(vec.Of[float32](v), v.Valid, off, buf, at)
	case sqltype.PhysF64:
		putF64(vec.Of[float64](v), v.Valid, off, buf, at)
	}
}

// bytesOf spreads the bits of a BOOLEAN column to bytes. Booleans in keys of layout Var are rare: it may allocate.
func bytesOf(v *vec.Vec, n int) []byte {
	out := make([]byte, n)
	for i, b := 0, v.Bits(); i < n; i++ {
		out[i] = uint8(b[uint(i)/64] >> (uint(i) % 64) & 1)
	}
	return out
}

// One function a width, the write spelled out in each: as a function value it would be called per row.

func put8(src []byte, valid vec.Bitmap, off []uint32, buf []byte, at uint32) {
	for r, h := range off {
		if valid.Get(r) {
			buf[h+at] = src[r]
		}
	}
}

func put16(src []int16, valid vec.Bitmap, off []uint32, buf []byte, at uint32) {
	for r, h := range off {
		if valid.Get(r) {
			binary.LittleEndian.PutUint16(buf[h+at:], uint16(src[r]))
		}
	}
}

func put32(src []uint32, valid vec.Bitmap, off []uint32, buf []byte, at uint32) {
	for r, h := range off {
		if valid.Get(r) {
			binary.LittleEndian.PutUint32(buf[h+at:], src[r])
		}
	}
}

func put64(src []uint64, valid vec.Bitmap, off []uint32, buf []byte, at uint32) {
	for r, h := range off {
		if valid.Get(r) {
			binary.LittleEndian.PutUint64(buf[h+at:], src[r])
		}
	}
}

func put128(src [][2]uint64, valid vec.Bitmap, off []uint32, buf []byte, at uint32) {
	for r, h := range off {
		if valid.Get(r) {
			binary.LittleEndian.PutUint64(buf[h+at:], src[r][0])
			binary.LittleEndian.PutUint64(buf[h+at+8:], src[r][1])
		}
	}
}

func putF32(src []float32, valid vec.Bitmap, off []uint32, buf []byte, at uint32) {
	for r, h := range off {
		if valid.Get(r) {
			binary.LittleEndian.PutUint32(buf[h+at:], bits32(src[r]))
		}
	}
}

func putF64(src []float64, valid vec.Bitmap, off []uint32, buf []byte, at uint32) {
	for r, h := range off {
		if valid.Get(r) {
			binary.LittleEndian.PutUint64(buf[h+at:], bits64(src[r]))
		}
	}
}

// hashFixed adds a column to the hashes.
func (e *Encoder) hashFixed(c *column, k *Keys) {
	if c.phys == sqltype.PhysI128 {
		hashWide(c, k)
		return
	}
	e.code = vec.Resize(e.code, k.N)
	load(c, k, e.code)
	if !c.nullable {
		for r, h := range k.Hash {
			k.Hash[r] = step(h, e.code[r])
		}
		return
	}
	for r, h := range k.Hash {
		v := e.code[r]
		if c.isNull(k.Bytes, k.Off[r]) {
			v = hashNull
		}
		k.Hash[r] = step(h, v)
	}
}

func hashWide(c *column, k *Keys) {
	for r, h := range k.Hash {
		if c.isNull(k.Bytes, k.Off[r]) {
			k.Hash[r] = step(h, hashNull)
			continue
		}
		b := k.Bytes[k.Off[r]+uint32(c.at):]
		k.Hash[r] = stepWide(h, binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]))
	}
}

// load reads a column of up to 64 bits as the hash takes it: integers sign-extended, as in words.
func load(c *column, k *Keys, out []uint64) {
	off, buf, at := k.Off[:len(out)], k.Bytes, uint32(c.at)
	switch c.phys {
	case sqltype.PhysNone:
		clear(out)
	case sqltype.PhysBool:
		for r, h := range off {
			out[r] = uint64(buf[h+at])
		}
	case sqltype.PhysI8:
		for r, h := range off {
			out[r] = uint64(int8(buf[h+at]))
		}
	case sqltype.PhysI16:
		for r, h := range off {
			out[r] = uint64(int16(binary.LittleEndian.Uint16(buf[h+at:])))
		}
	case sqltype.PhysI32:
		for r, h := range off {
			out[r] = uint64(int32(binary.LittleEndian.Uint32(buf[h+at:])))
		}
	case sqltype.PhysF32:
		for r, h := range off {
			out[r] = uint64(binary.LittleEndian.Uint32(buf[h+at:]))
		}
	default:
		for r, h := range off {
			out[r] = binary.LittleEndian.Uint64(buf[h+at:])
		}
	}
}
