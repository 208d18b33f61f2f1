package op

import (
	"streamsql/exec/agg"
	"streamsql/internal/rowkey"
	"streamsql/internal/vec"
	"streamsql/state"
)

// merging adds the groups of one table to those of another. Buffers are reused.
type merging struct {
	set  *agg.Set
	from []uint32 // groups of the one table
	to   []uint32 // the same of the other
	keys rowkey.Keys
	cols []*vec.Vec
	// Views show the columns of a table and copies hold values: one buffer for both would have values written into a
	// table.
	views, copies []vec.Vec
}

func newMerging(set *agg.Set) merging {
	n := len(set.Columns())
	return merging{set: set, cols: make([]*vec.Vec, n), views: make([]vec.Vec, n), copies: make([]vec.Vec, n)}
}

// read makes m.from, m.keys and m.cols the groups of t.
func (m *merging) read(t *state.Table) {
	m.from = t.Gids(m.from[:0])
	t.KeysOf(m.from, &m.keys)
	for i := range m.cols {
		if t.Cap() == len(m.from) { // ids without gaps
			m.cols[i] = &m.views[i]
			exportColumn(m.cols[i], t.Col(i), len(m.from))
		} else {
			m.cols[i] = &m.copies[i]
			t.Col(i).Gather(m.from, m.cols[i])
		}
	}
}

// find makes m.to the groups of dst that have the keys of m.keys. The columns read from dst before are void.
func (m *merging) find(dst *state.Table) {
	m.to = vec.Resize(m.to, len(m.from))
	dst.Upsert(&m.keys, m.to)
	m.set.Bind(dst, 0)
}

// merge adds the groups of src to dst, and leaves their ids there in m.to.
func (m *merging) merge(dst, src *state.Table) {
	if m.read(src); len(m.from) == 0 {
		return
	}
	m.find(dst)
	m.set.Merge(m.to, m.cols)
}

// unmerge takes the groups of src, which were merged into dst, out of it; those without rows go. The set is linear.
func (m *merging) unmerge(dst, src *state.Table) {
	if m.read(src); len(m.from) == 0 {
		return
	}
	m.find(dst)
	m.set.Unmerge(m.to, m.cols)
	rows, gone := m.set.Rows(), m.to[:0]
	for _, g := range m.to {
		if rows[g] == 0 {
			gone = append(gone, g)
		}
	}
	dst.Delete(gone)
}
