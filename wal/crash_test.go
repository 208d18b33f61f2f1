package wal

import (
	"errors"
	"fmt"
	"slices"
	"syscall"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/store"
	"streamsql/internal/store/vfs"
)

// acked is what a process was told to be durable.
type acked struct {
	offsets, commits int64 // newest; -1 none
}

// life is one process: it opens the log, does what recovery says and runs epochs up to last. Each acknowledged record
// is noted in a before the next step. It keeps 3 epochs, so that retention runs as well.
func life(st store.Store, last int64, a *acked) error {
	l, err := Open(ctx, st, nil)
	if err != nil {
		return err
	}
	if _, err := l.AcquireTerm(ctx, claim()); err != nil {
		return err
	}
	r := l.Recovery()
	if err := l.WriteQuery(ctx, l.offsets.last+1, textOf(r.Epoch), []byte("{}")); err != nil {
		return err
	}
	for e := r.Epoch; e <= last; e++ {
		if r.Kind != Replay || e != r.Epoch {
			if e == 7 {
				if err := l.WriteQuery(ctx, e, textOf(e), []byte("{}")); err != nil {
					return err
				}
			}
			if err := l.WriteOffsets(ctx, offsetRecord(e)); err != nil {
				return err
			}
			a.offsets = e
		}
		if err := finish(l, st, e); err != nil {
			return err
		}
		a.commits = e
		if _, err := l.Retain(ctx, Policy{Epochs: 3}, start); err != nil {
			return err
		}
	}
	return nil
}

func textOf(epoch int64) string {
	if epoch < 7 {
		return "SELECT 1"
	}
	return "SELECT 2"
}

// verify demands of a store found after a crash: no refusal, nothing acknowledged lost, every file there that the
// newest commit names, and the text of the epochs readable.
func verify(t *testing.T, st store.Store, a acked, where string) Recovery {
	t.Helper()
	l, err := Open(ctx, st, nil)
	if err != nil {
		t.Fatalf("%s: refused: %v", where, err)
	}
	if _, err := l.AcquireTerm(ctx, claim()); err != nil {
		t.Fatalf("%s: refused: %v", where, err)
	}
	r := l.Recovery()
	if l.offsets.last < a.offsets || l.commits.last < a.commits {
		t.Fatalf("%s: acknowledged %+v, found offsets %d commits %d", where, a, l.offsets.last, l.commits.last)
	}
	if l.offsets.last-l.commits.last > 1 {
		t.Fatalf("%s: offsets %d, commits %d", where, l.offsets.last, l.commits.last)
	}
	if r.Commit != nil {
		for _, f := range r.Commit.State {
			if data, err := st.Get(ctx, f.Name); err != nil || int64(len(data)) != f.Bytes {
				t.Fatalf("%s: commits/%d names %s: %d bytes, %v", where, r.Commit.Epoch, f.Name, len(data), err)
			}
		}
	}
	for e := max(0, r.Epoch-1); e <= l.offsets.last; e++ {
		if _, err := l.QueryAt(ctx, e); err != nil {
			t.Fatalf("%s: text of epoch %d: %v", where, e, err)
		}
	}
	must(t, l.Close())
	return r
}

// TestPowerCutAtEveryStep runs 20 epochs and cuts the power after every file operation, keeping 0, 50 or 100 % of what
// was not synced. What is found must be sound, and must carry a second life.
func TestPowerCutAtEveryStep(t *testing.T) {
	const last = 19
	for _, percent := range []int{0, 50, 100} {
		t.Run(fmt.Sprint(percent), func(t *testing.T) {
			c := store.NewCrash()
			a := acked{-1, -1}
			clones := 0
			c.FS.OnOp(func(call vfs.Call) {
				if !call.Op.Mutates() {
					return
				}
				clones++
				where := fmt.Sprintf("%d%% after call %d, %s %s", percent, call.N, call.Op, call.Name)
				found := c.CloneAfterCrash(percent, uint64(call.N))
				r := verify(t, found, a, where)
				next := acked{-1, -1}
				if err := life(found.Reopen(), r.Epoch+1, &next); err != nil {
					t.Fatalf("%s: second life: %v", where, err)
				}
				verify(t, found.CloneAfterCrash(0, 1), next, where+", second life")
			})
			must(t, life(c, last, &a))
			if a.commits != last || clones < 400 {
				t.Errorf("reached %+v over %d clones", a, clones)
			}
		})
	}
}

// TestKillThenPowerCut kills the process at every step on a machine that lives on, so that the next process sees names
// that are not durable yet; then cuts the power at every step of that one.
func TestKillThenPowerCut(t *testing.T) {
	const last = 5
	total := countCalls(t, last)
	for k := int64(1); k <= total; k++ {
		c := store.NewCrash()
		a := acked{-1, -1}
		c.FS.FreezeAt(k)
		if err := life(c, last, &a); err == nil {
			break
		}
		c.FS.Restart()
		second := c.Reopen()
		b := a
		second.FS.OnOp(func(call vfs.Call) {
			if call.Op.Mutates() {
				found := second.CloneAfterCrash(0, 1)
				verify(t, found, b, fmt.Sprintf("killed at %d, power cut after call %d, %s %s", k, call.N, call.Op,
					call.Name))
			}
		})
		if err := life(second, last, &b); err != nil {
			t.Fatalf("killed at %d: second life: %v", k, err)
		}
		second.FS.OnOp(nil)
		if r := verify(t, second.CloneAfterCrash(0, 1), b,
			fmt.Sprintf("killed at %d, after all", k)); r.Epoch != last+1 {
			t.Fatalf("killed at %d: reached %+v", k, r)
		}
	}
}

func countCalls(t *testing.T, last int64) int64 {
	c := store.NewCrash()
	a := acked{-1, -1}
	must(t, life(c, last, &a))
	return c.FS.Calls()
}

// TestEveryCallFails injects EIO, ENOSPC and lost answers into each file operation in turn. The process may stop or go
// on; what it was told is durable, and the next start goes on.
func TestEveryCallFails(t *testing.T) {
	const last = 5
	total := countCalls(t, last)
	inject := map[string]func(c *store.Crash, k int64){
		"eio":    func(c *store.Crash, k int64) { c.FS.FailAt(k, syscall.EIO) },
		"enospc": func(c *store.Crash, k int64) { c.FS.FailAt(k, syscall.ENOSPC) },
		"lost":   func(c *store.Crash, k int64) { c.FS.LoseAt(k, syscall.EIO) },
	}
	for name, arm := range inject {
		t.Run(name, func(t *testing.T) {
			stopped := 0
			for k := int64(1); k <= total; k++ {
				c := store.NewCrash()
				a := acked{-1, -1}
				arm(c, k)
				err := life(c, last, &a)
				if err != nil {
					stopped++
					if code := diag.CodeOf(err); code == diag.Internal && !isPathError(err) {
						t.Fatalf("call %d: %v", k, err)
					}
				}
				for _, percent := range []int{0, 50, 100} {
					where := fmt.Sprintf("%s at call %d, %d%%", name, k, percent)
					found := c.CloneAfterCrash(percent, uint64(k))
					r := verify(t, found, a, where)
					next := acked{-1, -1}
					if err := life(found.Reopen(), r.Epoch+1, &next); err != nil {
						t.Fatalf("%s: next start: %v", where, err)
					}
				}
			}
			if stopped < int(total)/2 {
				t.Errorf("only %d of %d injected errors were noticed", stopped, total)
			}
		})
	}
}

// isPathError reports errors of the store itself, which the state writer of this test passes on as they are.
func isPathError(err error) bool {
	return errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENOSPC)
}

// TestAfterAFailedWrite: a failure before anything was published can be repeated by the same process (the disk was
// full); after a failed sync no write of this process is believed, whatever the disk says later.
func TestAfterAFailedWrite(t *testing.T) {
	final, repeated := 0, 0
	for k := int64(1); k < 12; k++ {
		c := store.NewCrash()
		l := grow(t, c, 2, false)
		c.FS.FailAt(c.FS.Calls()+k, syscall.ENOSPC)
		err := l.WriteOffsets(ctx, offsetRecord(2))
		if err == nil {
			continue
		}
		again := l.WriteOffsets(ctx, offsetRecord(2))
		if errors.Is(err, store.ErrFatal) {
			final++
			if !errors.Is(again, store.ErrFatal) {
				t.Errorf("call %d: wrote on after a failed sync: %v", k, again)
			}
			continue
		}
		repeated++
		if again != nil {
			t.Errorf("call %d: %v, and then %v", k, err, again)
		}
		must(t, finish(l, c, 2))
	}
	if final < 2 || repeated < 2 {
		t.Errorf("%d final failures, %d repeated", final, repeated)
	}
}

// TestLostAnswerIsOurs: the record is there with our own bytes, so it is ours.
func TestLostAnswerIsOurs(t *testing.T) {
	for k := int64(1); k < 12; k++ {
		c := store.NewCrash()
		l := grow(t, c, 2, true)
		must(t, writeState(c, 2))
		c.FS.LoseAt(c.FS.Calls()+k, syscall.ETIMEDOUT)
		_, err := l.WriteCommit(ctx, commitRecord(2))
		if err == nil || errors.Is(err, store.ErrFatal) {
			continue
		}
		if found, err := l.WriteCommit(ctx, commitRecord(2)); err != nil || found != nil {
			t.Errorf("call %d: again: %v %v", k, found, err)
		}
		must(t, run(l, c, 3))
	}
}

// TestSetAsideAtEveryStep: a --fresh that is cut short leaves the old query or none, never something in between.
func TestSetAsideAtEveryStep(t *testing.T) {
	for _, percent := range []int{0, 50, 100} {
		c := store.NewCrash()
		must(t, grow(t, c, 3, true).Close())
		outcomes := map[Kind]bool{}
		c.FS.OnOp(func(call vfs.Call) {
			if !call.Op.Mutates() {
				return
			}
			found := c.CloneAfterCrash(percent, uint64(call.N+1))
			l, err := Open(ctx, found, nil)
			if err != nil {
				t.Fatalf("%d%% after call %d, %s %s: %v", percent, call.N, call.Op, call.Name, err)
			}
			r := l.Recovery()
			outcomes[r.Kind] = true
			if r.Kind == Replay && r.Epoch == 3 {
				return
			}
			if list, _ := found.List(ctx, stateDir); r.Kind != Fresh || len(list) > 0 || l.ID() != "" {
				t.Fatalf("%d%% after call %d, %s %s: %+v beside %v", percent, call.N, call.Op, call.Name, r, list)
			}
			aside, err := store.OpenOn(found.FS, "aside")
			must(t, err)
			verify(t, aside, acked{3, 2}, "set aside")
		})
		must(t, SetAside(ctx, c.Local, "aside", claim()))
		c.FS.OnOp(nil)
		if !outcomes[Fresh] || percent < 100 && !outcomes[Replay] {
			t.Errorf("%d%%: outcomes %v", percent, outcomes)
		}
		if l := own(t, c); l.Term().Number != 3 || l.Recovery().Kind != Fresh {
			t.Errorf("term %d, %+v after --fresh", l.Term().Number, l.Recovery())
		}
	}
}

// TestSetAsideElsewhere: a store that cannot rename keeps what it has, and says what to do.
func TestSetAsideElsewhere(t *testing.T) {
	st := store.NewMemory()
	must(t, grow(t, st, 3, false).Close())
	before := list(t, st, "")
	err := SetAside(ctx, st, "aside", claim())
	wantCode(t, err, diag.CheckpointWrite, "--state")
	if after := list(t, st, ""); !errors.Is(err, store.ErrNoRename) || !slices.Equal(before, after) {
		t.Errorf("%v: %v became %v", err, before, after)
	}
}

func TestSetAsideNothing(t *testing.T) {
	c := store.NewCrash()
	must(t, SetAside(ctx, c.Local, "aside", claim()))
	if len(c.FS.Tree()) != 0 {
		t.Errorf("made %v", c.FS.Tree())
	}
}
