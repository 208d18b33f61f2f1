package vfs

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// move is renamex_np, which APFS and HFS+ have; others answer ENOTSUP or EINVAL.
func move(old, new string) error {
	err := unix.RenamexNp(old, new, unix.RENAME_EXCL)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP):
		err = errors.ErrUnsupported
	}
	return &os.LinkError{Op: "move", Old: old, New: new, Err: err}
}
