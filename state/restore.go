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

// Restored is what a restore has read.
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
	targets := make([]*container, len(f.schemas))
	for i, has := range f.schemas {
		c, ok := s.byID[has.ID()]
		if !ok {
			return mismatch(f, "the state has a container %s that the query does not have", has.ID())
		}
		if has.String() != c.schema.String() {
			return mismatch(f, "container %s was written as %s, but the query has %s", has.ID(), has, c.schema)
		}
		targets[i] = c
	}
	errs := make([]error, s.lanes)
	lane := func(l int) {
		for i, c := range targets {
			if c.shares[l] != nil && errs[l] == nil {
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
	l := loader{f: f, number: number, shape: c.shape(lane), share: c.shares[lane]}
	l.from, l.to = c.groups(lane)
	// Within a file a drop comes first: it hides what older files hold of the pane, not what this one has put there since.
	if err := l.drops(); err != nil {
		return err
	}
	l.blank = l.share.expect(l.expected())
	if err := l.rows(ctx); err != nil {
		return err
	}
	l.share.report()
	return nil
}

// loader puts what one file has of a container into one share.
type loader struct {
	f        *file
	number   int // of the container in the file
	shape    *shape
	share    share
	from, to int  // key groups of the share
	blank    bool // the share was empty before the rows of this file

	next arrival // one for all: stretches may be as short as a row
	keys rowkey.Keys
	gids []uint32
}

// sections visits those of a kind that have key groups of the share.
func (l *loader) sections(k sectionKind, fn func(i int, s *section) error) error {
	for i := range l.f.sections {
		s := &l.f.sections[i]
		if s.Container != l.number || s.Kind != k || s.From >= l.to || s.To <= l.from {
			continue
		}
		if err := fn(i, s); err != nil {
			return err
		}
	}
	return nil
}

// expected is about how many rows will come.
func (l *loader) expected() int {
	rows := int64(0)
	_ = l.sections(sectionRows, func(_ int, s *section) error {
		rows += s.Rows * int64(min(s.To, l.to)-max(s.From, l.from)) / int64(max(s.To-s.From, 1))
		return nil
	})
	return int(rows)
}

func (l *loader) drops() error {
	return l.sections(sectionDrops, func(i int, s *section) error {
		times, err := l.f.drops(i)
		if err != nil {
			return err
		}
		own, ok := l.share.(timed)
		if !ok { // a table has no panes
			return damaged(l.f.ref.Name, l.f.place(i), errBlock)
		}
		d := droppedPanes{times: times, whole: s.From <= l.from && s.To >= l.to, from: s.From, to: s.To, shape: l.shape}
		own.drop(&d)
		return nil
	})
}

func (l *loader) rows(ctx context.Context) error {
	b := newBlock(l.shape)
	return l.sections(sectionRows, func(i int, _ *section) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := l.f.block(i, b); err != nil {
			return err
		}
		return l.block(i, b)
	})
}

// block takes over the rows of a block that belong to the share.
func (l *loader) block(section int, b *block) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = damaged(l.f.ref.Name, l.f.place(section), fmt.Errorf("%w: %v", errBlock, r))
		}
	}()
	return b.runs(b.rowsOf(l.from, l.to), func(s span, pane int64, dead bool) error {
		l.next = arrival{l: l, b: b, rows: s, pane: pane, dead: dead}
		l.share.apply(&l.next)
		return nil
	})
}

// arrival is rows of a file on their way into a share: a stretch of equal pane and liveness. Borrowed.
type arrival struct {
	l    *loader
	b    *block
	rows span
	pane int64
	dead bool // tombstones
}

// droppedPanes is a drops section on its way into a share: the panes of times, in the key groups [from, to).
type droppedPanes struct {
	times    []int64
	whole    bool // no key group of the share is outside
	from, to int
	shape    *shape
	keys     rowkey.Keys
}
