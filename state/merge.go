package state

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"streamsql/internal/budget"
	"streamsql/internal/diag"
	"streamsql/internal/rowkey"
	"streamsql/internal/store"
)

// merger reads several files as if they were one, key group by key group: of every key the newest row. It holds one
// block per file, the keys of one key group, and the block under construction.
type merger struct {
	files []*file // oldest first
	// bottom: nothing is older than these files, so tombstones and drops have nothing left to hide.
	bottom  bool
	account *budget.Account
}

func openMerger(ctx context.Context, st store.Store, refs []FileRef, bottom bool) (*merger, error) {
	m := &merger{bottom: bottom}
	for _, ref := range byAge(refs) {
		f, err := openFile(ctx, st, ref)
		if err != nil {
			m.close() // the files before it are open
			return nil, err
		}
		m.files = append(m.files, f)
	}
	return m, nil
}

func (m *merger) close() {
	for _, f := range m.files {
		f.close()
	}
}

// containers lists what the files hold, sorted by id.
func (m *merger) containers() ([]schemaEntry, error) {
	known := map[string]int{}
	var out []schemaEntry
	for _, f := range m.files {
		for i, e := range f.header.Containers {
			at, ok := known[e.ID]
			if !ok {
				known[e.ID] = len(out)
				out = append(out, e)
				continue
			}
			// Files of two queries in one folder: rows of two layouts would be taken for versions of each other.
			d, err := out[at].schema()
			if err != nil || d.String() != f.schemas[i].String() {
				return nil, diag.New(diag.StateMismatch,
					"state file %s has container %s in another form than the files before it", f.ref.Name, e.ID).
					WithHint("restore the state folder from a backup, or start over with --fresh")
			}
		}
	}
	slices.SortFunc(out, func(a, b schemaEntry) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// input is one file's part in the merge of a container.
type input struct {
	f        *file
	sections []int // rows sections of the container, by key group
	b        *block
	loaded   int // section in b, or noSection
	drops    []dropRange
}

const noSection = -1

// dropRange is the panes that a drops section removes, in the key groups [from, to).
type dropRange struct {
	from, to int
	times    []int64
}

// merge merges one container. emit gets blocks that it must not keep; between tells after each key group.
type merge struct {
	ctx     context.Context
	shape   *shape
	inputs  []*input // oldest first
	bottom  bool
	account *budget.Account
	out     *block
	emit    func(*block) error
	between func(keyGroup int) error

	seen    map[int64]*Table // keys met in newer files, per pane
	spare   []*Table
	dropped map[int64]bool // panes that newer files dropped, in this key group
	keys    rowkey.Keys
	gids    []uint32
	sel     []uint32
}

// container prepares the merge of a container.
func (m *merger) container(ctx context.Context, e *schemaEntry) (*merge, error) {
	d, err := e.schema()
	if err != nil {
		return nil, err
	}
	g := &merge{
		ctx: ctx, shape: newShape(d), bottom: m.bottom, account: m.account,
		seen: map[int64]*Table{}, dropped: map[int64]bool{},
	}
	g.out = newBlock(g.shape)
	for _, f := range m.files {
		number, ok := f.find(e.ID)
		if !ok {
			continue
		}
		in := &input{f: f, b: newBlock(g.shape), loaded: noSection}
		for i := range f.sections {
			s := &f.sections[i]
			if s.Container != number {
				continue
			}
			if s.Kind == sectionRows {
				in.sections = append(in.sections, i)
				continue
			}
			// Drops are a few words each: they are held for the whole merge.
			times, err := f.drops(i)
			if err != nil {
				return nil, err
			}
			in.drops = append(in.drops, dropRange{s.From, s.To, times})
		}
		// Stable, because a block that was full within a key group continues in the next section.
		slices.SortStableFunc(in.sections, func(a, b int) int {
			return cmp.Compare(f.sections[a].From, f.sections[b].From)
		})
		g.inputs = append(g.inputs, in)
	}
	return g, nil
}

// run merges all key groups.
func (g *merge) run(emit func(*block) error, between func(keyGroup int) error) (err error) {
	// Bytes with a right checksum and a wrong content (written by a faulty program) reach tables and columns, which
	// panic. A merge runs beside the query: it must fail alone, and the query resume without it.
	defer func() {
		if r := recover(); r != nil {
			err = diag.New(diag.StateDamaged, "container %s cannot be merged", g.shape.schema.ID()).
				WithCause(fmt.Errorf("%v", r))
		}
	}()
	g.emit, g.between = emit, between
	for group := range rowkey.Groups {
		// A merge of the whole state takes seconds; a stop must not wait for it.
		if err := g.ctx.Err(); err != nil {
			return err
		}
		if err := g.group(group); err != nil {
			return err
		}
		if g.between != nil {
			if err := g.between(group); err != nil {
				return err
			}
		}
	}
	return g.flush()
}

// group merges one key group: newest file first, a key counts when it is met for the first time.
func (g *merge) group(group int) error {
	// Keys of other key groups never meet: with those of one group at a time, memory holds about a 128th of all keys.
	for _, t := range g.seen {
		t.Reset()
		g.spare = append(g.spare, t)
	}
	clear(g.seen)
	clear(g.dropped)
	for i := len(g.inputs) - 1; i >= 0; i-- {
		in := g.inputs[i]
		for _, n := range in.sections {
			s := &in.f.sections[n]
			if group < s.From || group >= s.To {
				continue
			}
			// A section spans many key groups and is decoded once. Two sections share at most the key group in which the
			// first was full.
			if in.loaded != n {
				in.loaded = noSection // an error leaves the block half replaced
				if err := in.f.block(n, in.b); err != nil {
					return err
				}
				in.loaded = n
			}
			if err := g.rows(in.b, group); err != nil {
				return err
			}
		}
		// After the file's own rows: within a file a drop comes first, so it hides older files only. What the file has of
		// the pane was put there after the drop.
		for _, d := range in.drops {
			if group >= d.from && group < d.to {
				for _, t := range d.times {
					g.dropped[t] = true
				}
			}
		}
	}
	g.account.Set(g.held())
	if g.out.n >= blockRows/4 { // blocks end with a key group where that costs little: lanes read fewer of them twice
		return g.flush()
	}
	return nil
}

// held is the memory of the merge after a key group: blocks, and the keys met in it.
func (g *merge) held() int64 {
	n := g.out.held() + int64(4*(cap(g.gids)+cap(g.sel)))
	for _, in := range g.inputs {
		n += in.b.held()
	}
	for _, t := range g.seen {
		n += t.Bytes()
	}
	for _, t := range g.spare {
		n += t.Bytes()
	}
	return n
}

// rows adds the rows of a key group that no newer file has.
func (g *merge) rows(b *block, group int) error {
	return b.runs(b.rowsOf(group, group+1), func(s span, pane int64, dead bool) error {
		if g.dropped[pane] { // never in a table: it has no drops
			return nil
		}
		g.sel = g.sel[:0]
		if len(g.inputs) == 1 { // a file has a key once: there is nothing to compare with
			for r := s.from; r < s.to; r++ {
				g.sel = append(g.sel, uint32(r))
			}
		} else {
			g.unseen(b, s, pane)
		}
		// Only now: a tombstone must have been seen, so that it hides the key's older rows, before it is left out.
		if dead && g.bottom {
			return nil
		}
		return g.add(b, pane, group)
	})
}

// unseen makes sel the rows of s whose key is met for the first time.
func (g *merge) unseen(b *block, s span, pane int64) {
	t := g.seen[pane]
	if t == nil {
		t = g.scratch()
		g.seen[pane] = t
	}
	b.keysOf(s, &g.keys)
	if cap(g.gids) < g.keys.N {
		g.gids = make([]uint32, blockRows)
	}
	gids := g.gids[:g.keys.N]
	// Ids are given out in ascending order and nothing is deleted from this table: an id from here on is a new key. A file
	// has a key once, so no two rows of the span get the same one.
	known := uint32(t.Cap())
	t.Upsert(&g.keys, gids)
	for i, gid := range gids {
		if gid >= known {
			g.sel = append(g.sel, uint32(s.from+i))
		}
	}
}

func (g *merge) scratch() *Table {
	if last := len(g.spare) - 1; last >= 0 {
		t := g.spare[last]
		g.spare = g.spare[:last]
		return t
	}
	d := g.shape.schema.Decl
	d.Values = nil // keys are enough to know what was seen
	return NewScratch(d)
}

// add copies the selected rows to the output.
func (g *merge) add(b *block, pane int64, group int) error {
	for sel := g.sel; len(sel) > 0; {
		// A chunk at a time: rows with long texts may pass the limit of bytes, by no more than a chunk of them.
		n := min(len(sel), blockRows-g.out.n, chunk)
		g.out.addRows(b, sel[:n], pane, group)
		if sel = sel[n:]; g.out.full() {
			if err := g.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *merge) flush() error {
	if g.out.n == 0 {
		return nil
	}
	err := g.emit(g.out)
	g.out.reset()
	return err
}

// allDrops is the drops that the merged file must repeat: every one of every input, since files older than all of them
// may have rows of the pane.
func (g *merge) allDrops() []dropRange {
	times := map[[2]int][]int64{}
	for _, in := range g.inputs {
		for _, d := range in.drops {
			k := [2]int{d.from, d.to}
			times[k] = append(times[k], d.times...)
		}
	}
	var out []dropRange
	for k, t := range times {
		slices.Sort(t)
		out = append(out, dropRange{k[0], k[1], slices.Compact(t)})
	}
	// The map has no order, and a merge that is repeated must write the same bytes.
	slices.SortFunc(out, func(a, b dropRange) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
	})
	return out
}

// write merges everything into w and returns the checksum that names the result.
func (m *merger) write(ctx context.Context, w io.Writer, half func() error) (crc uint32, size int64, err error) {
	containers, err := m.containers()
	if err != nil {
		return 0, 0, err
	}
	h := header{First: m.files[0].ref.First, Last: m.files[len(m.files)-1].ref.Last, Containers: containers}
	f, err := newFrame(w, h)
	if err != nil {
		return 0, 0, err
	}
	var raw bytes.Buffer
	for number := range containers {
		g, err := m.container(ctx, &containers[number])
		if err != nil {
			return 0, 0, err
		}
		// Before the rows, as in every file: a reader applies them to what older files have.
		if err := g.writeDrops(f, number); err != nil {
			return 0, 0, err
		}
		err = g.run(func(b *block) error {
			s, data, err := encode(b, number, &raw)
			return errors.Join(err, f.add(s, data))
		}, func(group int) error {
			if number == 0 && group == rowkey.Groups/2 {
				return half()
			}
			return nil
		})
		if err != nil {
			return 0, 0, err
		}
	}
	crc, err = f.finish()
	return crc, f.at, err
}

func (g *merge) writeDrops(f *frameWriter, number int) error {
	if g.bottom { // nothing older is left to be hidden
		return nil
	}
	for _, d := range g.allDrops() {
		s, data := encodeDrops(d.times, number, d.from, d.to)
		if err := f.add(s, data); err != nil {
			return err
		}
	}
	return nil
}
