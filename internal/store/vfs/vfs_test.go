package vfs

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// both runs a test over the real file system and over the model: they must behave alike.
func both(t *testing.T, fn func(t *testing.T, f FS, dir string)) {
	t.Run("os", func(t *testing.T) { fn(t, Private(), t.TempDir()) })
	t.Run("crash", func(t *testing.T) { fn(t, NewCrash(), "") })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSameBehaviour(t *testing.T) {
	both(t, func(t *testing.T, f FS, dir string) {
		at := func(name string) string { return filepath.Join(dir, name) }
		must(t, MkdirAll(f, at("a/b")))
		must(t, MkdirAll(f, at("a/b")))
		must(t, WriteFile(f, at("a/one"), []byte("1234567")))
		if _, err := f.Create(at("a/one")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("create over a file: %v", err)
		}
		if _, err := f.Open(at("a/two")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("open of nothing: %v", err)
		}
		if _, err := f.Create(at("missing/x")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("create in a missing directory: %v", err)
		}
		must(t, f.Link(at("a/one"), at("a/b/one")))
		if err := f.Link(at("a/one"), at("a/b/one")); !errors.Is(err, fs.ErrExist) {
			t.Errorf("link over a file: %v", err)
		}
		must(t, f.Remove(at("a/one")))
		if err := f.Remove(at("a/one")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("remove of nothing: %v", err)
		}
		if err := f.Remove(at("a/b")); err == nil {
			t.Error("removed a directory that is not empty")
		}
		must(t, WriteFile(f, at("a/moved"), []byte("moved")))
		if err := f.Move(at("a/moved"), at("a/b/one")); errors.Is(err, errors.ErrUnsupported) {
			t.Logf("no move here: %v", err)
		} else if !errors.Is(err, fs.ErrExist) {
			t.Errorf("move over a file: %v", err)
		}
		if err := f.Move(at("a/moved"), at("a/b/two")); errors.Is(err, errors.ErrUnsupported) {
			must(t, f.Rename(at("a/moved"), at("a/b/two")))
		} else if err != nil {
			t.Errorf("move: %v", err)
		}
		if err := f.Move(at("a/moved"), at("a/b/three")); !errors.Is(err, fs.ErrNotExist) &&
			!errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("move of nothing: %v", err)
		}
		if data, err := ReadFile(f, at("a/b/two")); err != nil || string(data) != "moved" {
			t.Errorf("after move: %q, %v", data, err)
		}
		must(t, f.Remove(at("a/b/two")))
		must(t, WriteFile(f, at("a/two"), []byte("new")))
		must(t, f.Rename(at("a/two"), at("a/b/one")))
		data, err := ReadFile(f, at("a/b/one"))
		if err != nil || string(data) != "new" {
			t.Errorf("after rename: %q, %v", data, err)
		}
		list, err := f.ReadDir(at("a"))
		if err != nil || len(list) != 1 || list[0] != (Entry{Name: "b", Dir: true}) {
			t.Errorf("list: %v, %v", list, err)
		}
		e, err := f.Stat(at("a/b/one"))
		if err != nil || e != (Entry{Name: "one", Size: 3}) {
			t.Errorf("stat: %v, %v", e, err)
		}
		if err := MkdirAll(f, at("a/b/one")); err == nil {
			t.Error("made a directory over a file")
		}
		if ok, err := Exists(f, at("nothing")); ok || err != nil {
			t.Errorf("exists: %v, %v", ok, err)
		}
	})
}

func TestLockNamesHolder(t *testing.T) {
	both(t, func(t *testing.T, f FS, dir string) {
		name := filepath.Join(dir, "lock")
		unlock, _, err := f.Lock(name, "pid 7")
		must(t, err)
		_, holder, err := f.Lock(name, "pid 8")
		if !errors.Is(err, ErrLocked) || holder != "pid 7" {
			t.Errorf("second lock: %v, holder %q", err, holder)
		}
		must(t, unlock())
		unlock, _, err = f.Lock(name, "pid 9")
		must(t, err)
		must(t, unlock())
	})
}

func TestReadAtEnds(t *testing.T) {
	both(t, func(t *testing.T, f FS, dir string) {
		name := filepath.Join(dir, "x")
		must(t, WriteFile(f, name, []byte("abcdef")))
		r, err := f.Open(name)
		must(t, err)
		defer r.Close()
		buf := make([]byte, 4)
		if n, err := r.ReadAt(buf, 1); n != 4 || err != nil || string(buf) != "bcde" {
			t.Errorf("ReadAt 1: %d %v %q", n, err, buf)
		}
		if n, err := r.ReadAt(buf, 4); n != 2 || err == nil {
			t.Errorf("ReadAt across the end: %d %v", n, err)
		}
	})
}

func TestCrashLosesWhatIsNotSynced(t *testing.T) {
	c := NewCrash()
	must(t, c.Mkdir("d"))
	must(t, c.SyncDir(""))
	must(t, WriteFile(c, "d/bytes-only", []byte("x")))
	if _, err := c.Clone(0, 1).Stat("d/bytes-only"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a name without a directory sync survived: %v", err)
	}
	if got, _ := ReadFile(c.Clone(100, 1), "d/bytes-only"); string(got) != "x" {
		t.Errorf("kept everything, got %q", got)
	}
	w, err := c.Create("d/name-only")
	must(t, err)
	_, err = w.Write([]byte("yyyy"))
	must(t, err)
	must(t, c.SyncDir("d"))
	if got, err := ReadFile(c.Clone(0, 1), "d/name-only"); err != nil || len(got) != 0 {
		t.Errorf("unsynced bytes survived: %q %v", got, err)
	}
	must(t, w.Sync())
	if got, _ := ReadFile(c.Clone(0, 1), "d/name-only"); string(got) != "yyyy" {
		t.Errorf("synced bytes lost: %q", got)
	}
}

func TestCloneIsRepeatableAndHarsh(t *testing.T) {
	c := NewCrash()
	w, err := c.Create("big")
	must(t, err)
	must(t, c.SyncDir(""))
	_, err = w.Write(bytes.Repeat([]byte{'x'}, 20*block))
	must(t, err)
	sizes, holes := map[int]bool{}, false
	for seed := range uint64(50) {
		a, _ := ReadFile(c.Clone(50, seed), "big")
		b, _ := ReadFile(c.Clone(50, seed), "big")
		if !bytes.Equal(a, b) {
			t.Fatal("one seed gave two clones")
		}
		sizes[len(a)] = true
		holes = holes || bytes.IndexByte(a, 0) >= 0
	}
	if len(sizes) < 3 || !holes {
		t.Errorf("50 seeds gave %d lengths, holes %v", len(sizes), holes)
	}
}

func TestFailedSyncIsNeverMadeGood(t *testing.T) {
	c := NewCrash()
	w, err := c.Create("f")
	must(t, err)
	must(t, c.SyncDir(""))
	_, err = w.Write([]byte("first"))
	must(t, err)
	c.FailAt(c.Calls()+1, syscall.EIO)
	if err := w.Sync(); !errors.Is(err, syscall.EIO) {
		t.Fatalf("sync: %v", err)
	}
	must(t, w.Sync()) // the lie
	if got, _ := ReadFile(c.Clone(0, 1), "f"); len(got) != 0 {
		t.Errorf("a second sync made %q durable", got)
	}
	_, err = w.Write([]byte("second"))
	must(t, err)
	must(t, w.Sync())
	if got, _ := ReadFile(c.Clone(0, 1), "f"); string(got) != "\x00\x00\x00\x00\x00second" {
		t.Errorf("after more: %q", got)
	}
}

func TestRenameFates(t *testing.T) {
	c := NewCrash()
	must(t, MkdirAll(c, "a"))
	must(t, MkdirAll(c, "b"))
	must(t, WriteFile(c, "a/old", []byte("1")))
	must(t, c.SyncDir("a"))
	must(t, c.Rename("a/old", "a/new"))
	for seed := range uint64(40) {
		k := c.Clone(50, seed)
		o, _ := Exists(k, "a/old")
		n, _ := Exists(k, "a/new")
		if o == n {
			t.Fatalf("seed %d: rename within a directory was torn: old %v new %v", seed, o, n)
		}
	}
	must(t, c.SyncDir("a"))
	must(t, c.Rename("a/new", "b/new"))
	saw := map[[2]bool]bool{}
	for seed := range uint64(80) {
		k := c.Clone(50, seed)
		o, _ := Exists(k, "a/new")
		n, _ := Exists(k, "b/new")
		saw[[2]bool{o, n}] = true
		if !o && !n {
			t.Fatalf("seed %d: rename across directories lost the file", seed)
		}
	}
	if len(saw) != 3 {
		t.Errorf("outcomes seen: %v", saw)
	}
	must(t, c.SyncDir("a")) // the removal is durable, so the addition is
	k := c.Clone(0, 1)
	if n, _ := Exists(k, "b/new"); !n {
		t.Error("synced the old directory and lost the file")
	}
}

func TestFaults(t *testing.T) {
	c := NewCrash()
	c.FailAt(2, syscall.ENOSPC)
	w, err := c.Create("x")
	must(t, err)
	if n, err := w.Write([]byte("12345678")); n != 4 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("short write: %d %v", n, err)
	}
	c.LoseAt(3, syscall.EIO)
	if err := c.Link("x", "y"); !errors.Is(err, syscall.EIO) {
		t.Errorf("lost answer: %v", err)
	}
	if ok, _ := Exists(c, "y"); !ok {
		t.Error("the answer was lost and the link as well")
	}
	c.FreezeAt(c.Calls() + 2)
	_, err = c.Stat("x")
	must(t, err)
	for range 3 {
		if _, err := c.Stat("x"); !errors.Is(err, ErrFrozen) {
			t.Errorf("after the freeze: %v", err)
		}
	}
	if _, err := c.Clone(100, 1).Stat("x"); err != nil {
		t.Errorf("the clone of a frozen file system: %v", err)
	}
}

func TestOnOpSeesAllAndMayClone(t *testing.T) {
	c := NewCrash()
	var ops []string
	c.OnOp(func(call Call) {
		ops = append(ops, string(call.Op))
		c.Clone(50, uint64(call.N))
	})
	must(t, WriteFile(c, "f", []byte("x")))
	must(t, c.SyncDir(""))
	if got := strings.Join(ops, " "); got != "create write sync close syncdir" {
		t.Errorf("ops: %s", got)
	}
	if c.Calls() != 5 {
		t.Errorf("calls: %d", c.Calls())
	}
}

// A moved file is found under one of its names after a crash, never under both or none, and a sync of either directory
// settles it.
func TestMoveIsOneStep(t *testing.T) {
	for _, synced := range []string{"", "a", "b"} {
		f := NewCrash()
		must(t, MkdirAll(f, "a"))
		must(t, MkdirAll(f, "b"))
		must(t, WriteFile(f, "a/x", []byte("1")))
		must(t, f.SyncDir("a"))
		must(t, f.Move("a/x", "b/y"))
		if synced != "" {
			must(t, f.SyncDir(synced))
		}
		for seed := range uint64(50) {
			c := f.Clone(50, seed)
			old, err := Exists(c, "a/x")
			must(t, err)
			moved, err := Exists(c, "b/y")
			must(t, err)
			if old == moved || synced != "" && old {
				t.Fatalf("synced %q, seed %d: old name %v, new name %v", synced, seed, old, moved)
			}
		}
	}
}

// Directories that a killed process left visible become durable before anything relies on them.
func TestSettlePath(t *testing.T) {
	for _, dir := range []string{"a/b/c", "/a/b/c"} {
		f := NewCrash()
		for _, d := range []string{"a", "a/b", "a/b/c"} {
			must(t, f.Mkdir(d))
		}
		must(t, SettlePath(f, dir))
		must(t, f.SyncDir("a/b"))
		if ok, err := Exists(f.Clone(0, 1), dir); err != nil || !ok {
			t.Errorf("%s is gone after a crash (%v)", dir, err)
		}
	}
}
