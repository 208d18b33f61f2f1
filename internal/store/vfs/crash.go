package vfs

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"syscall"
)

// Op names a call of FS or File as Crash counts it.
type Op string

// The operations. Mutates reports which of them change what a restart may find.
const (
	OpCreate  Op = "create"
	OpOpen    Op = "open"
	OpLink    Op = "link"
	OpMove    Op = "move"
	OpRename  Op = "rename"
	OpRemove  Op = "remove"
	OpMkdir   Op = "mkdir"
	OpSyncDir Op = "syncdir"
	OpReadDir Op = "readdir"
	OpStat    Op = "stat"
	OpWrite   Op = "write"
	OpRead    Op = "read"
	OpSync    Op = "sync"
	OpClose   Op = "close"
	OpLock    Op = "lock"
)

// Mutates reports whether a crash after the operation may look different from a crash before it.
func (o Op) Mutates() bool {
	switch o {
	case OpCreate, OpLink, OpMove, OpRename, OpRemove, OpMkdir, OpSyncDir, OpWrite, OpSync:
		return true
	}
	return false
}

// Call is one counted operation: the Nth (from 1) on this file system.
type Call struct {
	N    int64
	Op   Op
	Name string
}

// Crash is a file system in memory that distinguishes durable from merely written. Every call is counted; see FailAt,
// LoseAt, FreezeAt, OnOp and Clone. Relative and absolute names mean the same; the root always exists.
type Crash struct {
	mu     sync.Mutex
	root   *node
	nextID uint64 // numbers nodes and directory changes, so that Clone decides each by hash of seed and number
	calls  int64
	frozen bool
	rules  map[int64]rule
	onOp   func(Call)
	noMove bool
	locks  map[string]string // lock file → holder's text
}

type rule struct {
	err    error
	after  bool // do it, then lose the answer
	freeze bool
}

// NewCrash returns an empty file system.
func NewCrash() *Crash {
	c := &Crash{locks: map[string]string{}, rules: map[int64]rule{}}
	c.root = c.newNode(true)
	return c
}

// Calls returns how many operations have been counted.
func (c *Crash) Calls() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}

// FailAt makes call k (counted from 1, over all operations) fail with err and have no effect, except that a Write of
// more than one byte leaves its first half in the file and a Sync dooms the unsynced bytes.
func (c *Crash) FailAt(k int64, err error) { c.setRule(k, rule{err: err}) }

// LoseAt makes call k happen and yet return err: the answer was lost.
func (c *Crash) LoseAt(k int64, err error) { c.setRule(k, rule{err: err, after: true}) }

// FreezeAt makes call k and everything after it fail with ErrFrozen.
func (c *Crash) FreezeAt(k int64) { c.setRule(k, rule{freeze: true}) }

// Restart is a process killed and started again on a machine that lives on: nothing is lost, nothing more became
// durable, locks are free, faults and freeze are gone. Calls keeps counting.
func (c *Crash) Restart() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen, c.rules, c.locks = false, map[int64]rule{}, map[string]string{}
}

func (c *Crash) setRule(k int64, r rule) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rules[k] = r
}

// Freeze makes every further call fail with ErrFrozen: the process is dead.
func (c *Crash) Freeze() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen = true
}

// OnOp makes fn see every call after it has happened, outside the lock: fn may Clone. nil takes it away.
func (c *Crash) OnOp(fn func(Call)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onOp = fn
}

// do counts one call, applies the rules, runs act under the lock, and calls the observer. act gets the injected error,
// nil in the normal case, for operations that leave something when they fail.
func (c *Crash) do(op Op, name string, act func(injected error) error) error {
	c.mu.Lock()
	c.calls++
	call := Call{c.calls, op, name}
	r := c.rules[c.calls]
	if r.freeze {
		c.frozen = true
	}
	var err error
	switch {
	case c.frozen:
		err = ErrFrozen
	case r.err != nil && r.after:
		if err = act(nil); err == nil {
			err = r.err
		}
	case r.err != nil:
		if err = act(r.err); err == nil {
			err = r.err
		}
	default:
		err = act(nil)
	}
	seen := c.onOp
	c.mu.Unlock()
	if seen != nil {
		seen(call)
	}
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &fs.PathError{Op: string(op), Path: name, Err: err}
}

// unless wraps an action that has no effect when its call fails.
func unless(act func() error) func(error) error {
	return func(injected error) error {
		if injected != nil {
			return injected
		}
		return act()
	}
}

func clean(name string) string {
	return strings.TrimPrefix(path.Clean("/"+filepath.ToSlash(name)), "/")
}

// find walks to a node.
func (c *Crash) find(name string) (*node, error) {
	at := c.root
	for _, part := range strings.Split(clean(name), "/") {
		if part == "" {
			continue
		}
		if !at.dir {
			return nil, syscall.ENOTDIR
		}
		next := at.live[part]
		if next == nil {
			return nil, fs.ErrNotExist
		}
		at = next
	}
	return at, nil
}

// parent walks to the directory that holds name and gives the last part.
func (c *Crash) parent(name string) (*node, string, error) {
	p := clean(name)
	if p == "" {
		return nil, "", fs.ErrInvalid
	}
	dir, err := c.find(path.Dir(p))
	if err != nil {
		return nil, "", err
	}
	if !dir.dir {
		return nil, "", syscall.ENOTDIR
	}
	return dir, path.Base(p), nil
}

// Create implements FS.
func (c *Crash) Create(name string) (File, error) {
	var made *node
	err := c.do(OpCreate, name, unless(func() error {
		dir, base, err := c.parent(name)
		if err != nil {
			return err
		}
		if dir.live[base] != nil {
			return fs.ErrExist
		}
		made = c.newNode(false)
		c.change(dir, base, made, nil)
		return nil
	}))
	if err != nil {
		return nil, err
	}
	return &crashFile{fs: c, node: made, name: name, writable: true}, nil
}

// Open implements FS.
func (c *Crash) Open(name string) (File, error) {
	var n *node
	err := c.do(OpOpen, name, unless(func() (err error) {
		if n, err = c.find(name); err == nil && n.dir {
			err = syscall.EISDIR
		}
		return err
	}))
	if err != nil {
		return nil, err
	}
	return &crashFile{fs: c, node: n, name: name}, nil
}

// Link implements FS.
func (c *Crash) Link(old, new string) error {
	return c.do(OpLink, new, unless(func() error {
		n, err := c.find(old)
		if err != nil {
			return err
		}
		dir, base, err := c.free(new)
		if err != nil {
			return err
		}
		c.change(dir, base, n, nil)
		return nil
	}))
}

// free is the directory and base of a name under which there is nothing.
func (c *Crash) free(name string) (dir *node, base string, err error) {
	if dir, base, err = c.parent(name); err == nil && dir.live[base] != nil {
		err = fs.ErrExist
	}
	return dir, base, err
}

// entry is what a name refers to, and the directory and base under which it does.
func (c *Crash) entry(name string) (n, dir *node, base string, err error) {
	if n, err = c.find(name); err != nil {
		return nil, nil, "", err
	}
	dir, base, err = c.parent(name)
	return n, dir, base, err
}

// Rename implements FS. Within a directory both halves share one fate. Across directories the old name never goes
// without the new one being there, but both may be found.
func (c *Crash) Rename(old, new string) error {
	return c.do(OpRename, new, unless(func() error {
		n, from, oldBase, err := c.entry(old)
		if err != nil {
			return err
		}
		to, newBase, err := c.parent(new)
		if err != nil {
			return err
		}
		if at := to.live[newBase]; at == n {
			return nil
		} else if at != nil && at.dir {
			return syscall.EISDIR
		}
		added := c.change(to, newBase, n, nil)
		if from == to {
			c.changeWith(from, oldBase, nil, added)
		} else {
			c.change(from, oldBase, nil, added)
		}
		return nil
	}))
}

// Move implements FS: both halves share one fate, whichever directories they are in.
func (c *Crash) Move(old, new string) error {
	return c.do(OpMove, new, unless(func() error {
		if c.noMove {
			return errors.ErrUnsupported
		}
		n, from, oldBase, err := c.entry(old)
		if err != nil {
			return err
		}
		to, newBase, err := c.free(new)
		if err != nil {
			return err
		}
		c.changeWith(from, oldBase, nil, c.change(to, newBase, n, nil))
		return nil
	}))
}

// WithoutMove makes Move fail as it does on file systems that do not have it; clones do not have it either.
func (c *Crash) WithoutMove() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noMove = true
}

// Remove implements FS.
func (c *Crash) Remove(name string) error {
	return c.do(OpRemove, name, unless(func() error {
		n, err := c.find(name)
		if err != nil {
			return err
		}
		if n.dir && len(n.live) > 0 {
			return syscall.ENOTEMPTY
		}
		dir, base, err := c.parent(name)
		if err != nil {
			return err
		}
		c.change(dir, base, nil, nil)
		return nil
	}))
}

// Mkdir implements FS.
func (c *Crash) Mkdir(name string) error {
	return c.do(OpMkdir, name, unless(func() error {
		dir, base, err := c.parent(name)
		if err != nil {
			return err
		}
		if dir.live[base] != nil {
			return fs.ErrExist
		}
		c.change(dir, base, c.newNode(true), nil)
		return nil
	}))
}

// SyncDir implements FS.
func (c *Crash) SyncDir(name string) error {
	return c.do(OpSyncDir, name, unless(func() error {
		n, err := c.find(name)
		if err != nil {
			return err
		}
		if !n.dir {
			return syscall.ENOTDIR
		}
		n.syncEntries()
		return nil
	}))
}

// ReadDir implements FS.
func (c *Crash) ReadDir(name string) ([]Entry, error) {
	var out []Entry
	err := c.do(OpReadDir, name, unless(func() error {
		n, err := c.find(name)
		if err != nil {
			return err
		}
		if !n.dir {
			return syscall.ENOTDIR
		}
		for base, child := range n.live {
			out = append(out, child.entry(base))
		}
		return nil
	}))
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, err
}

// Stat implements FS.
func (c *Crash) Stat(name string) (Entry, error) {
	var out Entry
	err := c.do(OpStat, name, unless(func() error {
		n, err := c.find(name)
		if err == nil {
			out = n.entry(path.Base("/" + clean(name)))
		}
		return err
	}))
	return out, err
}

// Lock implements FS. A clone holds no locks: the kernel freed them.
func (c *Crash) Lock(name, text string) (func() error, string, error) {
	key, holder := clean(name), ""
	err := c.do(OpLock, name, unless(func() error {
		if at, held := c.locks[key]; held {
			holder = at
			return ErrLocked
		}
		c.locks[key] = text
		return nil
	}))
	if err != nil {
		return nil, holder, err
	}
	unlock := func() error {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.locks, key)
		return nil
	}
	return unlock, "", nil
}

type crashFile struct {
	fs       *Crash
	node     *node
	name     string
	writable bool
	closed   bool
}

func (f *crashFile) Write(p []byte) (int, error) {
	n := 0
	err := f.fs.do(OpWrite, f.name, func(injected error) error {
		switch {
		case f.closed:
			return fs.ErrClosed
		case !f.writable:
			return fs.ErrPermission
		case injected != nil:
			n = len(p) / 2
		default:
			n = len(p)
		}
		f.node.data = append(f.node.data, p[:n]...)
		return injected
	})
	return n, err
}

func (f *crashFile) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	err := f.fs.do(OpRead, f.name, unless(func() error {
		if f.closed {
			return fs.ErrClosed
		}
		if off < 0 {
			return fs.ErrInvalid
		}
		if off < int64(len(f.node.data)) {
			n = copy(p, f.node.data[off:])
		}
		if n < len(p) {
			return io.EOF
		}
		return nil
	}))
	return n, err
}

func (f *crashFile) Sync() error {
	return f.fs.do(OpSync, f.name, func(injected error) error {
		if f.closed {
			return fs.ErrClosed
		}
		if injected != nil {
			f.node.doom()
			return injected
		}
		f.node.sync()
		return nil
	})
}

// Close always closes, whatever it reports.
func (f *crashFile) Close() error {
	return f.fs.do(OpClose, f.name, func(injected error) error {
		if f.closed {
			return fs.ErrClosed
		}
		f.closed = true
		return injected
	})
}

func (f *crashFile) Size() (int64, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	if f.closed {
		return 0, fs.ErrClosed
	}
	return int64(len(f.node.data)), nil
}

// Mutate changes the bytes of a file durably and without counting, as bit rot or a meddling hand would.
func (c *Crash) Mutate(name string, fn func([]byte) []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, err := c.find(name)
	if err != nil {
		return err
	}
	if n.dir {
		return errors.New("vfs: Mutate of a directory")
	}
	n.data = fn(bytes.Clone(n.data))
	n.doomed = nil
	n.durable = len(n.data)
	return nil
}

// Tree lists every file with its present size, sorted, for tests.
func (c *Crash) Tree() []Entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Entry
	c.root.walk("", func(name string, n *node) {
		if !n.dir {
			out = append(out, Entry{Name: name, Size: int64(len(n.data))})
		}
	})
	return out
}
