package vfs

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// move is renameat2. File systems without it (NFS, some FUSE ones) answer EINVAL, kernels before 3.15 ENOSYS.
func move(old, new string) error {
	err := unix.Renameat2(unix.AT_FDCWD, old, unix.AT_FDCWD, new, unix.RENAME_NOREPLACE)
	for errors.Is(err, unix.EINTR) {
		err = unix.Renameat2(unix.AT_FDCWD, old, unix.AT_FDCWD, new, unix.RENAME_NOREPLACE)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.ENOTSUP):
		err = errors.ErrUnsupported
	}
	return &os.LinkError{Op: "move", Old: old, New: new, Err: err}
}
