package columns

import (
	"bytes"
	"encoding/binary"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// The rule of dictionaries: they are made per chunk, and given up as soon as there are more than dictFree entries and
// more than a quarter of the rows so far are distinct, or when there are dictMost entries.
const (
	dictFree = 256
	dictMost = 2048
	slotMask = 2*dictMost - 1
)

// dictionary gives texts numbers in order of first appearance. Its hash table is reused from chunk to chunk, the
// entries belong to the chunk.
type dictionary struct {
	entries *vec.Vec
	slots   []int32 // code + 1; 0 = free
	dirty   bool    // slots has entries

	pause, backoff int // chunks to leave out after giving up
}

// worthTrying reports whether the next chunk should have a dictionary: after giving up, it is tried again at growing
// intervals.
func (d *dictionary) worthTrying() bool {
	if d.pause > 0 {
		d.pause--
		return false
	}
	return true
}

func (d *dictionary) gaveUp() {
	d.backoff = min(max(d.backoff*2, 1), 64)
	d.pause = d.backoff
}

func (d *dictionary) begin(entries *vec.Vec, t sqltype.Type) {
	entries.Reset(t.Required(), 0)
	d.entries = entries
	if d.slots == nil {
		d.slots = make([]int32, slotMask+1)
	} else if d.dirty {
		clear(d.slots)
	}
	d.dirty = false
}

func (d *dictionary) len() int { return d.entries.Len }

// code is the number of s, the text of the given row, or −1 when the dictionary is to be given up.
func (d *dictionary) code(s []byte, row int) int32 {
	e := d.entries
	at := hash(s) & slotMask
	for {
		slot := d.slots[at]
		if slot == 0 {
			break
		}
		if bytes.Equal(e.Bytes[e.Off[slot-1]:e.Off[slot]], s) {
			return slot - 1
		}
		at = (at + 1) & slotMask
	}
	if n := e.Len; n == dictMost || (n >= dictFree && n*4 > row) {
		return -1
	}
	e.Bytes = append(e.Bytes, s...)
	e.Off = append(e.Off, int32(len(e.Bytes)))
	e.Len++
	d.slots[at] = int32(e.Len)
	d.dirty = true
	return int32(e.Len - 1)
}

// hash mixes the length, the first and the last bytes: names of one column differ there.
func hash(s []byte) uint64 {
	const k = 0x9e3779b97f4a7c15
	le := binary.LittleEndian
	n := len(s)
	h := uint64(n) * k
	switch {
	case n >= 8:
		h ^= le.Uint64(s)*k ^ le.Uint64(s[n-8:])
		if n >= 24 {
			h = h*k ^ le.Uint64(s[n/2:])
		}
	case n >= 4:
		h ^= uint64(le.Uint32(s))<<32 | uint64(le.Uint32(s[n-4:]))
	case n > 0:
		h ^= uint64(s[0])<<16 | uint64(s[n/2])<<8 | uint64(s[n-1])
	}
	h *= k
	return h >> 40
}
