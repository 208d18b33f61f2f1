//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamsql/internal/fault"
)

// The races of a start. Each can be run as often as one likes: STREAMSQL_TAKEOVERS, STREAMSQL_STALE, STREAMSQL_CHANGED
// (and STREAMSQL_STARTERS in kill_test.go, STREAMSQL_WAKES in retention_test.go) are numbers of rounds, STREAMSQL_SEED
// chooses the moments.

// TestTakeoverWhileRunning takes the query from a live owner at a random moment, sometimes twice: the last one
// finishes, the others leave with 7, every row is there once.
func TestTakeoverWhileRunning(t *testing.T) {
	rnd := rand.New(rand.NewPCG(uint64(scale(t, "STREAMSQL_SEED", 1)), 2))
	rounds, taken := scale(t, "STREAMSQL_TAKEOVERS", 8), 0
	for round := range rounds {
		j := newJob(t, jobRows(1500), 30, "")
		owners := []*process{j.start(nil, "run", "q.sql")}
		for range 1 + rnd.IntN(2) {
			<-time.After(time.Duration(rnd.IntN(250)) * time.Millisecond)
			owners = append(owners, j.start(nil, "run", "q.sql", "--takeover"))
		}
		ended := 0
		for i, p := range owners {
			switch r := j.wait(p); r.code {
			case 0:
				ended++
			case 7:
				taken++
			default:
				t.Fatalf("round %d: owner %d left with %d\n%s", round, i, r.code, r.stderr)
			}
		}
		if ended == 0 {
			j.must(0, nil, "run", "q.sql")
		}
		j.verify(fmt.Sprintf("round %d", round))
	}
	t.Logf("%d rounds, %d owners were taken over", rounds, taken)
}

// TestTwoStartersByForce: two starts by force at the same moment; whoever comes last finishes.
func TestTwoStartersByForce(t *testing.T) {
	for round := range scale(t, "STREAMSQL_TAKEOVERS", 8) {
		j := newJob(t, jobRows(300), 50, "")
		both := []*process{j.start(nil, "run", "q.sql", "--takeover"), j.start(nil, "run", "q.sql", "--takeover")}
		ended := 0
		for _, p := range both {
			r := j.wait(p)
			if r.code != 0 && r.code != 7 {
				t.Fatalf("round %d: a starter left with %d\n%s", round, r.code, r.stderr)
			}
			if r.code == 0 {
				ended++
			}
		}
		if ended == 0 {
			j.must(0, nil, "run", "q.sql")
		}
		j.verify(fmt.Sprintf("round %d", round))
	}
}

// TestStaleCopyLeavesTheOwnerAlone starts the query on a copy of the state that its owner has left behind: refused with
// 8 and both numbers, and the owner runs to its end.
func TestStaleCopyLeavesTheOwnerAlone(t *testing.T) {
	for round := range scale(t, "STREAMSQL_STALE", 4) {
		j := newJob(t, jobRows(1200), 40, "")
		if r := j.run([]string{"STREAMSQL_FAULT=" + fault.WALCommitsLinked + ":9=kill"}, "run", "q.sql"); r.code != -1 {
			t.Fatalf("exit %d\n%s", r.code, r.stderr)
		}
		if err := os.CopyFS(filepath.Join(j.dir, "old.state"), os.DirFS(filepath.Join(j.dir, "q.state"))); err != nil {
			t.Fatal(err)
		}
		owner := j.start([]string{"STREAMSQL_FAULT=" + fault.WALCommitsLinked + ":9=stop"}, "run", "q.sql")
		waitStopped(t, owner) // nine epochs further, alive
		for _, flags := range [][]string{nil, {"--takeover"}} {
			args := append([]string{"run", "q.sql", "--state", "old.state"}, flags...)
			if r := j.must(8, nil, args...); !strings.Contains(r.stderr, "the log of this query says epoch") {
				t.Fatalf("round %d: the copy says\n%s", round, r.stderr)
			}
		}
		_ = owner.cmd.Process.Signal(syscall.SIGCONT)
		if r := j.wait(owner); r.code != 0 {
			t.Fatalf("round %d: the owner left with %d\n%s", round, r.code, r.stderr)
		}
		j.verify(fmt.Sprintf("round %d", round))
	}
}

// TestChangedQueryBetweenKills kills the query at a random point, changes it, kills it again, and so on: it always
// starts, nothing is repeated, and what every version of it wants is not lost.
func TestChangedQueryBetweenKills(t *testing.T) {
	rnd := rand.New(rand.NewPCG(uint64(scale(t, "STREAMSQL_SEED", 1)), 3))
	points := []string{
		fault.WALOffsetsLinked, fault.FlowAdvance, fault.StateWritten, fault.SinkManifest, fault.SinkBetween,
		fault.SinkCommitted, fault.WALCommitsSynced, fault.WALCommitsLinked, fault.QueryTextWritten,
	}
	kills := 0
	for round := range scale(t, "STREAMSQL_CHANGED", 6) {
		j := newJob(t, jobRows(1200), 100, "")
		text, err := os.ReadFile(filepath.Join(j.dir, "q.sql"))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 + rnd.IntN(5) {
			limit := []string{"900", "910", "930", "950"}[rnd.IntN(4)]
			j.write("q.sql", strings.Replace(string(text), "price >= 900", "price >= "+limit, 1))
			point := points[rnd.IntN(len(points))]
			r := j.run([]string{fmt.Sprintf("STREAMSQL_FAULT=%s:%d=kill", point, 1+rnd.IntN(2))}, "run", "q.sql", "--lanes", "1")
			if r.code == -1 {
				kills++
			} else if r.code != 0 {
				t.Fatalf("round %d: exit %d after %d kills\n%s", round, r.code, kills, r.stderr)
			}
		}
		j.must(0, nil, "run", "q.sql")
		windows, all := j.want()
		sameRows(t, fmt.Sprintf("round %d: windows", round), j.got("windows"), windows)
		got := map[string]int{}
		for _, row := range j.got("expensive") {
			got[row]++
		}
		for _, row := range all {
			n, wanted := got[row], strings.Compare(row[strings.Index(row, `"price":`):], `"price":950}`) >= 0
			if n > count1(all, row) || n == 0 && wanted {
				t.Fatalf("round %d: row %s is there %d times", round, row, n)
			}
		}
	}
	t.Logf("%d kills between changes", kills)
}
