package session

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamsql/exec"
	"streamsql/internal/diag"
)

// watching reads what comes into a folder and writes it to another, until it is stopped.
const watching = `
CREATE TABLE t (v BIGINT)
WITH ('connector'='filesystem', 'path'='in', 'format'='json', 'source.monitor-interval'='10ms');
CREATE TABLE o (v BIGINT) WITH ('connector'='filesystem', 'path'='out', 'format'='json');
INSERT INTO o SELECT v + 1 AS v FROM t;
`

// prepared compiles the query of a file.
func (b *bench) prepared(t *testing.T, text string) (Query, Run) {
	t.Helper()
	b.write(t, "q.sql", text)
	q, err := b.Read("", []string{"q.sql"})
	if err != nil {
		t.Fatal(err)
	}
	return q, Run{Lanes: 1, Drain: time.Minute, Memory: 1 << 30}
}

func (b *bench) run(t *testing.T, q Query, how Run) error {
	t.Helper()
	prog, err := b.Compile(q)
	if err != nil {
		t.Fatal(err)
	}
	if err := how.Validate(prog); err != nil {
		t.Fatal(err)
	}
	return b.Run(prog, q, how)
}

// A bare SELECT prints to the session's Out and keeps nothing.
func TestRunPrints(t *testing.T) {
	b := newBench(t, "")
	b.write(t, "in/a.jsonl", "{\"v\":1}\n{\"v\":2}\n")
	q, how := b.prepared(t, "CREATE TABLE t (v BIGINT) WITH ('connector'='filesystem', 'path'='in', 'format'='json');\n"+
		"SELECT v FROM t;")
	if err := b.run(t, q, how); err != nil {
		t.Fatal(err)
	}
	if b.out.String() != "{\"v\":1}\n{\"v\":2}\n" || b.err.String() != "" || b.limit != 1<<30 {
		t.Errorf("data %q, messages %q, limit %d", b.out.String(), b.err.String(), b.limit)
	}
	if _, err := os.Stat(filepath.Join(b.dir, "q.state")); err == nil {
		t.Error("a state folder was made")
	}
}

// The first signal drains: the epoch under way is committed, the error is nil, and the next run resumes.
func TestSignalDrains(t *testing.T) {
	b := newBench(t, "")
	b.write(t, "in/a.jsonl", "{\"v\":1}\n")
	q, how := b.prepared(t, watching)
	ended := make(chan error)
	go func() { ended <- b.run(t, q, how) }()
	<-b.listens
	for len(b.rows(t)) == 0 {
		select {
		case err := <-ended:
			t.Fatalf("ended early: %v\n%s", err, b.err.String())
		case <-time.After(time.Millisecond):
		}
	}
	b.signals <- os.Interrupt
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	said := b.err.String()
	if !strings.Contains(said, "draining") || !strings.Contains(said, "drained: epoch 0 is committed") {
		t.Errorf("said:\n%s", said)
	}

	next := newBench(t, "")
	next.host.Dir, next.dir = b.dir, b.dir
	b.write(t, "in/b.jsonl", "{\"v\":2}\n")
	how.Trigger = exec.Trigger{Kind: exec.AvailableNow}
	if err := next.run(t, q, how); err != nil {
		t.Fatal(err)
	}
	if said := next.err.String(); !strings.Contains(said, "state q.state: resumes after epoch 0") {
		t.Errorf("said:\n%s", said)
	}
	if got := next.rows(t); got != "{\"v\":2}\n{\"v\":3}\n" {
		t.Errorf("rows %q", got)
	}
}

// rows are those that the query has written, in the order of its epochs.
func (b *bench) rows(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(b.dir, "out", "part-*"))
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// A row that fails is reported where the query computes it.
func TestRowErrorIsLocated(t *testing.T) {
	b := newBench(t, "")
	b.write(t, "in/a.jsonl", "{\"v\":0}\n")
	q, how := b.prepared(t, "CREATE TABLE t (v BIGINT) WITH ('connector'='filesystem', 'path'='in', 'format'='json');\n"+
		"SELECT 1 / v FROM t;")
	err := b.run(t, q, how)
	if code := b.Report(err); code != diag.ExitOf(err) || !strings.Contains(b.err.String(), "q.sql:2:8: error[") {
		t.Errorf("exit %d:\n%s", code, b.err.String())
	}
}

// --fresh keeps the former checkpoint beside the new one.
func TestFreshSetsAside(t *testing.T) {
	b := newBench(t, "")
	b.write(t, "in/a.jsonl", "{\"v\":1}\n")
	q, how := b.prepared(t, watching)
	how.Trigger = exec.Trigger{Kind: exec.AvailableNow}
	if err := b.run(t, q, how); err != nil {
		t.Fatal(err)
	}
	again := newBench(t, "")
	again.host.Dir, again.dir = b.dir, b.dir
	how.Fresh = true
	if err := again.run(t, q, how); diag.CodeOf(err) != diag.SinkForeign {
		t.Fatalf("beside the rows of the former query: %v", err)
	}
	if err := os.RemoveAll(filepath.Join(b.dir, "out")); err != nil {
		t.Fatal(err)
	}
	last := newBench(t, "")
	last.host.Dir, last.dir = b.dir, b.dir
	if err := last.run(t, q, how); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(b.dir, "q.old1.state")); err != nil {
		t.Error(err)
	}
	if last.rows(t) != "{\"v\":2}\n" {
		t.Errorf("rows %q", last.rows(t))
	}
}

func TestValidate(t *testing.T) {
	b := newBench(t, "")
	q, _ := b.prepared(t, watching)
	prog, err := b.Compile(q)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		how  Run
		want string
	}{
		{Run{Lanes: -1}, "between 1 and 128"}, {Run{Lanes: 129}, "between 1 and 128"}, {Run{Output: "xml"}, "use table"},
		{Run{Accept: []string{"p"}}, `"p"`}, {Run{}, ""}, {Run{Lanes: 128, Output: "csv", Accept: []string{"o"}}, ""},
	} {
		err := c.how.Validate(prog)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.how, err)
		}
	}
}
