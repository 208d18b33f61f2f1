package state

// arena holds one byte string per group id in one buffer: keys of layout Var, values of string columns. Overwritten and
// removed strings leave garbage, which is compacted when it is more than half.
type arena struct {
	buf     []byte
	off     []uint64
	size    []uint32
	garbage int // bytes
}

const compactFrom = 1 << 12 // below, garbage is not worth a copy

// get is the string of a group; it aliases the arena and is valid until the next set or grow.
func (a *arena) get(gid uint32) []byte {
	from := a.off[gid]
	to := from + uint64(a.size[gid])
	return a.buf[from:to:to]
}

// set replaces the string of a group. v may alias the arena.
func (a *arena) set(gid uint32, v []byte) {
	old := int(a.size[gid])
	if len(v) <= old {
		copy(a.buf[a.off[gid]:], v)
		a.size[gid] = uint32(len(v))
		a.garbage += old - len(v)
		return
	}
	a.size[gid] = 0 // before compact, which copies what has a size
	a.garbage += old
	if a.garbage > compactFrom && a.garbage*2 > len(a.buf) {
		a.compact(len(v))
	}
	a.off[gid] = uint64(len(a.buf))
	a.size[gid] = uint32(len(v))
	a.buf = append(a.buf, v...)
}

// drop empties the string of a group.
func (a *arena) drop(gid uint32) {
	a.garbage += int(a.size[gid])
	a.size[gid] = 0
}

// compact copies what is alive into a new buffer; slices handed out before keep the old one.
func (a *arena) compact(room int) {
	live := len(a.buf) - a.garbage
	buf := make([]byte, 0, live+live/4+room)
	for gid, n := range a.size {
		at := uint64(len(buf))
		buf = append(buf, a.buf[a.off[gid]:a.off[gid]+uint64(n)]...)
		a.off[gid] = at
	}
	a.buf, a.garbage = buf, 0
}

// grow gives every group below n a string; new ones are empty.
func (a *arena) grow(n int) {
	a.off = growZeroed(a.off, n)
	a.size = growZeroed(a.size, n)
}

// reset empties the strings of all groups.
func (a *arena) reset() {
	// growZeroed relies on zeros between length and capacity.
	clear(a.size)
	clear(a.off)
	a.buf, a.off, a.size, a.garbage = a.buf[:0], a.off[:0], a.size[:0], 0
}

func (a *arena) bytes() int64 { return int64(cap(a.buf) + 8*cap(a.off) + 4*cap(a.size)) }

// growZeroed lengthens s to n; memory between length and capacity is zero already. It doubles while small and takes
// half more when large, where the copy costs less than the memory.
func growZeroed[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:max(n, len(s))]
	}
	c := cap(s) * 2
	if cap(s) > 1<<20 {
		c = cap(s) + cap(s)/2
	}
	out := make([]T, n, max(c, n, 64))
	copy(out, s)
	return out
}
