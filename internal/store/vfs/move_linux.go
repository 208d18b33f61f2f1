package vfs

import (
	"errors"

	"golang.org/x/sys/unix"
)

// renameNew is renameat2. File systems without it (NFS, some FUSE ones) answer EINVAL, kernels before 3.15 ENOSYS.
func renameNew(old, new string) error {
	err := unix.Renameat2(unix.AT_FDCWD, old, unix.AT_FDCWD, new, unix.RENAME_NOREPLACE)
	for errors.Is(err, unix.EINTR) {
		err = unix.Renameat2(unix.AT_FDCWD, old, unix.AT_FDCWD, new, unix.RENAME_NOREPLACE)
	}
	return err
}
