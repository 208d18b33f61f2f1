package vec

import "math/bits"

// In a bitmap of n rows the bits beyond n in its last word are arbitrary unless a function here says that they are
// clear; every function here that takes n ignores them.

// Sized returns a bitmap of n bits in dst's storage when that is large enough. Its bits are arbitrary.
func Sized(dst Bitmap, n int) Bitmap {
	return Resize(dst, Words(n))
}

// tailMask has the bits of the last word that belong to n rows.
func tailMask(n int) uint64 {
	if r := uint(n) % 64; r != 0 {
		return 1<<r - 1
	}
	return ^uint64(0)
}

// And is a AND b over n bits, in dst's storage. nil operands mean all ones; the result is nil when both are nil.
// An operand may be dst. When only one operand is nil the result is a copy of the other, so it never aliases an operand
// other than dst.
func And(dst, a, b Bitmap, n int) Bitmap {
	if a == nil {
		a, b = b, a
	}
	if a == nil {
		return nil
	}
	dst = Sized(dst, n)
	a = a[:len(dst)]
	if b == nil {
		copy(dst, a)
		return dst
	}
	b = b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] & b[i]
	}
	return dst
}

// Or is a OR b over n bits, in dst's storage; nil (all ones) when an operand is nil.
func Or(dst, a, b Bitmap, n int) Bitmap {
	if a == nil || b == nil {
		return nil
	}
	dst = Sized(dst, n)
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = a[i] | b[i]
	}
	return dst
}

// AndNot is a AND NOT b over n bits, in dst's storage. The result is never nil; bits beyond n are clear.
func AndNot(dst, a, b Bitmap, n int) Bitmap {
	dst = Sized(dst, n)
	switch {
	case b == nil:
		clear(dst)
		return dst
	case a == nil:
		b = b[:len(dst)]
		for i := range dst {
			dst[i] = ^b[i]
		}
	default:
		a, b = a[:len(dst)], b[:len(dst)]
		for i := range dst {
			dst[i] = a[i] &^ b[i]
		}
	}
	trim(dst, n)
	return dst
}

// Not is NOT a over n bits, in dst's storage. The result is never nil; bits beyond n are clear.
func Not(dst, a Bitmap, n int) Bitmap { return AndNot(dst, nil, a, n) }

// trim clears the bits beyond n of a bitmap of Words(n) words.
func trim(b Bitmap, n int) {
	if len(b) > 0 {
		b[len(b)-1] &= tailMask(n)
	}
}

// Count is the number of set bits among the first n; nil has them all.
func Count(b Bitmap, n int) int {
	if b == nil {
		return n
	}
	if n == 0 {
		return 0
	}
	w := Words(n)
	return CountSet(b[:w-1]) + bits.OnesCount64(b[w-1]&tailMask(n))
}

// CountSet is the number of set bits of every word of a non-nil bitmap.
func CountSet(b Bitmap) int {
	c := 0
	for _, w := range b {
		c += bits.OnesCount64(w)
	}
	return c
}

// None reports whether no bit among the first n is set.
func None(b Bitmap, n int) bool {
	if n == 0 {
		return true
	}
	if b == nil {
		return false
	}
	w := Words(n)
	for _, x := range b[:w-1] {
		if x != 0 {
			return false
		}
	}
	return b[w-1]&tailMask(n) == 0
}

// All reports whether every one of the first n bits is set.
func All(b Bitmap, n int) bool {
	if b == nil || n == 0 {
		return true
	}
	w := Words(n)
	for _, x := range b[:w-1] {
		if x != ^uint64(0) {
			return false
		}
	}
	m := tailMask(n)
	return b[w-1]&m == m
}

// First is the position of the first set bit among the first n, or -1.
func First(b Bitmap, n int) int {
	if n == 0 {
		return -1
	}
	if b == nil {
		return 0
	}
	for i, x := range b[:Words(n)] {
		if x != 0 {
			if p := i*64 + bits.TrailingZeros64(x); p < n {
				return p
			}
			return -1
		}
	}
	return -1
}

// SelectionOf lists the set bits among the first n, ascending, in dst's storage.
func SelectionOf(b Bitmap, n int, dst []int32) []int32 {
	if cap(dst) < n {
		dst = make([]int32, n)
	}
	dst = dst[:n]
	if b == nil {
		for i := range dst {
			dst[i] = int32(i)
		}
		return dst
	}
	k := 0
	for w, x := range b[:Words(n)] {
		base := int32(w * 64)
		if x == ^uint64(0) && w*64+64 <= n {
			for j := range int32(64) {
				dst[k+int(j)] = base + j
			}
			k += 64
			continue
		}
		if w == n/64 {
			x &= tailMask(n)
		}
		for ; x != 0; x &= x - 1 {
			dst[k] = base + int32(bits.TrailingZeros64(x))
			k++
		}
	}
	return dst[:k]
}

// BitmapOf has the bits named by sel set, among n, in dst's storage.
func BitmapOf(sel []int32, n int, dst Bitmap) Bitmap {
	dst = Sized(dst, n)
	clear(dst)
	for _, i := range sel {
		dst.Set(int(i))
	}
	return dst
}

// takeBits gathers bits of src (non-nil) by sel.
func takeBits(dst, src Bitmap, sel []int32) {
	for w := range dst {
		part := sel[w*64 : min(w*64+64, len(sel))]
		var x uint64
		for j, i := range part {
			x |= (src[uint32(i)/64] >> (uint32(i) % 64) & 1) << uint(j)
		}
		dst[w] = x
	}
}

// copyBits writes n bits of src, from bit `from`, to dst at bit `at`. A nil src is all ones. dst has room; its bits
// from `at` on are overwritten within the words touched, so appending is in order.
func copyBits(dst Bitmap, at int, src Bitmap, from, n int) {
	for n > 0 {
		k := min(64-at%64, n)
		x := fetch(src, from, k)
		w, s := at/64, uint(at%64)
		mask := tailMask(k) << s
		dst[w] = dst[w]&^mask | x<<s
		at, from, n = at+k, from+k, n-k
	}
}

// fetch reads k ≤ 64 bits of src from bit `from`.
func fetch(src Bitmap, from, k int) uint64 {
	m := tailMask(k)
	if src == nil {
		return m
	}
	w, s := from/64, uint(from%64)
	x := src[w] >> s
	if s != 0 && w+1 < len(src) {
		x |= src[w+1] << (64 - s)
	}
	return x & m
}
