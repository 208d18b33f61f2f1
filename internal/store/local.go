package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"streamsql/internal/nonce"
	"streamsql/internal/store/vfs"
)

// Private names at the top of a local store. Objects never begin with a dot.
const (
	privateDir = ".tmp"  // unfinished objects: <opening>-<number>
	lockName   = ".lock" // held with flock; its text names the holder
)

// Local keeps objects as files of one directory: folders 0700, files 0600.
//
// Creating an object takes these steps, each of which may be the last:
//
//	create .tmp/x   write   sync   close   link .tmp/x → name (fails when taken)   syncdir   unlink .tmp/x
//
// so a name exists only for bytes that are durable, and exactly one of two racing creators gets it. Nothing is made on
// disk before the first write.
type Local struct {
	fs      vfs.FS
	root    string
	opening string // tells our unfinished files from those of others
	started time.Time
	next    atomic.Uint64

	mu    sync.Mutex
	ready map[string]bool // folders known to exist, durably
}

// OpenLocal opens the store in dir, which need not exist yet.
func OpenLocal(dir string) (*Local, error) { return OpenOn(vfs.Private(), dir) }

// OpenOn opens a local store on a given file system.
func OpenOn(f vfs.FS, dir string) (*Local, error) {
	if e, err := f.Stat(dir); err == nil && !e.Dir {
		return nil, fmt.Errorf("%s is not a directory", dir)
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return newLocal(f, dir), nil
}

func newLocal(f vfs.FS, dir string) *Local {
	return &Local{
		fs: f, root: dir, opening: nonce.Hex(6), ready: map[string]bool{},
		started: time.Now(), //nolint:forbidigo // the text of the lock file, and nothing that is computed
	}
}

// Location is the directory.
func (l *Local) Location() string { return l.root }

// Create implements Store.
func (l *Local) Create(ctx context.Context, name string, data []byte, phase func(step string) error) error {
	return l.filled(ctx, name, data, func(w *localWriter) error { return w.commit(phase) })
}

// filled writes data beside an object and publishes it in the way given.
func (l *Local) filled(ctx context.Context, name string, data []byte, publish func(*localWriter) error) error {
	w, err := l.writer(ctx, name)
	if err != nil {
		return err
	}
	defer func() { _ = w.Close() }() // without a commit it drops what was written
	if _, err := w.Write(data); err != nil {
		return err
	}
	return publish(w)
}

// Writer implements Store.
func (l *Local) Writer(ctx context.Context, name string) (Writer, error) {
	w, err := l.writer(ctx, name)
	if err != nil {
		return nil, err
	}
	return w, nil
}

func (l *Local) writer(ctx context.Context, name string) (*localWriter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	if err := l.makeDir(path.Dir(name)); err != nil {
		return nil, err
	}
	temp, file, err := l.temp()
	if err != nil {
		return nil, err
	}
	return &localWriter{store: l, name: name, temp: temp, file: file}, nil
}

// temp opens a new private file.
func (l *Local) temp() (string, vfs.File, error) {
	if err := l.makeDir(privateDir); err != nil {
		return "", nil, err
	}
	temp := l.path(path.Join(privateDir, fmt.Sprintf("%s-%d", l.opening, l.next.Add(1))))
	file, err := l.fs.Create(temp)
	return temp, file, err
}

// Get implements Store.
func (l *Local) Get(ctx context.Context, name string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	data, err := vfs.ReadFile(l.fs, l.path(name))
	if err != nil {
		return nil, translate(name, err)
	}
	return data, nil
}

// Open implements Store.
func (l *Local) Open(ctx context.Context, name string) (Reader, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := checkName(name); err != nil {
		return nil, err
	}
	file, err := l.fs.Open(l.path(name))
	if err != nil {
		return nil, translate(name, err)
	}
	size, err := file.Size()
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return &localReader{file, size}, nil
}

type localReader struct {
	vfs.File
	size int64
}

func (r *localReader) Size() int64 { return r.size }

// List implements Store.
func (l *Local) List(ctx context.Context, prefix string) ([]Info, error) {
	folder := ""
	if i := strings.LastIndexByte(prefix, '/'); i >= 0 {
		folder = prefix[:i]
	}
	var out []Info
	if err := l.list(ctx, folder, &out); err != nil {
		return nil, err
	}
	kept := out[:0]
	for _, o := range out {
		if strings.HasPrefix(o.Name, prefix) {
			kept = append(kept, o)
		}
	}
	sort.Slice(kept, func(i, j int) bool { return kept[i].Name < kept[j].Name })
	return kept, nil
}

func (l *Local) list(ctx context.Context, folder string, out *[]Info) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := l.fs.ReadDir(l.path(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(folder, e.Name)
		switch {
		case strings.HasPrefix(e.Name, "."):
		case e.Dir:
			if err := l.list(ctx, name, out); err != nil {
				return err
			}
		default:
			*out = append(*out, Info{name, e.Size})
		}
	}
	return nil
}

// Delete implements Store. The name is gone at once for everybody, durably after the next Create or Settle in its
// folder.
func (l *Local) Delete(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := checkName(name); err != nil {
		return err
	}
	if err := l.fs.Remove(l.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Replace implements Store.
func (l *Local) Replace(ctx context.Context, name string, data []byte) error {
	return l.filled(ctx, name, data, func(w *localWriter) error {
		w.closed = true
		if err := w.file.Close(); err != nil {
			return err
		}
		return l.fs.Rename(w.temp, l.path(name))
	})
}

// MoveAside implements Mover: the directory is renamed.
func (l *Local) MoveAside(to string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.fs.Rename(l.root, to); err != nil {
		return err
	}
	l.ready = map[string]bool{}
	for _, dir := range []string{filepath.Dir(l.root), filepath.Dir(to)} {
		if err := l.fs.SyncDir(dir); err != nil && !errors.Is(err, fs.ErrPermission) {
			return fatal(err)
		}
	}
	return nil
}

// Settle implements Settler.
func (l *Local) Settle(_ context.Context, folder string) error {
	err := l.fs.SyncDir(l.path(strings.TrimSuffix(folder, "/")))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fatal(err)
	}
	return nil
}

// Unfinished implements Sweeper.
func (l *Local) Unfinished(context.Context) (func(context.Context) error, error) {
	entries, err := l.fs.ReadDir(l.path(privateDir))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var found []string
	for _, e := range entries {
		if !e.Dir && !strings.HasPrefix(e.Name, l.opening+"-") {
			found = append(found, e.Name)
		}
	}
	return func(ctx context.Context) error {
		for _, name := range found {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := l.fs.Remove(l.path(path.Join(privateDir, name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return nil
	}, nil
}

// Lock implements Store with flock; the kernel frees it when the process dies.
func (l *Local) Lock(ctx context.Context) (func() error, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := l.makeDir("."); err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	text := fmt.Sprintf("pid %d on host %s since %s", os.Getpid(), host,
		l.started.UTC().Format("2006-01-02 15:04:05 UTC"))
	unlock, holder, err := l.fs.Lock(l.path(lockName), text)
	if errors.Is(err, vfs.ErrLocked) {
		return nil, &LockedError{Location: l.root, Holder: strings.TrimSpace(holder)}
	}
	return unlock, err
}

func (l *Local) path(name string) string { return filepath.Join(l.root, filepath.FromSlash(name)) }

// makeDir makes a folder of the store durable, once per opening. A folder that is there already is not trusted: it may
// have been made by a process that died, or by a call of ours that failed, before its name was durable.
func (l *Local) makeDir(folder string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.makeDirLocked(folder)
}

func (l *Local) makeDirLocked(folder string) error {
	if l.ready[folder] {
		return nil
	}
	if folder != "." {
		if err := l.makeDirLocked(path.Dir(folder)); err != nil {
			return err
		}
	}
	dir := l.path(folder)
	if err := vfs.MkdirAll(l.fs, dir); err != nil {
		return err
	}
	if folder == "." {
		if err := vfs.SettlePath(l.fs, dir); err != nil {
			return fatal(err)
		}
	}
	err := l.fs.SyncDir(filepath.Dir(dir))
	if folder == "." && errors.Is(err, fs.ErrPermission) {
		err = nil // the parent of the whole store is closed to us, so it was not us who made the store
	}
	if err != nil {
		return fatal(err)
	}
	l.ready[folder] = true
	return nil
}

// translate gives a missing object the error of this package.
func translate(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", name, ErrNotExist)
	}
	return err
}

// fatal marks an error after which nothing this process believes to have written can be trusted.
func fatal(err error) error {
	if errors.Is(err, ErrFrozen) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrFatal, err)
}

// localWriter is a private file on its way to a name. Not safe for concurrent use.
type localWriter struct {
	store  *Local
	name   string
	temp   string
	file   vfs.File
	closed bool // the file is closed
	done   bool // nothing is left to discard
}

// Write implements io.Writer.
func (w *localWriter) Write(p []byte) (int, error) {
	n, err := w.file.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}

// Commit implements Writer.
func (w *localWriter) Commit() error { return w.commit(nil) }

func (w *localWriter) commit(phase func(string) error) error {
	if w.closed {
		return fs.ErrClosed
	}
	if err := w.file.Sync(); err != nil {
		return fatal(err)
	}
	w.closed = true
	if err := w.file.Close(); err != nil {
		return fatal(err)
	}
	if err := run(phase, "synced"); err != nil {
		return err
	}
	if err := w.publish(); err != nil {
		return err
	}
	return run(phase, "linked")
}

// publish gives the file its name. When the name is taken its directory is synced all the same, so that a caller who
// reads what it lost against may rely on it.
func (w *localWriter) publish() error {
	l := w.store
	target := l.path(w.name)
	linkErr := l.fs.Link(w.temp, target)
	if errors.Is(linkErr, errors.ErrUnsupported) || errors.Is(linkErr, syscall.EPERM) {
		return fmt.Errorf("this file system has no hard links, which a state needs: %w", linkErr)
	}
	if linkErr != nil && !errors.Is(linkErr, fs.ErrExist) {
		return linkErr
	}
	if err := l.fs.SyncDir(filepath.Dir(target)); err != nil {
		return fatal(err)
	}
	if linkErr != nil {
		return fmt.Errorf("%s: %w", w.name, ErrExist)
	}
	return nil
}

// Close discards what was not committed and takes the private name away.
func (w *localWriter) Close() error {
	if w.done {
		return nil
	}
	w.done = true
	if !w.closed {
		w.closed = true
		_ = w.file.Close() // its bytes are not wanted
	}
	_ = w.store.fs.Remove(w.temp) // what stays is swept by a later owner
	return nil
}

func run(phase func(string) error, step string) error {
	if phase == nil {
		return nil
	}
	return phase(step)
}
