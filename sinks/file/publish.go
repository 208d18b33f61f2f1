package file

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/store/vfs"
)

// publish gives the parts of a manifest their final names: after a commit, or for a process that died in the middle of
// it. Any number of processes may do it, at the same time too.
//
// A part moves from its staged name to its final one in one step, so it has exactly one of them at any moment. A part
// that has neither was published, and somebody has moved it away since: publishing it once more would give that reader
// its rows twice. Where the file system cannot move without replacing, a part is linked first and the staged names go
// when the final ones are durable; a reader that takes a part away between the two, before a crash, gets it again.
func (s *Sink) publish(m manifest) error {
	var linked []partRecord
	for _, p := range m.Parts {
		if err := s.faults.Point(fault.SinkRename); err != nil {
			return s.failed("publish", s.path(p.Name), err)
		}
		stays, err := s.publishPart(p)
		if err != nil {
			return err
		}
		if stays {
			linked = append(linked, p)
		}
	}
	if err := s.syncDir(""); err != nil {
		return err
	}
	for _, p := range linked {
		_ = s.fs.Remove(s.path(stagingDir, p.Staged)) // gone already, or swept by a later owner
	}
	return nil
}

// publishPart never replaces: a final name that is taken must hold exactly these bytes. It reports whether the staged
// name is still there.
func (s *Sink) publishPart(p partRecord) (stays bool, err error) {
	final := s.path(p.Name)
	err = s.giveName(s.path(stagingDir, p.Staged), final)
	switch {
	case err == nil:
		return s.noMove, nil
	case errors.Is(err, fs.ErrExist):
		return true, s.sameBytes(final, p)
	case !errors.Is(err, fs.ErrNotExist):
		return false, s.failed("publish", final, err)
	}
	e, err := s.fs.Stat(final)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil // published once, and moved away
	case err != nil:
		return false, s.failed("look at", final, err)
	case e.Size != p.Bytes:
		return false, s.damaged(final, fmt.Errorf("it has %s, but its manifest says %d", diag.Plural(e.Size, "byte"),
			p.Bytes))
	}
	return false, nil
}

// giveName moves, or links where the file system of the directory has shown that it cannot move.
func (s *Sink) giveName(staged, final string) error {
	if !s.noMove {
		err := s.fs.Move(staged, final)
		if !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
		s.noMove = true
	}
	return s.fs.Link(staged, final)
}

func (s *Sink) sameBytes(final string, p partRecord) error {
	f, err := s.fs.Open(final)
	if err != nil {
		return s.failed("read", final, err)
	}
	defer func() { _ = f.Close() }()
	size, err := f.Size()
	if err != nil {
		return s.failed("read", final, err)
	}
	crc, err := checksum(f, size)
	if err != nil {
		return s.failed("read", final, err)
	}
	if size != p.Bytes || fmt.Sprintf("%08x", crc) != p.CRC {
		return s.damaged(final, errors.New("the name is taken by other bytes than its manifest says"))
	}
	return nil
}

func checksum(f vfs.File, size int64) (uint32, error) {
	buf := make([]byte, min(size, bufferSize))
	crc := uint32(0)
	for at := int64(0); at < size; {
		n := min(size-at, int64(len(buf)))
		got, err := f.ReadAt(buf[:n], at)
		if int64(got) < n {
			return 0, err
		}
		crc = crc32.Update(crc, castagnoli, buf[:n])
		at += n
	}
	return crc, nil
}
