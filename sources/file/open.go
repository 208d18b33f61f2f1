package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"streamsql/internal/diag"
)

// The limits of unpacking. The ratio is judged from a size on, because little text of one kind packs very well.
const (
	bombBytes  = 1 << 30
	bombRatio  = 200
	zstdWindow = 128 << 20
)

var (
	magicGzip = []byte{0x1f, 0x8b}
	magicZstd = []byte{0x28, 0xb5, 0x2f, 0xfd}
	bom       = []byte{0xef, 0xbb, 0xbf}
)

// stream is an open file, unpacked.
type stream struct {
	source *Source
	ctx    context.Context // of the reading: a stream lives no longer than the call that opened it
	entry  entry
	file   *os.File
	r      io.Reader
	packed bool
	zstd   *zstd.Decoder
}

// errVanished is the error of a file that went away before any epoch knew of it.
var errVanished = errors.New("the file went away before it was read")

// open opens a listed file. It must still be the one listed, unless it is fresh: then the stream's entry is what was
// opened. Reading ends with the context, also in the middle of unpacking.
func (s *Source) open(ctx context.Context, e entry, fresh bool) (*stream, error) {
	f, err := openRegular(e.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && fresh:
		return nil, errVanished
	case errors.Is(err, fs.ErrNotExist):
		return nil, s.changed(e, "is gone")
	case err != nil:
		return nil, s.failed(e, err)
	}
	st := &stream{source: s, ctx: ctx, entry: e, file: f}
	if fresh {
		err = st.adopt()
	} else {
		err = st.same()
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	if err := st.begin(); err != nil {
		st.close()
		return nil, err
	}
	return st, nil
}

// adopt takes the open file for what it is.
func (st *stream) adopt() error {
	info, err := st.file.Stat()
	if err != nil {
		return st.source.failed(st.entry, err)
	}
	e, err := st.source.regular(st.entry.name, st.entry.path, info)
	st.entry = e
	return err
}

// Read implements io.Reader over the packed bytes of the file.
func (st *stream) Read(p []byte) (int, error) {
	if err := st.ctx.Err(); err != nil {
		return 0, err
	}
	return st.file.Read(p)
}

func (s *Source) changed(e entry, what string) error {
	return diag.New(diag.SourceFileChanged, "table %q: the file %q %s since it was listed", s.table, e.name, what).
		WithHint("files must be complete when they appear (move them in) and stay as they are; "+
			"put it back as it was, or leave it out with --skip-file %s", e.name)
}

func (s *Source) failed(e entry, err error) error {
	return diag.New(diag.SourceFailed, "table %q: the file %q cannot be read", s.table, e.name).WithCause(err)
}

func (s *Source) damaged(e entry, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = fmt.Errorf("it ends unexpectedly: %w", err)
	}
	return diag.New(diag.SourceDamaged, "table %q: the compressed file %q is damaged; none of its rows were taken",
		s.table, e.name).WithCause(err).
		WithHint("put a whole one in its place, or leave it out with --skip-file %s", e.name)
}

// same verifies that the open file is the one listed.
func (st *stream) same() error {
	info, err := st.file.Stat()
	if err != nil {
		return st.source.failed(st.entry, err)
	}
	if !info.Mode().IsRegular() || info.Size() != st.entry.size || info.ModTime().UnixNano() != st.entry.mtime {
		return st.source.changed(st.entry, "changed")
	}
	return nil
}

// begin (again) is at the first unpacked byte.
func (st *stream) begin() error {
	if _, err := st.file.Seek(0, io.SeekStart); err != nil {
		return st.source.failed(st.entry, err)
	}
	var head [4]byte
	n, err := st.file.ReadAt(head[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return st.source.failed(st.entry, err)
	}
	raw := io.LimitReader(st, st.entry.size)
	switch {
	case bytes.HasPrefix(head[:n], magicGzip):
		z, err := gzip.NewReader(raw)
		if err != nil {
			return st.source.damaged(st.entry, err)
		}
		st.r, st.packed = z, true
	case bytes.HasPrefix(head[:n], magicZstd):
		if st.zstd == nil {
			if st.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow),
				zstd.WithDecoderLowmem(true)); err != nil {
				return st.source.failed(st.entry, err)
			}
		}
		if err := st.zstd.Reset(raw); err != nil {
			return st.source.damaged(st.entry, err)
		}
		st.r, st.packed = st.zstd, true
	case hasPackedName(st.entry.name):
		return st.source.damaged(st.entry, errors.New("its content is not what its name says"))
	default:
		st.r = raw
	}
	return nil
}

func hasPackedName(name string) bool {
	for _, ext := range []string{".gz", ".gzip", ".zst", ".zstd"} {
		if len(name) > len(ext) && name[len(name)-len(ext):] == ext {
			return true
		}
	}
	return false
}

// verify unpacks the whole file once; see the package comment. Plain files need no look.
func (st *stream) verify(buf []byte) error {
	if !st.packed {
		return nil
	}
	size := int64(0)
	for {
		n, err := st.r.Read(buf)
		if size == 0 && n > 0 && (bytes.HasPrefix(buf[:n], magicGzip) || bytes.HasPrefix(buf[:n], magicZstd)) {
			return st.source.damaged(st.entry, errors.New("it is compressed twice"))
		}
		size += int64(n)
		if size > st.source.bombBytes && size/bombRatio > st.entry.size {
			return diag.New(diag.SourceLimit, "table %q: the file %q unpacks to more than %d times its size",
				st.source.table, st.entry.name, bombRatio).
				WithHint("unpack it yourself if it is meant, or leave it out with --skip-file %s", st.entry.name)
		}
		if err == io.EOF {
			return st.begin()
		}
		if err != nil {
			return fmt.Errorf("after %d unpacked bytes: %w", size, err)
		}
	}
}

// seek skips to an unpacked position.
func (st *stream) seek(to int64) error {
	if !st.packed {
		_, err := st.file.Seek(to, io.SeekStart)
		st.r = io.LimitReader(st, st.entry.size-to)
		return err
	}
	n, err := io.CopyN(io.Discard, st.r, to)
	if err != nil {
		return fmt.Errorf("position %d is beyond the end at %d: %w", to, n, err)
	}
	return nil
}

// complete verifies, where the stream ended at a position, that the file is still the one listed and was read to its
// end, or to the logged one.
func (st *stream) complete(at, logged int64) error {
	if (logged >= 0 && at != logged) || (logged < 0 && !st.packed && at != st.entry.size) {
		return st.source.changed(st.entry, "changed")
	}
	return st.same()
}

// fail makes the error of a read that failed.
func (st *stream) fail(err error) error {
	if err := st.same(); err != nil {
		return err
	}
	if st.packed {
		return st.source.damaged(st.entry, err)
	}
	return st.source.failed(st.entry, err)
}

func (st *stream) close() {
	if st.zstd != nil {
		st.zstd.Close()
	}
	_ = st.file.Close() // it was only read
}
