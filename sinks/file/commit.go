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

// Commit implements sinks.Tx. An error may come before or after the commit point: the next Fence tells which.
func (t *tx) Commit(_ context.Context, m sinks.Marker) error {
	switch {
	case t.done || t.err != nil:
		return t.err
	case !t.staged:
		return errors.New("file sink: Commit before Stage")
	case m.Epoch != t.epoch || m.Query != t.sink.query || m.Sink != t.sink.table:
		return fmt.Errorf("file sink: marker of %s/%s/%d for epoch %d of table %s", m.Query, m.Sink, m.Epoch, t.epoch, t.sink.table)
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
	if err := s.alone(mine.Epoch); err != nil {
		return err
	}
	if err := s.faults.Point(fault.SinkManifest); err != nil {
		return s.failed("publish", s.dir, err)
	}
	if err := s.publish(winner); err != nil {
		return err
	}
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
	if err := s.writeSynced(temp, mine.marshal()); err != nil {
		return mine, err
	}
	defer func() { _ = s.fs.Remove(temp) }() // what stays is swept by a later owner
	// Written first, looked second: see the package comment for why this order matters.
	if err := s.verifyTerm(); err != nil {
		return mine, err
	}
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
	case other.Rows == mine.Rows && other.Digest == mine.Digest:
		return other, s.syncDir(manifestDir)
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
	if _, err := f.Write(data); err != nil {
		_ = f.Close()
		_ = s.fs.Remove(name)
		return s.failed("write", name, err)
	}
	if err := f.Sync(); err != nil {
		_ = f.Close()
		return s.fatal("sync", name, err)
	}
	if err := f.Close(); err != nil {
		return s.fatal("close", name, err)
	}
	return nil
}
