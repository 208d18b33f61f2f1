package state

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/rowkey"
	"streamsql/internal/store"
)

// Restored tells what a restore has read.
type Restored struct {
	Files int
	Bytes int64
	Rows  int64 // groups held afterwards
}

// byAge is the files, oldest first. Their ranges of epochs do not overlap.
func byAge(files []FileRef) []FileRef {
	out := slices.Clone(files)
	slices.SortStableFunc(out, func(a, b FileRef) int { return int(min(max(a.Last-b.Last, -1), 1)) })
	return out
}

// Restore fills the claimed containers, which are empty, from the files that a commit names. Files are applied from the
// oldest to the newest; within a file the lanes work side by side, each on its own key groups, whatever number of lanes
// wrote them. After an error the state is of no use.
func (s *State) Restore(ctx context.Context, st store.Store, files []FileRef, faults *fault.Set) (Restored, error) {
	var done Restored
	for i, ref := range byAge(files) {
		if i > 0 {
			if err := faults.Point(fault.RestoreHalf); err != nil {
				return done, err
			}
		}
		f, err := openFile(ctx, st, ref)
		if err != nil {
			return done, err
		}
		err = s.apply(ctx, f)
		f.close()
		if err != nil {
			return done, err
		}
		done.Files++
		done.Bytes += ref.Bytes
	}
	done.Rows = s.Rows()
	return done, nil
}

// apply takes over one file.
func (s *State) apply(ctx context.Context, f *file) error {
	targets := make([]*container, len(f.decls))
	for i, d := range f.decls {
		c, ok := s.all[d.ID()]
		if !ok {
			return mismatch(f, "the state has a container %s that the query has not", d.ID())
		}
		if has, want := schemaOf(d, f.header.Containers[i].Kind), schemaOf(c.decl, c.kind); has != want {
			return mismatch(f, "container %s was written as %s, the query has %s", d.ID(), has, want)
		}
		targets[i] = c
	}
	errs := make([]error, s.lanes)
	lane := func(l int) {
		for i, c := range targets {
			if c.claimed(l) && errs[l] == nil {
				errs[l] = applyShare(ctx, f, i, c, l)
			}
		}
	}
	if s.lanes == 1 {
		lane(0)
		return errs[0]
	}
	var wg sync.WaitGroup
	for l := range s.lanes {
		wg.Go(func() { lane(l) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func mismatch(f *file, format string, args ...any) error {
	return diag.New(diag.StateMismatch, "state file %s does not fit: %s", f.ref.Name, fmt.Sprintf(format, args...)).
		WithHint("run the query that wrote the state, or start over with --fresh")
}

// applyShare takes over what a file has for one lane's share of a container.
func applyShare(ctx context.Context, f *file, number int, c *container, lane int) error {
	l := loader{f: f, shape: c.shape(lane), table: c.tables[lane], panes: c.panes[lane]}
	l.from, l.to = c.groups(lane)
	for i := range f.sections {
		if s := &f.sections[i]; s.Container == number && s.Kind == sectionDrops && s.From < l.to && s.To > l.from {
			if err := l.drop(i); err != nil {
				return err
			}
		}
	}
	l.prepare(number)
	b := newBlock(l.shape)
	for i := range f.sections {
		s := &f.sections[i]
		if s.Container != number || s.Kind != sectionRows || s.From >= l.to || s.To <= l.from {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f.block(i, b); err != nil {
			return err
		}
		if err := l.rows(i, b); err != nil {
			return err
		}
	}
	l.report()
	return nil
}

// loader puts rows of one file into one share.
type loader struct {
	f        *file
	shape    *shape
	table    *Table
	panes    *Panes
	from, to int  // key groups of the share
	fresh    bool // the table was empty before the file: its rows need not be looked up

	keys rowkey.Keys
	gids []uint32
}

// prepare sizes an empty table for the rows that will come, so that it does not grow in steps.
func (l *loader) prepare(number int) {
	if l.table == nil || l.table.n > 0 {
		return
	}
	rows := int64(0)
	for i := range l.f.sections {
		s := &l.f.sections[i]
		if s.Container == number && s.Kind == sectionRows && s.From < l.to && s.To > l.from {
			rows += s.Rows * int64(min(s.To, l.to)-max(s.From, l.from)) / int64(max(s.To-s.From, 1))
		}
	}
	l.fresh = true
	l.table.reserve(int(rows))
}

// report brings the memory accounts up to date.
func (l *loader) report() {
	if l.table != nil {
		l.table.report()
		return
	}
	l.panes.each(func(x pane) { x.table.report() })
}

// drop removes the panes of a drops section, within its key groups.
func (l *loader) drop(i int) error {
	times, err := l.f.drops(i)
	if err != nil {
		return err
	}
	if l.panes == nil {
		return damaged(l.f.ref.Name, l.f.place(i), errBlock)
	}
	s := &l.f.sections[i]
	for _, time := range times {
		if s.From <= l.from && s.To >= l.to {
			l.panes.Drop(time)
			delete(l.panes.dropped, time)
			continue
		}
		t, ok := l.panes.Peek(time)
		if !ok {
			continue
		}
		gids := t.Gids(nil)
		t.KeysOf(gids, &l.keys)
		for r, h := range l.shape.placement(&l.keys) {
			if g := rowkey.KeyGroup(h); g >= s.From && g < s.To {
				t.discard(gids[r])
			}
		}
	}
	return nil
}

// rows takes over the rows of a block that belong to the share.
func (l *loader) rows(section int, b *block) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = damaged(l.f.ref.Name, l.f.place(section), fmt.Errorf("%w: %v", errBlock, r))
		}
	}()
	return b.runs(b.rowsOf(l.from, l.to), func(s span, pane int64, dead bool) error {
		t := l.table
		if l.panes != nil {
			if t, _ = l.panes.Peek(pane); t == nil && dead {
				return nil
			}
			t = l.panes.At(pane)
		}
		b.keysOf(s, &l.keys)
		if cap(l.gids) < l.keys.N {
			l.gids = make([]uint32, blockRows)
		}
		gids := l.gids[:l.keys.N]
		if dead {
			t.Find(&l.keys, gids)
			for _, g := range gids {
				if g != NoGroup {
					t.discard(g)
				}
			}
			return nil
		}
		if l.fresh {
			t.append(&l.keys, gids)
		} else {
			t.Upsert(&l.keys, gids)
		}
		t.saved = true
		for i := range t.cols {
			t.cols[i].take(gids, &b.cols[i], s)
		}
		return nil
	})
}
