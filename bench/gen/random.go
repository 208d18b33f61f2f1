package gen

import "strconv"

// random is a counter that mix turns into random numbers; it is our own so that no library can change the bids.
type random uint64

// mix is the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

func (r *random) next() uint64 {
	*r += 0x9e3779b97f4a7c15
	return mix(uint64(*r))
}

// below is evenly spread over 0 … n-1 (n far below 2^32: the bias does not matter).
func (r *random) below(n uint64) uint64 { return r.next() >> 32 * n >> 32 }

// price has 3 to 8 digits, each length equally likely.
func (r *random) price() int64 {
	low := int64(100)
	for range r.below(6) {
		low *= 10
	}
	return low + int64(r.below(uint64(9*low)))
}

// appendWord appends n letters.
func (r *random) appendWord(dst []byte, n uint64) []byte {
	var x uint64
	for i := range n {
		if i%8 == 0 {
			x = r.next()
		}
		dst = append(dst, 'a'+byte(x&0xff*26>>8))
		x >>= 8
	}
	return dst
}

func digits(v int64) string { return strconv.FormatInt(v, 10) }

func appendInt(dst []byte, v int64) []byte { return strconv.AppendInt(dst, v, 10) }
