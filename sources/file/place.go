package file

import (
	"path/filepath"
	"strings"

	"streamsql/internal/option"
)

// Place is where the files of a table are, as an absolute path without links as far as it exists: two spellings of one
// path are one place.
func Place(v option.Values, base string) string {
	path := located(v, base)
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return real(path)
}

// located is the table's path; relative ones start from base.
func located(v option.Values, base string) string {
	path := strings.TrimPrefix(v.String("path"), "file://")
	if path != "" && !strings.Contains(path, "://") && !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	return path
}

// real follows the links of the part of path that exists.
func real(path string) string {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		return to
	}
	dir := filepath.Dir(path)
	if dir == path {
		return path
	}
	return filepath.Join(real(dir), filepath.Base(path))
}

// Look lists the files of a table once, for the faults of its path alone: `check` asks it.
func Look(table string, v option.Values, base string) error {
	s, err := New(table, v, base)
	if err != nil {
		return err
	}
	_, err = s.(*Source).list()
	return neverThere(err)
}
