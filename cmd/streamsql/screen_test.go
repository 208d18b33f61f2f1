//go:build unix

package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// A terminalJob is the built binary on a pseudo-terminal, with an emulator that shows what a person would see.
type terminalJob struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	mu   sync.Mutex // the emulator's own does not cover reading
	emu  *vt.Emulator
	read chan struct{} // closed when the program's output has ended
}

func onTerminal(j *job, columns, rows int, env []string, args ...string) *terminalJob {
	j.t.Helper()
	p := &terminalJob{
		t: j.t, cmd: exec.Command(binary, args...), emu: vt.NewEmulator(max(columns, 1), max(rows, 1)),
		read: make(chan struct{}),
	}
	p.cmd.Dir = j.dir
	p.cmd.Env = append(append(os.Environ(), "TERM=xterm-256color", "NO_COLOR=1"), env...)
	tty, err := pty.StartWithSize(p.cmd, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)})
	if err != nil {
		j.t.Fatalf("no pseudo-terminal: %v", err)
	}
	p.tty = tty
	go func() {
		defer close(p.read)
		b := make([]byte, 1<<16)
		for {
			n, err := tty.Read(b)
			p.mu.Lock()
			_, _ = p.emu.Write(b[:n])
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	go func() { _, _ = io.Copy(tty, p.emu) }() // the terminal's answers
	j.t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		_ = tty.Close()
		if c, ok := p.emu.InputPipe().(io.Closer); ok {
			_ = c.Close()
		}
	})
	return p
}

// screen is what is visible, without the blanks at the right and below.
func (p *terminalJob) screen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	lines := strings.Split(p.emu.String(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " \r")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// until waits for the screen to look like what ok wants.
func (p *terminalJob) until(what string, ok func(screen string) bool) {
	p.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok(p.screen()) {
			return
		}
	}
	p.t.Fatalf("the screen never shows %s:\n%s", what, p.screen())
}

func (p *terminalJob) resize(columns, rows int) {
	p.t.Helper()
	p.mu.Lock()
	p.emu.Resize(columns, rows)
	p.mu.Unlock()
	if err := pty.Setsize(p.tty, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		p.t.Fatal(err)
	}
}

// end waits for the program and gives the last screen.
func (p *terminalJob) end() string {
	p.t.Helper()
	<-p.read
	return p.screen()
}

// watchedJob counts what comes into a directory, per name: an updating result over unbounded input.
func watchedJob(t *testing.T) *job {
	j := &job{t: t, dir: t.TempDir()}
	j.write("q.sql", `
CREATE TABLE t (name STRING, v BIGINT)
WITH ('connector'='filesystem', 'path'='in', 'format'='json', 'source.monitor-interval'='20ms');
SELECT name, COUNT(*) AS n, SUM(v) AS total, 'a text that is longer than the terminal of twenty columns' AS note
FROM t GROUP BY name;
`)
	j.write("in/0.jsonl", `{"name":"äpfel","v":1}`+"\n"+`{"name":"日本語","v":2}`+"\n"+`{"name":"👩‍👩‍👧","v":3}`+"\n")
	return j
}

// add brings a file in whole.
func (j *job) add(name, text string) {
	j.t.Helper()
	j.write("tmp", text)
	if err := os.Rename(filepath.Join(j.dir, "tmp"), filepath.Join(j.dir, "in", name)); err != nil {
		j.t.Fatal(err)
	}
}

func (p *terminalJob) interrupt() { _ = p.cmd.Process.Signal(syscall.SIGINT) }

// An updating result is one table that changes in place, at any width, and the status line is one line. Nothing that
// was redrawn leaves a copy.
func TestUpdatingTableIsRedrawnInPlace(t *testing.T) {
	for _, columns := range []int{20, 80, 200} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			t.Parallel()
			j := watchedJob(t)
			p := onTerminal(j, columns, 24, nil, "run", "q.sql")
			p.until("three groups", func(s string) bool { return strings.Count(s, "│ ") >= 4 })
			for i := 1; i <= 5; i++ {
				j.add(fmt.Sprintf("%d.jsonl", i), `{"name":"äpfel","v":10}`+"\n")
				p.until("the new rows", func(s string) bool { return strings.Contains(s, fmt.Sprintf("in %d ", 3+i)) })
			}
			p.until("one table and one status line", func(s string) bool { return oneOf(s, "┌") && oneOf(s, "epoch ") })
			if columns < 80 && !strings.Contains(p.screen(), "…") {
				t.Errorf("nothing is marked as cut:\n%s", p.screen())
			}
			p.interrupt()
			if s := p.end(); !oneOf(s, "┌") || !oneOf(s, "epoch 5") && !oneOf(s, "drained") {
				t.Errorf("at the end:\n%s", s)
			}
		})
	}
}

func oneOf(screen, part string) bool { return strings.Count(screen, part) == 1 }

// The rate falls to 0 when nothing comes.
func TestRateFallsWhileIdle(t *testing.T) {
	j := watchedJob(t)
	p := onTerminal(j, 80, 24, nil, "run", "q.sql")
	p.until("a rate of 0", func(s string) bool { return strings.Contains(s, "in 3 (0/s)") })
}

// A terminal that changes its size in the middle shows one table of the new width.
func TestResize(t *testing.T) {
	j := watchedJob(t)
	p := onTerminal(j, 100, 24, nil, "run", "q.sql")
	wide := func(s string) int { return len([]rune(strings.SplitN(s[strings.Index(s, "┌"):], "\n", 2)[0])) }
	p.until("a table", func(s string) bool { return strings.Contains(s, "└") })
	p.resize(140, 30)
	j.add("1.jsonl", `{"name":"äpfel","v":10}`+"\n")
	p.until("the new total", func(s string) bool { return strings.Contains(s, " 11 ") && oneOf(s, "┌") })
	p.resize(40, 20)
	p.until("a narrow table", func(s string) bool {
		return strings.Contains(s, "└") && wide(s[strings.LastIndex(s, "┌"):]) <= 40
	})
}

// A table taller than the terminal shows its beginning and how much follows; the whole comes at the end.
func TestTallTable(t *testing.T) {
	j := watchedJob(t)
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, `{"name":"n%02d","v":1}`+"\n", i)
	}
	j.add("1.jsonl", b.String())
	p := onTerminal(j, 80, 12, nil, "run", "q.sql")
	p.until("how many rows follow", func(s string) bool {
		return strings.Contains(s, "more rows") && oneOf(s, "┌") && oneOf(s, "epoch ")
	})
	p.interrupt()
	if s := p.end(); strings.Count(s, "│ n") < 5 || !oneOf(s, "└") || strings.Contains(s, "more rows") {
		t.Errorf("at the end:\n%s", s)
	}
}

// Rows and messages go above the status line, each on lines of its own.
func TestRowsAboveTheStatus(t *testing.T) {
	j := watchedJob(t)
	p := onTerminal(j, 80, 24, nil, "run", "q.sql", "--output", "jsonl")
	p.until("rows", func(s string) bool { return strings.Contains(s, `"total":3`) && oneOf(s, "epoch ") })
	j.add("1.jsonl", `{"name":"x","v":99}`+"\n")
	p.until("a later row", func(s string) bool { return strings.Contains(s, `"total":99`) && oneOf(s, "epoch ") })
	for _, line := range strings.Split(p.screen(), "\n") {
		if strings.Contains(line, `{`) && !strings.HasPrefix(line, `{"_op"`) {
			t.Errorf("a row shares its line: %s", line)
		}
	}
}

// A terminal of unknown size is taken for 80 by 24; one that only prints gets no escape codes, and neither does a file.
func TestPlainOutputs(t *testing.T) {
	j := watchedJob(t)
	p := onTerminal(j, 0, 0, nil, "run", "q.sql")
	p.mu.Lock()
	p.emu.Resize(80, 24)
	p.mu.Unlock()
	p.until("a table", func(s string) bool { return strings.Contains(s, "└") || strings.Contains(s, "┘") })

	raw := exec.Command(binary, "run", "q.sql", "--trigger", "available-now")
	raw.Dir, raw.Env = j.dir, append(os.Environ(), "TERM=dumb")
	tty, err := pty.StartWithSize(raw, &pty.Winsize{Cols: 80, Rows: 24})
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	out, _ := io.ReadAll(tty) // ends with EIO when the program has gone
	if err := raw.Wait(); err != nil {
		t.Error(err)
	}
	if strings.ContainsRune(string(out), '\x1b') || !strings.Contains(string(out), "| name") {
		t.Errorf("TERM=dumb gets %q", out)
	}
	r := j.must(0, nil, "run", "q.sql", "--trigger", "available-now")
	if strings.ContainsRune(r.stdout+r.stderr, '\x1b') || r.stderr != "" {
		t.Errorf("a file gets %q and %q", r.stdout, r.stderr)
	}
}
