package wal

import (
	"slices"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/store"
	"streamsql/internal/store/vfs"
)

// TestWakesAfterRetention holds an owner between the durable private file and the name of its record, lets a second one
// take over and run until retention has freed that name, and wakes the first: it must create nothing, and the next
// start must go on.
func TestWakesAfterRetention(t *testing.T) {
	for _, point := range []string{fault.WALOffsetsSynced, fault.WALOffsetsLooked, fault.WALCommitsSynced,
		fault.WALCommitsLooked} {
		for _, handover := range []int{1, 3} { // owners that ran meanwhile
			t.Run(point, func(t *testing.T) {
				c := store.NewCrash()
				planned := point == fault.WALCommitsSynced || point == fault.WALCommitsLooked
				old := grow(t, c, 5, planned)
				old.faults = &fault.Set{}
				old.faults.Arm(point, 1, func() error {
					for range handover {
						runPast(t, c, 5)
					}
					return nil
				})
				var err error
				if planned {
					err = finish(old, c, 5)
				} else {
					err = old.WriteOffsets(ctx, offsetRecord(5))
				}
				wantCode(t, err, diag.FencingLost)
				for _, dir := range []string{offsetsDir, commitsDir} {
					if slices.Contains(list(t, c, dir), "5") {
						t.Errorf("%s5 was created by an owner of the past", dir)
					}
				}
				runPast(t, c, 5)
			})
		}
	}
}

// runPast takes the query over and runs it until retention has deleted epoch and twenty more.
func runPast(t *testing.T, c *store.Crash, epoch int64) {
	t.Helper()
	st := c.Reopen()
	l := force(t, st)
	r := l.Recovery()
	at := r.Epoch
	if r.Kind == Replay {
		must(t, finish(l, st, at))
		at++
	}
	for end := max(at, epoch) + 20; at < end; at++ {
		must(t, run(l, st, at))
		_, err := l.Retain(ctx, Policy{Epochs: 3}, epochTime(at).Time().Add(1<<40))
		must(t, err)
	}
	if oldest, _, _ := l.Epochs(); oldest <= epoch {
		t.Fatalf("retention kept epoch %d", oldest)
	}
	must(t, l.Close())
}

// TestStraysAreIgnored: where creation cannot be stopped (an object store), a record of an owner of the past may appear
// under a name that retention has freed. It decides nothing, is named once, and goes.
func TestStraysAreIgnored(t *testing.T) {
	for name, strays := range map[string][]string{
		"commit": {"commits/5"}, "offsets": {"offsets/5"}, "both": {"offsets/4", "commits/5"},
		"beside the run": {"commits/21"},
		"several":        {"commits/3", "commits/5", "commits/6"},
	} {
		t.Run(name, func(t *testing.T) {
			c := store.NewCrash()
			must(t, grow(t, c, 5, false).Close())
			old := map[string]string{}
			for _, n := range strays {
				old[n] = strayRecord(n)
			}
			runPast(t, c, 5)
			for n, data := range old {
				put(t, c, n, data)
			}
			for _, dir := range []string{offsetsDir, commitsDir} {
				if _, err := Open(ctx, c, nil); err != nil {
					t.Fatalf("%s: %v", dir, err)
				}
			}
			l := force(t, c.Reopen())
			r := l.Recovery()
			if r.Kind != Continue || r.Epoch != 25 {
				t.Fatalf("%+v", r)
			}
			if name != "beside the run" && !slices.Equal(r.Strays, sortedLogs(strays)) {
				t.Errorf("strays %v, want %v", r.Strays, strays)
			}
			must(t, l.Close())
			runPast(t, c, 25)
			if s, err := ReadStatus(ctx, c); err != nil || len(s.Recovery.Strays) != 0 {
				t.Errorf("%+v %v", s.Recovery, err)
			}
		})
	}
}

// strayRecord is a record as the owner of term 1 would make it.
func strayRecord(name string) string {
	if epoch, ok := number(name[len("commits/"):]); ok && name[0] == 'c' {
		rec := commitRecord(epoch)
		rec.Query, rec.Term = testID, 1
		return string(rec.encode())
	} else if ok {
		rec := offsetRecord(epoch)
		rec.Query, rec.Term = testID, 1
		data, _ := rec.encode()
		return string(data)
	}
	return ""
}

// sortedLogs gives offsets before commits, as the log lists them.
func sortedLogs(names []string) []string {
	out := slices.Clone(names)
	slices.SortFunc(out, func(a, b string) int {
		if a[0] != b[0] {
			return int(b[0]) - int(a[0])
		}
		return slices.Compare([]byte(a), []byte(b))
	})
	return out
}

// TestHoleIsNotAStray: what retention cannot have left is a loss, whoever wrote what is before the hole.
func TestHoleIsNotAStray(t *testing.T) {
	grown := func(t *testing.T) *store.Crash {
		c := store.NewCrash()
		must(t, grow(t, c, 5, false).Close())
		l := force(t, c.Reopen()) // term 2 has epochs 5 to 7
		for e := int64(5); e < 8; e++ {
			must(t, run(l, c, e))
		}
		must(t, l.Close())
		return c
	}
	for name, lost := range map[string]string{
		"within a term": "commits/2", "the one before the newest": "commits/6", "planned": "offsets/3",
	} {
		t.Run(name, func(t *testing.T) {
			c := grown(t)
			remove(t, c, lost)
			_, err := Open(ctx, c, nil)
			wantCode(t, err, diag.LogMissing, lost)
		})
	}
}

// TestTermSweptInTheMaking: the owner makes its first commit and sweeps while a start is creating its term.
func TestTermSweptInTheMaking(t *testing.T) {
	c := store.NewCrash()
	must(t, grow(t, c, 3, false).Close())
	swept := 0
	c.FS.OnOp(func(call vfs.Call) {
		if call.Op == vfs.OpClose && strings.Contains(call.Name, "/.tmp/") && swept < 3 {
			swept++
			must(t, c.FS.Remove(call.Name))
		}
	})
	l := force(t, c.Reopen())
	if swept != 3 || l.Term().Number != 2 {
		t.Errorf("swept %d times, term %d", swept, l.Term().Number)
	}
}

// TestSweepSparesTheNext: an owner that is superseded before its first sweep takes nothing from the one after it.
func TestSweepSparesTheNext(t *testing.T) {
	c := store.NewCrash()
	old := grow(t, c, 3, false)
	next := c.Reopen()
	w, err := next.Writer(ctx, "state/next")
	must(t, err)
	winner := force(t, next)
	_, err = old.Retain(ctx, Policy{Epochs: 2}, start.Add(1<<50))
	wantCode(t, err, diag.FencingLost)
	must(t, w.Commit())
	must(t, run(winner, next, 3))
}
