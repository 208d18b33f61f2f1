package file

import (
	"bytes"
	"context"
	"errors"
	"io"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/sources"
)

// reading is what the fetching goroutine of a feed does.
type reading struct {
	source  *Source
	scan    sources.Scan
	seen    *seen
	feed    *feed
	repeats bool // a replay: packed files were verified when they were first read
}

// piece is what Offset needs to know about a chunk.
type piece struct {
	file  entry
	end   int64
	lines int64
	done  bool
	skip  bool // the file was given up; the chunk has no data
}

// follow reads on from a position: the file under way, then the files not yet seen, again and again when watched.
func (r *reading) follow(ctx context.Context, at position) error {
	out := newLookout(r.source, r.seen)
	defer out.close()
	began := r.source.now()
	look := r.feed.look()
	files, err := r.list()
	if err != nil {
		return r.atStart(err, at)
	}
	if err := r.underWay(ctx, at, files); err != nil {
		return err
	}
	fresh := out.first(files, began)
	for {
		for _, e := range fresh {
			if err := r.unseen(ctx, e); err != nil {
				return err
			}
		}
		if r.source.interval == 0 {
			return nil
		}
		r.feed.mark(look, r.source.news())
		if err := r.rest(ctx); err != nil {
			return err
		}
		asked := r.feed.look()
		fresh, err = out.look(asked > look)
		if look = asked; err != nil {
			return err
		}
		if err := r.scan.Faults.Point(fault.FileListed); err != nil {
			return err
		}
	}
}

// rest waits for the next look: the interval, or somebody who asks. Under Ends there is none.
func (r *reading) rest(ctx context.Context) error {
	tick := r.source.tick(r.source.interval)
	if r.scan.Ends {
		tick = nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-r.feed.asked:
	case <-tick:
	}
	return nil
}

// underWay reads the rest of the file that the last epoch ended in.
func (r *reading) underWay(ctx context.Context, at position, files []entry) error {
	p, ok := at.open()
	if !ok {
		return nil
	}
	if r.source.skip[string(p.Name)] {
		return r.pass(ctx, entry{name: string(p.Name), size: p.Size, mtime: p.Mtime}, p.End, p.Lines)
	}
	e, err := r.source.logged(p, files)
	if err != nil {
		return err
	}
	return r.file(ctx, span{file: e, begin: p.End, lines: p.linesBefore(), end: -1})
}

// unseen reads a file that no epoch knows of yet. One that has gone since it was listed was never there, and one that
// was replaced is what it is now: nothing has been promised about either.
func (r *reading) unseen(ctx context.Context, e entry) error {
	if r.source.skip[e.name] {
		return r.pass(ctx, e, 0, 0)
	}
	err := r.file(ctx, span{file: e, end: -1, fresh: true})
	if errors.Is(err, errVanished) {
		r.source.notice("table %q: the file %q went away before it was read", r.source.table, e.name)
		return nil
	}
	return err
}

// pass gives a file up: a chunk without data takes the decision into the epoch, so that no later start reads the file,
// whatever it is told.
func (r *reading) pass(ctx context.Context, e entry, end, lines int64) error {
	r.seen.set(e.name, stamp{Size: e.size, Mtime: e.mtime, Skipped: true})
	return r.feed.put(ctx, &sources.Chunk{
		Partition: Partition, File: e.name, Position: end, Remember: r.seen.take(),
		Private: &piece{file: e, end: end, lines: lines, done: true, skip: true},
	})
}

// atStart makes a path that never was there a matter of configuration, not of a failing source.
func (r *reading) atStart(err error, at position) error {
	if r.seen.empty() && len(at.Files) == 0 {
		return neverThere(err)
	}
	return err
}

// neverThere makes a fault of configuration of a path that is gone.
func neverThere(err error) error {
	var e *diag.Error
	if diag.CodeOf(err) == diag.SourceGone && errors.As(err, &e) {
		e.Code = diag.SourcePath
	}
	return err
}

func (r *reading) list() ([]entry, error) {
	files, err := r.source.list()
	if err != nil {
		return nil, err
	}
	if len(files) == 0 && r.seen.empty() && r.source.interval == 0 && isPattern(r.source.path) {
		return nil, diag.New(diag.SourcePath, "table %q: no file matches %s", r.source.table, r.source.path).
			WithHint("check the pattern")
	}
	if len(files) == 0 && !r.seen.empty() {
		return nil, r.source.emptied()
	}
	return files, r.scan.Faults.Point(fault.FileListed)
}

// logged finds the file of a logged position, which must not have changed.
func (s *Source) logged(p progress, files []entry) (entry, error) {
	want := entry{name: string(p.Name), size: p.Size, mtime: p.Mtime}
	for _, e := range files {
		if e.name != want.name {
			continue
		}
		if e.size != want.size || e.mtime != want.mtime {
			return e, s.changed(want, "changed")
		}
		return e, nil
	}
	return want, s.changed(want, "is gone")
}

// repeat reads exactly what is between two positions.
func (r *reading) repeat(ctx context.Context, from, to position) error {
	if len(to.Files) == 0 {
		return nil
	}
	files, err := r.source.list()
	if err != nil {
		return err
	}
	if err := r.scan.Faults.Point(fault.FileListed); err != nil {
		return err
	}
	for _, p := range to.Files {
		begin, lines := from.of(p.Name)
		if !p.Done && begin == p.End {
			continue
		}
		if p.Skip || r.source.skip[string(p.Name)] {
			if err := r.pass(ctx, entry{name: string(p.Name), size: p.Size, mtime: p.Mtime}, begin,
				max(lines, 0)); err != nil {
				return err
			}
			continue
		}
		e, err := r.source.logged(p, files)
		if err != nil {
			return err
		}
		end := p.End
		if p.Done {
			end = -1
		}
		if err := r.file(ctx, span{file: e, begin: begin, lines: lines, end: end}); err != nil {
			return err
		}
	}
	return nil
}

// span is what is read of a file.
type span struct {
	file  entry
	begin int64
	lines int64 // before begin; −1 when not known
	end   int64 // < 0: the end of the file
	fresh bool  // no epoch knows of the file: it may be another one than was listed
}

// file gives the chunks of one span.
func (r *reading) file(ctx context.Context, sp span) error {
	st, err := r.source.open(ctx, sp.file, sp.fresh)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err() // the unpacker only saw its input end
		}
		return err
	}
	defer st.close()
	head, err := r.headBefore(ctx, st, sp.begin)
	if err != nil {
		return err
	}
	if err := r.place(ctx, st, sp.begin); err != nil {
		return err
	}
	c := &cutter{
		r: st.r, pool: r.feed.pool, split: r.source.framing.Splitter, rows: max(r.scan.ChunkRows, 1),
		maxRecord: r.source.framing.MaxRecord, at: sp.begin, line: sp.lines + 1,
	}
	c.afterRead = func() error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return r.scan.Faults.Point(fault.SourceRead)
	}
	if sp.end >= 0 {
		c.r = io.LimitReader(st.r, sp.end-sp.begin)
	}
	defer c.close()
	if sp.begin == 0 {
		if err := r.dropMark(c); err != nil {
			return r.readError(ctx, st, err)
		}
		if head, err = r.head(st.entry, c); err != nil {
			return r.readError(ctx, st, err)
		}
	}
	for first := sp.begin == 0; ; first = false {
		part, err := c.next()
		if err != nil {
			return r.readError(ctx, st, err)
		}
		if part.last {
			if err := st.complete(part.next, sp.end); err != nil {
				part.release()
				return err
			}
		}
		if err := r.give(ctx, st.entry, head, part, first, part.last && sp.end < 0); err != nil || part.last {
			return err
		}
	}
}

// place verifies a packed file that is read from its beginning and goes to the position.
func (r *reading) place(ctx context.Context, st *stream, begin int64) error {
	if begin == 0 {
		if r.repeats || !st.packed {
			return nil
		}
		buf := r.feed.pool.get(blockBytes)
		defer buf.release()
		return r.readError(ctx, st, st.verify(buf.buf))
	}
	return r.readError(ctx, st, st.seek(begin))
}

// headBefore reads the head of a file that is read from a position beyond it.
func (r *reading) headBefore(ctx context.Context, st *stream, begin int64) ([]byte, error) {
	if begin == 0 || !r.source.framing.Headed {
		return nil, nil
	}
	c := &cutter{r: st.r, pool: r.feed.pool, split: r.source.framing.Splitter}
	defer c.close()
	if err := r.dropMark(c); err != nil {
		return nil, r.readError(ctx, st, err)
	}
	head, err := r.head(st.entry, c)
	if err != nil {
		return nil, r.readError(ctx, st, err)
	}
	// The cutter has read ahead: start over.
	return head, st.begin()
}

// head takes off the head of a file, if the format has one; c is at its beginning.
func (r *reading) head(e entry, c *cutter) ([]byte, error) {
	if !r.source.framing.Headed {
		return nil, nil
	}
	head, err := c.head()
	if errors.Is(err, errLongHead) {
		return nil, diag.New(diag.SourceLimit, "table %q: the header of the file %q is longer than 1 MiB, or has a quote "+
			"that is never closed", r.source.table, e.name)
	}
	return head, err
}

// dropMark passes over a byte order mark.
func (r *reading) dropMark(c *cutter) error {
	c.block = c.pool.get(blockBytes)
	if err := c.fill(len(bom)); err != nil {
		return err
	}
	if bytes.HasPrefix(c.visible(), bom) {
		c.start += len(bom)
		c.at += int64(len(bom))
	}
	return nil
}

// readError makes the error of a read. A run that was asked to stop has not found damage: the unpacker only saw its
// input end.
func (r *reading) readError(ctx context.Context, st *stream, err error) error {
	var said *diag.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &said):
		return err
	}
	return st.fail(err)
}

func (r *reading) give(ctx context.Context, e entry, head []byte, part cut, fresh, done bool) error {
	c := &sources.Chunk{
		Partition: Partition, Head: head, Data: part.data, Records: part.records, Bytes: part.next - part.at, Size: part.held,
		File: e.name, Position: part.at, Line: part.line, NewFile: fresh, Release: part.release,
		Private: &piece{file: e, end: part.next, lines: max(part.after-1, 0), done: done},
	}
	if done {
		r.seen.set(e.name, stamp{Size: e.size, Mtime: e.mtime})
		c.Remember = r.seen.take()
	}
	return r.feed.put(ctx, c)
}
