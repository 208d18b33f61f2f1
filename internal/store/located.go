package store

import (
	"path/filepath"
	"strings"
)

// Located is a path as a user wrote it (file://, relative to base) as the system opens it. What names another scheme is
// left as it is.
func Located(path, base string) string {
	path = strings.TrimPrefix(path, "file://")
	if path == "" || strings.Contains(path, "://") || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}

// Canonical is the absolute path without links, as far as it exists: two spellings of one place are equal.
func Canonical(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return withoutLinks(path)
}

// withoutLinks follows the links of the part of path that exists; a sink makes the rest.
func withoutLinks(path string) string {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		return to
	}
	dir := filepath.Dir(path)
	if dir == path {
		return path
	}
	return filepath.Join(withoutLinks(dir), filepath.Base(path))
}
