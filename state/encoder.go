package state

import (
	"bytes"
	"slices"

	"streamsql/internal/rowkey"
)

// share is one lane's part of a container under capture.
type share struct {
	c      *container
	lane   int
	tables []*Table // those touched
	times  []int64  // panes: of each table
	drops  []int64
	rows   int

	sections []section
	data     [][]byte
	err      error
}

// encode fills sections and data.
func (sh *share) encode(container int) {
	if len(sh.drops) > 0 {
		from, to := sh.c.groups(sh.lane)
		s, data := encodeDrops(sh.drops, container, from, to)
		sh.sections, sh.data = append(sh.sections, s), append(sh.data, data)
	}
	var raw bytes.Buffer
	b := newBlock(sh.c.shape(sh.lane))
	flush := func() {
		if b.n == 0 || sh.err != nil {
			return
		}
		s, data, err := encode(b, container, &raw)
		sh.sections, sh.data, sh.err = append(sh.sections, s), append(sh.data, data), err
		b.reset()
	}
	sh.sorted(func(t, g int, gids []uint32) {
		for len(gids) > 0 {
			n := min(len(gids), blockRows-b.n, chunk)
			b.addGroups(sh.tables[t], gids[:n], sh.times[t], g)
			if gids = gids[n:]; b.full() {
				flush()
			}
		}
	})
	flush()
}

// sorted visits the touched groups by key group, then by table, in the order of first touch.
func (sh *share) sorted(fn func(table, keyGroup int, gids []uint32)) {
	shape := sh.c.shape(sh.lane)
	var keys rowkey.Keys
	groups := make([][]uint8, len(sh.tables))
	for i, t := range sh.tables {
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
	sortRuns(groups, func(i, r int) uint32 { return sh.tables[i].touched[r] }, fn)
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
