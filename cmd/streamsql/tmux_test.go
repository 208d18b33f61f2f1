//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInTmux looks at the same screens in a terminal that many people use, which counts cells and reflows in its own
// way.
func TestInTmux(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("tmux is missing: .ci/run installs it")
		}
		t.Skip("tmux is missing; screen_test.go looks at an emulator")
	}
	for _, columns := range []int{80, 200} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			j := watchedJob(t)
			tmux := newTmux(t, j.dir, columns, "run", "q.sql")
			settled := func(rows int) func(string) bool {
				return func(s string) bool {
					return strings.Contains(s, fmt.Sprintf("in %d ", rows)) && oneOf(s, "┌") && oneOf(s, "└") && oneOf(s, "epoch ")
				}
			}
			tmux.until(settled(3))
			for i := 1; i <= 5; i++ {
				j.add(fmt.Sprintf("%d.jsonl", i), `{"name":"äpfel","v":10}`+"\n")
				tmux.until(settled(3 + i))
			}
			tmux.command("resize-window", "-x", "60", "-y", "20")
			tmux.until(settled(8))
			tmux.command("send-keys", "C-c")
			tmux.until(func(s string) bool {
				return strings.Contains(s, "drained: epoch 5") && oneOf(s, "┌") && oneOf(s, "in 8 ")
			})
		})
	}
}

type tmux struct {
	t      *testing.T
	socket string
}

// newTmux runs the binary in a server of its own and keeps the pane when it ends.
func newTmux(t *testing.T, dir string, columns int, args ...string) *tmux {
	x := &tmux{t, filepath.Join(t.TempDir(), "s")}
	line := "cd '" + dir + "'; '" + binary + "' " + strings.Join(args, " ") + "; sleep 600"
	x.command("-f", "/dev/null", "new-session", "-d", "-x", fmt.Sprint(columns), "-y", "24", line)
	t.Cleanup(func() { x.command("kill-server") })
	return x
}

func (x *tmux) command(args ...string) string {
	x.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-u", "-S", x.socket}, args...)...)
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "LC_ALL=C.UTF-8", "TMUX=")
	out, err := cmd.CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (x *tmux) until(ok func(screen string) bool) {
	x.t.Helper()
	screen := ""
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if screen = x.command("capture-pane", "-p"); ok(screen) {
			return
		}
	}
	x.t.Fatalf("the screen stays\n%s", screen)
}
