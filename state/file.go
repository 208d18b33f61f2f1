package state

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/rowkey"
	"streamsql/internal/store"
	"streamsql/internal/vec"
)

// file is an open state file whose header, directory and footer are verified.
type file struct {
	ref      FileRef
	r        store.Reader
	header   header
	schemas  []schema // of the containers in the header
	sections []section
}

// damaged reports a broken file, naming the place.
func damaged(name, place string, cause error) error {
	return diag.New(diag.StateDamaged, "state file %s is damaged in its %s", name, place).WithCause(cause).
		WithHint("restore the state folder from a backup, or start over with --fresh")
}

// unread reports a file that the disk did not give. That says nothing about its bytes, unless it ends before its
// length.
func unread(name, place string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged(name, place, err)
	}
	if errors.Is(err, store.ErrFrozen) {
		return err
	}
	return diag.New(diag.CheckpointRead, "state file %s cannot be read", name).WithCause(err).
		WithHint("%s, then start again", store.Remedy(err))
}

var (
	errLength = errors.New("its length is not the recorded one")
	errSum    = errors.New("its checksum differs")
)

// openFile opens and verifies a file as far as its sections, which are verified when they are loaded. Every size is
// compared with the length of the file before memory is taken for it. A ref of which only the name is known is compared
// with nothing.
func openFile(ctx context.Context, st store.Store, ref FileRef) (*file, error) {
	r, err := st.Open(ctx, ref.Name)
	if errors.Is(err, store.ErrNotExist) {
		return nil, diag.New(diag.StateMissing, "state file %s does not exist in %s", ref.Name, st.Location()).
			WithHint("restore the state folder from a backup, or start over with --fresh")
	}
	if err != nil {
		return nil, unread(ref.Name, "header", err)
	}
	f := &file{ref: ref, r: r}
	if err := f.verify(); err != nil {
		_ = r.Close()
		return nil, err
	}
	return f, nil
}

func (f *file) close() { _ = f.r.Close() }

func (f *file) verify() error {
	size := f.r.Size()
	if !f.ref.onlyNamed() && size != f.ref.Bytes {
		return damaged(f.ref.Name, "footer",
			fmt.Errorf("%w: %s, recorded are %d", errLength, diag.Plural(size, "byte"), f.ref.Bytes))
	}
	// Before the footer is judged: another version may end otherwise, and is not damage.
	if err := f.known(); err != nil {
		return err
	}
	if size < int64(len(magic))+footerSize {
		return damaged(f.ref.Name, "footer", errLength)
	}
	foot, err := f.read("footer", size-footerSize, footerSize)
	if err != nil {
		return err
	}
	whole := string(foot[28:]) == footerEnd && binary.LittleEndian.Uint32(foot[24:]) == crcOf(foot[:24])
	if !whole || !f.ref.onlyNamed() && crcOf(foot) != f.ref.CRC {
		return damaged(f.ref.Name, "footer", errSum)
	}
	head, dir := binary.LittleEndian.Uint64(foot), binary.LittleEndian.Uint64(foot[8:])
	// In unsigned numbers and without a sum: lengths near 2^64 would wrap and pass.
	if rest := uint64(size - footerSize); head > rest || dir > rest-head {
		return damaged(f.ref.Name, "footer", errLength)
	}
	if err := f.readHeader(int64(head), binary.LittleEndian.Uint32(foot[16:])); err != nil {
		return err
	}
	return f.readDirectory(int64(head), size-footerSize-int64(dir), int64(dir), binary.LittleEndian.Uint32(foot[20:]))
}

// known refuses files of another version with a message of its own.
func (f *file) known() error {
	start := make([]byte, min(int64(len(magic)), f.r.Size()))
	if n, err := f.r.ReadAt(start, 0); n < len(start) {
		return unread(f.ref.Name, "header", err)
	}
	if string(start) == magic {
		return nil
	}
	if rest, ok := strings.CutPrefix(string(start), magicStart); ok && len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' {
		return diag.New(diag.StateVersion, "state file %s was written by another version: it begins with %q",
			f.ref.Name, string(start)).
			WithHint("read it with the version of streamsql that wrote it")
	}
	return damaged(f.ref.Name, "header", errors.New("it does not begin like a state file"))
}

// read reads a part whose size was compared with that of the file.
func (f *file) read(place string, at, n int64) ([]byte, error) {
	if at < 0 || n < 0 || n > f.r.Size() || at > f.r.Size()-n {
		return nil, damaged(f.ref.Name, place, errLength)
	}
	b := make([]byte, n)
	if got, err := f.r.ReadAt(b, at); got < len(b) {
		return nil, unread(f.ref.Name, place, err)
	}
	return b, nil
}

func (f *file) readHeader(n int64, crc uint32) error {
	b, err := f.read("header", 0, n)
	if err != nil {
		return err
	}
	if crcOf(b) != crc {
		return damaged(f.ref.Name, "header", errSum)
	}
	if err := json.Unmarshal(bytes.TrimPrefix(b, []byte(magic)), &f.header); err != nil {
		return damaged(f.ref.Name, "header", err)
	}
	for i := range f.header.Containers {
		d, err := f.header.Containers[i].schema()
		if err != nil {
			return damaged(f.ref.Name, "header", err)
		}
		f.schemas = append(f.schemas, d)
	}
	return nil
}

func (f *file) readDirectory(first, at, n int64, crc uint32) error {
	b, err := f.read("directory", at, n)
	if err != nil {
		return err
	}
	if crcOf(b) != crc {
		return damaged(f.ref.Name, "directory", errSum)
	}
	var d directory
	if err := json.Unmarshal(b, &d); err != nil {
		return damaged(f.ref.Name, "directory", err)
	}
	for i := range d.Sections {
		s := &d.Sections[i]
		if !f.fits(s, first, at) {
			return damaged(f.ref.Name, "directory", fmt.Errorf("section %d is described wrongly", i))
		}
		first += s.Bytes
	}
	if first != at { // a gap would be bytes under no checksum
		return damaged(f.ref.Name, "directory", errLength)
	}
	f.sections = d.Sections
	return nil
}

// fits checks one entry of the directory: it begins at `at` and ends before `end`.
func (f *file) fits(s *section, at, end int64) bool {
	return s.Container >= 0 && s.Container < len(f.schemas) && s.From >= 0 && s.From <= s.To && s.To <= rowkey.Groups &&
		s.At == at && s.Bytes >= 0 && s.Bytes <= end-at && s.Bytes < maxSection && s.Raw >= 0 && s.Raw < maxSection &&
		s.Rows >= 0 && s.Rows <= s.Raw &&
		(s.Kind == sectionRows && s.Rows <= blockRows || s.Kind == sectionDrops && s.Bytes == 8*s.Rows)
}

// place names a section for messages.
func (f *file) place(i int) string {
	s := &f.sections[i]
	return fmt.Sprintf("section %d (%s of %s, key groups %d to %d)",
		i, s.Kind, f.schemas[s.Container].ID(), s.From, s.To-1)
}

// load reads and verifies a section.
func (f *file) load(i int) ([]byte, error) {
	s := &f.sections[i]
	b, err := f.read(f.place(i), s.At, s.Bytes)
	if err != nil {
		return nil, err
	}
	if crcText(crcOf(b)) != s.CRC {
		return nil, damaged(f.ref.Name, f.place(i), errSum)
	}
	return b, nil
}

// block makes b the rows of section i.
func (f *file) block(i int, b *block) error {
	data, err := f.load(i)
	if err != nil {
		return err
	}
	if err := b.parse(data, &f.sections[i]); err != nil {
		return damaged(f.ref.Name, f.place(i), err)
	}
	return nil
}

// drops reads the times of a drops section.
func (f *file) drops(i int) ([]int64, error) {
	data, err := f.load(i)
	if err != nil {
		return nil, err
	}
	words := make([]int64, len(data)/8)
	copy(vec.AsBytes(words), data)
	return words, nil
}

// find is the position of a container in the header.
func (f *file) find(id string) (number int, ok bool) {
	for i := range f.header.Containers {
		if f.header.Containers[i].ID == id {
			return i, true
		}
	}
	return 0, false
}
