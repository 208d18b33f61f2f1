//go:build unix

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"streamsql/internal/fault"
)

// Regression 0: an open epoch is replayed after the query was changed. When no sink holds it, it runs with the new
// plan; when some sink holds it, it runs once more with the plan it was logged under, and the new plan continues after
// it.
func TestChangedQueryReplaysItsOpenEpoch(t *testing.T) {
	for name, point := range map[string]string{
		"no sink holds it": fault.StateWritten, "a sink holds it": fault.SinkBetween,
		"every sink holds it": fault.WALCommitsSynced,
	} {
		t.Run(name, func(t *testing.T) {
			j := newJob(t, jobRows(1200), 100, "")
			if r := j.run([]string{"STREAMSQL_FAULT=" + point + ":4=kill"}, "run", "q.sql", "--lanes", "1"); r.code != -1 {
				t.Fatalf("exit %d\n%s", r.code, r.stderr)
			}
			text, err := os.ReadFile(filepath.Join(j.dir, "q.sql"))
			if err != nil {
				t.Fatal(err)
			}
			j.write("q.sql", strings.Replace(string(text), "price >= 900", "price >= 950", 1))
			j.do(0, nil, "run", "q.sql")
			windows, _ := j.want()
			sameRows(t, "windows", j.got("windows"), windows)
			checkExpensive(t, j)
		})
	}
}

// checkExpensive: rows of at least 950 are all there, once; those between 900 and 949 are a prefix of the input, the
// part that ran under the old query.
func checkExpensive(t *testing.T, j *job) {
	t.Helper()
	_, all := j.want()
	left := map[string]int{}
	for _, r := range j.got("expensive") {
		left[r]++
	}
	for _, r := range all {
		switch n := left[r]; {
		case n > 1 && n > count1(all, r):
			t.Fatalf("row %s is there %d times", r, n)
		case n == 0 && !belowNewLimit.MatchString(r):
			t.Fatalf("row %s is lost", r)
		}
	}
	if len(j.got("expensive")) == len(all) {
		t.Fatal("the change had no effect")
	}
}

// belowNewLimit matches rows that only the old query wants.
var belowNewLimit = regexp.MustCompile(`"price":9[0-4]`)

func count1(rows []string, row string) int {
	n := 0
	for _, r := range rows {
		if r == row {
			n++
		}
	}
	return n
}

// A change that would make the state mean something else is refused in words, with code 8, and nothing is touched.
func TestChangeBelowStateIsRefused(t *testing.T) {
	j := newJob(t, jobRows(600), 100, "")
	if r := j.run([]string{"STREAMSQL_FAULT=" + fault.WALCommitsLinked + ":3=kill"}, "run", "q.sql"); r.code != -1 {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	text, err := os.ReadFile(filepath.Join(j.dir, "q.sql"))
	if err != nil {
		t.Fatal(err)
	}
	j.write("q.sql", strings.Replace(string(text), "INTERVAL '10' SECOND", "INTERVAL '20' SECOND", 1))
	r := j.do(8, nil, "run", "q.sql")
	if !contains(r.stderr, "state-mismatch") || !contains(r.stderr, "--fresh") {
		t.Fatalf("unhelpful: %s", r.stderr)
	}
	j.write("q.sql", string(text))
	j.do(0, nil, "run", "q.sql")
	j.verify("after the change was taken back")
}

// Regression 14: a query that was killed is never shown as running; a running one is.
func TestStatusTellsTheTruth(t *testing.T) {
	j := newJob(t, jobRows(300), 50, watched)
	p := j.start(nil, "run", "q.sql")
	waitFor(t, p, func() bool {
		r := j.run(nil, "status", "q.state")
		return r.code == 0 && contains(r.stdout, "running")
	})
	_ = p.cmd.Process.Kill()
	j.wait(p)
	r := j.do(0, nil, "status", "q.state")
	if contains(r.stdout, "running") || !contains(r.stdout, "stopped") {
		t.Fatalf("a dead query is shown as\n%s", r.stdout)
	}
	j.do(4, nil, "status", "nowhere.state")
	if fileExists(filepath.Join(j.dir, "nowhere.state")) {
		t.Fatal("looking made a folder")
	}
}

func waitFor(t *testing.T, p *process, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if ok() {
			return
		}
		select {
		case <-p.done:
			t.Fatalf("ended early:\n%s", p.stderr.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Fatal("waited in vain")
}

// SIGTERM: the epoch under way is committed, nothing fires that the watermark has not passed, exit 0; the next start
// resumes.
func TestDrainAndResume(t *testing.T) {
	j := newJob(t, jobRows(900), 50, watched)
	p := j.start(nil, "run", "q.sql")
	waitFor(t, p, func() bool { return len(j.got("windows")) > 0 })
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if r := j.wait(p); r.code != 0 || !contains(r.stderr, "drained") {
		t.Fatalf("exit %d\n%s", r.code, r.stderr)
	}
	r := j.do(0, nil, "run", "q.sql", "--trigger", "available-now")
	if !contains(r.stderr, "resumes after epoch") {
		t.Fatalf("did not resume:\n%s", r.stderr)
	}
	windows, expensive := j.want()
	sameRows(t, "expensive", j.got("expensive"), expensive)
	if got := len(j.got("windows")); got == 0 || got >= len(windows) {
		t.Fatalf("%d windows of %d: available-now must leave the open ones open", got, len(windows))
	}
}

// Killed in the middle of a drain: nothing is lost, nothing is repeated.
func TestKilledWhileDraining(t *testing.T) {
	j := newJob(t, jobRows(900), 50, watched)
	p := j.start([]string{"STREAMSQL_FAULT=" + fault.DrainHalf + "=kill"}, "run", "q.sql")
	waitFor(t, p, func() bool { return len(j.got("windows")) > 0 })
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	if r := j.wait(p); r.code != -1 {
		t.Fatalf("exit %d, want a kill\n%s", r.code, r.stderr)
	}
	j.do(0, nil, "run", "q.sql", "--trigger", "available-now")
	_, expensive := j.want()
	sameRows(t, "expensive", j.got("expensive"), expensive)
}

// A finished query says so and leaves with 0; a bounded table that has grown since is refused with the ways out.
func TestFinishedThenGrown(t *testing.T) {
	j := newJob(t, jobRows(300), 100, "")
	j.do(0, nil, "run", "q.sql")
	if r := j.do(0, nil, "run", "q.sql"); !contains(r.stderr, "finished") {
		t.Fatalf("silent about having finished:\n%s", r.stderr)
	}
	j.verify("after running again")
	j.write("data/part9.jsonl", `{"ts":"2026-01-01 00:10:00.000","channel":"x","price":1}`+"\n")
	r := j.do(8, nil, "run", "q.sql")
	if !contains(r.stderr, "part9.jsonl") || !contains(r.stderr, "source.monitor-interval") {
		t.Fatalf("unhelpful: %s", r.stderr)
	}
	j.verify("after the refusal")
}

// --fresh keeps the old state aside.
func TestFreshLosesNothing(t *testing.T) {
	j := newJob(t, jobRows(300), 100, "")
	j.do(0, nil, "run", "q.sql")
	if err := os.RemoveAll(filepath.Join(j.dir, "out")); err != nil {
		t.Fatal(err)
	}
	j.do(0, nil, "run", "q.sql", "--fresh")
	j.verify("after a fresh start")
	if !fileExists(filepath.Join(j.dir, "q.old1.state")) {
		t.Fatal("the old state is gone")
	}
}

// --fresh beside rows of another query is refused before the state is moved, and the former query continues.
func TestFreshLooksAtTheSinksFirst(t *testing.T) {
	j := newJob(t, jobRows(300), 100, "")
	j.do(0, nil, "run", "q.sql")
	r := j.do(8, nil, "run", "q.sql", "--fresh")
	if !contains(r.stderr, "sink-foreign") || contains(r.stderr, "fresh start") {
		t.Fatalf("unhelpful: %s", r.stderr)
	}
	if fileExists(filepath.Join(j.dir, "q.old1.state")) {
		t.Fatal("the state was moved although the new query cannot start")
	}
	if r := j.do(0, nil, "run", "q.sql"); !contains(r.stderr, "finished") {
		t.Fatalf("the query does not go on: %s", r.stderr)
	}
	j.verify("after the refusal")
}

// --skip-file takes names that some table knows: of a file that is there, or that was read and is gone.
func TestSkipFileNamesMustBeKnown(t *testing.T) {
	j := newJob(t, jobRows(300), 100, "")
	r := j.do(64, nil, "run", "q.sql", "--skip-file", "part2.json")
	if !contains(r.stderr, "--skip-file \"part2.json\"") || !contains(r.stderr, "did you mean \"part2.jsonl\"") {
		t.Fatalf("unhelpful: %s", r.stderr)
	}
	r = j.do(64, nil, "run", "q.sql", "--skip-file", "entirely-different")
	if !contains(r.stderr, "relative to the table's path") || !contains(r.stderr, "part1.jsonl") {
		t.Fatalf("unhelpful: %s", r.stderr)
	}
	j.do(0, nil, "run", "q.sql")
	j.verify("after the refusals")
	if err := os.Remove(filepath.Join(j.dir, "data", "part1.jsonl")); err != nil {
		t.Fatal(err)
	}
	j.do(0, nil, "run", "q.sql", "--skip-file", "part1.jsonl")
	j.do(64, nil, "run", "q.sql", "--skip-file", "part77.jsonl")
	j.verify("after a file that is gone was named")
}

// A path that does not exist has one code, whoever finds it.
func TestMissingPathHasOneCode(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	j.write("q.sql", "CREATE TABLE b (c STRING)\n"+
		"WITH ('connector'='filesystem', 'path'='nope.jsonl', 'format'='json');\nSELECT c FROM b;\n")
	for _, command := range []string{"check", "run"} {
		if r := j.do(4, nil, command, "q.sql"); !contains(r.stderr, "source-path") || !contains(r.stderr, "nope.jsonl") {
			t.Errorf("%s: %s", command, r.stderr)
		}
	}
}

// A query in UTF-16, as some editors save it, is refused as such.
func TestQueryInUTF16(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	j.write("q.sql", "\xff\xfeS\x00E\x00L\x00E\x00C\x00T\x00")
	if r := j.do(3, nil, "check", "q.sql"); !contains(r.stderr, "UTF-16") {
		t.Errorf("unhelpful: %s", r.stderr)
	}
}

// Exit codes of faults before anything runs.
func TestExitCodes(t *testing.T) {
	j := newJob(t, jobRows(10), 100, "")
	j.write("bad.sql", "SELECT nope FROM nothing;")
	for _, c := range []struct {
		code int
		args []string
		text string
	}{
		{64, []string{"run"}, "no query is given"},
		{64, []string{"run", "q.sql", "--nope"}, "unknown flag"},
		{64, []string{"run", "q.sql", "--trigger", "soon"}, "trigger"},
		{64, []string{"run", "-c", "INSERT INTO x SELECT 1", "q.sql"}, "not both"},
		{64, []string{"frobnicate"}, "unknown command"},
		{3, []string{"run", "bad.sql"}, "bad.sql:1:"},
		{3, []string{"check", "bad.sql"}, "error["},
		{4, []string{"run", "missing.sql"}, "query-file"},
		{0, []string{"check", "q.sql"}, "ok"},
		{0, []string{"version"}, ""},
		{0, []string{"explain", "q.sql"}, ""},
		{0, []string{"run", "q.sql", "--dry-run"}, ""},
	} {
		r := j.call(nil, c.args...)
		if r.code != c.code || !contains(r.stderr, c.text) {
			t.Errorf("%v: exit %d, want %d, with %q\n%s", c.args, r.code, c.code, c.text, r.stderr)
		}
		if c.code != 0 && r.stdout != "" {
			t.Errorf("%v: stdout is data only, it holds %q", c.args, r.stdout)
		}
	}
	if fileExists(filepath.Join(j.dir, "q.state")) {
		t.Error("looking made a state folder")
	}
}

// One and two lanes write the same bytes.
func TestLanesWriteTheSameBytes(t *testing.T) {
	var first map[string]string
	for _, lanes := range []string{"1", "2", "4"} {
		j := newJob(t, jobRows(3000), 700, "")
		j.do(0, nil, "run", "q.sql", "--lanes", lanes)
		files := map[string]string{}
		for _, sink := range []string{"windows", "expensive"} {
			names, err := filepath.Glob(filepath.Join(j.dir, "out", sink, "part-*"))
			if err != nil || len(names) == 0 {
				t.Fatalf("no parts: %v", err)
			}
			for _, n := range names {
				b, err := os.ReadFile(n)
				if err != nil {
					t.Fatal(err)
				}
				_, epoch, _ := strings.Cut(strings.TrimPrefix(filepath.Base(n), "part-"), "-") // without the query's id
				files[sink+"/"+epoch] = string(b)
			}
		}
		if first == nil {
			first = files
			continue
		}
		if len(files) != len(first) {
			t.Fatalf("%s lanes: %d files, want %d", lanes, len(files), len(first))
		}
		for n, b := range files {
			if first[n] != b {
				t.Fatalf("%s lanes: %s differs", lanes, n)
			}
		}
	}
}
