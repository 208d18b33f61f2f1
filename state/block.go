package state

import (
	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Limits of one block: what a merge and a restore hold in memory at a time.
const (
	blockRows  = 1 << 16
	blockBytes = 32 << 20
)

// block is rows of one container outside of a table: on their way to a file, or from one. Sorted by key group.
type block struct {
	shape *shape
	n     int
	pane  []int64 // where the kind is byTime
	dead  []uint8
	keys  rowkey.Keys
	cols  []cells
	count [rowkey.Groups]uint32 // rows per key group
}

// cells is one value column of a block.
type cells struct {
	width int
	words []uint64
	fixed []byte
	off   []int32 // strings
	text  []byte
}

func newBlock(s *shape) *block {
	b := &block{shape: s, cols: make([]cells, len(s.schema.Values))}
	b.reset()
	return b
}

// reset empties a block that owns its buffers.
func (b *block) reset() {
	b.n = 0
	b.pane, b.dead = b.pane[:0], b.dead[:0]
	b.keys.Size(b.shape.layout, 0)
	for i := range b.cols {
		c := &b.cols[i]
		c.width = b.shape.widths[i]
		c.words, c.fixed, c.text = c.words[:0], nil, c.text[:0]
		c.off = append(c.off[:0], 0)
	}
	clear(b.count[:])
}

// full reports whether the block should be written before it gets more rows.
func (b *block) full() bool { return b.n >= blockRows || b.bytes() >= blockBytes }

// bytes is about the size of the block in a file before compression.
func (b *block) bytes() int {
	size := b.n*b.shape.rowBytes + len(b.keys.Bytes)
	for i := range b.cols {
		size += len(b.cols[i].text)
	}
	return size
}

// held is the memory of the block's buffers, used or not.
func (b *block) held() int64 {
	n := 8*cap(b.pane) + cap(b.dead)
	n += 8*cap(b.keys.Hash) + 8*cap(b.keys.W8) + 16*cap(b.keys.W16) + cap(b.keys.Bytes) + 4*cap(b.keys.Off)
	for i := range b.cols {
		c := &b.cols[i]
		n += 8*cap(c.words) + 4*cap(c.off) + cap(c.text)
		if c.words == nil {
			n += len(c.fixed) // it aliases a section that was read
		}
	}
	return int64(n)
}

// addGroups appends groups of a table that are in key group g.
func (b *block) addGroups(t *Table, gids []uint32, pane int64, g int) {
	appendKeys(&b.keys, t, gids)
	for _, gid := range gids {
		var dead uint8
		if t.ndead > 0 && t.dead.Get(int(gid)) {
			dead = 1
		}
		b.dead = append(b.dead, dead)
	}
	for i := range b.cols {
		from, to := &t.cols[i], &b.cols[i]
		if to.width == 0 && from.phys == sqltype.PhysBytes { // strings: a column of type NULL has no width either
			for _, gid := range gids {
				to.addText(from.text.get(gid))
			}
			continue
		}
		gatherFixed(to.width, to.room(b.n, len(gids)), from.fixed, gids)
	}
	b.counted(pane, g, len(gids))
}

// counted ends an append of rows of one pane and key group.
func (b *block) counted(pane int64, g, rows int) {
	if b.shape.schema.kind.byTime {
		for range rows {
			b.pane = append(b.pane, pane)
		}
	}
	b.count[g] += uint32(rows)
	b.n += rows
}

// addRows appends rows of another block, all of one pane and key group.
func (b *block) addRows(from *block, sel []uint32, pane int64, g int) {
	for _, r := range sel {
		b.dead = append(b.dead, from.dead[r])
	}
	switch b.shape.layout {
	case rowkey.W8:
		b.keys.W8 = appendAt(b.keys.W8, from.keys.W8, sel)
	case rowkey.W16:
		b.keys.W16 = appendAt(b.keys.W16, from.keys.W16, sel)
	default:
		for _, r := range sel {
			b.keys.Bytes = append(b.keys.Bytes, from.keys.Key(int(r))...)
			b.keys.Off = append(b.keys.Off, uint32(len(b.keys.Bytes)))
		}
	}
	b.keys.N += len(sel)
	for i := range b.cols {
		src, to := &from.cols[i], &b.cols[i]
		if b.shape.isText(i) {
			for _, r := range sel {
				to.addText(src.text[src.off[r]:src.off[r+1]])
			}
			continue
		}
		gatherFixed(to.width, to.room(b.n, len(sel)), src.fixed, sel)
	}
	b.counted(pane, g, len(sel))
}

// appendKeys adds the keys of groups.
func appendKeys(k *rowkey.Keys, t *Table, gids []uint32) {
	switch t.layout {
	case rowkey.W8:
		k.W8 = appendAt(k.W8, t.w8, gids)
	case rowkey.W16:
		k.W16 = appendAt(k.W16, t.w16, gids)
	default:
		for _, gid := range gids {
			k.Bytes = append(k.Bytes, t.text.get(gid)...)
			k.Off = append(k.Off, uint32(len(k.Bytes)))
		}
	}
	k.N += len(gids)
}

func appendAt[T any](dst, src []T, at []uint32) []T {
	for _, i := range at {
		dst = append(dst, src[i])
	}
	return dst
}

func (c *cells) addText(s []byte) {
	c.text = append(c.text, s...)
	c.off = append(c.off, int32(len(c.text)))
}

// room makes space for more rows after n and returns it.
func (c *cells) room(n, more int) []byte {
	size := (n + more) * c.width
	words := (size + 7) / 8
	if words > cap(c.words) {
		grown := make([]uint64, words, max(2*cap(c.words), words, 64))
		copy(grown, c.words)
		c.words = grown
	}
	c.words = c.words[:words]
	c.fixed = vec.AsBytes(c.words)
	if c.fixed != nil { // a column of type NULL has no width and no bytes
		c.fixed = c.fixed[:size]
	}
	return c.fixed[n*c.width:]
}

// span is a half-open range of rows.
type span struct{ from, to int }

// rowsOf is the rows of the key groups [from, to).
func (b *block) rowsOf(from, to int) span {
	var s span
	for g, n := range b.count {
		switch {
		case g < from:
			s.from += int(n)
			s.to += int(n)
		case g < to:
			s.to += int(n)
		}
	}
	return s
}

// runs visits the rows of s in maximal stretches of equal pane and liveness.
func (b *block) runs(s span, fn func(s span, pane int64, dead bool) error) error {
	for at := s.from; at < s.to; {
		end, dead := at+1, b.dead[at]
		pane := b.paneOf(at)
		for end < s.to && b.dead[end] == dead && b.paneOf(end) == pane {
			end++
		}
		if err := fn(span{at, end}, pane, dead != 0); err != nil {
			return err
		}
		at = end
	}
	return nil
}

func (b *block) paneOf(i int) int64 {
	if b.pane == nil {
		return 0
	}
	return b.pane[i]
}

// keysOf is a view of the keys of rows s, with hashes.
func (b *block) keysOf(s span, out *rowkey.Keys) {
	hash := out.Hash
	*out = rowkey.Keys{Layout: b.shape.layout, N: s.to - s.from, Hash: hash}
	switch b.shape.layout {
	case rowkey.W8:
		out.W8 = b.keys.W8[s.from:s.to]
	case rowkey.W16:
		out.W16 = b.keys.W16[s.from:s.to]
	default:
		out.Off, out.Bytes = b.keys.Off[s.from:s.to+1], b.keys.Bytes
	}
	b.shape.enc.Rehash(out)
}
