//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"streamsql/internal/fault"
)

// killPoints are the places at which a running query can be killed from outside its own code.
var killPoints = []string{
	fault.MetadataWritten, fault.QueryTextWritten, fault.TakeoverTerm, fault.RecoverSinks, fault.TakeoverFenced,
	fault.SourceRead, fault.WALOffsetsSynced, fault.WALOffsetsLooked, fault.WALOffsetsLinked, fault.FlowMorsel,
	fault.FlowAdvance, fault.StateCaptured, fault.StateWritten, fault.SinkStaged, fault.SinkManifest,
	fault.SinkRename, fault.SinkCommitted, fault.SinkBetween,
	fault.WALCommitsSynced, fault.WALCommitsLooked, fault.WALCommitsLinked, fault.CompactHalf, fault.CompactWritten,
	fault.RestoreHalf, fault.GCHalf,
}

// TestKillAtEachPoint kills the process at each named point in turn (a random passage of it), again and again on one
// state, until the query is through. Nothing may be lost or repeated.
func TestKillAtEachPoint(t *testing.T) {
	seed := uint64(scale(t, "STREAMSQL_SEED", 1))
	rnd := rand.New(rand.NewPCG(seed, 0))
	kills, rounds := 0, 0
	for want := scale(t, "STREAMSQL_KILLS", 60) * 2 / 3; kills < want; rounds++ {
		j := newJob(t, jobRows(1500), 40, "")
		for try := 0; ; try++ {
			point := killPoints[(kills+rounds+try)%len(killPoints)]
			env := []string{fmt.Sprintf("STREAMSQL_FAULT=%s:%d=kill", point, 1+rnd.IntN(12))}
			if try > 60 {
				env = nil
			}
			r := j.run(env, "run", "q.sql", "--lanes", fmt.Sprint(1+rnd.IntN(2)))
			if r.code == -1 {
				kills++
				continue
			}
			if r.code != 0 {
				t.Fatalf("after %d kills (seed %d): exit %d\n%s", kills, seed, r.code, r.stderr)
			}
			break
		}
		j.verify(fmt.Sprintf("seed %d, %d kills", seed, kills))
	}
	t.Logf("%d kills at named points over %d queries, seed %d", kills, rounds, seed)
}

// TestKillAtRandomMoments does the same from outside, by the clock.
func TestKillAtRandomMoments(t *testing.T) {
	seed := uint64(scale(t, "STREAMSQL_SEED", 1))
	rnd := rand.New(rand.NewPCG(seed, 1))
	kills, rounds := 0, 0
	for want := scale(t, "STREAMSQL_KILLS", 60) / 3; kills < want; rounds++ {
		j := newJob(t, jobRows(3000), 30, "")
		for try := 0; ; try++ {
			p := j.start(nil, "run", "q.sql")
			if try < 200 {
				select {
				case <-p.done:
				case <-time.After(time.Duration(rnd.IntN(120)) * time.Millisecond):
					_ = p.cmd.Process.Kill()
				}
			}
			r := j.wait(p)
			if r.code == -1 {
				kills++
				continue
			}
			if r.code != 0 {
				t.Fatalf("after %d kills (seed %d): exit %d\n%s", kills, seed, r.code, r.stderr)
			}
			break
		}
		j.verify(fmt.Sprintf("seed %d, %d kills", seed, kills))
	}
	t.Logf("%d kills at random moments over %d queries, seed %d", kills, rounds, seed)
}

const watched = ", 'source.monitor-interval'='50ms'"

// TestEightStarters: of eight processes on one state one runs, the others leave with code 7 and name the owner.
func TestEightStarters(t *testing.T) {
	for round := range scale(t, "STREAMSQL_STARTERS", 5) {
		j := newJob(t, jobRows(300), 50, watched)
		var all [8]*process
		for i := range all {
			all[i] = j.start(nil, "run", "q.sql")
		}
		ended := make(chan int, len(all))
		for i, p := range all {
			go func() { <-p.done; ended <- i }()
		}
		left := map[int]bool{}
		for len(left) < 7 {
			select {
			case i := <-ended:
				left[i] = true
			case <-time.After(30 * time.Second):
				t.Fatalf("round %d: only %d of 8 left", round, len(left))
			}
		}
		for i, p := range all {
			if left[i] {
				if r := j.wait(p); r.code != 7 {
					t.Fatalf("round %d: a starter left with %d\n%s", round, r.code, r.stderr)
				}
				continue
			}
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
			if r := j.wait(p); r.code != 0 {
				t.Fatalf("round %d: the owner left with %d\n%s", round, r.code, r.stderr)
			}
		}
	}
}

// TestPausedOwner stops the owner at a point, takes the state over, finishes, and lets the first one continue: it must
// leave with code 7 and change nothing.
func TestPausedOwner(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("that a process is stopped is read from /proc")
	}
	for _, point := range []string{
		fault.WALOffsetsSynced, fault.WALOffsetsLooked, fault.WALOffsetsLinked, fault.FlowAdvance, fault.StateCaptured,
		fault.StateWritten, fault.SinkStaged, fault.SinkManifest, fault.SinkCommitted, fault.WALCommitsSynced,
		fault.WALCommitsLooked, fault.WALCommitsLinked,
	} {
		t.Run(filepath.Base(filepath.Dir(point))+"-"+filepath.Base(point), func(t *testing.T) {
			j := newJob(t, jobRows(1200), 40, "")
			owner := j.start([]string{"STREAMSQL_FAULT=" + point + ":5=stop"}, "run", "q.sql")
			waitStopped(t, owner)
			j.must(0, nil, "run", "q.sql", "--takeover")
			j.verify("after the takeover")
			_ = owner.cmd.Process.Signal(syscall.SIGCONT)
			if r := j.wait(owner); r.code != 7 {
				t.Fatalf("the old owner left with %d, want 7\n%s", r.code, r.stderr)
			}
			j.verify("after the old owner went on")
			r := j.must(0, nil, "run", "q.sql")
			if want := "finished"; !contains(r.stderr, want) {
				t.Fatalf("want %q in\n%s", want, r.stderr)
			}
		})
	}
}

// waitStopped waits until the kernel shows the process as stopped.
func waitStopped(t *testing.T, p *process) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
		if err == nil && contains(string(b), ") T ") {
			return
		}
		select {
		case <-p.done:
			t.Fatalf("the owner ended before it was paused:\n%s", p.stderr.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
	t.Fatal("the owner was never paused")
}

// TestRelocation moves the whole folder after a kill: nothing in a checkpoint remembers where it lay.
func TestRelocation(t *testing.T) {
	j := newJob(t, jobRows(1200), 40, "")
	if r := j.run([]string{"STREAMSQL_FAULT=" + fault.StateWritten + ":9=kill"}, "run", "q.sql"); r.code != -1 {
		t.Fatalf("exit %d, want a kill\n%s", r.code, r.stderr)
	}
	moved := filepath.Join(t.TempDir(), "elsewhere", "deep")
	if err := os.MkdirAll(filepath.Dir(moved), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(j.dir, moved); err != nil {
		t.Fatal(err)
	}
	old := j.dir
	j.dir = moved
	r := j.must(0, nil, "run", "q.sql")
	if !contains(r.stderr, "resumes after epoch") {
		t.Fatalf("did not resume:\n%s", r.stderr)
	}
	j.verify("after the move")
	if err := filepath.Walk(filepath.Join(moved, "q.state"), func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil && (contains(string(b), old) || contains(string(b), moved)) {
			t.Errorf("%s holds an address", path)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
