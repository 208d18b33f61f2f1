package exec

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/store"
)

// crashWorld is a 20-epoch run on the crash-simulating store: logs, state files and all.
func crashWorld(t *testing.T, crash *store.Crash) *world {
	t.Helper()
	w := newWorld(t)
	w.store, w.rows = crash, 20
	w.env = func(e *Env) { e.MaxRows = 20 }
	w.o.feed(sample()...)
	w.o.finish()
	return w
}

// life opens the query and runs it to its end or to the first error.
func life(t *testing.T, w *world) error {
	t.Helper()
	q, err := w.open(windowProgram(t))
	if err != nil {
		return err
	}
	err = settle(q)
	if closeErr := q.Close(); err == nil {
		err = closeErr
	}
	return err
}

// calls counts the file operations of an undisturbed run.
func calls(t *testing.T) int64 {
	t.Helper()
	crash := store.NewCrash()
	if err := life(t, crashWorld(t, crash)); err != nil {
		t.Fatal(err)
	}
	return crash.FS.Calls()
}

// TestPowerCutAtEveryFileOperation ends the process at each file operation of a 20-epoch run in turn, keeps none, half
// or all of what was not synced, and lets the next process finish: the result is that of an undisturbed run.
func TestPowerCutAtEveryFileOperation(t *testing.T) {
	want, total := reference(t), calls(t)
	step := int64(1)
	if testing.Short() {
		step = 7
	}
	for k := int64(1); k <= total; k += step {
		for _, keep := range []int{0, 50, 100} {
			crash := store.NewCrash()
			w := crashWorld(t, crash)
			crash.FS.FreezeAt(k)
			if err := life(t, w); err != nil && !errors.Is(err, store.ErrFrozen) {
				t.Fatalf("operation %d: %v", k, err)
			}
			w.store, w.lanes = crash.CloneAfterCrash(keep, uint64(k)), 1+int(k)%3
			if err := life(t, w); err != nil {
				t.Fatalf("after operation %d, %d %% kept: %v", k, keep, err)
			}
			if got := w.o.all(); !slices.Equal(got, want) {
				t.Fatalf("after operation %d, %d %% kept: %d rows, want %d", k, keep, len(got), len(want))
			}
		}
	}
	t.Logf("%d file operations, 3 crash images each", total)
}

// TestErrorAtEveryFileOperation fails each file operation in turn: the process stops with a code, the next one
// finishes.
func TestErrorAtEveryFileOperation(t *testing.T) {
	want, total := reference(t), calls(t)
	step := int64(2)
	if testing.Short() {
		step = 11
	}
	for k := int64(1); k <= total; k += step {
		for _, cause := range []error{syscall.EIO, syscall.ENOSPC} {
			crash := store.NewCrash()
			w := crashWorld(t, crash)
			crash.FailAt(k, cause)
			what := fmt.Sprintf("operation %d fails with %v", k, cause)
			if err := life(t, w); err != nil && diag.CodeOf(err) == diag.Internal {
				t.Fatalf("%s: no code: %v", what, err)
			}
			w.store = crash.CloneAfterCrash(0, uint64(k))
			if err := life(t, w); err != nil {
				t.Fatalf("%s, then: %v", what, err)
			}
			if got := w.o.all(); !slices.Equal(got, want) {
				t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
			}
		}
	}
}
