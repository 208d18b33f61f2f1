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
	file entry
	end  int64
	done bool
}

// follow reads on from a position: the file under way, then the files not yet seen, again and again when watched.
func (r *reading) follow(ctx context.Context, at position) error {
	look := newLookout(r.source, r.seen)
	defer look.close()
	began := r.source.now()
	files, err := r.list()
	if err != nil {
		return r.atStart(err, at)
	}
	if p, ok := at.open(); ok && !r.source.skip[string(p.Name)] {
		e, err := r.source.logged(p, files)
		if err != nil {
			return err
		}
		if err := r.file(ctx, e, p.End, -1); err != nil {
			return err
		}
	}
	fresh := look.first(files, began)
	files = nil // may be very many
	for {
		for _, e := range fresh {
			r.feed.setIdle(false)
			if err := r.file(ctx, e, 0, -1); err != nil {
				return err
			}
		}
		if r.source.interval == 0 {
			return nil
		}
		r.feed.setIdle(true)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-r.source.tick(r.source.interval):
		}
		if fresh, err = look.look(); err != nil {
			return err
		}
		if err := r.scan.Faults.Point(fault.FileListed); err != nil {
			return err
		}
	}
}

// atStart makes a path that never was there a matter of configuration, not of a failing source.
func (r *reading) atStart(err error, at position) error {
	if r.seen.empty() && len(at.Files) == 0 && diag.CodeOf(err) == diag.SourceGone {
		var e *diag.Error
		if errors.As(err, &e) {
			e.Code = diag.SourcePath
		}
	}
	return err
}

func (r *reading) list() ([]entry, error) {
	files, err := r.source.list()
	if err != nil {
		return nil, err
	}
	if len(files) == 0 && r.seen.empty() && r.source.interval == 0 && isPattern(r.source.path) {
		return nil, diag.New(diag.SourcePath, "table %q: no file matches %s", r.source.table, r.source.path).WithHint("check the pattern")
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

// repeat reads exactly what lies between two positions.
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
		begin := from.of(p.Name)
		if r.source.skip[string(p.Name)] || (!p.Done && begin == p.End) {
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
		if err := r.file(ctx, e, begin, end); err != nil {
			return err
		}
	}
	return nil
}

// file gives the chunks of one file between two positions; end < 0 is its end.
func (r *reading) file(ctx context.Context, e entry, begin, end int64) error {
	st, err := r.source.open(ctx, e)
	if err != nil {
		return cancelledOr(ctx, err)
	}
	defer st.close()
	if err := r.place(st, begin); err != nil {
		return cancelledOr(ctx, err)
	}
	c := &cutter{r: st.r, pool: r.feed.pool, rows: max(r.scan.ChunkRows, 1), maxRecord: r.source.maxRecord, at: begin}
	c.afterRead = func() error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return r.scan.Faults.Point(fault.SourceRead)
	}
	if end >= 0 {
		c.r = io.LimitReader(st.r, end-begin)
	}
	defer c.close()
	if begin == 0 {
		if err := r.dropMark(c); err != nil {
			return r.readError(ctx, st, err)
		}
	}
	fresh := begin == 0
	for {
		part, err := c.next()
		if err != nil {
			return r.readError(ctx, st, err)
		}
		if part.last {
			if err := st.complete(part.next, end); err != nil {
				part.release()
				return err
			}
		}
		if err := r.give(ctx, e, part, fresh, part.last && end < 0); err != nil || part.last {
			return err
		}
		fresh = false
	}
}

// place verifies a packed file that is read from its beginning and goes to the position.
func (r *reading) place(st *stream, begin int64) error {
	if begin == 0 {
		if r.repeats || !st.packed {
			return nil
		}
		buf := r.feed.pool.get(blockBytes)
		defer buf.release()
		return st.verify(buf.buf)
	}
	if err := st.seek(begin); err != nil {
		return st.fail(err)
	}
	return nil
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

// cancelledOr is err, unless reading was given up: then err only says how the unpacker took that.
func cancelledOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (r *reading) readError(ctx context.Context, st *stream, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return st.fail(err)
}

func (r *reading) give(ctx context.Context, e entry, part cut, fresh, done bool) error {
	c := &sources.Chunk{
		Partition: Partition, Data: part.data, Records: part.records, Bytes: part.next - part.at, File: e.name, Position: part.at,
		NewFile: fresh, Private: &piece{file: e, end: part.next, done: done}, Release: part.release,
	}
	if done {
		r.seen.set(e.name, memory{Size: e.size, Mtime: e.mtime})
		c.Remember = r.seen.take()
	}
	return r.feed.put(ctx, c)
}
