package file

import (
	"fmt"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/store/vfs"
	"streamsql/sinks"
)

// paused runs epochs 0 to 3 as term 1 and stops it in the commit of epoch 4, right before or after operation k of that
// commit; then it lets meanwhile run, and lets term 1 go on. It gives what term 1's commit said; ok is false when the
// commit has no such operation.
func paused(t *testing.T, k int64, meanwhile func(fs vfs.FS)) (fs *vfs.Crash, said error, ok bool) {
	t.Helper()
	fs = vfs.NewCrash()
	old := open(t, fs, "out", "100", nil)
	_, err := old.Fence(ctx, queryID, 1)
	must(t, err)
	for n := range int64(4) {
		must(t, epoch(old, n))
	}
	tx, err := stage(old, 4, rowsOf(4))
	must(t, err)
	at := fs.Calls() + k
	fs.OnOp(func(c vfs.Call) {
		if c.N == at {
			ok = true
			fs.OnOp(nil)
			meanwhile(fs)
		}
	})
	said = tx.Commit(ctx, markerOf(4, 1, rowsOf(4)))
	return fs, said, ok
}

// A paused owner continues after another one has taken over and done one or more epochs: every row occurs once,
// whatever it was doing, and when it did not publish in time it hears of it.
func TestPausedOwnerGoesOn(t *testing.T) {
	for _, further := range []int64{0, 1, 3} { // epochs that the new owner commits meanwhile
		for k := int64(1); ; k++ {
			var next *Sink
			var done int64
			fs, said, ok := paused(t, k, func(fs vfs.FS) {
				next = open(t, fs, "out", "100", nil)
				m, err := next.Fence(ctx, queryID, 2)
				must(t, err)
				done = max(4, m.Epoch+1)
				for range further {
					must(t, epoch(next, done))
					done++
				}
			})
			if !ok {
				break
			}
			if said != nil {
				code(t, said, diag.FencingLost)
			}
			for n := done; n < 9; n++ { // the new owner continues
				if n == 4 && said == nil {
					must(t, epoch(next, n)) // adopts
					continue
				}
				must(t, epoch(next, n))
			}
			checkRows(t, fs, 9)
			if t.Failed() {
				t.Fatalf("operation %d, %d further epochs", k, further)
			}
		}
	}
}

// The same, and the new owner has a changed query: other rows for epoch 4. One of the two publishes, never both.
func TestPausedOwnerWithOtherRows(t *testing.T) {
	others := []string{"other"}
	for k := int64(1); ; k++ {
		var mine error
		fs, said, ok := paused(t, k, func(fs vfs.FS) {
			next := open(t, fs, "out", "100", nil)
			m, err := next.Fence(ctx, queryID, 2)
			must(t, err)
			if m.Epoch == 4 {
				mine = fmt.Errorf("held already")
				return
			}
			tx, err := stage(next, 4, others)
			must(t, err)
			marker := markerOf(4, 2, others)
			marker.Digest = "0"
			mine = tx.Commit(ctx, marker)
		})
		if !ok {
			return
		}
		if (mine == nil) == (said == nil) {
			t.Fatalf("operation %d: the old owner says %v, the new one %v", k, said, mine)
		}
		rows, _ := content(t, fs, "out")
		want := len(wantRows(5))
		if mine == nil {
			want = len(wantRows(4)) + 1
		}
		if len(rows) != want {
			t.Fatalf("operation %d: %d rows, want %d", k, len(rows), want)
		}
	}
}

// No manifest goes while an earlier owner could still link one under its name.
func TestNothingIsFoldedBesideAnOldManifest(t *testing.T) {
	for _, stuck := range []bool{false, true} {
		fs := vfs.NewCrash()
		old := open(t, fs, "out", "100", nil)
		_, err := old.Fence(ctx, queryID, 1)
		must(t, err)
		must(t, epoch(old, 1))
		left := old.path(stagingDir, old.query8()+"-1-1-1-nonce-manifest.tmp")
		must(t, old.writeSynced(left, []byte("x")))
		s := open(t, fs, "out", "100", nil)
		_, err = s.Fence(ctx, queryID, 2)
		must(t, err)
		fs.OnOp(func(c vfs.Call) {
			if stuck && c.Op == vfs.OpReadDir && filepath.Base(c.Name) == "staging" {
				fs.FailAt(c.N+1, syscall.EACCES)
			}
		})
		for n := int64(2); n < 2*keepManifests; n++ {
			must(t, epoch(s, n))
		}
		_, err = fs.Stat(s.manifestPath(1))
		if kept := err == nil; kept != stuck {
			t.Errorf("stuck %t: manifest/1 is kept %t (%v)", stuck, kept, err)
		}
	}
}

// Owners that really run at the same time: however they interleave, every row occurs once.
func TestOwnersRace(t *testing.T) {
	for round := range 30 {
		fs := vfs.NewCrash()
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			s := open(t, fs, "out", "100", nil)
			wg.Go(func() {
				m, err := s.Fence(ctx, queryID, uint64(i+1))
				for n := m.Epoch + 1; n < 8 && err == nil; n++ {
					err = epoch(s, n)
				}
				errs[i] = err
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				code(t, err, diag.FencingLost)
			}
		}
		if won == 0 {
			t.Errorf("round %d: nobody won: %v", round, errs)
		}
		checkRows(t, fs, 8)
	}
}

// Every fault point of the sink is passed.
func TestFaultPoints(t *testing.T) {
	passed := map[string]bool{}
	faults := &fault.Set{}
	faults.Trace(func(p string) { passed[p] = true })
	s := open(t, vfs.NewCrash(), "out", "100", faults)
	_, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	must(t, epoch(s, 1))
	for _, p := range []string{fault.SinkStaged, fault.SinkManifest, fault.SinkRename, fault.SinkCommitted} {
		if !passed[p] {
			t.Errorf("%s was not passed", p)
		}
	}
}

// Doing it twice has one effect; a replay with other rows is refused.
func TestCommitTwice(t *testing.T) {
	fs := vfs.NewCrash()
	s := open(t, fs, "out", "100", nil)
	_, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	tx, err := stage(s, 2, rowsOf(2))
	must(t, err)
	for range 2 {
		must(t, tx.Commit(ctx, markerOf(2, 1, rowsOf(2))))
	}
	must(t, epoch(s, 2)) // from the start
	if rows, _ := content(t, fs, "out"); len(rows) != 2 {
		t.Errorf("rows %q", rows)
	}
	tx, err = stage(s, 2, []string{"other"})
	must(t, err)
	m := markerOf(2, 1, nil)
	m.Digest = "0"
	code(t, tx.Commit(ctx, m), diag.SinkConflict, "manifest/2", "term 1")
	var _ sinks.Tx = tx
}
