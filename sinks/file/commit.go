package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"streamsql/internal/fault"
	"streamsql/sinks"
)

// Commit implements sinks.Tx. An error may come before or after the commit point: the next Fence finds out which.
func (t *tx) Commit(_ context.Context, m sinks.Marker) error {
	switch {
	// A repeat answers as the first call did. After an error nobody knows on which side of the commit point it
	// happened; a second attempt would have to guess, and the next Fence can look.
	case t.done || t.err != nil:
		return t.err
	case !t.staged:
		return errors.New("file sink: Commit before Stage")
	case m.Epoch != t.epoch || m.Query != t.sink.query || m.Sink != t.sink.table:
		return fmt.Errorf("file sink: marker of %s/%s/%d for epoch %d of table %s", m.Query, m.Sink, m.Epoch, t.epoch,
			t.sink.table)
	}
	if err := t.commit(manifest{Marker: m, Parts: t.parts}); err != nil {
		t.err = err // staged files stay: the manifest may name them
		return err
	}
	t.done = true
	return nil
}

func (t *tx) commit(mine manifest) error {
	s := t.sink
	if err := s.alone(mine.Epoch); err != nil {
		return err
	}
	winner, err := s.linkManifest(mine, t.prefix+"-manifest.tmp")
	if err != nil {
		return err
	}
	// Once more after the link: of two queries that began on the same empty directory both may have looked before
	// either linked. At least the second to link finds the other's manifest now, before it shows a part to readers.
	if err := s.alone(mine.Epoch); err != nil {
		return err
	}
	if err := s.faults.Point(fault.SinkManifest); err != nil {
		return s.failed("publish", s.dir, err)
	}
	// The winner's parts, not ours: readers of the manifest look for the names that it lists.
	if err := s.publish(winner); err != nil {
		return err
	}
	// Somebody else's parts hold the same rows. Ours are named nowhere and would fill the disk until a later owner
	// sweeps.
	if !slices.Equal(winner.Parts, mine.Parts) {
		t.removeStaged()
	}
	if err := s.faults.Point(fault.SinkCommitted); err != nil {
		return s.failed("publish", s.dir, err)
	}
	return s.tidy(mine.Epoch)
}

// linkManifest creates manifest/N and returns it, or the equal one that was there before.
func (s *Sink) linkManifest(mine manifest, temp string) (manifest, error) {
	temp = s.path(stagingDir, temp)
	name := s.manifestPath(mine.Epoch)
	// Its bytes are durable before it has its name: after a power cut a manifest is whole or not there. An empty one
	// could not be distinguished from damage.
	if err := s.writeSynced(temp, mine.marshal()); err != nil {
		return mine, err
	}
	defer func() { _ = s.fs.Remove(temp) }() // what stays is swept by a later owner
	// Written first, looked second: see the package comment for why this order matters.
	if err := s.verifyTerm(); err != nil {
		return mine, err
	}
	// A link and not a rename: a rename would replace the manifest of a competing owner without an error.
	err := s.fs.Link(temp, name)
	switch {
	case err == nil:
		return mine, s.syncDir(manifestDir)
	case errors.Is(err, fs.ErrExist):
		return s.adopt(mine)
	case errors.Is(err, fs.ErrNotExist): // a later owner has swept our manifest away
		if lost := s.verifyTerm(); lost != nil {
			return mine, lost
		}
	}
	return mine, s.failed("create", name, err)
}

// adopt takes the epoch as done when what is there has the same rows, whoever wrote it.
func (s *Sink) adopt(mine manifest) (manifest, error) {
	other, err := s.readManifest(mine.Epoch)
	if err != nil {
		return mine, err
	}
	switch {
	case other.Query != mine.Query || other.Sink != mine.Sink:
		return mine, s.foreign(other, s.query)
	// Synced although it is not ours: its maker may have been killed before the name was durable, and the commit log
	// must not be ahead of the sink after a power cut.
	case other.Rows == mine.Rows && other.Digest == mine.Digest:
		return other, s.syncDir(manifestDir)
	// Not a conflict of results: with a later owner there this process is the past, and must stop without blaming the
	// rows.
	case other.Term > s.term:
		return mine, s.lost(other.Term)
	}
	return mine, s.conflict(mine, other)
}

// writeSynced creates a file with durable bytes; its name becomes durable with its directory, or is not needed.
func (s *Sink) writeSynced(name string, data []byte) error {
	f, err := s.fs.Create(name)
	if err != nil {
		return s.failed("create", name, err)
	}
	// A full disk: nothing was promised yet, so the file goes and the attempt may be repeated.
	if _, err := f.Write(data); err != nil {
		_ = f.Close()
		_ = s.fs.Remove(name)
		return s.failed("write", name, err)
	}
	// After a failed sync the system may have dropped the unwritten pages; a second sync would succeed without them. So
	// this is final for the process.
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return s.fatal("sync", name, err)
	}
	if err := f.Close(); err != nil {
		return s.fatal("close", name, err)
	}
	return nil
}
