package vec

import (
	"bytes"

	"streamsql/internal/sqltype"
)

// Take makes dst the rows of src named by sel, in that order (repeats allowed). src may have any shape; dst becomes
// flat and reuses its buffers; dst must not be src.
func Take(dst, src *Vec, sel []int32) {
	if src.Shape == Const {
		spread(dst, src, len(sel))
		return
	}
	dst.Reset(src.Type, len(sel))
	takeValid(dst, src, sel)
	switch p := src.Type.Phys(); {
	case p == sqltype.PhysNone:
	case p == sqltype.PhysBool:
		takeBits(dst.Bits(), src.Bits(), sel)
	case p == sqltype.PhysBytes:
		takeStrings(dst, src, sel)
	default:
		takeFixed(dst, src, sel, p.Width())
	}
}

func takeValid(dst, src *Vec, sel []int32) {
	if src.Valid == nil {
		return
	}
	dst.Valid = make(Bitmap, Words(len(sel)))
	takeBits(dst.Valid, src.Valid, sel)
}

func takeFixed(dst, src *Vec, sel []int32, width int) {
	switch width {
	case 1:
		gather(Of[int8](dst), Of[int8](src), sel)
	case 2:
		gather(Of[int16](dst), Of[int16](src), sel)
	case 4:
		gather(Of[int32](dst), Of[int32](src), sel)
	case 8:
		gather(Of[int64](dst), Of[int64](src), sel)
	case 16:
		gather(Of[I128](dst), Of[I128](src), sel)
	}
}

func gather[T any](dst, src []T, sel []int32) {
	dst = dst[:len(sel)]
	for k, i := range sel {
		dst[k] = src[i]
	}
}

// takeStrings sizes the bytes first, so that the copy loop never grows.
func takeStrings(dst, src *Vec, sel []int32) {
	off := dst.Off[:len(sel)+1]
	total := 0
	if src.Shape == Dict {
		so := src.Dict.Off
		for k, i := range sel {
			c := src.Codes[i]
			total += int(so[c+1] - so[c])
			off[k+1] = int32(total)
		}
	} else {
		so := src.Off
		for k, i := range sel {
			total += int(so[i+1] - so[i])
			off[k+1] = int32(total)
		}
	}
	buf := sizeBytes(dst, total)
	if src.Shape == Dict {
		from, so := src.Dict.Bytes, src.Dict.Off
		for k, i := range sel {
			c := src.Codes[i]
			copy(buf[off[k]:off[k+1]], from[so[c]:so[c+1]])
		}
		return
	}
	from, so := src.Bytes, src.Off
	for k, i := range sel {
		copy(buf[off[k]:off[k+1]], from[so[i]:so[i+1]])
	}
}

// sizeBytes gives v.Bytes n bytes of arbitrary content.
func sizeBytes(v *Vec, n int) []byte {
	checkBytes(n)
	if cap(v.Bytes) < n {
		v.Bytes = make([]byte, n, n+n/4)
	}
	v.Bytes = v.Bytes[:n]
	return v.Bytes
}

// checkBytes guards the 31-bit offsets: batches are cut long before, so passing it is a bug.
func checkBytes(n int) {
	if n > sqltype.MaxLength {
		panic("vec: a string column beyond 2 GiB")
	}
}

// spread makes dst n copies of the one value of a Const Vec.
func spread(dst, src *Vec, n int) {
	dst.Reset(src.Type, n)
	if !src.Valid.Get(0) || src.Type.Phys() == sqltype.PhysNone {
		dst.Valid = make(Bitmap, Words(n))
		clear(dst.Fixed)
		return
	}
	switch p := src.Type.Phys(); p {
	case sqltype.PhysBool:
		if src.Bits().Get(0) {
			copy(dst.Bits(), FullBitmap(n))
		}
	case sqltype.PhysBytes:
		s := src.Str(0)
		buf := sizeBytes(dst, len(s)*n)
		for i := range n {
			copy(buf[i*len(s):], s)
			dst.Off[i+1] = int32((i + 1) * len(s))
		}
	default:
		w := p.Width()
		one := src.Fixed[:w]
		if n > 0 {
			copy(dst.Fixed, one)
		}
		for done := w; done < n*w; done *= 2 {
			copy(dst.Fixed[done:], dst.Fixed[:done])
		}
	}
}

// Flatten returns v itself when it is flat, otherwise a new flat Vec with the same rows.
func Flatten(v *Vec) *Vec {
	if v.Shape == Flat {
		return v
	}
	out := &Vec{}
	FlattenInto(out, v)
	return out
}

// FlattenInto makes dst a flat copy of v, whose shape is not Flat; dst reuses its buffers.
func FlattenInto(dst, v *Vec) {
	if v.Shape == Const {
		spread(dst, v, v.Len)
		return
	}
	dst.Reset(v.Type, v.Len)
	if v.Valid != nil {
		dst.Valid = append(dst.Valid, v.Valid[:Words(v.Len)]...)
	}
	total := 0
	so := v.Dict.Off
	for i, c := range v.Codes[:v.Len] {
		total += int(so[c+1] - so[c])
		dst.Off[i+1] = int32(total)
	}
	buf := sizeBytes(dst, total)
	for i, c := range v.Codes[:v.Len] {
		copy(buf[dst.Off[i]:dst.Off[i+1]], v.Dict.Bytes[so[c]:so[c+1]])
	}
}

// Slice returns rows [from, to) of v. Values are shared with v; bitmaps are copied when from is not a multiple of 64.
func Slice(v *Vec, from, to int) *Vec {
	n := to - from
	out := &Vec{Type: v.Type, Len: n, Shape: v.Shape, Dict: v.Dict}
	if v.Shape == Const {
		out.Valid, out.Fixed, out.Off, out.Bytes = v.Valid, v.Fixed, v.Off, v.Bytes
		return out
	}
	out.Valid = sliceBits(v.Valid, from, n)
	if v.Shape == Dict {
		out.Codes = v.Codes[from:to:to]
		return out
	}
	switch p := v.Type.Phys(); p {
	case sqltype.PhysNone:
	case sqltype.PhysBool:
		b := sliceBits(v.Bits(), from, n)
		out.Fixed = AsBytes([]uint64(b))
	case sqltype.PhysBytes:
		out.Off, out.Bytes = v.Off[from:to+1:to+1], v.Bytes
	default:
		w := p.Width()
		out.Fixed = v.Fixed[from*w : to*w : to*w]
	}
	return out
}

func sliceBits(b Bitmap, from, n int) Bitmap {
	if b == nil || n == 0 {
		return nil
	}
	if from%64 == 0 {
		return b[from/64 : from/64+Words(n)]
	}
	out := make(Bitmap, Words(n))
	copyBits(out, 0, b, from, n)
	return out
}

// Equal compares types (nullability aside), lengths and rows; NULL equals NULL; floats compare by their bits. For
// tests.
func Equal(a, b *Vec) bool {
	if !a.Type.Same(b.Type) || a.Len != b.Len {
		return false
	}
	a, b = Flatten(a), Flatten(b)
	w := a.Type.Phys().Width()
	for i := range a.Len {
		if a.IsNull(i) != b.IsNull(i) {
			return false
		}
		if a.IsNull(i) {
			continue
		}
		var same bool
		switch a.Type.Phys() {
		case sqltype.PhysBool:
			same = a.Bits().Get(i) == b.Bits().Get(i)
		case sqltype.PhysBytes:
			same = bytes.Equal(a.Str(i), b.Str(i))
		default:
			same = bytes.Equal(a.Fixed[i*w:i*w+w], b.Fixed[i*w:i*w+w])
		}
		if !same {
			return false
		}
	}
	return true
}
