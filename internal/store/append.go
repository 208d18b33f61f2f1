package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
)

// Appender is implemented by stores whose objects can grow: what arrives a line at a time cannot wait for an object to
// be whole.
type Appender interface {
	// Append makes an object that must not exist yet, empty, under a durable name; ErrExist when it does. Open shows
	// what was written until then. After a crash the object has the bytes that were synced, and any part of the others,
	// in any condition: whoever reads it must be able to tell.
	Append(ctx context.Context, name string) (Appending, error)
}

// Appending is an object that grows. Not safe for concurrent use.
type Appending interface {
	// Write adds bytes. An error leaves any part of them: give the object up.
	Write(p []byte) (int, error)
	// Sync makes everything written so far durable. An error is final and wraps ErrFatal.
	Sync() error
	// Close ends the growth. It does not sync.
	Close() error
}

// ErrNoAppend is the error of Append on a store whose objects cannot grow.
var ErrNoAppend = errors.New("objects of this kind of store cannot grow")

// Append makes an object that grows; ErrNoAppend where there are none.
func Append(ctx context.Context, st Store, name string) (Appending, error) {
	if a, ok := st.(Appender); ok {
		return a.Append(ctx, name)
	}
	return nil, fmt.Errorf("%s: %w", st.Location(), ErrNoAppend)
}

// Append implements Appender: the object has its name from the beginning.
func (l *Local) Append(ctx context.Context, name string) (Appending, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := l.makeDir(path.Dir(name)); err != nil {
		return nil, err
	}
	file, err := l.fs.Create(l.path(name))
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: %w", name, ErrExist)
	}
	if err != nil {
		return nil, err
	}
	// Before the first byte: a file whose name a power cut takes away would take bytes with it that Sync had promised.
	if err := l.fs.SyncDir(filepath.Dir(l.path(name))); err != nil {
		_ = file.Close()
		return nil, fatal(err)
	}
	return &localAppending{file}, nil
}

type localAppending struct{ file Appending }

func (a *localAppending) Write(p []byte) (int, error) { return a.file.Write(p) }

func (a *localAppending) Sync() error {
	if err := a.file.Sync(); err != nil {
		return fatal(err)
	}
	return nil
}

func (a *localAppending) Close() error { return a.file.Close() }

// Append implements Appender.
func (m *Memory) Append(ctx context.Context, name string) (Appending, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := m.publish(name, nil); err != nil {
		return nil, err
	}
	return &memoryAppending{m, name}, nil
}

type memoryAppending struct {
	store *Memory
	name  string
}

// Write adds to the object. A reader keeps the length that it found; bytes after that are not its own.
func (a *memoryAppending) Write(p []byte) (int, error) {
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	if data, ok := a.store.objects[a.name]; ok { // a deleted object stays deleted
		a.store.objects[a.name] = append(data, p...)
	}
	return len(p), nil
}

func (*memoryAppending) Sync() error  { return nil }
func (*memoryAppending) Close() error { return nil }
