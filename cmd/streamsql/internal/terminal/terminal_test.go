package terminal

import (
	"bytes"
	"strings"
	"testing"

	"streamsql/sinks/console"
)

// env is an environment of the test's own.
func env(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

// Buffers are not terminals, whatever TERM says: no screen, no colour, no end of a line.
func TestBuffers(t *testing.T) {
	var out, err bytes.Buffer
	s := New(strings.NewReader("in"), &out, &err, env("TERM", "xterm-256color"))
	if s.Screen() != nil || s.OutIsTerminal() || s.ErrIsTerminal() || s.Colour() {
		t.Errorf("a buffer is taken for a terminal: %+v", s)
	}
	o := s.Printing(console.Options{Kind: "table"})
	if o.Terminal || o.Columns != nil || o.Screen != nil || o.Kind != "table" {
		t.Errorf("options %+v", o)
	}
	s.Say("%d rows", 3)
	if _, e := s.Out().Write([]byte("data")); e != nil {
		t.Fatal(e)
	}
	if out.String() != "data" || err.String() != "3 rows\n" {
		t.Errorf("data %q, messages %q", out.String(), err.String())
	}
}
