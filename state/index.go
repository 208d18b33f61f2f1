package state

import (
	"bytes"
	"math/bits"
	"math/rand/v2"

	"streamsql/internal/rowkey"
)

// index maps hashes to group ids: linear probing over words without pointers.
//
//	slot   0 = empty, else  tag (32) ∥ gid + 1 (32)
//	tag    upper half of hash × secret; the home position is its upper bits
//
// So a segment grows without looking at a key or a hash, and neighbours stay neighbours. A small index is one segment;
// a large one is 16, by the four hash bits below the key group, each of which doubles alone, so that no insert waits
// for the whole index to be copied.
type index struct {
	segs []segment
	mask uint64 // len(segs) − 1
}

type segment struct {
	slots []uint64
	shift uint8 // 64 − log2(len(slots)); at least 32
	used  int
}

const (
	segmentShift = 64 - rowkey.GroupBits - 4
	segments     = 16
	firstSlots   = 64
	splitSlots   = 1 << 14 // a single segment that would grow beyond becomes 16
)

// secret makes positions unpredictable to whoever chooses the keys. Nothing that leaves the process depends on it.
var secret = rand.Uint64() | 1

func newSegment(slots int) segment {
	return segment{slots: make([]uint64, slots), shift: uint8(64 - bits.TrailingZeros(uint(slots)))}
}

func newIndex() index { return index{segs: []segment{newSegment(firstSlots)}} }

func (ix *index) of(hash uint64) *segment { return &ix.segs[hash>>segmentShift&ix.mask] }

// bytes is the memory of the slots.
func (ix *index) bytes() int64 {
	n := 0
	for i := range ix.segs {
		n += cap(ix.segs[i].slots)
	}
	return int64(n) * 8
}

// full reports whether one more entry would make s too dense: above 5/8 linear probing gets long runs.
func (s *segment) full() bool { return s.used*8 >= len(s.slots)*5 }

// double rehashes s into twice the slots.
func (s *segment) double() {
	old := s.slots
	s.slots, s.shift = make([]uint64, 2*len(old)), s.shift-1
	for _, e := range old {
		if e != 0 {
			s.place(e)
		}
	}
}

// place puts a slot into the first empty place from its home on.
func (s *segment) place(e uint64) {
	last := uint64(len(s.slots) - 1)
	at := e >> s.shift
	for s.slots[at] != 0 {
		at = (at + 1) & last
	}
	s.slots[at] = e
}

// insert adds a group that is not in the index.
func (ix *index) insert(hash uint64, gid uint32, hashes []uint64) {
	s := ix.of(hash)
	if s.full() {
		if ix.mask == 0 && len(s.slots) >= splitSlots {
			ix.split(hashes)
		} else {
			s.double()
		}
		s = ix.of(hash)
	}
	s.used++
	s.place(slotOf(hash, gid))
}

func slotOf(hash uint64, gid uint32) uint64 { return hash*secret&^0xffffffff | uint64(gid+1) }

// split turns one segment into 16.
func (ix *index) split(hashes []uint64) {
	old := ix.segs[0].slots
	ix.segs, ix.mask = make([]segment, segments), segments-1
	for i := range ix.segs {
		ix.segs[i] = newSegment(2 * splitSlots / segments)
	}
	for _, e := range old {
		if e == 0 {
			continue
		}
		s := ix.of(hashes[uint32(e)-1])
		if s.full() { // hash bits may favour one of the 16
			s.double()
		}
		s.used++
		s.place(e)
	}
}

// remove takes a group out and closes the gap: the index has no tombstones.
func (ix *index) remove(hash uint64, gid uint32) {
	s := ix.of(hash)
	last := uint64(len(s.slots) - 1)
	want := slotOf(hash, gid)
	hole := want >> s.shift
	for s.slots[hole] != want {
		hole = (hole + 1) & last
	}
	for at := (hole + 1) & last; s.slots[at] != 0; at = (at + 1) & last {
		// An entry may move into the hole unless its home is after the hole: a probe that starts there would not come by.
		home := s.slots[at] >> s.shift
		if (at-home)&last >= (at-hole)&last {
			s.slots[hole] = s.slots[at]
			hole = at
		}
	}
	s.slots[hole] = 0
	s.used--
}

// reset empties the index; hashes are those of every group in it.
func (ix *index) reset(hashes []uint64) {
	for i := range ix.segs {
		s := &ix.segs[i]
		if s.used*8 >= len(s.slots) || ix.mask != 0 {
			clear(s.slots)
			s.used = 0
			continue
		}
		for gid, h := range hashes { // few groups in many slots: empty theirs only
			want := slotOf(h, uint32(gid))
			at := want >> s.shift
			for s.slots[at] != want {
				at = (at + 1) & uint64(len(s.slots)-1)
			}
			s.slots[at] = 0
		}
		s.used = 0
	}
}

// candidates is the first pass of a probe: it loads the home slot of every hash, so that the cache misses of a batch
// overlap, and leaves what it finds there (gid + 1, or 0) in gids. The second pass decides whether that is the key.
func (ix *index) candidates(hash []uint64, gids []uint32) {
	gids = gids[:len(hash)]
	if ix.mask == 0 {
		s := &ix.segs[0]
		slots, shift := s.slots, s.shift&63
		for i, h := range hash {
			gids[i] = uint32(slots[h*secret>>shift])
		}
		return
	}
	for i, h := range hash {
		s := ix.of(h)
		gids[i] = uint32(s.slots[h*secret>>(s.shift&63)])
	}
}

// word is the key of a fixed layout.
type word interface{ uint64 | [2]uint64 }

// seek walks from the home of a hash to the group whose key is want. Keys are always compared: the tag only saves most
// comparisons.
func seek[K word](ix *index, keys []K, want K, hash uint64) (gid uint32, ok bool) {
	s := ix.of(hash)
	p := hash * secret
	tag := p >> 32
	last := uint64(len(s.slots) - 1)
	for at := p >> (s.shift & 63); ; at++ {
		e := s.slots[at&last]
		if e == 0 {
			return NoGroup, false
		}
		if gid := uint32(e) - 1; e>>32 == tag && keys[gid] == want {
			return gid, true
		}
	}
}

// seekBytes is seek for layout Var, written out: a comparison handed in would be a call per candidate.
func (ix *index) seekBytes(keys *arena, want []byte, hash uint64) (gid uint32, ok bool) {
	s := ix.of(hash)
	p := hash * secret
	tag := p >> 32
	last := uint64(len(s.slots) - 1)
	for at := p >> (s.shift & 63); ; at++ {
		e := s.slots[at&last]
		if e == 0 {
			return NoGroup, false
		}
		if gid := uint32(e) - 1; e>>32 == tag && bytes.Equal(keys.get(gid), want) {
			return gid, true
		}
	}
}
