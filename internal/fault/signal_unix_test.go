//go:build unix

package fault

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"streamsql/internal/testmain"
)

// childFault makes the test binary a process that passes one armed point and then reports that it came through.
const childFault = "FAULT_TEST_CHILD"

func TestMain(m *testing.M) {
	if text := os.Getenv(childFault); text != "" {
		os.Exit(passPoint(text))
	}
	testmain.Run(m)
}

func passPoint(text string) int {
	s, err := Parse(text)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer fmt.Println("deferred")
	if err := s.Point(SinkStaged); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("went on")
	return 0
}

func child(t *testing.T, text string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFault+"="+text)
	out := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

func TestKillEndsTheProcessAtThePoint(t *testing.T) {
	cmd, out := child(t, "sink/staged=kill")
	_ = cmd.Wait()
	status := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !status.Signaled() || status.Signal() != syscall.SIGKILL {
		t.Errorf("ended with %v, want SIGKILL", cmd.ProcessState)
	}
	if out.Len() != 0 {
		t.Errorf("something ran after the point: %q", out)
	}
}

func TestStopPausesTheProcessAtThePoint(t *testing.T) {
	cmd, out := child(t, "sink/staged=stop")
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(cmd.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil {
		t.Fatal(err)
	}
	if !status.Stopped() {
		t.Fatalf("status %v, want stopped", status)
	}
	if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(out.String(), "went on\ndeferred") {
		t.Errorf("after SIGCONT: %v, output %q", err, out)
	}
}
