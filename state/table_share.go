package state

import "streamsql/internal/rowkey"

// Table as a container of its own: how it is claimed, saved and restored.

var tableKind = &kind{name: "table"}

// Table claims a lane's share of a table. Every lane claims the same declarations, once; a container that only one lane
// claims lives there whole.
func (s *State) Table(lane int, d Decl) *Table { return claim(s, lane, d, tableKind, newTable) }

// Rows is the number of groups: Len, in the word of all containers.
func (t *Table) Rows() int { return t.Len() }

func (t *Table) collect() (rows int, changed bool) { return len(t.touched), len(t.touched) > 0 }

func (t *Table) encode(out *encoder) error { return out.rows([]pane{{table: t}}) }

// settle ends the epoch: touched sets are emptied and deleted ids freed.
func (t *Table) settle() {
	for _, g := range t.touched {
		// The whole word, since the other groups in it are on the list as well. Clearing the bitmap would cost what the
		// table holds, not what was touched.
		t.isTouched[g/64] = 0
		// Only now may another key get the id: until it was encoded, the tombstone's key was read under it.
		if t.ndead > 0 && t.dead.Get(int(g)) {
			t.dead.Clear(int(g))
			t.ndead--
			t.release(g)
		}
	}
	t.touched, t.saved = t.touched[:0], true
	t.report()
}

// expect makes room in a table that has never given out an id. One with free ids is not blank: append would not meet
// its keys at the end.
func (t *Table) expect(rows int) (blank bool) {
	if t.n > 0 {
		return false
	}
	t.reserve(rows)
	return true
}

func (t *Table) apply(a *arrival) { a.into(t) }

// into takes the rows over into a table.
func (a *arrival) into(t *Table) {
	l := a.l
	a.b.keysOf(a.rows, &l.keys)
	if cap(l.gids) < l.keys.N {
		l.gids = make([]uint32, blockRows)
	}
	gids := l.gids[:l.keys.N]
	if a.dead {
		t.Find(&l.keys, gids)
		for _, g := range gids {
			if g != NoGroup {
				t.discard(g)
			}
		}
		return
	}
	if l.blank {
		t.append(&l.keys, gids)
	} else {
		t.Upsert(&l.keys, gids)
	}
	t.saved = true
	for i := range t.cols {
		t.cols[i].take(gids, &a.b.cols[i], a.rows)
	}
}

// discard removes the groups of a pane's table that lie in the key groups.
func (d *droppedPanes) discard(t *Table) {
	gids := t.Gids(nil)
	t.KeysOf(gids, &d.keys)
	for r, h := range d.shape.placement(&d.keys) {
		if g := rowkey.KeyGroup(h); g >= d.from && g < d.to {
			t.discard(gids[r])
		}
	}
}

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
