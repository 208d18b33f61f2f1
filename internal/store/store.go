// Package store is where a query keeps what must outlive the process: logs, state files, spools. It is the file system
// as recovery needs it, made so that an object store can implement it as well as a disk:
//
//   - names are relative, slash-separated, without "." or "..";
//   - an object appears whole or not at all and is never changed afterwards;
//   - exclusive creation decides races, no clock and no lease does;
//   - a nil error from a writing call means durable: data and name survive a power cut.
//
// A failed sync or close is final: the writer must stop (a second fsync would lie), so such errors wrap ErrFatal.
//
// Implementations: local disk (Local), memory (Memory), and, for tests, Crash: the code of Local over a simulated file
// system that can lose unsynced bytes and names, fail the k-th call, and freeze.
//
// A disk has two states per object that an object store does not have: visible and durable. Whoever bases a decision on
// what it found, rather than on what it wrote, calls Settle first: a process that was killed may have left a name that
// everybody sees and that the next power cut takes away.
package store

import (
	"context"
	"errors"
	"fmt"
	"io"

	"streamsql/internal/store/vfs"
)

// Errors that callers compare with errors.Is.
var (
	ErrExist    = errors.New("object exists already")
	ErrNotExist = errors.New("object does not exist")
	ErrLocked   = errors.New("store is locked by another process")
	ErrFrozen   = vfs.ErrFrozen                                 // a simulated crash has happened
	ErrFatal    = errors.New("durable write failed; must stop") // EIO on fsync/close
)

// Info describes one object.
type Info struct {
	Name string
	Size int64
}

// Store holds immutable objects. Safe for concurrent use.
type Store interface {
	// Create makes an object that must not exist yet; ErrExist when it does (whoever made it). Durable on return.
	// phase, when not nil, is called between the internal steps ("synced" after the bytes are durable under a private
	// name, "linked" after the object has its name); an error from it aborts and is returned.
	Create(ctx context.Context, name string, data []byte, phase func(step string) error) error
	// Writer streams a large object into a private place; Commit gives it its name exclusively and durably. Close
	// without Commit discards it. Nothing is visible before Commit.
	Writer(ctx context.Context, name string) (Writer, error)
	// Get reads a whole object; ErrNotExist.
	Get(ctx context.Context, name string) ([]byte, error)
	// Open reads ranges of an object; ErrNotExist. The reader is safe for concurrent ReadAt.
	Open(ctx context.Context, name string) (Reader, error)
	// List returns the objects whose name begins with prefix (a folder such as "offsets/"), sorted by name. Private
	// (unfinished) objects are not listed.
	List(ctx context.Context, prefix string) ([]Info, error)
	// Delete removes an object; deleting what does not exist is not an error.
	Delete(ctx context.Context, name string) error
	// Replace overwrites a small object that is for people only (progress.json): no durability promise, readers see
	// the old or the new bytes.
	Replace(ctx context.Context, name string, data []byte) error
	// Lock takes the advisory lock of the store until Unlock or process death; ErrLocked reports that somebody has it.
	// It makes a friendly message, never safety.
	Lock(ctx context.Context) (unlock func() error, err error)
	// Location names the place for messages ("./q.state").
	Location() string
}

// Writer is an object that is being written.
type Writer interface {
	io.Writer
	// Commit syncs and publishes; ErrExist when the name is taken.
	Commit() error
	// Close discards an uncommitted object; after Commit it does nothing.
	Close() error
}

// Reader reads a published object.
type Reader interface {
	io.ReaderAt
	io.Closer
	// Size is the object's length in bytes.
	Size() int64
}

// Settler is implemented by stores where an object can be visible before it is durable.
type Settler interface {
	// Settle makes durable what is visible now under a folder ("offsets/"; "" is the top), deletions included.
	Settle(ctx context.Context, folder string) error
}

// Settle makes what is visible in the folder durable; where visible means durable it does nothing.
func Settle(ctx context.Context, st Store, folder string) error {
	if s, ok := st.(Settler); ok {
		return s.Settle(ctx, folder)
	}
	return nil
}

// Sweeper is implemented by stores that keep unfinished objects in a private place, where a killed process leaves some.
type Sweeper interface {
	// Unfinished notes the unfinished objects of other openings of the store, and gives what removes exactly these: not
	// what a process makes that starts later. Only the owner of the current term may call sweep, after its first
	// commit; it notes them once its term exists.
	Unfinished(ctx context.Context) (sweep func(context.Context) error, err error)
}

// Unfinished notes what other processes have not finished; on a store that cannot do that, sweep does nothing.
func Unfinished(ctx context.Context, st Store) (sweep func(context.Context) error, err error) {
	if s, ok := st.(Sweeper); ok {
		return s.Unfinished(ctx)
	}
	return func(context.Context) error { return nil }, nil
}

// Mover is implemented by stores that can give everything in them another name at once.
type Mover interface {
	// MoveAside renames the store's content to a name that must be free; afterwards the store is empty and in its old
	// place. The caller holds the lock, which goes with the content.
	MoveAside(to string) error
}

// ErrNoRename is the error of MoveAside on a store that cannot rename.
var ErrNoRename = errors.New("this kind of store cannot be renamed")

// MoveAside gives everything in the store another name; ErrNoRename where that is impossible.
func MoveAside(st Store, to string) error {
	if m, ok := st.(Mover); ok {
		return m.MoveAside(to)
	}
	return fmt.Errorf("%s: %w", st.Location(), ErrNoRename)
}

// LockedError is what Lock returns when somebody has the lock; errors.Is(err, ErrLocked) holds.
type LockedError struct {
	Location string
	Holder   string // "pid 4711 on host a since 2026-01-01 00:00:00 UTC"; empty when it could not be read
}

// Error names the holder.
func (e *LockedError) Error() string {
	if e.Holder == "" {
		return e.Location + " is locked by another process"
	}
	return e.Location + " is locked by " + e.Holder
}

// Is makes errors.Is(err, ErrLocked) true.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }
