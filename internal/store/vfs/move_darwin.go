package vfs

import "golang.org/x/sys/unix"

// renameNew is renamex_np, which APFS and HFS+ have; others answer ENOTSUP or EINVAL.
func renameNew(old, new string) error { return unix.RenamexNp(old, new, unix.RENAME_EXCL) }
