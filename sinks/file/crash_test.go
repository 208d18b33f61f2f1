package file

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/store/vfs"
)

const epochs = 20

// resume is a restart: fence, then the epochs that the marker does not have. committed is what the log knows.
func resume(t *testing.T, fs vfs.FS, term uint64, committed int64) {
	t.Helper()
	s := open(t, fs, "out", "100", nil)
	m, err := s.Fence(ctx, queryID, term)
	must(t, err)
	from := committed + 1
	switch {
	case m.Zero() && lastBefore(from) < 0:
	case m.Epoch == lastBefore(from): // nothing of the open epoch was published
	case m.Epoch == from: // the open epoch was: its replay is discarded
		from++
	default:
		t.Fatalf("marker of epoch %d after commit %d", m.Epoch, committed)
	}
	for n := from; n < epochs; n++ {
		must(t, epoch(s, n))
	}
	checkRows(t, fs, epochs)
	if lastBefore(epochs) < from {
		return // nothing was published by this owner: it may not remove anything
	}
	for _, e := range mustDir(t, fs, "out/.streamsql/staging") {
		t.Errorf("%s is left in staging", e.Name)
	}
}

func mustDir(t *testing.T, fs vfs.FS, name string) []vfs.Entry {
	t.Helper()
	list, err := fs.ReadDir(name)
	must(t, err)
	return list
}

// lastBefore is the newest epoch below n that has rows; −1 for none.
func lastBefore(n int64) int64 {
	for n--; n >= 0 && len(rowsOf(n)) == 0; n-- {
	}
	return n
}

// The file sink over a file system that forgets: after every single operation of a run of 20 epochs, with none, some
// and all of the unsynced data kept, a restart ends with every row once.
func TestCrashAfterEveryOperation(t *testing.T) { onBoth(t, crashAfterEveryOperation) }

// onBoth runs a test on file systems that can move without replacing, and on those that cannot.
func onBoth(t *testing.T, test func(t *testing.T, newFS func() *vfs.Crash)) {
	t.Run("move", func(t *testing.T) { test(t, vfs.NewCrash) })
	t.Run("link", func(t *testing.T) {
		test(t, func() *vfs.Crash {
			fs := vfs.NewCrash()
			fs.WithoutMove()
			return fs
		})
	})
}

func crashAfterEveryOperation(t *testing.T, newFS func() *vfs.Crash) {
	fs := newFS()
	committed := int64(-1)
	images := 0
	fs.OnOp(func(c vfs.Call) {
		if !c.Op.Mutates() {
			return
		}
		for _, keep := range []int{0, 50, 100} {
			images++
			if !t.Run(fmt.Sprintf("%d-%s-%d%%", c.N, c.Op, keep), func(t *testing.T) {
				resume(t, fs.Clone(keep, uint64(c.N)), 2, committed)
			}) {
				t.Fatalf("epoch %d, %s %s", committed+1, c.Op, c.Name)
			}
		}
	})
	s := open(t, fs, "out", "100", nil)
	_, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	for n := range int64(epochs) {
		must(t, epoch(s, n))
		committed = n
	}
	fs.OnOp(nil)
	checkRows(t, fs, epochs)
	t.Logf("%d crash images", images)
}

// The recovery itself may be cut off anywhere, too.
func TestCrashDuringRecovery(t *testing.T) { onBoth(t, crashDuringRecovery) }

func crashDuringRecovery(t *testing.T, newFS func() *vfs.Crash) {
	for _, at := range []string{fault.SinkStaged, fault.SinkManifest, fault.SinkRename, fault.SinkCommitted} {
		fs := newFS()
		faults := &fault.Set{}
		s := open(t, fs, "out", "100", faults)
		_, err := s.Fence(ctx, queryID, 1)
		must(t, err)
		for n := range int64(3) {
			must(t, epoch(s, n))
		}
		faults.Arm(at, 1, func() error { fs.Freeze(); return vfs.ErrFrozen })
		if err := epoch(s, 3); !errors.Is(err, vfs.ErrFrozen) {
			t.Fatalf("%s: %v", at, err)
		}
		base := fs.Clone(100, 1)
		for k := int64(1); ; k++ {
			half := base.Clone(100, 1)
			half.FreezeAt(k)
			s2 := open(t, half, "out", "100", nil)
			_, err := s2.Fence(ctx, queryID, 2)
			if err == nil {
				break
			}
			for _, keep := range []int{0, 50, 100} {
				resume(t, half.Clone(keep, uint64(k)), 3, 2)
			}
		}
	}
}

// Every operation fails once, or happens and loses its answer: the error is reported, and a restart ends with every row
// once. The same process may begin the epoch again when the error came before Commit.
func TestEveryOperationFails(t *testing.T) { onBoth(t, everyOperationFails) }

func everyOperationFails(t *testing.T, newFS func() *vfs.Crash) {
	for name, inject := range map[string]func(fs *vfs.Crash, k int64){
		"EIO":    func(fs *vfs.Crash, k int64) { fs.FailAt(k, syscall.EIO) },
		"ENOSPC": func(fs *vfs.Crash, k int64) { fs.FailAt(k, syscall.ENOSPC) },
		"lost":   func(fs *vfs.Crash, k int64) { fs.LoseAt(k, syscall.EIO) },
	} {
		t.Run(name, func(t *testing.T) {
			for k := int64(1); ; k++ {
				if !failOnce(t, newFS(), k, inject) {
					t.Logf("%d operations", k)
					return
				}
			}
		})
	}
}

// failOnce runs with a fault at operation k; false when the run has no such operation.
func failOnce(t *testing.T, fs *vfs.Crash, k int64, inject func(*vfs.Crash, int64)) bool {
	t.Helper()
	inject(fs, k)
	s := open(t, fs, "out", "100", nil)
	committed, failed := int64(-1), false
	_, err := s.Fence(ctx, queryID, 1)
	for n := int64(0); n < 8 && err == nil; n++ {
		rows := rowsOf(n)
		if len(rows) == 0 {
			committed = n
			continue
		}
		tx, stageErr := stage(s, n, rows)
		if stageErr != nil {
			failed = true
			code := diag.CodeOf(stageErr)
			if code != diag.SinkFailed && code != diag.SinkSpace {
				t.Fatalf("operation %d: %v", k, stageErr)
			}
			if tx != nil {
				must(t, tx.Abort(ctx))
			}
			if tx, stageErr = stage(s, n, rows); stageErr != nil {
				t.Fatalf("operation %d: the second try failed: %v", k, stageErr)
			}
		}
		if err = tx.Commit(ctx, markerOf(n, 1, rows)); err == nil {
			committed = n
		}
	}
	for _, keep := range []int{0, 50, 100} {
		resume(t, fs.Clone(keep, uint64(k)), 2, committed)
	}
	return err != nil || failed || fs.Calls() >= k
}
