package rowkey

import (
	"encoding/binary"
	"math/bits"
)

// Part of the state format since v1: never change. Odd, with half of their bits set.
const (
	hashStart = 0x9ae16a3b2f90d563 // before the first column
	hashMul   = 0xd6e8feb86659fd93 // multiplier of a value
	hashNull  = 0xa0761d6478bd642f // in place of NULL
	hashLen   = 0xe7037ed1a0b428db // multiplier of a string's length
	hashText  = 0x8ebc6af09c88c6e3 // mixed into the second word of a step over a string
)

// GroupBits is the number of hash bits that name a key group, Groups the number of key groups.
const (
	GroupBits = 7
	Groups    = 1 << GroupBits
)

// KeyGroup is the key group of a hash.
func KeyGroup(hash uint64) int { return int(hash >> (64 - GroupBits)) }

// Lane is the lane among `lanes` that owns a key group. Lanes own contiguous ranges, as even as possible.
func Lane(keyGroup, lanes int) int { return keyGroup * lanes / Groups }

// LaneRange is the half-open range of key groups that a lane owns.
func LaneRange(lane, lanes int) (from, to int) {
	return ceilDiv(lane*Groups, lanes), ceilDiv((lane+1)*Groups, lanes)
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// fold multiplies to 128 bits and joins the halves.
func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// step adds the value v to the hash h of the columns before it.
func step(h, v uint64) uint64 { return fold(h^v, hashMul) }

// hashBytes is the value of a string within a hash.
func hashBytes(p []byte) uint64 {
	h := uint64(len(p)) * hashLen
	for len(p) > 16 {
		h = fold(h^binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[8:])^hashText)
		p = p[16:]
	}
	a, b := tail(p)
	return fold(h^a, b^hashText)
}

// tail covers the last 0 to 16 bytes with two words that may overlap.
func tail(p []byte) (a, b uint64) {
	n := len(p)
	switch {
	case n >= 8:
		return binary.LittleEndian.Uint64(p), binary.LittleEndian.Uint64(p[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(p)), uint64(binary.LittleEndian.Uint32(p[n-4:]))
	case n > 0:
		return uint64(p[0])<<16 | uint64(p[n/2])<<8 | uint64(p[n-1]), 0
	}
	return 0, 0
}
