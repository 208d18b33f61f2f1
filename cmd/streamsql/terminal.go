package main

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"golang.org/x/term"

	"streamsql/sinks/console"
)

// terminal reports whether f is one.
func terminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// colour reports whether to colour what goes to f: a terminal that can, and NO_COLOR is not set.
func colour(f *os.File) bool {
	_, no := os.LookupEnv("NO_COLOR")
	return terminal(f) && capable() && !no
}

// capable reports whether the terminal understands more than text.
func capable() bool {
	name, set := os.LookupEnv("TERM")
	return name != "dumb" && (set && name != "" || runtime.GOOS == "windows")
}

// display is what the process shows to people: rows on stdout, messages and the status on stderr. Where either is a
// terminal they share its screen, so that nothing is printed into a line that is redrawn.
type display struct {
	screen *console.Screen // nil: no terminal, or one that only prints
}

// tty is the process's only one.
var tty = newDisplay()

func newDisplay() *display {
	if !capable() {
		return &display{}
	}
	for _, f := range []*os.File{os.Stdout, os.Stderr} {
		if terminal(f) {
			return &display{screen: console.NewScreen(f, func() (int, int) { return size(f) })}
		}
	}
	return &display{}
}

// screenOf is the screen of f; nil when there is none.
func screenOf(f *os.File) *console.Screen {
	if !terminal(f) {
		return nil
	}
	return tty.screen
}

// size is that of a terminal; 0 is unknown.
func size(f *os.File) (columns, rows int) {
	columns, rows, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}

// width gives the cells of a line of f, for console.Options: nil when f is not a terminal, whose lines have no end.
func width(f *os.File) func() int {
	if !terminal(f) {
		return nil
	}
	return func() int {
		if columns, _ := size(f); columns > 0 {
			return columns
		}
		return 80
	}
}

func (d *display) stdout() io.Writer { return d.above(os.Stdout) }
func (d *display) stderr() io.Writer { return d.above(os.Stderr) }

func (d *display) above(f *os.File) io.Writer {
	if d.screen == nil || !terminal(f) {
		return f
	}
	return d.screen.Above(f)
}

// talk prints one line for people.
func talk(format string, args ...any) {
	_, _ = fmt.Fprintf(tty.stderr(), format+"\n", args...) // nobody is left to be told
}
