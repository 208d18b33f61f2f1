package wal

import (
	"context"
	"errors"
	"sync"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/store"
)

type ctxType = context.Context

func TestSecondProcessIsTurnedAway(t *testing.T) {
	c := store.NewCrash()
	first := grow(t, c, 1, false)
	second, err := Open(ctx, c.Reopen(), nil)
	must(t, err)
	_, err = second.AcquireTerm(ctx, claim())
	wantCode(t, err, diag.StateInUse, "pid", "host", "since", "--state")
	if diag.ExitOf(err) != diag.ExitInUse {
		t.Errorf("exit %d", diag.ExitOf(err))
	}
	wantCode(t, SetAside(ctx, c.Reopen().Local, "aside", claim()), diag.StateInUse)
	must(t, first.VerifyTerm(ctx))
	must(t, run(first, c, 1))
	must(t, first.Close())
	if l := own(t, c.Reopen()); l.Term().Number != 2 {
		t.Errorf("term %d", l.Term().Number)
	}
}

// force takes the query from whoever has it.
func force(t *testing.T, st store.Store) *Log {
	t.Helper()
	l, err := Open(ctx, st, nil)
	must(t, err)
	c := claim()
	c.Force = true
	_, err = l.AcquireTerm(ctx, c)
	must(t, err)
	return l
}

func TestTakenOverOwnerStops(t *testing.T) {
	c := store.NewCrash()
	old := grow(t, c, 2, false)
	winner := force(t, c.Reopen())
	must(t, winner.VerifyTerm(ctx))
	before := c.FS.Tree()
	err := old.WriteOffsets(ctx, offsetRecord(2))
	wantCode(t, err, diag.FencingLost, "term 2", "pid")
	if diag.ExitOf(err) != diag.ExitInUse {
		t.Errorf("exit %d", diag.ExitOf(err))
	}
	wantCode(t, old.VerifyTerm(ctx), diag.FencingLost)
	wantCode(t, old.WriteOffsets(ctx, offsetRecord(2)), diag.FencingLost)
	wantCode(t, old.WriteQuery(ctx, 2, "SELECT 9", nil), diag.FencingLost)
	if _, err := old.Retain(ctx, Policy{}, start); diag.CodeOf(err) != diag.FencingLost {
		t.Errorf("retain: %v", err)
	}
	if after := c.FS.Tree(); len(after) != len(before) {
		t.Errorf("the old owner changed the store: %v", after)
	}
	must(t, run(winner, c, 2))
}

// TestPausedBetweenLookAndCreate: what the look for a later term cannot see, exclusive creation decides. The old owner
// is held after its look, the winner plans the epoch, the old owner goes on.
func TestPausedBetweenLookAndCreate(t *testing.T) {
	c := store.NewCrash()
	faults := &fault.Set{}
	old, err := Open(ctx, c, faults)
	must(t, err)
	_, err = old.AcquireTerm(ctx, claim())
	must(t, err)
	must(t, run(old, c, 0))
	var winner *Log
	faults.Arm(fault.WALOffsetsLooked, 1, func() error {
		winner = force(t, c.Reopen())
		rec := offsetRecord(1)
		rec.Sources[0].End = []byte(`{"0":777}`)
		return winner.WriteOffsets(ctx, rec)
	})
	wantCode(t, old.WriteOffsets(ctx, offsetRecord(1)), diag.FencingLost, "term 2")
	if got := content(t, c, "offsets/1"); got != content(t, c.Reopen(), "offsets/1") || winner.last.Term != 2 {
		t.Errorf("offsets/1: %s", got)
	}
	must(t, finish(winner, c, 1))
}

// TestTakeoverBetweenStateAndCommit: the old owner has run the epoch and stops just before its commit record; the new
// one replays it; whoever comes first, the other recognises it.
func TestTakeoverBetweenStateAndCommit(t *testing.T) {
	t.Run("old owner commits first", func(t *testing.T) {
		c := store.NewCrash()
		old, winner := committedAfterTakeover(t, c)
		if r := winner.Recovery(); r.Kind != Replay || r.Epoch != 2 {
			t.Fatalf("%+v", r)
		}
		theirs := commitRecord(2)
		theirs.State[0].Name = "state/other-name"
		found, err := winner.WriteCommit(ctx, theirs)
		if err != nil || found == nil || found.Term != 1 || found.State[0].Name != "state/0" {
			t.Fatalf("not adopted: %+v %v", found, err)
		}
		must(t, run(winner, c, 3))
		wantCode(t, old.WriteOffsets(ctx, offsetRecord(3)), diag.FencingLost, "term 2")
	})
	t.Run("new owner commits first", func(t *testing.T) {
		c := store.NewCrash()
		old := grow(t, c, 2, true)
		winner := force(t, c.Reopen())
		must(t, finish(winner, c, 2))
		_, err := old.WriteCommit(ctx, commitRecord(2))
		wantCode(t, err, diag.FencingLost, "term 2")
		_, err = old.WriteCommit(ctx, commitRecord(2))
		wantCode(t, err, diag.FencingLost)
	})
	for name, change := range map[string]func(*CommitRecord){
		"digest": func(r *CommitRecord) { r.Sinks["out"] = MarkerRecord{Epoch: 2, Term: 1, Rows: 10, Digest: "ff"} },
		"rows": func(r *CommitRecord) {
			r.Sinks["out"] = MarkerRecord{Epoch: 2, Rows: 11, Digest: r.Sinks["out"].Digest}
		},
		"sink":      func(r *CommitRecord) { r.Sinks["new"] = MarkerRecord{} },
		"plan":      func(r *CommitRecord) { r.Plan = "p2" },
		"watermark": func(r *CommitRecord) { r.Watermark++ },
		"finished":  func(r *CommitRecord) { r.Finished = true },
	} {
		t.Run("other "+name, func(t *testing.T) {
			_, winner := committedAfterTakeover(t, store.NewCrash())
			rec := commitRecord(2)
			change(rec)
			_, err := winner.WriteCommit(ctx, rec)
			wantCode(t, err, diag.CommitConflict, "commits/2", "term 1")
			if diag.ExitOf(err) != diag.ExitState {
				t.Errorf("exit %d", diag.ExitOf(err))
			}
			wantCode(t, winner.WriteOffsets(ctx, offsetRecord(3)), diag.CommitConflict)
		})
	}
}

// committedAfterTakeover makes an owner whose commits/2 gets its name after the takeover: it had looked just before.
func committedAfterTakeover(t *testing.T, c *store.Crash) (old, winner *Log) {
	t.Helper()
	old = grow(t, c, 2, true)
	old.faults = &fault.Set{}
	old.faults.Arm(fault.WALCommitsLooked, 1, func() error { winner = force(t, c.Reopen()); return nil })
	must(t, finish(old, c, 2))
	return old, winner
}

func TestCommitFoundDamagedOrForeign(t *testing.T) {
	for name, c := range map[string]struct {
		data string
		code diag.Code
	}{
		"damaged": {"v1\n{}", diag.LogDamaged},
		"foreign": {string((&CommitRecord{Epoch: 2, Query: "other"}).encode()), diag.LogForeign},
	} {
		t.Run(name, func(t *testing.T) {
			st := store.NewMemory()
			l := grow(t, st, 2, true)
			put(t, st, "commits/2", c.data)
			_, err := l.WriteCommit(ctx, commitRecord(2))
			wantCode(t, err, c.code, "commits/2")
		})
	}
	st := store.NewMemory()
	l := grow(t, st, 2, false)
	put(t, st, "offsets/2", "v1\n{}")
	wantCode(t, l.WriteOffsets(ctx, offsetRecord(2)), diag.LogDamaged, "offsets/2")
}

// TestSetAsideFencesThePaused: an owner that slept through --fresh finds a term above its own, not a log to continue
// in.
func TestSetAsideFencesThePaused(t *testing.T) {
	c := store.NewCrash()
	old := grow(t, c, 2, false)
	must(t, old.Close())
	remove(t, c, "terms/1") // its records still say that it existed
	forced := claim()
	forced.Force = true
	must(t, SetAside(ctx, c.Reopen().Local, "aside", forced))
	wantCode(t, old.WriteOffsets(ctx, offsetRecord(2)), diag.FencingLost)
	if l := force(t, c.Reopen()); l.Recovery().Kind != Fresh || l.Term().Number != 3 {
		t.Errorf("%+v term %d", l.Recovery(), l.Term().Number)
	}
}

// TestRace starts eight owners at once, by force and without: of all that run epochs, each epoch belongs to one.
func TestRace(t *testing.T) {
	for _, forced := range []bool{false, true} {
		c := store.NewCrash()
		var wg sync.WaitGroup
		var mu sync.Mutex
		owners, refused, planned := 0, 0, map[int64]int{}
		for range 8 {
			st := c.Reopen()
			wg.Go(func() {
				l, err := Open(ctx, st, nil)
				must(t, err)
				_, err = l.AcquireTerm(ctx, Claim{Force: forced, Now: start})
				mu.Lock()
				if err != nil {
					refused++
					if diag.CodeOf(err) != diag.StateInUse {
						t.Errorf("refused by %v", err)
					}
					mu.Unlock()
					return
				}
				owners++
				mu.Unlock()
				r := l.Recovery()
				for e := r.Epoch; e < 20; e++ {
					if r.Kind != Replay || e != r.Epoch {
						if err := l.WriteOffsets(ctx, offsetRecord(e)); err != nil {
							wantLost(t, err)
							return
						}
						mu.Lock()
						planned[e]++
						mu.Unlock()
					}
					if _, err := l.WriteCommit(ctx, commitRecord(e)); err != nil {
						wantLost(t, err)
						return
					}
				}
			})
		}
		wg.Wait()
		for e, n := range planned {
			if n != 1 {
				t.Errorf("forced %v: epoch %d was planned %d times", forced, e, n)
			}
		}
		if !forced && (owners != 1 || refused != 7 || len(planned) != 20) {
			t.Errorf("%d owners, %d refused, %d epochs", owners, refused, len(planned))
		}
		if r := force(t, c.Reopen()).Recovery(); forced && r.Epoch == 0 && len(planned) > 0 {
			t.Errorf("after the race: %+v", r)
		}
	}
}

func wantLost(t *testing.T, err error) {
	if diag.CodeOf(err) != diag.FencingLost {
		t.Errorf("stopped by %v", err)
	}
}

func TestIdentityIsAgreed(t *testing.T) {
	st := store.NewMemory()
	a, err := Open(ctx, st, nil)
	must(t, err)
	b, err := Open(ctx, st, nil)
	must(t, err)
	must(t, a.identify(ctx, ""))
	must(t, b.identify(ctx, ""))
	if a.ID() != b.ID() || a.ID() == "" {
		t.Errorf("%s and %s", a.ID(), b.ID())
	}
}

func TestTermWithoutLock(t *testing.T) {
	st := store.NewMemory()
	must(t, st.Create(ctx, "terms/1", marshal(Term{Number: 1, PID: 42, Host: "far", Started: "then"}), nil))
	_, err := createTerm(ctx, st, 0, claim()) // a store whose lock says nothing: somebody was first by a moment
	wantCode(t, err, diag.StateInUse, "pid 42", "far")
}

func TestTextsOfTwoOwners(t *testing.T) {
	st := store.NewMemory()
	l := grow(t, st, 1, false)
	must(t, l.WriteQuery(ctx, 1, "SELECT 2", []byte("{}"))) // and dies before offsets/1
	must(t, l.Close())
	l = own(t, st)
	must(t, l.WriteQuery(ctx, 1, "SELECT 3", []byte("{}")))
	must(t, l.WriteQuery(ctx, 1, "SELECT 3", []byte("{}")))
	must(t, run(l, st, 1))
	if q, err := l.QueryAt(ctx, 1); err != nil || q.SQL != "SELECT 3" {
		t.Errorf("%+v %v", q, err)
	}
	if q, err := l.QueryAt(ctx, 0); err != nil || q.SQL != "SELECT 1" {
		t.Errorf("%+v %v", q, err)
	}
	if content(t, st, "query/1.sql") != "SELECT 2" || content(t, st, "query/1-2.sql") != "SELECT 3" {
		t.Errorf("texts: %v", list(t, st, queryDir))
	}
	must(t, l.Close())
	l = own(t, st)
	must(t, l.WriteQuery(ctx, 2, "SELECT 3", []byte("{}")))
	if n := len(list(t, st, queryDir)); n != 6 {
		t.Errorf("an unchanged text was written again: %v", list(t, st, queryDir))
	}
	remove(t, st, "query/1-2.sql")
	_, err := l.QueryAt(ctx, 1)
	wantCode(t, err, diag.LogMissing, "query/1-2.sql")
}

func TestEveryPointIsPassed(t *testing.T) {
	faults := &fault.Set{}
	seen := map[string]bool{}
	faults.Trace(func(p string) { seen[p] = true })
	st := store.NewMemory()
	l, err := Open(ctx, st, faults)
	must(t, err)
	_, err = l.AcquireTerm(ctx, claim())
	must(t, err)
	must(t, l.WriteQuery(ctx, 0, "SELECT 1", nil))
	for e := range int64(6) {
		must(t, run(l, st, e))
	}
	_, err = l.Retain(ctx, Policy{}, start)
	must(t, err)
	for _, p := range []string{fault.MetadataWritten, fault.TakeoverTerm, fault.QueryTextWritten,
		fault.WALOffsetsSynced, fault.WALOffsetsLooked,
		fault.WALOffsetsLinked, fault.WALCommitsSynced, fault.WALCommitsLooked, fault.WALCommitsLinked, fault.GCHalf} {
		if !seen[p] {
			t.Errorf("%s was not passed", p)
		}
	}
	faults.Arm(fault.WALOffsetsLinked, 1, func() error { return errors.New("stop") })
	if err := l.WriteOffsets(ctx, offsetRecord(6)); diag.CodeOf(err) != diag.CheckpointWrite {
		t.Errorf("fault: %v", err)
	}
}
