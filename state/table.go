package state

import (
	"bytes"
	"math/bits"
	"unsafe"

	"streamsql/internal/budget"
	"streamsql/internal/invariants"
	"streamsql/internal/rowkey"
	"streamsql/internal/vec"
)

// NoGroup means "no such key" among group ids.
const NoGroup = ^uint32(0)

// Table maps keys to dense group ids and holds a value per group and column. One lane's goroutine uses it.
//
// A group lives from the Upsert that makes it to the Delete. A deleted group keeps its id and key until the epoch is
// captured, because the file must say so; then the id is given to the next new key. Ids never move otherwise.
//
// Whoever changes values of a group must call Touch (in any order within the epoch): what is not touched is not saved.
type Table struct {
	decl    Decl
	layout  rowkey.Layout
	scratch bool
	account *budget.Account
	counted int64 // bytes reported to account

	ix   index
	n    int // ids given out, alive or not
	hash []uint64
	w8   []uint64
	w16  [][2]uint64
	text arena // keys of layout Var
	cols []Col

	dead   vec.Bitmap // deleted, not yet captured
	ndead  int
	free   []uint32
	isFree vec.Bitmap // of an id: it is in free

	isTouched vec.Bitmap
	touched   []uint32 // in the order of first touch
	saved     bool     // some state file has rows of it

	gathered []uint64 // scratch of Hashes
}

// newTable makes an empty table.
func newTable(d Decl, account *budget.Account) *Table {
	t := &Table{
		decl: d, layout: rowkey.NewEncoder(d.Key).Layout(), account: account,
		ix: newIndex(), cols: make([]Col, len(d.Values)),
	}
	for i, c := range d.Values {
		t.cols[i] = newCol(c)
	}
	return t
}

// NewScratch makes a table that nobody owns and no epoch saves: pre-aggregation of a morsel, for instance. Touch does
// not apply; Delete frees at once.
func NewScratch(d Decl) *Table {
	t := newTable(d, nil)
	t.scratch = true
	return t
}

// Decl is what the table was declared as.
func (t *Table) Decl() Decl { return t.decl }

// Len is the number of groups.
func (t *Table) Len() int { return t.n - len(t.free) - t.ndead }

// Cap is one more than the largest group id given out so far: the length of what is indexed by group id.
func (t *Table) Cap() int { return t.n }

// Col is value column i. The pointer stays valid for the life of the table.
func (t *Table) Col(i int) *Col { return &t.cols[i] }

// Bytes is the memory the table holds.
func (t *Table) Bytes() int64 {
	b := t.ix.bytes() + t.text.bytes()
	b += int64(8*cap(t.hash) + 8*cap(t.w8) + 16*cap(t.w16) + 4*cap(t.free) + 4*cap(t.touched) + 8*cap(t.gathered))
	b += int64(8 * (cap(t.dead) + cap(t.isFree) + cap(t.isTouched)))
	for i := range t.cols {
		b += t.cols[i].bytes()
	}
	return b + int64(unsafe.Sizeof(*t)) + int64(cap(t.cols))*int64(unsafe.Sizeof(Col{}))
}

// report tells the account how much the table has grown.
func (t *Table) report() {
	if t.account != nil {
		now := t.Bytes()
		t.account.Add(now - t.counted)
		t.counted = now
	}
}

// chunk is how many rows a probe handles per pass: their candidates stay in the first-level cache.
const chunk = 256

// Find fills gids with the groups of the keys; NoGroup where there is none.
func (t *Table) Find(k *rowkey.Keys, gids []uint32) {
	t.check(k)
	for from := 0; from < k.N; from += chunk {
		to := min(from+chunk, k.N)
		hash, out := k.Hash[from:to], gids[from:to]
		t.ix.candidates(hash, out)
		switch t.layout {
		case rowkey.W8:
			confirm(&t.ix, t.w8, k.W8[from:to], hash, out)
		case rowkey.W16:
			confirm(&t.ix, t.w16, k.W16[from:to], hash, out)
		default:
			for i, h := range hash {
				want := k.Key(from + i)
				if c := out[i]; c != 0 && bytes.Equal(t.text.get(c-1), want) {
					out[i] = c - 1
					continue
				}
				out[i], _ = t.ix.seekBytes(&t.text, want, h)
			}
		}
	}
	if t.ndead > 0 {
		for i, g := range gids[:k.N] {
			if g != NoGroup && t.dead.Get(int(g)) {
				gids[i] = NoGroup
			}
		}
	}
}

// confirm is the second pass of a probe: candidates become group ids.
func confirm[K word](ix *index, keys, want []K, hash []uint64, gids []uint32) {
	want, gids = want[:len(hash)], gids[:len(hash)]
	for i, h := range hash {
		if c := gids[i]; c != 0 && keys[c-1] == want[i] {
			gids[i] = c - 1
			continue
		}
		gids[i], _ = seek(ix, keys, want[i], h)
	}
}

// Upsert fills gids with the groups of the keys, making those that do not exist. Slices got from Col are void after it.
// The passes are those of Find; a choice between confirm and upsert within them would be made per row.
func (t *Table) Upsert(k *rowkey.Keys, gids []uint32) {
	t.check(k)
	before := t.n
	for from := 0; from < k.N; from += chunk {
		to := min(from+chunk, k.N)
		hash, out := k.Hash[from:to], gids[from:to]
		t.ix.candidates(hash, out)
		switch t.layout {
		case rowkey.W8:
			upsert(t, &t.w8, k.W8[from:to], hash, out)
		case rowkey.W16:
			upsert(t, &t.w16, k.W16[from:to], hash, out)
		default:
			t.upsertBytes(k, from, out)
		}
	}
	if t.n != before {
		t.grow()
	}
	if t.ndead > 0 {
		t.revive(gids[:k.N])
	}
}

func upsert[K word](t *Table, keys *[]K, want []K, hash []uint64, gids []uint32) {
	have := *keys
	want, gids = want[:len(hash)], gids[:len(hash)]
	for i, h := range hash {
		if c := gids[i]; c != 0 && have[c-1] == want[i] {
			gids[i] = c - 1
			continue
		}
		gid, ok := seek(&t.ix, have, want[i], h)
		if !ok {
			gid = t.newGroup(h)
			if int(gid) == len(have) {
				have = append(have, want[i])
			} else {
				have[gid] = want[i]
			}
		}
		gids[i] = gid
	}
	*keys = have
}

func (t *Table) upsertBytes(k *rowkey.Keys, from int, gids []uint32) {
	hash := k.Hash[from : from+len(gids)]
	for i, h := range hash {
		want := k.Key(from + i)
		if c := gids[i]; c != 0 && bytes.Equal(t.text.get(c-1), want) {
			gids[i] = c - 1
			continue
		}
		gid, ok := t.ix.seekBytes(&t.text, want, h)
		if !ok {
			gid = t.newGroup(h)
			t.text.grow(t.n)
			t.text.set(gid, want)
		}
		gids[i] = gid
	}
}

// newGroup takes an id for a key that is not in the index, and enters it.
func (t *Table) newGroup(hash uint64) uint32 {
	var gid uint32
	if last := len(t.free) - 1; last >= 0 {
		gid = t.free[last]
		t.free = t.free[:last]
		t.isFree.Clear(int(gid))
		t.hash[gid] = hash
	} else {
		if t.n == int(NoGroup)-1 {
			panic("state: more than 4 billion groups in one lane")
		}
		gid = uint32(t.n)
		t.n++
		t.hash = append(t.hash, hash)
	}
	t.ix.insert(hash, gid, t.hash)
	return gid
}

// grow makes everything that is indexed by group id t.n long.
func (t *Table) grow() {
	for i := range t.cols {
		t.cols[i].grow(t.n)
	}
	if !t.scratch {
		w := vec.Words(t.n)
		if w > cap(t.isTouched) {
			t.isTouched = growZeroed(t.isTouched, w)
			t.dead = growZeroed(t.dead, w)
			t.isFree = growZeroed(t.isFree, w)
			t.report()
		}
		t.isTouched, t.dead, t.isFree = t.isTouched[:w], t.dead[:w], t.isFree[:w]
	}
}

// revive brings deleted groups back whose key came again in the same epoch; Delete has zeroed their values.
func (t *Table) revive(gids []uint32) {
	for _, g := range gids {
		if t.dead.Get(int(g)) {
			t.dead.Clear(int(g))
			t.ndead--
		}
	}
}

// Touch says that the groups change in this epoch. It returns those for which that is the first time in it, without
// repeats, in the order of gids: the moment to keep their old results. The slice is valid until the epoch is captured.
func (t *Table) Touch(gids []uint32) (fresh []uint32) {
	from := len(t.touched)
	touched, bits := t.touched, t.isTouched
	for _, g := range gids {
		w, b := g/64, uint64(1)<<(g%64)
		if bits[w]&b == 0 {
			bits[w] |= b
			touched = append(touched, g)
		}
	}
	t.touched = touched
	return touched[from:len(touched):len(touched)]
}

// Touched is every group touched in this epoch, in the order of first touch, deleted ones included. Borrowed.
func (t *Table) Touched() []uint32 { return t.touched }

// Delete removes groups (and touches them). Their values are zeroed at once; keys can be read until the epoch is
// captured. A group that is deleted already is skipped.
func (t *Table) Delete(gids []uint32) {
	if t.scratch {
		for _, g := range gids {
			t.release(g)
		}
		return
	}
	t.Touch(gids)
	for _, g := range gids {
		if t.dead.Get(int(g)) {
			continue
		}
		t.dead.Set(int(g))
		t.ndead++
		t.zero(g)
	}
}

func (t *Table) zero(gid uint32) {
	for i := range t.cols {
		t.cols[i].zero(gid)
	}
}

// release frees the id of a group.
func (t *Table) release(gid uint32) {
	t.ix.remove(t.hash[gid], gid)
	if t.layout == rowkey.Var {
		t.text.drop(gid)
	}
	if t.scratch {
		t.isFree = growZeroed(t.isFree, vec.Words(t.n))
		t.zero(gid)
	}
	t.isFree.Set(int(gid))
	t.free = append(t.free, gid)
}

// KeysOf makes dst the keys of the groups, with their hashes.
func (t *Table) KeysOf(gids []uint32, dst *rowkey.Keys) {
	dst.Size(t.layout, len(gids))
	gather(dst.Hash, t.hash, gids)
	switch t.layout {
	case rowkey.W8:
		gather(dst.W8, t.w8, gids)
	case rowkey.W16:
		gather(dst.W16, t.w16, gids)
	default:
		for i, g := range gids {
			dst.Bytes = append(dst.Bytes, t.text.get(g)...)
			dst.Off[i+1] = uint32(len(dst.Bytes))
		}
	}
}

// Hashes is the hashes of the groups' keys. Borrowed: valid until the next call.
func (t *Table) Hashes(gids []uint32) []uint64 {
	if cap(t.gathered) < len(gids) {
		t.gathered = make([]uint64, len(gids))
	}
	t.gathered = t.gathered[:len(gids)]
	gather(t.gathered, t.hash, gids)
	return t.gathered
}

// Gids appends every group to dst, ascending.
func (t *Table) Gids(dst []uint32) []uint32 {
	for w := range vec.Words(t.n) {
		x := ^uint64(0)
		if len(t.isFree) > w {
			x &^= t.isFree[w]
		}
		if len(t.dead) > w {
			x &^= t.dead[w]
		}
		for ; x != 0; x &= x - 1 {
			g := w*64 + bits.TrailingZeros64(x)
			if g >= t.n {
				break
			}
			dst = append(dst, uint32(g))
		}
	}
	return dst
}

// Each calls fn for every group, ascending. fn must not change the table.
func (t *Table) Each(fn func(gid uint32)) {
	for _, g := range t.Gids(nil) {
		fn(g)
	}
}

// Reset empties a scratch table, keeping its memory.
func (t *Table) Reset() {
	if len(t.free) > 0 || t.ndead > 0 {
		for i := range t.ix.segs {
			clear(t.ix.segs[i].slots)
			t.ix.segs[i].used = 0
		}
	} else {
		t.ix.reset(t.hash)
	}
	t.n, t.ndead, t.saved = 0, 0, false
	t.hash, t.w8, t.w16, t.free, t.touched = t.hash[:0], t.w8[:0], t.w16[:0], t.free[:0], t.touched[:0]
	t.text.reset()
	for i := range t.cols {
		t.cols[i].reset()
	}
	clear(t.dead)
	clear(t.isFree)
	clear(t.isTouched)
}

func (t *Table) check(k *rowkey.Keys) {
	if invariants.On && k.Layout != t.layout {
		panic("invariant: keys of layout " + k.Layout.String() + " in a table of layout " + t.layout.String())
	}
}
