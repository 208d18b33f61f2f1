//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// The start races: each passes almost always even when it is broken, so STREAMSQL_RACES says how often to try.

// A run that ends by itself with 0 has read everything there was when it began, whatever came first: the listing, the
// fetching or the trigger.
func TestStartsReadEverything(t *testing.T) {
	for _, c := range []struct {
		name, options, trigger string
		rows                   int
		whole                  bool // the last windows too
	}{
		{"bounded-available-now", "", "available-now", 200, true},
		{"bounded-once", "", "once", 200, false},
		{"watched-available-now", watched, "available-now", 200, false},
		{"watched-once", watched, "once", 200, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := newJob(t, jobRows(c.rows), 100_000, c.options)
			for race := range scale(t, "STREAMSQL_RACES", 15) {
				for _, dir := range []string{"out", "q.state"} {
					if err := os.RemoveAll(filepath.Join(j.dir, dir)); err != nil {
						t.Fatal(err)
					}
				}
				r := j.must(0, nil, "run", "q.sql", "--trigger", c.trigger)
				windows, expensive := j.want()
				if got := j.got("expensive"); len(got) != len(expensive) {
					t.Fatalf("start %d: %d rows of %d\n%s", race, len(got), len(expensive), r.stderr)
				}
				if got := j.got("windows"); c.whole && len(got) != len(windows) {
					t.Fatalf("start %d: %d windows of %d\n%s", race, len(got), len(windows), r.stderr)
				}
			}
		})
	}
}

// A start on a copy of the state that has been left behind is refused, and the owner does not notice.
func TestStaleCopyHarmsNobody(t *testing.T) {
	for race := range scale(t, "STREAMSQL_RACES", 15)/5 + 1 {
		j := newJob(t, jobRows(1500), 20, watched)
		j.run([]string{"STREAMSQL_FAULT=wal/commits/linked:4=kill"}, "run", "q.sql")
		stale := filepath.Join(j.dir, "stale.state")
		if err := os.CopyFS(stale, os.DirFS(filepath.Join(j.dir, "q.state"))); err != nil {
			t.Fatal(err)
		}
		before := len(j.got("expensive"))
		owner := j.start(nil, "run", "q.sql")
		waitFor(t, owner, func() bool { return len(j.got("expensive")) > before })
		r := j.run(nil, "run", "q.sql", "--state", "stale.state")
		if r.code != 8 && r.code != 7 {
			t.Fatalf("race %d: the start on the copy left with %d\n%s", race, r.code, r.stderr)
		}
		_, expensive := j.want()
		waitFor(t, owner, func() bool { return len(j.got("expensive")) == len(expensive) })
		_ = owner.cmd.Process.Signal(syscall.SIGTERM)
		if r := j.wait(owner); r.code != 0 {
			t.Fatalf("race %d: the owner left with %d\n%s", race, r.code, r.stderr)
		}
		sameRows(t, "expensive", j.got("expensive"), expensive)
	}
}

// A takeover of an owner in full work succeeds: the new owner continues and the old one leaves with 7.
func TestTakeoverOfLiveOwner(t *testing.T) {
	for race := range scale(t, "STREAMSQL_RACES", 15)/5 + 1 {
		j := newJob(t, jobRows(1500), 10, watched)
		owner := j.start(nil, "run", "q.sql")
		waitFor(t, owner, func() bool { return len(j.got("expensive")) > 0 })
		time.Sleep(time.Duration(race%20) * time.Millisecond)
		r := j.must(0, nil, "run", "q.sql", "--takeover", "--trigger", "available-now")
		if old := j.wait(owner); old.code != 7 {
			t.Fatalf("race %d: the old owner left with %d\n%s\nthe new one said\n%s", race, old.code, old.stderr, r.stderr)
		}
		_, expensive := j.want()
		sameRows(t, "expensive", j.got("expensive"), expensive)
	}
}
