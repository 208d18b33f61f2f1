package generator

import (
	"hash/fnv"
	"math/bits"
)

// Key is a stream of random numbers that can be asked for in any order: what it has at a number is a function of
// the key and the number.
type Key uint64

// NewKey makes the key of a seed and names, for instance those of a table and a column. Other seeds and other names
// give independent keys. What it gives is part of what rows hold, and must not change.
func NewKey(seed int64, names ...string) Key {
	h := fnv.New64a()
	for _, n := range names {
		_, _ = h.Write([]byte(n))
		_, _ = h.Write([]byte{0})
	}
	return Key(mix(mix(uint64(seed)+step) ^ h.Sum64()))
}

// step is the increment of SplitMix64 (Steele, Lea, Flood 2014), whose output function is mix.
const step = 0x9e3779b97f4a7c15

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// At is the number at n, uniform over 64 bits.
func (k Key) At(n int64) uint64 { return mix(uint64(k) + uint64(n)*step) }

// Sub is the key of one row that needs many numbers.
func (k Key) Sub(n int64) Key { return Key(k.At(n)) }

// Below maps a random number to 0 … n−1. n is not zero.
func Below(random, n uint64) uint64 {
	hi, _ := bits.Mul64(random, n)
	return hi
}

// Unit maps a random number to [0, 1), in steps of 2⁻⁵³.
func Unit(random uint64) float64 { return float64(random>>11) / (1 << 53) }
