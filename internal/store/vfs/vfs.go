// Package vfs is the file system as code that must survive a power cut sees it: a handful of calls, each one step that
// can fail or be the last one before a crash.
//
//	create, write, sync, close      bytes of one file; durable after sync
//	link, move, rename, remove,     names in a directory; durable after syncdir of that directory
//	mkdir
//	open, read, readdir, stat       looking
//	lock                            advisory, for friendly messages only
//
// OS and Private are the real thing. Crash is a model in memory that knows which bytes and which names are durable, can
// be cloned into what a restarted process would find, fails the k-th call, and freezes: the very code that runs in
// production is driven over it in tests, one crash per step.
//
// Two rules the model enforces because real systems have them:
//   - a name is not durable because its file was synced: sync the directory as well;
//   - after a failed Sync the bytes written before it never become durable, although a second Sync reports success.
//
// Errors satisfy errors.Is with fs.ErrExist and fs.ErrNotExist; a Link and a Move never replace, a Rename does.
package vfs

import (
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"syscall"
)

// Errors besides those of io/fs.
var (
	// ErrFrozen is what every call on a frozen Crash returns: the process it simulates is dead.
	ErrFrozen = errors.New("file system is frozen by a simulated crash")
	// ErrLocked reports that somebody else holds a lock.
	ErrLocked = errors.New("file is locked by another process")
)

// FS is one file system. Safe for concurrent use.
type FS interface {
	// Create makes a file that must not exist and opens it for writing; fs.ErrExist.
	Create(name string) (File, error)
	// Open opens a file for reading; fs.ErrNotExist.
	Open(name string) (File, error)
	// Link gives the file old a second name; fs.ErrExist when new is taken. Exactly one of two racing callers wins.
	Link(old, new string) error
	// Move gives the file old the name new and takes old away, in one step that nobody sees half of: not another
	// process, not a kill, and, where the system journals its directories, not a power cut either; a SyncDir of either
	// directory makes both halves durable. fs.ErrExist when new is taken; errors.ErrUnsupported where the system, or
	// the file system of new, cannot do that. Exactly one of two racing callers wins.
	Move(old, new string) error
	// Rename moves a file, replacing what has the new name. Within one directory it is atomic in a crash.
	Rename(old, new string) error
	// Remove takes a name away; of a directory only when it is empty. fs.ErrNotExist.
	Remove(name string) error
	// Mkdir makes one directory; fs.ErrExist.
	Mkdir(name string) error
	// SyncDir makes the names in a directory durable.
	SyncDir(name string) error
	// ReadDir lists a directory, sorted by name.
	ReadDir(name string) ([]Entry, error)
	// Stat describes one name; fs.ErrNotExist.
	Stat(name string) (Entry, error)
	// Lock takes the advisory lock on a file (made when missing) and writes text into it for the losers to read. When
	// somebody has it: ErrLocked and the holder's text, which may be empty in the instant after it was taken.
	Lock(name, text string) (unlock func() error, holder string, err error)
}

// File is an open file. One from Create is written from its start to its end, one from Open is read; ReadAt is safe for
// concurrent use.
type File interface {
	io.Writer
	io.ReaderAt
	io.Closer
	// Sync makes the bytes written so far durable. A failed Sync is final: give the file up.
	Sync() error
	// Size is the present length.
	Size() (int64, error)
}

// Entry describes one name.
type Entry struct {
	Name string // without its directory
	Size int64  // 0 for directories
	Dir  bool
}

// ErrNotDir is wrapped by MkdirAll when there is something else under the name.
var ErrNotDir = errors.New("exists and is not a directory")

// MkdirAll makes a directory and its missing ancestors, each durable in its parent before it returns.
func MkdirAll(f FS, dir string) error {
	if e, err := f.Stat(dir); err == nil {
		if !e.Dir {
			return &fs.PathError{Op: "mkdir", Path: dir, Err: ErrNotDir}
		}
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := MkdirAll(f, parent); err != nil {
			return err
		}
	}
	if err := f.Mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return f.SyncDir(parent)
}

// SettlePath makes the names of a directory's ancestors durable, up to the root or the working directory. That a
// directory is there proves nothing: who made it may have been killed before its name was durable. Ancestors that this
// process may not sync, or that cannot be synced, were not made by one like it.
func SettlePath(f FS, dir string) error {
	for at := filepath.Dir(dir); filepath.Dir(at) != at; at = filepath.Dir(at) {
		err := f.SyncDir(filepath.Dir(at))
		switch {
		case err == nil, errors.Is(err, fs.ErrPermission), errors.Is(err, errors.ErrUnsupported):
		case errors.Is(err, syscall.EROFS), errors.Is(err, syscall.EINVAL):
		default:
			return err
		}
	}
	return nil
}

// ReadFile reads a whole file.
func ReadFile(f FS, name string) ([]byte, error) {
	r, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	size, err := r.Size()
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	n, err := r.ReadAt(data, 0)
	if errors.Is(err, io.EOF) && int64(n) == size {
		err = nil
	}
	return data[:n], err
}

// WriteFile creates a file with data and syncs its bytes; its name becomes durable with the next SyncDir. What an error
// leaves behind is taken away again as far as that works.
func WriteFile(f FS, name string, data []byte) error {
	w, err := f.Create(name)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	if err == nil {
		err = w.Sync()
	}
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = f.Remove(name)
	}
	return err
}

// Exists reports whether a name is taken.
func Exists(f FS, name string) (bool, error) {
	_, err := f.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Beginner is implemented by files that can begin to bring written bytes to the disk without waiting, so that a later
// Sync finds little left to do. It promises nothing.
type Beginner interface {
	// BeginSync begins with the n bytes at from, which have been written, and returns at once.
	BeginSync(from, n int64)
}
