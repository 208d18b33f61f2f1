//go:build unix

package terminal

import (
	"bytes"
	"os"
	"testing"

	"github.com/creack/pty"

	"streamsql/sinks/console"
)

// tty is a pseudo-terminal of 100 by 30.
func tty(t *testing.T) *os.File {
	t.Helper()
	master, slave, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { _, _ = slave.Close(), master.Close() })
	if err := pty.Setsize(slave, &pty.Winsize{Cols: 100, Rows: 30}); err != nil {
		t.Fatal(err)
	}
	return slave
}

func TestTerminal(t *testing.T) {
	var other bytes.Buffer
	f := tty(t)
	for _, c := range []struct {
		name             string
		env              []string
		screen, coloured bool
	}{
		{"capable", []string{"TERM", "xterm-256color"}, true, true},
		{"no colour", []string{"TERM", "xterm-256color", "NO_COLOR", ""}, true, false},
		{"dumb", []string{"TERM", "dumb"}, false, false},
		{"no name", nil, false, false},
	} {
		both := New(nil, f, f, env(c.env...))
		if (both.Screen() != nil) != c.screen || both.Colour() != c.coloured {
			t.Errorf("%s: screen %t, colour %t", c.name, both.Screen() != nil, both.Colour())
		}
		o := both.Printing(console.Options{})
		if o.Columns() != 100 || o.Terminal != c.screen || (o.Screen != nil) != c.screen {
			t.Errorf("%s: options %+v, %d columns", c.name, o, o.Columns())
		}
		// Data goes to a file: the screen is that of the messages, and a table cannot be redrawn in the file.
		piped := New(nil, &other, f, env(c.env...))
		if o := piped.Printing(console.Options{}); piped.OutIsTerminal() || o.Screen != nil || o.Columns != nil ||
			(piped.Screen() != nil) != c.screen {
			t.Errorf("%s: data to a file: %+v", c.name, o)
		}
	}
}
