//go:build linux || darwin

package vfs

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// move renames where nothing is. File systems that cannot do it answer with one of three errors.
func move(old, new string) error {
	err := renameNew(old, new)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP):
		err = errors.ErrUnsupported
	}
	return &os.LinkError{Op: "move", Old: old, New: new, Err: err}
}
