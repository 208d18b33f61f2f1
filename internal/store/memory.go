package store

import (
	"bytes"
	"context"
	"fmt"
	"sort"
	"strings"
	"sync"
)

// Memory keeps objects in memory: for tests, and for queries that keep nothing. It lives as long as the value, so
// "restart" over a Memory means opening the same value again.
type Memory struct {
	mu      sync.Mutex
	objects map[string][]byte
	locked  bool
}

// NewMemory returns an empty store.
func NewMemory() *Memory { return &Memory{objects: map[string][]byte{}} }

// Location implements Store.
func (m *Memory) Location() string { return "memory" }

// Create implements Store.
func (m *Memory) Create(ctx context.Context, name string, data []byte, phase func(step string) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	if err := run(phase, "synced"); err != nil {
		return err
	}
	if err := m.publish(name, bytes.Clone(data)); err != nil {
		return err
	}
	return run(phase, "linked")
}

func (m *Memory) publish(name string, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, taken := m.objects[name]; taken {
		return fmt.Errorf("%s: %w", name, ErrExist)
	}
	m.objects[name] = data
	return nil
}

// Writer implements Store.
func (m *Memory) Writer(ctx context.Context, name string) (Writer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	return &memoryWriter{store: m, name: name}, nil
}

type memoryWriter struct {
	bytes.Buffer
	store *Memory
	name  string
	done  bool
}

func (w *memoryWriter) Commit() error {
	if w.done {
		return fmt.Errorf("%s: writer is closed", w.name)
	}
	w.done = true
	return w.store.publish(w.name, w.Bytes())
}

func (w *memoryWriter) Close() error {
	w.done = true
	return nil
}

// Get implements Store.
func (m *Memory) Get(ctx context.Context, name string) ([]byte, error) {
	data, err := m.get(ctx, name)
	return bytes.Clone(data), err
}

func (m *Memory) get(ctx context.Context, name string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.objects[name]
	if !ok {
		return nil, fmt.Errorf("%s: %w", name, ErrNotExist)
	}
	return data, nil
}

// Open implements Store.
func (m *Memory) Open(ctx context.Context, name string) (Reader, error) {
	data, err := m.get(ctx, name)
	if err != nil {
		return nil, err
	}
	return memoryReader{bytes.NewReader(data)}, nil
}

type memoryReader struct{ *bytes.Reader }

func (memoryReader) Close() error { return nil }

// List implements Store.
func (m *Memory) List(ctx context.Context, prefix string) ([]Info, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []Info
	for name, data := range m.objects {
		if strings.HasPrefix(name, prefix) {
			out = append(out, Info{name, int64(len(data))})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, nil
}

// Delete implements Store.
func (m *Memory) Delete(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.objects, name)
	return nil
}

// Replace implements Store.
func (m *Memory) Replace(ctx context.Context, name string, data []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.objects[name] = bytes.Clone(data)
	return nil
}

// Lock implements Store.
func (m *Memory) Lock(ctx context.Context) (func() error, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locked {
		return nil, &LockedError{Location: m.Location(), Holder: "this process"}
	}
	m.locked = true
	var once sync.Once
	return func() error {
		once.Do(func() {
			m.mu.Lock()
			m.locked = false
			m.mu.Unlock()
		})
		return nil
	}, nil
}
