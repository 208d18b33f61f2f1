//go:build unix

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamsql/internal/fault"
)

// TestSignalsAtRandomMoments sends one, two or three signals at random moments, with short and long drain deadlines, to
// one query after the other. Whatever the process was doing, it leaves with 0, 130 or 15 (or, after three, by the
// signal itself); nothing is lost or repeated; a cancelled context is never reported as a fault of a disk, a sink or
// the state. STREAMSQL_SIGNALS is the number of runs.
func TestSignalsAtRandomMoments(t *testing.T) {
	seed := uint64(scale(t, "STREAMSQL_SEED", 1))
	rnd := rand.New(rand.NewPCG(seed, 7))
	codes := map[int]int{}
	for runs, want := 0, scale(t, "STREAMSQL_SIGNALS", 40); runs < want; {
		j := newJob(t, jobRows(1500), 25, "")
		if rnd.IntN(2) == 0 {
			j.pack()
		}
		for try := 0; ; try++ {
			runs++
			trigger := []string{"", "available-now", "once", "10ms"}[rnd.IntN(4)]
			args := []string{"run", "q.sql", "--drain", []string{"0s", "1ms", "5ms", "30s"}[rnd.IntN(4)]}
			if trigger != "" {
				args = append(args, "--trigger", trigger)
			}
			p := j.start(nil, args...)
			signals := 0
			if try < 40 {
				signals = signalOften(p, filepath.Join(j.dir, "q.state"), rnd)
			}
			r := j.wait(p)
			codes[r.code]++
			allowed := []int{0, 130, 15}
			if signals > 2 {
				allowed = append(allowed, -1)
			}
			if !slices.Contains(allowed, r.code) {
				t.Fatalf("seed %d, run %d, %d signals, %v: exit %d\n%s", seed, runs, signals, args, r.code, r.stderr)
			}
			stops := strings.Count(r.stderr, "error[stopped]") + strings.Count(r.stderr, "error[drain-deadline]")
			if strings.Count(r.stderr, "error[") != stops {
				t.Fatalf("seed %d, run %d: exit %d reports another error\n%s", seed, runs, r.code, r.stderr)
			}
			if strings.Contains(r.stderr, "finished: the input ha") {
				break
			}
		}
		j.verify(fmt.Sprintf("seed %d, after %d runs", seed, runs))
	}
	t.Logf("exit codes %v, seed %d", codes, seed)
}

// signalOften waits until the process owns its state, by when it listens, and a random while; then it sends up to three
// signals in random distances. It reports how many were sent.
func signalOften(p *process, state string, rnd *rand.Rand) int {
	for !owns(p, state) {
		select {
		case <-p.done:
			return 0
		case <-time.After(time.Millisecond):
		}
	}
	kinds := []os.Signal{syscall.SIGTERM, os.Interrupt}
	n := 1 + rnd.IntN(5)%3
	gap := time.Duration(rnd.IntN(80)) * time.Millisecond
	for i := range n {
		select {
		case <-p.done:
			return i
		case <-time.After(gap):
		}
		_ = p.cmd.Process.Signal(kinds[(i+rnd.IntN(2))%2])
		gap = []time.Duration{0, time.Millisecond, 10 * time.Millisecond}[rnd.IntN(3)]
	}
	return n
}

// owns reports whether the lock of a state names the process.
func owns(p *process, state string) bool {
	text, err := os.ReadFile(filepath.Join(state, ".lock"))
	return err == nil && strings.HasPrefix(string(text), fmt.Sprintf("pid %d ", p.cmd.Process.Pid))
}

// pack compresses the data files of a job.
func (j *job) pack() {
	j.t.Helper()
	files, err := filepath.Glob(filepath.Join(j.dir, "data", "*.jsonl"))
	if err != nil {
		j.t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			j.t.Fatal(err)
		}
		j.write("data/"+filepath.Base(f)+".gz", string(packed(j.t, data)))
		if err := os.Remove(f); err != nil {
			j.t.Fatal(err)
		}
	}
}

func packed(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A drain deadline that an epoch misses gives 15, wherever the epoch is; the next start repeats it.
func TestMissedDrainDeadline(t *testing.T) {
	for _, point := range []string{fault.FlowMorsel, fault.SinkStaged, fault.StateWritten, fault.SinkCommitted} {
		j := newJob(t, jobRows(900), 50, watched)
		p := j.start([]string{"STREAMSQL_FAULT=" + point + ":4=hang"}, "run", "q.sql", "--drain", "50ms")
		waitFor(t, p, func() bool { return contains(p.said(), "hangs at "+point) })
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		if r := j.wait(p); r.code != 15 || !contains(r.stderr, "drain-deadline") {
			t.Fatalf("%s: exit %d, want 15\n%s", point, r.code, r.stderr)
		}
		j.must(0, nil, "run", "q.sql", "--trigger", "available-now")
		_, expensive := j.want()
		sameRows(t, "expensive", j.got("expensive"), expensive)
	}
}

// A second signal ends a process that hangs, with 130; a third one before it has done so kills it.
func TestSecondAndThirdSignal(t *testing.T) {
	j := newJob(t, jobRows(900), 50, watched)
	hang := []string{"STREAMSQL_FAULT=" + fault.StateWritten + ":4=hang"}
	p := j.start(hang, "run", "q.sql")
	waitFor(t, p, func() bool { return contains(p.said(), "hangs at") })
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	waitFor(t, p, func() bool { return contains(p.said(), "draining") })
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if r := j.wait(p); r.code != 130 {
		t.Fatalf("exit %d, want 130\n%s", r.code, r.stderr)
	}
	j.must(0, nil, "run", "q.sql", "--trigger", "available-now")
	_, expensive := j.want()
	sameRows(t, "expensive", j.got("expensive"), expensive)
}
