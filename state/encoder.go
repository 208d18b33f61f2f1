package state

import (
	"bytes"
	"slices"

	"streamsql/internal/rowkey"
)

// encoder makes the sections of one share under capture. Drops come before rows.
type encoder struct {
	c      *container
	lane   int
	share  share
	number int // of the container in the header

	sections []section
	data     [][]byte
	err      error
}

// run fills sections and data; encoders of several shares run side by side.
func (e *encoder) run() { e.err = e.share.encode(e) }

func (e *encoder) add(s section, data []byte) {
	e.sections, e.data = append(e.sections, s), append(e.data, data)
}

// drops adds the section of panes that were dropped, ascending.
func (e *encoder) drops(times []int64) {
	from, to := e.c.groups(e.lane)
	e.add(encodeDrops(times, e.number, from, to))
}

// rows adds the touched groups of tables, by key group. The time counts where the kind is byTime.
func (e *encoder) rows(tables []pane) error {
	var raw bytes.Buffer
	var err error
	b := newBlock(e.c.shape(e.lane))
	flush := func() {
		if b.n == 0 || err != nil {
			return
		}
		var s section
		var data []byte
		s, data, err = encode(b, e.number, &raw)
		e.add(s, data)
		b.reset()
	}
	sorted(b.shape, tables, func(t, g int, gids []uint32) {
		for len(gids) > 0 {
			// A chunk at a time: groups with long texts may pass the limit of bytes, by no more than a chunk of them.
			n := min(len(gids), blockRows-b.n, chunk)
			b.addGroups(tables[t].table, gids[:n], tables[t].time, g)
			if gids = gids[n:]; b.full() {
				flush()
			}
		}
	})
	flush()
	return err
}

// sorted visits the touched groups by key group, then by table, in the order of first touch.
func sorted(shape *shape, tables []pane, fn func(table, keyGroup int, gids []uint32)) {
	var keys rowkey.Keys
	groups := make([][]uint8, len(tables))
	for i, x := range tables {
		t := x.table
		hash := t.Hashes(t.touched)
		if shape.place != nil {
			t.KeysOf(t.touched, &keys)
			hash = shape.placement(&keys)
		}
		groups[i] = make([]uint8, len(hash))
		for r, h := range hash {
			groups[i][r] = uint8(rowkey.KeyGroup(h))
		}
	}
	sortRuns(groups, func(i, r int) uint32 { return tables[i].table.touched[r] }, fn)
}

// sortRuns is a counting sort of (table, row) by key group that keeps their order.
func sortRuns(groups [][]uint8, gid func(table, row int) uint32, fn func(table, keyGroup int, gids []uint32)) {
	runs := len(groups)
	start := make([]int32, runs*rowkey.Groups+1) // of each (key group, table)
	total := 0
	for i, gs := range groups {
		for _, g := range gs {
			start[int(g)*runs+i+1]++
		}
		total += len(gs)
	}
	for i := 1; i < len(start); i++ {
		start[i] += start[i-1]
	}
	out := make([]uint32, total)
	next := slices.Clone(start)
	for i, gs := range groups {
		for r, g := range gs {
			at := int(g)*runs + i
			out[next[at]] = gid(i, r)
			next[at]++
		}
	}
	for at := range start[:len(start)-1] {
		if gids := out[start[at]:start[at+1]]; len(gids) > 0 {
			fn(at%runs, at/runs, gids)
		}
	}
}
