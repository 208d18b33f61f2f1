package terminal

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"golang.org/x/term"

	"streamsql/sinks/console"
)

// Streams are the ends of a command.
type Streams struct {
	In io.Reader

	out, err stream
	capable  bool            // the terminal understands more than text
	plain    bool            // the user wants no colour
	screen   *console.Screen // nil: no terminal, or one that only prints
}

// stream is one way out.
type stream struct {
	w    io.Writer
	file *os.File // nil when it is not a terminal
}

// New makes streams of two writers, either of which may be a terminal; env looks up TERM and NO_COLOR.
func New(in io.Reader, out, err io.Writer, env func(name string) (string, bool)) *Streams {
	name, set := env("TERM")
	_, plain := env("NO_COLOR")
	s := &Streams{
		In: in, out: streamTo(out), err: streamTo(err), plain: plain,
		capable: name != "dumb" && (set && name != "" || runtime.GOOS == "windows"),
	}
	for _, f := range []*os.File{s.out.file, s.err.file} {
		if f != nil && s.capable && s.screen == nil {
			s.screen = console.NewScreen(f, func() (int, int) { return size(f) })
		}
	}
	return s
}

func streamTo(w io.Writer) stream {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return stream{w, f}
	}
	return stream{w: w}
}

// Out takes the data of a command.
func (s *Streams) Out() io.Writer { return s.above(s.out) }

// Err takes what is said to people.
func (s *Streams) Err() io.Writer { return s.above(s.err) }

// above is a stream whose lines do not meet those that are redrawn.
func (s *Streams) above(to stream) io.Writer {
	if s.screen == nil || to.file == nil {
		return to.w
	}
	return s.screen.Above(to.w)
}

// Say prints one line of text to Err.
func (s *Streams) Say(format string, args ...any) {
	_, _ = fmt.Fprintf(s.Err(), format+"\n", args...) // nobody is left who could be told
}

// Screen is the terminal's; nil when there is none, or one that only prints.
func (s *Streams) Screen() *console.Screen { return s.screen }

// OutIsTerminal reports whether people see the data themselves.
func (s *Streams) OutIsTerminal() bool { return s.out.file != nil }

// ErrIsTerminal reports whether people see the messages while they are written.
func (s *Streams) ErrIsTerminal() bool { return s.err.file != nil }

// Colour reports whether messages may be coloured.
func (s *Streams) Colour() bool { return s.err.file != nil && s.capable && !s.plain }

// Printing completes the options of what prints rows to Out.
func (s *Streams) Printing(o console.Options) console.Options {
	o.Terminal = s.out.file != nil && s.capable
	o.Columns = width(s.out.file)
	if s.out.file != nil {
		o.Screen = s.screen
	}
	return o
}

// width gives the cells of a line of f, for console.Options: nil when f is not a terminal, whose lines have no end.
func width(f *os.File) func() int {
	if f == nil {
		return nil
	}
	return func() int {
		if columns, _ := size(f); columns > 0 {
			return columns
		}
		return 80 // a terminal that does not know: what it was built to look like
	}
}

// size is that of a terminal; 0 is unknown.
func size(f *os.File) (columns, rows int) {
	columns, rows, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}
