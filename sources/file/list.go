package file

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"streamsql/internal/diag"
)

// entry is a file as it was listed.
type entry struct {
	name  string // relative to the table's path
	path  string // to open it
	size  int64
	mtime int64
}

func (e entry) digest() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s\x00%d\x00%d", e.name, e.size, e.mtime)
	return h.Sum64()
}

// after orders files by (modification time, name).
func (e entry) after(n newest) bool {
	return e.mtime > n.Mtime || (e.mtime == n.Mtime && e.name > string(n.Name))
}

// list gives the files of the table in reading order.
func (s *Source) list() ([]entry, error) {
	out, err := s.walk()
	if err != nil {
		return nil, err
	}
	sortEntries(out, s.order)
	return out, nil
}

func (s *Source) walk() ([]entry, error) {
	info, err := os.Stat(s.path)
	switch {
	case err == nil && info.IsDir():
		return s.directory()
	case err == nil:
		e, err := s.regular(filepath.Base(s.path), s.path, info)
		return []entry{e}, err
	case !errors.Is(err, fs.ErrNotExist):
		return nil, s.unreadable(err)
	case !isPattern(s.path):
		return nil, diag.New(diag.SourceGone, "table %q: %s does not exist", s.table, s.path).
			WithHint("check the path; a watched directory must exist from the start")
	}
	return s.matches()
}

func (s *Source) unreadable(err error) error {
	if errors.Is(err, syscall.ELOOP) { // no retry ends a loop
		return diag.New(diag.SourcePath, "table %q: its path is a symbolic link that leads back to itself", s.table).
			WithCause(err).
			WithHint("point the link at a directory or a file")
	}
	return diag.New(diag.SourceFailed, "table %q cannot be listed", s.table).WithCause(err)
}

func isPattern(path string) bool { return strings.ContainsAny(path, `*?[`) }

func (s *Source) directory() ([]entry, error) {
	items, err := os.ReadDir(s.path)
	if err != nil {
		return nil, s.unreadable(err)
	}
	var out []entry
	for _, item := range items {
		if item.IsDir() || !s.wanted(item.Name()) {
			continue
		}
		e, ok, err := s.stat(item.Name(), filepath.Join(s.path, item.Name()))
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, e)
		}
	}
	return out, nil
}

// matches lists the files of a pattern; names are relative to its last directory without one.
func (s *Source) matches() ([]entry, error) {
	root := s.path
	for isPattern(root) {
		root = filepath.Dir(root)
	}
	if info, err := os.Stat(root); err != nil || !info.IsDir() {
		return nil, diag.New(diag.SourceGone, "table %q: the directory %s does not exist", s.table, root).
			WithHint("check the path")
	}
	paths, err := filepath.Glob(s.path)
	if err != nil {
		return nil, diag.New(diag.SourcePath, "table %q: the pattern %q is malformed", s.table, filepath.Base(s.path)).
			WithCause(err)
	}
	var out []entry
	for _, path := range paths {
		if !s.wanted(filepath.Base(path)) {
			continue
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return nil, s.unreadable(err)
		}
		e, ok, err := s.stat(filepath.ToSlash(rel), path)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, e)
		}
	}
	return out, nil
}

// wanted reports whether a file of that base name belongs to the table.
func (s *Source) wanted(base string) bool {
	if base[0] == '.' || base[0] == '_' || strings.HasSuffix(base, ".tmp") {
		return false
	}
	return s.pattern == nil || s.pattern.holds(base)
}

// stat looks at one file. ok is false when it went away since it was listed.
func (s *Source) stat(rel, path string) (e entry, ok bool, err error) {
	info, err := os.Stat(path)
	if s.skip[rel] { // whatever is wrong with it is why it is skipped
		return given(rel, path, info), true, nil
	}
	if err != nil {
		if _, lerr := os.Lstat(path); errors.Is(lerr, fs.ErrNotExist) {
			return e, false, nil
		}
		return e, false, diag.New(diag.SourcePath, "table %q: the file %q cannot be read", s.table, rel).WithCause(err).
			WithHint("make it readable, move it away, or give it a name that begins with a dot")
	}
	if info.IsDir() && !isPattern(s.path) {
		return e, false, nil // a link to a directory, within a directory
	}
	e, err = s.regular(rel, path, info)
	return e, err == nil, err
}

// given is a file that a person gave up; what is known of it, if it can be looked at.
func given(rel, path string, info fs.FileInfo) entry {
	if info == nil {
		return entry{name: rel, path: path}
	}
	return entry{rel, path, info.Size(), info.ModTime().UnixNano()}
}

func (s *Source) regular(rel, path string, info fs.FileInfo) (entry, error) {
	if !info.Mode().IsRegular() {
		return entry{}, diag.New(diag.SourcePath, "table %q: %q is %s, not a regular file", s.table, rel,
			kindOf(info.Mode())).
			WithHint("move it away, or give it a name that begins with a dot")
	}
	return entry{rel, path, info.Size(), info.ModTime().UnixNano()}, nil
}

func kindOf(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a directory"
	case m&fs.ModeNamedPipe != 0:
		return "a pipe"
	case m&fs.ModeSocket != 0:
		return "a socket"
	case m&fs.ModeDevice != 0:
		return "a device"
	}
	return "special"
}
