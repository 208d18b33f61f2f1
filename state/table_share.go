package state

import "streamsql/internal/rowkey"

// Restoring a Table.

// reserve makes room for n groups in an empty table.
func (t *Table) reserve(n int) {
	t.ix.reserve(n)
	t.hash = make([]uint64, 0, n)
	switch t.layout {
	case rowkey.W8:
		t.w8 = make([]uint64, 0, n)
	case rowkey.W16:
		t.w16 = make([][2]uint64, 0, n)
	default:
		t.text.off, t.text.size = make([]uint64, 0, n), make([]uint32, 0, n)
	}
	for i := range t.cols {
		c := &t.cols[i]
		if c.width > 0 {
			c.words = make([]uint64, 0, (n*c.width+7)/8)
			continue
		}
		c.text.off, c.text.size = make([]uint64, 0, n), make([]uint32, 0, n)
	}
}

// reserve gives an empty index slots for n groups.
func (ix *index) reserve(n int) {
	per, count := firstSlots, 1
	for n > per*count/2 {
		if per *= 2; per > splitSlots && count == 1 {
			count, per = segments, per/segments
		}
	}
	ix.segs, ix.mask = make([]segment, count), uint64(count-1)
	for i := range ix.segs {
		ix.segs[i] = newSegment(per)
	}
}

// append adds groups that the table does not have.
func (t *Table) append(k *rowkey.Keys, gids []uint32) {
	for i, h := range k.Hash[:k.N] {
		gids[i] = t.newGroup(h)
	}
	switch t.layout {
	case rowkey.W8:
		t.w8 = append(t.w8, k.W8[:k.N]...)
	case rowkey.W16:
		t.w16 = append(t.w16, k.W16[:k.N]...)
	default:
		t.text.grow(t.n)
		for i, g := range gids {
			t.text.set(g, k.Key(i))
		}
	}
	t.grow()
}

// discard removes a group outside of any epoch.
func (t *Table) discard(gid uint32) {
	t.release(gid)
	if !t.scratch { // release zeroes those of scratch tables itself
		t.zero(gid)
	}
}

// take stores rows s of a block's column as the values of gids.
func (c *Col) take(gids []uint32, from *cells, s span) {
	if c.width == 0 {
		if from.off == nil {
			return
		}
		for i, g := range gids {
			c.text.set(g, from.text[from.off[s.from+i]:from.off[s.from+i+1]])
		}
		return
	}
	scatterFixed(c.width, c.fixed, from.fixed[s.from*c.width:s.to*c.width], gids)
}
