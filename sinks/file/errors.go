package file

import (
	"errors"
	"fmt"
	"syscall"

	"streamsql/internal/diag"
	"streamsql/internal/store"
	"streamsql/internal/store/vfs"
)

// failed is the error of a file operation that did not work. A process that is simulated as dead says nothing more.
func (s *Sink) failed(doing, name string, err error) error {
	if errors.Is(err, vfs.ErrFrozen) || diag.CodeOf(err) != diag.Internal {
		return err
	}
	code, hint := diag.SinkFailed, store.Remedy(err)+" and start the query again: it repeats the epoch"
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		code = diag.SinkSpace
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, vfs.ErrNotDir):
		hint = "the option 'path' names a directory: choose another path or move the file away"
	}
	return diag.New(code, "table %q: cannot %s %s", s.table, doing, name).WithCause(err).WithHint("%s", hint)
}

// fatal marks a failed sync or close: a second one would report success for bytes that are lost.
func (s *Sink) fatal(doing, name string, err error) error {
	if errors.Is(err, vfs.ErrFrozen) {
		return err
	}
	return s.failed(doing, name, fmt.Errorf("%w: %w", store.ErrFatal, err))
}

func (s *Sink) damaged(name string, err error) error {
	return diag.New(diag.SinkDamaged, "table %q: %s is damaged", s.table, name).WithCause(err).
		WithHint("restore the file, or write to another path with --fresh")
}

// foreign is the refusal of a directory that is somebody else's.
func (s *Sink) foreign(m manifest, query string) error {
	e := diag.New(diag.SinkForeign, "table %q: %s holds the results of another query (%s)", s.table, s.dir, m.Query)
	if m.Query == query {
		e = diag.New(diag.SinkForeign, "table %q: %s holds the results of table %q of this query", s.table, s.dir,
			m.Sink)
	}
	return e.WithHint("is --state the right one? A query knows its rows by its state. Otherwise choose another path, " +
		"or move the directory away if its rows are no longer wanted")
}

// lost is the error of a process that is no longer the owner.
func (s *Sink) lost(winner uint64) error {
	return diag.New(diag.FencingLost, "table %q: %s now belongs to the owner of term %d; this process held term %d",
		s.table, s.dir, winner, s.term).
		WithHint("another process runs this query; this one has stopped and needs no clean-up")
}

// collided is the refusal of a term that the directory has seen already. The log gives each term out once, so there are
// two logs: the state that this process starts from and the one that the directory's owner has.
func (s *Sink) collided(seen uint64) error {
	return diag.New(diag.FencingLost, "table %q: %s was opened under term %d of this query before, "+
		"but the state gave this start term %d: "+
		"there is another copy of the state", s.table, s.dir, seen, s.term).
		WithHint("start from the copy that the query ran on last; " +
			"an older copy cannot continue after another one has written to the table")
}

func (s *Sink) conflict(mine, other manifest) error {
	return diag.New(diag.SinkConflict, "table %q: %s was published by term %d with %s (digest %s); "+
		"now it has %s (digest %s)", s.table,
		s.manifestPath(mine.Epoch), other.Term, diag.Plural(other.Rows, "row"), other.Digest,
		diag.Plural(mine.Rows, "row"), mine.Digest).
		WithHint("the input or the query changed since; restore them, or write to another path with --fresh")
}
