package session

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/cmd/streamsql/internal/terminal"
	"streamsql/internal/diag"
	"streamsql/internal/memlimit"
)

// text is a stream that may be read while it is written.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *text) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(b)
}

func (w *text) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// bench is a session over a folder and buffers, with an environment and signals of its own.
type bench struct {
	*Session
	dir      string
	out, err text
	env      map[string]string
	signals  chan<- os.Signal
	limit    int64
	listens  chan struct{} // closed when a run takes signals
}

func newBench(t *testing.T, input string) *bench {
	t.Helper()
	b := &bench{dir: t.TempDir(), env: map[string]string{}, listens: make(chan struct{})}
	host := Host{
		Dir: b.dir,
		Env: func(name string) (string, bool) { v, ok := b.env[name]; return v, ok },
		Notify: func(c chan<- os.Signal) func() {
			b.signals = c
			close(b.listens)
			return func() {}
		},
		LimitMemory: func(n int64) { b.limit = n },
	}
	b.Session = New(terminal.New(strings.NewReader(input), &b.out, &b.err, host.Env), host)
	t.Cleanup(b.Close)
	return b
}

func (b *bench) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRead(t *testing.T) {
	b := newBench(t, "SELECT 3")
	b.write(t, "sub/q.sql", "SELECT 1")
	for _, c := range []struct {
		text  string
		files []string
		want  Query
		code  diag.Code
	}{
		{"", []string{"sub/q.sql"}, Query{"sub/q.sql", "SELECT 1", filepath.Join(b.dir, "sub"), "sub/q.sql"}, ""},
		{"SELECT 2", nil, Query{"-c", "SELECT 2", b.dir, ""}, ""},
		{"", []string{"-"}, Query{"stdin", "SELECT 3", b.dir, ""}, ""},
		{"", nil, Query{}, diag.Usage},
		{"SELECT 2", []string{"sub/q.sql"}, Query{}, diag.Usage},
		{"", []string{"nowhere.sql"}, Query{}, diag.QueryFile},
	} {
		q, err := b.Read(c.text, c.files)
		if q != c.want || err != nil && diag.CodeOf(err) != c.code || (err == nil) != (c.code == "") {
			t.Errorf("%q %q: %+v, %v", c.text, c.files, q, err)
		}
	}
}

const table = "CREATE TABLE t (v BIGINT) WITH ('connector'='filesystem', 'path'='${dir}', 'format'='json');\n"

// Settings and variables hold for every query of a session, and a later one replaces an earlier one.
func TestAssign(t *testing.T) {
	b := newBench(t, "")
	q := Query{Name: "q", Text: table + "SELECT v FROM t", Base: b.dir}
	if _, err := b.Compile(q); err == nil {
		t.Fatal("a variable that nobody set")
	}
	for _, dir := range []string{"one", "two"} {
		if err := b.Assign([]string{"pipeline.name=" + dir}, []string{"dir=" + dir}); err != nil {
			t.Fatal(err)
		}
		prog, err := b.Compile(q)
		if err != nil {
			t.Fatal(err)
		}
		if path := prog.Plan.Tables[0].Options.String("path"); path != dir || prog.Settings.PipelineName != dir {
			t.Errorf("path %q, name %q, want %q", path, prog.Settings.PipelineName, dir)
		}
	}
	for _, bad := range []string{"x", "=x"} {
		if err := b.Assign([]string{bad}, nil); diag.CodeOf(err) != diag.Usage {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// A fault points into the text of its query, whether the text or the outside shows it.
func TestFaultsAreLocated(t *testing.T) {
	b := newBench(t, "")
	if err := b.Assign(nil, []string{"dir=nowhere"}); err != nil {
		t.Fatal(err)
	}
	var located report.Located
	if _, err := b.Compile(Query{Name: "q", Text: "SELECT", Base: b.dir}); !errors.As(err, &located) {
		t.Errorf("of the text: %v", err)
	}
	q := Query{Name: "q", Text: table + "SELECT v FROM t", Base: b.dir}
	prog, err := b.Compile(q)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Look(q, prog); !errors.As(err, &located) || diag.CodeOf(located.Err) != diag.SourcePath {
		t.Errorf("of the outside: %v", err)
	}
	if code := b.Report(located); code != diag.ExitOf(located.Err) || !strings.Contains(b.err.String(), "q:1:") {
		t.Errorf("exit %d:\n%s", code, b.err.String())
	}
}

func TestSecrets(t *testing.T) {
	b := newBench(t, "")
	b.env["KEY"] = "from the environment"
	b.write(t, "key", "from a file\r\n")
	for _, c := range []struct{ scheme, name, want string }{
		{"env", "KEY", "from the environment"}, {"file", "key", "from a file"}, {"env", "NONE", ""}, {"file", "none", ""},
		{"vault", "x", ""},
	} {
		got, err := b.secret(c.scheme, c.name)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s:%s: %q, %v", c.scheme, c.name, got, err)
		}
	}
}

// The flag goes before the environment, and that before SET.
func TestMemoryLimit(t *testing.T) {
	b := newBench(t, "")
	settings := map[string]string{memlimit.Setting: "3gb"}
	for _, c := range []struct {
		flag, env string
		want      int64
	}{{"1gb", "2gb", 1 << 30}, {"", "2gb", 2 << 30}, {"", "", 3 << 30}} {
		b.env[envMemory] = c.env
		if got, err := b.MemoryLimit(c.flag, settings); got != c.want || err != nil {
			t.Errorf("flag %q, environment %q: %d, %v", c.flag, c.env, got, err)
		}
	}
	for _, bad := range []string{"much", "1kb"} {
		if _, err := b.MemoryLimit(bad, nil); diag.CodeOf(err) != diag.Usage || !strings.Contains(err.Error(), "--memory") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// Looking at a folder that is not there does not create it.
func TestExistingState(t *testing.T) {
	b := newBench(t, "")
	b.write(t, "file", "")
	for _, name := range []string{"nowhere", "file"} {
		if _, err := b.ExistingState(name); diag.CodeOf(err) != diag.StateFolder || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := os.Stat(filepath.Join(b.dir, "nowhere")); err == nil {
		t.Error("looking made a folder")
	}
}
