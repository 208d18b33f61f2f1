//go:build unix

package main

import (
	"context"
	"io"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"streamsql/cmd/streamsql/internal/session"
	"streamsql/cmd/streamsql/internal/terminal"
	"streamsql/exec"
	"streamsql/internal/connector/builtin"
	"streamsql/internal/fault"
	"streamsql/internal/store"
)

// TestPausedOwnerWakesAfterRetention stops the owner just before a record gets its name, lets a second owner run until
// retention has freed that name, and wakes the first: it leaves with code 7, creates nothing, and the query continues.
// STREAMSQL_WAKES is how often each point is tried.
func TestPausedOwnerWakesAfterRetention(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("that a process is stopped is read from /proc")
	}
	for round := range scale(t, "STREAMSQL_WAKES", 1) {
		for _, point := range []string{
			fault.WALOffsetsSynced, fault.WALOffsetsLooked, fault.WALCommitsSynced, fault.WALCommitsLooked,
		} {
			j := newJob(t, jobRows(1200), 40, "")
			owner := j.start([]string{"STREAMSQL_FAULT=" + point + ":5=stop"}, "run", "q.sql")
			waitStopped(t, owner)
			forgetfulOwner(t, j)
			for _, log := range []string{"offsets/4", "commits/4"} {
				if fileExists(filepath.Join(j.dir, "q.state", log)) {
					t.Fatalf("%s: retention kept %s, so the test shows nothing", point, log)
				}
			}
			_ = owner.cmd.Process.Signal(syscall.SIGCONT)
			if r := j.wait(owner); r.code != 7 {
				t.Fatalf("round %d, %s: the old owner left with %d, want 7\n%s", round, point, r.code, r.stderr)
			}
			j.verify(point)
			if r := j.must(0, nil, "run", "q.sql"); !contains(r.stderr, "finished") || contains(r.stderr, "warning") {
				t.Fatalf("round %d, %s: the next start says\n%s", round, point, r.stderr)
			}
		}
	}
}

// forgetfulOwner takes the query over and finishes it, keeping no more past than it must.
func forgetfulOwner(t *testing.T, j *job) {
	t.Helper()
	s := session.New(terminal.New(nil, io.Discard, io.Discard, noEnv), session.Host{Dir: j.dir})
	src, err := s.Read("", []string{"q.sql"})
	if err != nil {
		t.Fatal(err)
	}
	prog, err := s.Compile(src)
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.OpenLocal(filepath.Join(j.dir, "q.state"))
	if err != nil {
		t.Fatal(err)
	}
	set := builtin.Connectors(io.Discard)
	q, err := exec.Open(context.Background(), prog, exec.Env{
		Store: st, Sources: set.Sources(), Sinks: set.Sinks(), Base: src.Base, Takeover: true,
		KeepEpochs: 2, KeepAge: time.Nanosecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Run(context.Background(), exec.Trigger{}, nil); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
}
