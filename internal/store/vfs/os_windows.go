package vfs

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// syncDir does nothing: NTFS journals names, and directories cannot be flushed by ordinary processes.
func syncDir(name string) error {
	_, err := os.Stat(name)
	return err
}

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// Flags and the error of LockFileEx, as winnt.h and winerror.h number them.
const (
	lockFailImmediately = 1
	lockExclusive       = 2
	errLockViolation    = syscall.Errno(33)
)

// lockFile locks one byte far after the text, because Windows locks are mandatory and the losers want to read it.
func lockFile(f *os.File) error {
	at := &syscall.Overlapped{OffsetHigh: 1}
	ok, _, err := lockFileEx.Call(f.Fd(), lockExclusive|lockFailImmediately, 0, 1, 0, uintptr(unsafe.Pointer(at)))
	if ok != 0 {
		return nil
	}
	if errors.Is(err, errLockViolation) {
		return ErrLocked
	}
	return &os.PathError{Op: "LockFileEx", Path: f.Name(), Err: err}
}
