package testmain

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"streamsql/internal/invariants"
)

func TestMain(m *testing.M) { Run(m) }

func TestRunSwitchesInvariantsOn(t *testing.T) {
	if !invariants.On {
		t.Fatal("invariants are off while tests run")
	}
}

func TestVerdict(t *testing.T) {
	leak := errors.New("goroutine 7 in state chan receive")
	for _, c := range []struct {
		name string
		code int
		leak error
		want int
	}{
		{"clean", 0, nil, 0},
		{"failed", 2, nil, 2},
		{"leaked", 0, leak, 1},
		{"failed and leaked", 2, leak, 2},
	} {
		var out bytes.Buffer
		if got := verdict(c.code, c.leak, &out); got != c.want {
			t.Errorf("%s: exit %d, want %d", c.name, got, c.want)
		}
		if told := strings.Contains(out.String(), "goroutine 7"); told != (c.leak != nil) {
			t.Errorf("%s: output %q", c.name, out.String())
		}
	}
}

// A goroutine that waits forever is what Run looks for.
func TestFindSeesALeak(t *testing.T) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		<-stop
		close(stopped)
	}()
	if err := goleak.Find(goleak.IgnoreCurrent()); err != nil {
		t.Errorf("a goroutine that was there before counts: %v", err)
	}
	err := goleak.Find()
	close(stop)
	<-stopped
	if err == nil || !strings.Contains(err.Error(), "TestFindSeesALeak") {
		t.Errorf("the leak is not found or not named: %v", err)
	}
}
