package store

import (
	"errors"
	"io/fs"
	"syscall"
)

// Remedy says what a person can do about a call to a disk that failed.
func Remedy(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "free some space"
	case errors.Is(err, fs.ErrPermission):
		return "give the user who runs the query the right to read and write there"
	case errors.Is(err, syscall.EROFS):
		return "mount the file system so that it can be written"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return "raise the limit of open files (ulimit -n)"
	case errors.Is(err, syscall.ENAMETOOLONG):
		return "choose a shorter path"
	case errors.Is(err, syscall.ENOTDIR):
		return "choose a path of which every part but the last is a directory"
	}
	return "check the disk"
}
