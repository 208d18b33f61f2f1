package generator

import (
	"encoding/binary"
	"math/bits"
)

// Anchor is a fixed point of the time line of a Timed table: its row Row is due at US, µs since 1970, and Rate rows
// follow per second.
type Anchor struct {
	Row  int64 `json:"row"`
	US   int64 `json:"us"`
	Rate int64 `json:"rate"`
}

// At is the time of a row at or after a.Row, in µs since 1970.
func (a Anchor) At(row int64) int64 {
	hi, lo := bits.Mul64(uint64(row-a.Row), 1e6)
	return a.US + saturated(hi, lo, uint64(a.Rate))
}

// saturated is the quotient of a 128-bit number, or a number that adds to any time without overflow.
func saturated(hi, lo, by uint64) int64 {
	const most = 1 << 61
	if hi >= by {
		return most
	}
	q, _ := bits.Div64(hi, lo, by)
	return int64(min(q, most))
}

// Span is what a chunk of a generated table holds in place of records: the rows From … To−1 of a partition.
type Span struct {
	Partition int64
	From, To  int64
	Anchor    Anchor
}

// Rows is how many rows the span has.
func (s Span) Rows() int { return int(s.To - s.From) }

// spanBytes is the length of an encoded span.
const spanBytes = 6 * 8

// encode writes the span as a chunk carries it. It is not on any disk.
func (s Span) encode() []byte {
	out := make([]byte, 0, spanBytes)
	for _, v := range []int64{s.Partition, s.From, s.To, s.Anchor.Row, s.Anchor.US, s.Anchor.Rate} {
		out = binary.LittleEndian.AppendUint64(out, uint64(v))
	}
	return out
}

// Decode reads the span of a chunk. One without data announces a partition and has no rows.
func Decode(data []byte) Span {
	if len(data) != spanBytes {
		return Span{}
	}
	at := func(i int) int64 { return int64(binary.LittleEndian.Uint64(data[8*i:])) }
	return Span{at(0), at(1), at(2), Anchor{at(3), at(4), at(5)}}
}
