package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"streamsql/cmd/streamsql/internal/session"
	"streamsql/cmd/streamsql/internal/terminal"
)

// Suites that kill, signal or measure a process, or that need a terminal, run the built binary (start, run, must). All
// others call the command within the test (call, do), which is faster and shows in a profile and in coverage.

var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "streamsql-test")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "streamsql")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s", out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// scale reads how much of an open-ended suite to run; CI asks for more than a developer's `go test`.
func scale(t *testing.T, name string, def int) int {
	t.Helper()
	v := os.Getenv(name)
	if v == "" {
		return def
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		t.Fatalf("%s=%q is not a number", name, v)
	}
	return n
}

// job is a folder with data, a query and its output.
type job struct {
	t    *testing.T
	dir  string
	rows []bidRow
}

type bidRow struct {
	millis  int64 // event time
	channel string
	price   int64
}

// jobRows is a deterministic stream: out of order within two seconds, every 97th row far too late.
func jobRows(n int) []bidRow {
	rows := make([]bidRow, n)
	x := uint64(42)
	next := func(m uint64) int64 {
		x = x*6364136223846793005 + 1442695040888963407
		return int64((x >> 33) % m)
	}
	for i := range rows {
		at := int64(i)*100 + next(2000)
		if i%97 == 96 {
			at -= 30_000
		}
		rows[i] = bidRow{millis: 1_767_225_600_000 + at, channel: fmt.Sprintf("ch%d", next(7)), price: next(1000)}
	}
	return rows
}

const jobSQL = `
CREATE TABLE bids (ts TIMESTAMP(3), channel STRING, price BIGINT, WATERMARK FOR ts AS ts - INTERVAL '3' SECOND)
WITH ('connector'='filesystem', 'path'='data', 'format'='json', 'scan.max-rows-per-trigger'='%d'%s);
CREATE TABLE per_window (window_end TIMESTAMP(3), channel STRING, n BIGINT, total BIGINT, hi BIGINT)
WITH ('connector'='filesystem', 'path'='out/windows', 'format'='json');
CREATE TABLE expensive (ts TIMESTAMP(3), price BIGINT)
WITH ('connector'='filesystem', 'path'='out/expensive', 'format'='json');
INSERT INTO per_window SELECT window_end, channel, COUNT(*), SUM(price), MAX(price)
FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, channel;
INSERT INTO expensive SELECT ts, price FROM bids WHERE price >= 900;
`

// newJob writes three data files and the query.
func newJob(t *testing.T, rows []bidRow, perTrigger int, options string) *job {
	t.Helper()
	j := &job{t: t, dir: t.TempDir(), rows: rows}
	j.write("q.sql", fmt.Sprintf(jobSQL, perTrigger, options))
	for i := range 3 {
		var b bytes.Buffer
		for _, r := range rows[len(rows)*i/3 : len(rows)*(i+1)/3] {
			fmt.Fprintf(&b, `{"ts":"%s","channel":"%s","price":%d,"extra":"x"}`+"\n", stamp(r.millis), r.channel, r.price)
		}
		j.write(fmt.Sprintf("data/part%d.jsonl", i), b.String())
	}
	return j
}

func stamp(millis int64) string {
	return time.UnixMilli(millis).UTC().Format("2006-01-02 15:04:05.000")
}

func (j *job) write(name, text string) {
	j.t.Helper()
	path := filepath.Join(j.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		j.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		j.t.Fatal(err)
	}
}

// want is what the query means, computed from the rows without the engine: the rows of each sink, sorted.
func (j *job) want() (windows, expensive []string) {
	type key struct {
		end     int64
		channel string
	}
	type group struct{ n, total, hi int64 }
	groups := map[key]*group{}
	mark := int64(-1 << 62)
	for _, r := range j.rows {
		if r.price >= 900 {
			expensive = append(expensive, fmt.Sprintf(`{"ts":"%s","price":%d}`, stamp(r.millis), r.price))
		}
		end := r.millis - r.millis%10_000 + 10_000
		if late := end-1 <= mark; !late {
			k := key{end, r.channel}
			if groups[k] == nil {
				groups[k] = &group{hi: -1}
			}
			g := groups[k]
			g.n, g.total, g.hi = g.n+1, g.total+r.price, max(g.hi, r.price)
		}
		mark = max(mark, r.millis-3000)
	}
	for k, g := range groups {
		windows = append(windows, fmt.Sprintf(`{"window_end":"%s","channel":"%s","n":%d,"total":%d,"hi":%d}`,
			stamp(k.end), k.channel, g.n, g.total, g.hi))
	}
	sort.Strings(windows)
	sort.Strings(expensive)
	return windows, expensive
}

// got reads the rows under final names of a sink's folder, sorted.
func (j *job) got(sink string) []string {
	j.t.Helper()
	var rows []string
	files, err := filepath.Glob(filepath.Join(j.dir, "out", sink, "part-*"))
	if err != nil {
		j.t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			j.t.Fatal(err)
		}
		if len(b) > 0 && b[len(b)-1] != '\n' {
			j.t.Fatalf("%s is cut off", f)
		}
		for _, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
			if line != "" {
				rows = append(rows, line)
			}
		}
	}
	sort.Strings(rows)
	return rows
}

// verify compares both sinks with the meaning of the query.
func (j *job) verify(context string) {
	j.t.Helper()
	windows, expensive := j.want()
	sameRows(j.t, context+": windows", j.got("windows"), windows)
	sameRows(j.t, context+": expensive", j.got("expensive"), expensive)
}

func sameRows(t *testing.T, what string, got, want []string) {
	t.Helper()
	if len(got) == len(want) {
		same := true
		for i := range got {
			same = same && got[i] == want[i]
		}
		if same {
			return
		}
	}
	count := map[string]int{}
	for _, r := range want {
		count[r]++
	}
	for _, r := range got {
		count[r]--
	}
	shown := 0
	for r, n := range count {
		if n != 0 && shown < 5 {
			t.Errorf("%s: row %s: %+d (lost if positive, repeated if negative)", what, r, n)
			shown++
		}
	}
	t.Fatalf("%s: %d rows, want %d", what, len(got), len(want))
}

// result is how a process ended.
type result struct {
	code           int // −1: killed by a signal
	stdout, stderr string
}

// process is a started binary.
type process struct {
	cmd            *exec.Cmd
	stdout, stderr output
	done           chan struct{}
}

// output is what a process prints; it may be read while the process runs.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// said is what the process has said so far.
func (p *process) said() string { return p.stderr.String() }

// start runs the binary in the job's folder.
func (j *job) start(env []string, args ...string) *process {
	j.t.Helper()
	p := &process{cmd: exec.Command(binary, args...), done: make(chan struct{})}
	p.cmd.Dir = j.dir
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	if err := p.cmd.Start(); err != nil {
		j.t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.done)
	}()
	return p
}

// wait gives the result; a process that does not end is a hang and fails the test.
func (j *job) wait(p *process) result {
	j.t.Helper()
	select {
	case <-p.done:
	case <-time.After(60 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
		j.t.Fatalf("hangs: %s\n%s", p.cmd, p.stderr.String())
	}
	return result{p.cmd.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String()}
}

func (j *job) run(env []string, args ...string) result {
	j.t.Helper()
	return j.wait(j.start(env, args...))
}

// must runs the binary and fails unless it exits with code.
func (j *job) must(code int, env []string, args ...string) result {
	j.t.Helper()
	r := j.run(env, args...)
	if r.code != code {
		j.t.Fatalf("%v: exit %d, want %d\n%s", args, r.code, code, r.stderr)
	}
	return r
}

// call runs a command within the test's process: in the job's folder, with the given environment and no other, and with
// buffers for streams.
func (j *job) call(env []string, args ...string) result {
	j.t.Helper()
	var out, messages output
	vars := map[string]string{}
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		vars[name] = value
	}
	lookup := func(name string) (string, bool) {
		v, ok := vars[name]
		return v, ok
	}
	s := session.New(terminal.New(strings.NewReader(""), &out, &messages, lookup), session.Host{Dir: j.dir, Env: lookup})
	defer s.Close()
	return result{execute(s, args), out.String(), messages.String()}
}

// noEnv is an environment without variables.
func noEnv(string) (string, bool) { return "", false }

// do is call, and fails unless the command exits with code.
func (j *job) do(code int, env []string, args ...string) result {
	j.t.Helper()
	r := j.call(env, args...)
	if r.code != code {
		j.t.Fatalf("%v: exit %d, want %d\n%s", args, r.code, code, r.stderr)
	}
	return r
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, os.ErrNotExist)
}
