package vec

import "streamsql/internal/sqltype"

// Append adds all rows of src (any shape) to the flat Vec dst of the same type. dst grows geometrically; a Vec made by
// New(t, 0), or the zero Vec with its Type set, is an empty buffer. dst must be held alone.
func Append(dst, src *Vec) {
	if src.Shape == Flat {
		appendFlat(dst, src)
		return
	}
	var tmp Vec
	FlattenInto(&tmp, src)
	appendFlat(dst, &tmp)
}

// AppendRows adds the rows of src (any shape) named by sel.
func AppendRows(dst, src *Vec, sel []int32) {
	if src.Shape == Flat {
		switch p := src.Type.Phys(); {
		case p.Width() > 0:
			appendFixedRows(dst, src, sel)
			return
		case p == sqltype.PhysBytes:
			appendStringRows(dst, src, sel)
			return
		}
	}
	var tmp Vec
	Take(&tmp, src, sel)
	appendFlat(dst, &tmp)
}

// AppendNulls adds n NULLs.
func AppendNulls(dst *Vec, n int) {
	at := dst.Len
	growRows(dst, n)
	dst.Valid = growValid(dst.Valid, at, n)
	for i := at; i < at+n; i++ {
		dst.Valid.Clear(i)
	}
	switch p := dst.Type.Phys(); p {
	case sqltype.PhysBytes:
		for i := at; i < at+n; i++ {
			dst.Off[i+1] = dst.Off[at]
		}
	case sqltype.PhysNone, sqltype.PhysBool:
	default:
		clear(dst.Fixed[at*p.Width():])
	}
}

// appendValid extends the validity of dst, which held `at` rows and has been grown by n.
func appendValid(dst *Vec, at int, valid Bitmap, n int) {
	if dst.Valid == nil && valid == nil {
		return
	}
	dst.Valid = growValid(dst.Valid, at, n)
	copyBits(dst.Valid, at, valid, 0, n)
}

// growValid gives a bitmap of `at` bits (nil: all set) room for n more, which are set.
func growValid(b Bitmap, at, n int) Bitmap {
	if b == nil {
		b = FullBitmap(at)
	}
	b = growWords(b, Words(at+n))
	copyBits(b, at, nil, 0, n)
	return b
}

func growWords(b Bitmap, words int) Bitmap {
	for len(b) < words {
		b = append(b, 0)
	}
	return b
}

// growRows makes room for n more rows and counts them; their fixed values are arbitrary, bits of BOOLEAN clear.
func growRows(dst *Vec, n int) {
	at := dst.Len
	dst.Len += n
	switch p := dst.Type.Phys(); p {
	case sqltype.PhysNone:
	case sqltype.PhysBool:
		old := len(dst.Fixed)
		growFixed(dst, Words(dst.Len)*8)
		clear(dst.Fixed[min(old, len(dst.Fixed)):])
	case sqltype.PhysBytes:
		if len(dst.Off) == 0 {
			dst.Off = append(dst.Off, 0)
		}
		for len(dst.Off) <= dst.Len {
			dst.Off = append(dst.Off, dst.Off[at])
		}
	default:
		growFixed(dst, dst.Len*p.Width())
	}
}

// growFixed extends Fixed to n bytes, geometrically, in storage aligned like words.
func growFixed(v *Vec, n int) {
	if cap(v.Fixed) >= n {
		v.Fixed = v.Fixed[:n]
		return
	}
	words := make([]uint64, Words(max(n, 2*cap(v.Fixed), 512)*8))
	buf := AsBytes(words)
	copy(buf, v.Fixed)
	v.Fixed = buf[:n]
}

func appendFlat(dst, src *Vec) {
	at, n := dst.Len, src.Len
	if n == 0 {
		return
	}
	growRows(dst, n)
	appendValid(dst, at, src.Valid, n)
	switch p := dst.Type.Phys(); p {
	case sqltype.PhysNone:
	case sqltype.PhysBool:
		copyBits(dst.Bits(), at, src.Bits(), 0, n)
	case sqltype.PhysBytes:
		first, last := src.Off[0], src.Off[n]
		base := len(dst.Bytes)
		checkBytes(base + int(last-first))
		dst.Bytes = append(dst.Bytes, src.Bytes[first:last]...)
		shift := int32(base) - first
		off := dst.Off[at+1 : at+1+n]
		for i, o := range src.Off[1 : n+1] {
			off[i] = o + shift
		}
	default:
		w := p.Width()
		copy(dst.Fixed[at*w:], src.Fixed[:n*w])
	}
}

// appendValidRows extends the validity of dst, which held `at` rows, by the rows of src named by sel.
func appendValidRows(dst *Vec, at int, src *Vec, sel []int32) {
	if src.Valid == nil && dst.Valid == nil {
		return
	}
	dst.Valid = growValid(dst.Valid, at, len(sel))
	if src.Valid == nil {
		return
	}
	for k, i := range sel {
		if !src.Valid.Get(int(i)) {
			dst.Valid.Clear(at + k)
		}
	}
}

func appendStringRows(dst, src *Vec, sel []int32) {
	at := dst.Len
	growRows(dst, len(sel))
	appendValidRows(dst, at, src, sel)
	off := dst.Off[at+1 : at+1+len(sel)]
	buf := dst.Bytes
	for k, i := range sel {
		buf = append(buf, src.Bytes[src.Off[i]:src.Off[i+1]]...)
		off[k] = int32(len(buf))
	}
	checkBytes(len(buf))
	dst.Bytes = buf
}

func appendFixedRows(dst, src *Vec, sel []int32) {
	at := dst.Len
	growRows(dst, len(sel))
	appendValidRows(dst, at, src, sel)
	switch src.Type.Phys().Width() {
	case 1:
		gather(Of[int8](dst)[at:], Of[int8](src), sel)
	case 2:
		gather(Of[int16](dst)[at:], Of[int16](src), sel)
	case 4:
		gather(Of[int32](dst)[at:], Of[int32](src), sel)
	case 8:
		gather(Of[int64](dst)[at:], Of[int64](src), sel)
	case 16:
		gather(Of[I128](dst)[at:], Of[I128](src), sel)
	}
}
