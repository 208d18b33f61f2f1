package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"streamsql/internal/store/vfs"
)

var ctx = context.Background()

// all runs a test over every implementation: one contract.
func all(t *testing.T, fn func(t *testing.T, st Store)) {
	t.Run("local", func(t *testing.T) {
		st, err := OpenLocal(filepath.Join(t.TempDir(), "q.state"))
		must(t, err)
		fn(t, st)
	})
	t.Run("crash", func(t *testing.T) { fn(t, NewCrash()) })
	t.Run("memory", func(t *testing.T) { fn(t, NewMemory()) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestCreateIsExclusiveAndWhole(t *testing.T) {
	all(t, func(t *testing.T, st Store) {
		must(t, st.Create(ctx, "offsets/0", []byte("one"), nil))
		if err := st.Create(ctx, "offsets/0", []byte("two"), nil); !errors.Is(err, ErrExist) {
			t.Errorf("second create: %v", err)
		}
		data, err := st.Get(ctx, "offsets/0")
		if err != nil || string(data) != "one" {
			t.Errorf("get: %q %v", data, err)
		}
		if _, err := st.Get(ctx, "offsets/1"); !errors.Is(err, ErrNotExist) {
			t.Errorf("get of nothing: %v", err)
		}
		if _, err := st.Open(ctx, "offsets/1"); !errors.Is(err, ErrNotExist) {
			t.Errorf("open of nothing: %v", err)
		}
	})
}

func TestCreatePhases(t *testing.T) {
	all(t, func(t *testing.T, st Store) {
		var steps []string
		must(t, st.Create(ctx, "a", nil, func(step string) error {
			_, err := st.Get(ctx, "a")
			steps = append(steps, fmt.Sprintf("%s:%v", step, err == nil))
			return nil
		}))
		if got := strings.Join(steps, " "); got != "synced:false linked:true" {
			t.Errorf("phases: %s", got)
		}
		stop := errors.New("stop")
		at := func(want string) func(string) error {
			return func(step string) error {
				if step == want {
					return stop
				}
				return nil
			}
		}
		if err := st.Create(ctx, "b", nil, at("synced")); !errors.Is(err, stop) {
			t.Errorf("stopped at synced: %v", err)
		}
		if _, err := st.Get(ctx, "b"); !errors.Is(err, ErrNotExist) {
			t.Error("stopped before the link and yet there")
		}
		if err := st.Create(ctx, "b", nil, at("linked")); !errors.Is(err, stop) {
			t.Errorf("stopped at linked: %v", err)
		}
		if _, err := st.Get(ctx, "b"); err != nil {
			t.Error("stopped after the link and not there")
		}
	})
}

func TestWriter(t *testing.T) {
	all(t, func(t *testing.T, st Store) {
		w, err := st.Writer(ctx, "state/a")
		must(t, err)
		for i := range 3 {
			_, err := fmt.Fprintf(w, "part %d;", i)
			must(t, err)
		}
		if list, _ := st.List(ctx, ""); len(list) != 0 {
			t.Errorf("visible before commit: %v", list)
		}
		must(t, w.Commit())
		must(t, w.Close())
		r, err := st.Open(ctx, "state/a")
		must(t, err)
		defer r.Close()
		buf := make([]byte, 6)
		if _, err := r.ReadAt(buf, 7); err != nil || string(buf) != "part 1" || r.Size() != 21 {
			t.Errorf("read: %q %v size %d", buf, err, r.Size())
		}
		loser, err := st.Writer(ctx, "state/a")
		must(t, err)
		if err := loser.Commit(); !errors.Is(err, ErrExist) {
			t.Errorf("commit over a name: %v", err)
		}
		must(t, loser.Close())
		dropped, err := st.Writer(ctx, "state/b")
		must(t, err)
		must(t, dropped.Close())
		if err := dropped.Commit(); err == nil {
			t.Error("committed after close")
		}
		if _, err := st.Get(ctx, "state/b"); !errors.Is(err, ErrNotExist) {
			t.Errorf("discarded object: %v", err)
		}
	})
}

func TestListDeleteReplace(t *testing.T) {
	all(t, func(t *testing.T, st Store) {
		for _, name := range []string{"offsets/2", "offsets/10", "commits/1", "top", "a/b/c"} {
			must(t, st.Create(ctx, name, []byte(name), nil))
		}
		names := func(prefix string) string {
			list, err := st.List(ctx, prefix)
			must(t, err)
			var out []string
			for _, i := range list {
				if i.Size != int64(len(i.Name)) {
					t.Errorf("%s has size %d", i.Name, i.Size)
				}
				out = append(out, i.Name)
			}
			return strings.Join(out, " ")
		}
		for prefix, want := range map[string]string{
			"":           "a/b/c commits/1 offsets/10 offsets/2 top",
			"offsets/":   "offsets/10 offsets/2",
			"offsets/1":  "offsets/10",
			"a/":         "a/b/c",
			"nothing/":   "",
			"to":         "top",
			"offsets/10": "offsets/10",
		} {
			if got := names(prefix); got != want {
				t.Errorf("list %q: %q, want %q", prefix, got, want)
			}
		}
		must(t, st.Delete(ctx, "offsets/2"))
		must(t, st.Delete(ctx, "offsets/2"))
		must(t, st.Create(ctx, "offsets/2", []byte("offsets/x"), nil))
		must(t, st.Replace(ctx, "top", []byte("new")))
		must(t, st.Replace(ctx, "p.json", []byte("{}")))
		if got, _ := st.Get(ctx, "top"); string(got) != "new" {
			t.Errorf("replaced: %q", got)
		}
	})
}

func TestNamesAreChecked(t *testing.T) {
	all(t, func(t *testing.T, st Store) {
		for _, name := range []string{"", "/a", "a/", "a//b", "../a", "a/../b", ".tmp/x", "a/.b", `a\b`, "a\x00"} {
			if err := st.Create(ctx, name, nil, nil); err == nil {
				t.Errorf("created %q", name)
			}
		}
	})
}

func TestLock(t *testing.T) {
	all(t, func(t *testing.T, st Store) {
		unlock, err := st.Lock(ctx)
		must(t, err)
		_, err = st.Lock(ctx)
		var locked *LockedError
		if !errors.Is(err, ErrLocked) || !errors.As(err, &locked) || locked.Holder == "" {
			t.Errorf("second lock: %v", err)
		}
		must(t, unlock())
		unlock, err = st.Lock(ctx)
		must(t, err)
		must(t, unlock())
		if list, _ := st.List(ctx, ""); len(list) != 0 {
			t.Errorf("the lock is listed: %v", list)
		}
	})
}

func TestRaceHasOneWinner(t *testing.T) {
	all(t, func(t *testing.T, st Store) {
		for round := range 20 {
			var wg sync.WaitGroup
			var mu sync.Mutex
			var won []string
			for i := range 8 {
				wg.Go(func() {
					text := fmt.Sprint(i)
					err := st.Create(ctx, fmt.Sprintf("r/%d", round), []byte(text), nil)
					if err != nil && !errors.Is(err, ErrExist) {
						t.Error(err)
					}
					if err == nil {
						mu.Lock()
						won = append(won, text)
						mu.Unlock()
					}
				})
			}
			wg.Wait()
			got, err := st.Get(ctx, fmt.Sprintf("r/%d", round))
			if err != nil || len(won) != 1 || string(got) != won[0] {
				t.Fatalf("round %d: winners %v, content %q, %v", round, won, got, err)
			}
		}
	})
}

func TestCancelledContext(t *testing.T) {
	all(t, func(t *testing.T, st Store) {
		done, cancel := context.WithCancel(ctx)
		cancel()
		if err := st.Create(done, "a", nil, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("create: %v", err)
		}
		if _, err := st.Get(done, "a"); !errors.Is(err, context.Canceled) {
			t.Errorf("get: %v", err)
		}
	})
}

func TestLocalKeepsOthersOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "q.state")
	st, err := OpenLocal(dir)
	must(t, err)
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("opening made the directory: %v", err)
	}
	must(t, st.Create(ctx, "offsets/0", []byte("x"), nil))
	for name, want := range map[string]os.FileMode{"": 0o700, "offsets": 0o700, ".tmp": 0o700, "offsets/0": 0o600} {
		info, err := os.Stat(filepath.Join(dir, name))
		must(t, err)
		if info.Mode().Perm() != want {
			t.Errorf("%q has mode %v", name, info.Mode().Perm())
		}
	}
	if left, _ := os.ReadDir(filepath.Join(dir, ".tmp")); len(left) != 0 {
		t.Errorf("private files left: %v", left)
	}
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	if _, err := OpenLocal(file); err == nil {
		t.Error("opened a file as a store")
	}
}

func TestSweepSparesItsOwn(t *testing.T) {
	dead := NewCrash()
	_, err := dead.Writer(ctx, "state/dead")
	must(t, err)
	live := dead.Reopen()
	w, err := live.Writer(ctx, "state/live")
	must(t, err)
	sweep, err := Unfinished(ctx, live)
	must(t, err)
	later, err := dead.Reopen().Writer(ctx, "state/later") // begun after the look: not to be swept
	must(t, err)
	must(t, sweep(ctx))
	must(t, later.Commit())
	if n := len(live.FS.Tree()); n != 3 { // live's, and later's under both names until it is closed
		t.Errorf("%d files after the sweep: %v", n, live.FS.Tree())
	}
	must(t, w.Commit())
	sweep, err = Unfinished(ctx, NewMemory())
	must(t, err)
	must(t, sweep(ctx))
}

// TestCrashAtEveryStep creates, writes and replaces objects, clones after every file operation, and demands: an object
// is whole or absent, and there for certain once its call had returned.
func TestCrashAtEveryStep(t *testing.T) {
	for _, percent := range []int{0, 50, 100} {
		c := NewCrash()
		acknowledged := map[string]bool{}
		content := func(name string) string { return strings.Repeat(name+";", 300) }
		c.FS.OnOp(func(call vfs.Call) {
			k := c.CloneAfterCrash(percent, uint64(call.N))
			list, err := k.List(ctx, "")
			must(t, err)
			found := map[string]bool{}
			for _, i := range list {
				found[i.Name] = true
				if data, err := k.Get(ctx, i.Name); err != nil || string(data) != content(i.Name) {
					t.Fatalf("%d%% after call %d (%s %s): %s is torn: %d bytes, %v", percent, call.N, call.Op,
						call.Name, i.Name, len(data), err)
				}
			}
			for name := range acknowledged {
				if !found[name] {
					t.Fatalf("%d%% after call %d (%s %s): %s is lost", percent, call.N, call.Op, call.Name, name)
				}
			}
			// the next process continues in the same folders
			must(t, k.Create(ctx, "offsets/next", []byte("x"), nil))
			if _, err := k.CloneAfterCrash(0, 1).Get(ctx, "offsets/next"); err != nil {
				t.Fatalf("%d%% after call %d: what the next process wrote is lost: %v", percent, call.N, err)
			}
		})
		for i := range 4 {
			for _, dir := range []string{"offsets", "commits"} {
				name := fmt.Sprintf("%s/%d", dir, i)
				must(t, c.Create(ctx, name, []byte(content(name)), nil))
				acknowledged[name] = true
			}
			name := fmt.Sprintf("state/deep/%d", i)
			w, err := c.Writer(ctx, name)
			must(t, err)
			for range 300 {
				_, err := w.Write([]byte(name + ";"))
				must(t, err)
			}
			c.FS.OnOp(nil)
			must(t, w.Commit())
			must(t, w.Close())
			acknowledged[name] = true
		}
	}
}

// TestFailAtEveryStep injects an error into each operation in turn: a nil result means durable, an error never leaves a
// torn object, and failed syncs are fatal.
func TestFailAtEveryStep(t *testing.T) {
	eio := errors.New("injected")
	for k := int64(1); ; k++ {
		c := NewCrash()
		c.FailAt(k, eio)
		var failedOp vfs.Op
		c.FS.OnOp(func(call vfs.Call) {
			if call.N == k {
				failedOp = call.Op
			}
		})
		var results []error
		for i := range 2 {
			results = append(results, c.Create(ctx, fmt.Sprintf("offsets/%d", i), []byte("content"), nil))
		}
		if failedOp == "" {
			break
		}
		for i, err := range results {
			name := fmt.Sprintf("offsets/%d", i)
			data, gerr := c.CloneAfterCrash(0, 1).Get(ctx, name)
			if err == nil && (gerr != nil || string(data) != "content") {
				t.Errorf("call %d (%s): create said nil, %s is %q, %v", k, failedOp, name, data, gerr)
			}
			if gerr == nil && string(data) != "content" {
				t.Errorf("call %d (%s): %s is torn: %q", k, failedOp, name, data)
			}
			if err != nil && failedOp == vfs.OpSync && !errors.Is(err, ErrFatal) {
				t.Errorf("call %d: failed sync is not fatal: %v", k, err)
			}
		}
	}
}

func TestSettleMakesTheVisibleDurable(t *testing.T) {
	probe := NewCrash()
	must(t, probe.Create(ctx, "offsets/0", []byte("x"), nil))
	var linked int64
	probe.FS.OnOp(func(call vfs.Call) {
		if call.Op == vfs.OpLink {
			linked = call.N
		}
	})
	must(t, probe.Create(ctx, "offsets/1", []byte("x"), nil))

	c := NewCrash()
	c.FS.FreezeAt(linked + 1) // killed between link and directory sync
	must(t, c.Create(ctx, "offsets/0", []byte("x"), nil))
	if err := c.Create(ctx, "offsets/1", []byte("x"), nil); !errors.Is(err, ErrFrozen) {
		t.Fatal(err)
	}
	c.FS.Restart() // the machine lives on
	next := c.Reopen()
	if _, err := next.Get(ctx, "offsets/1"); err != nil {
		t.Fatalf("everybody sees it: %v", err)
	}
	if _, err := next.CloneAfterCrash(0, 1).Get(ctx, "offsets/1"); !errors.Is(err, ErrNotExist) {
		t.Fatalf("it was durable already: %v", err)
	}
	must(t, Settle(ctx, next, "offsets/"))
	if _, err := next.CloneAfterCrash(0, 1).Get(ctx, "offsets/1"); err != nil {
		t.Fatalf("settled and lost: %v", err)
	}
	must(t, Settle(ctx, next, "missing/"))
	must(t, Settle(ctx, NewMemory(), "offsets/"))
}

func TestFrozenStoreAnswersNothing(t *testing.T) {
	c := NewCrash()
	must(t, c.Create(ctx, "a", nil, nil))
	c.Freeze()
	if err := c.Create(ctx, "b", nil, nil); !errors.Is(err, ErrFrozen) || errors.Is(err, ErrFatal) {
		t.Errorf("create: %v", err)
	}
	if _, err := c.Get(ctx, "a"); !errors.Is(err, ErrFrozen) {
		t.Errorf("get: %v", err)
	}
	if _, err := c.List(ctx, ""); !errors.Is(err, ErrFrozen) {
		t.Errorf("list: %v", err)
	}
}

func BenchmarkLocalCreate(b *testing.B) {
	st, err := OpenLocal(filepath.Join(b.TempDir(), "s"))
	if err != nil {
		b.Fatal(err)
	}
	data := make([]byte, 600)
	for i := 0; b.Loop(); i++ {
		if err := st.Create(ctx, fmt.Sprintf("commits/%d", i), data, nil); err != nil {
			b.Fatal(err)
		}
	}
}
