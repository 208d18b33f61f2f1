package console

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"streamsql/internal/diag"
)

// Screen is a terminal that rows, a table and a status line share. At its bottom is a frame, the table and below it the
// status, that is redrawn in place; whatever else is printed goes above it, once, and scrolls away.
//
// Two things keep copies of the frame from being left behind. No line of it is wider than the terminal was, and the
// terminal is told not to wrap while it is drawn: it may count the cells of an emoji differently than we do. And the
// frame is never taller than the terminal: what has scrolled off cannot be taken back. After a resize the lines of the
// old frame are counted as a terminal that reflows shows them, which most do.
//
// Safe for concurrent use. All but Around show at the next Refresh: an epoch may take less time than a terminal needs.
type Screen struct {
	mu     sync.Mutex
	w      io.Writer
	size   func() (columns, rows int)
	table  *picture
	status string

	lines []string // the frame on the screen; the cursor is at the end of its last line
}

// picture is a table with its first rows; more follow them, which no screen holds.
type picture struct {
	box  *box
	rows []string
	all  int
}

// tallest is how many rows of a table are kept to be drawn; no terminal is that tall.
const tallest = 500

// NewScreen makes the screen of a terminal; size gives 0 for what it does not know.
func NewScreen(w io.Writer, size func() (columns, rows int)) *Screen {
	return &Screen{w: w, size: func() (int, int) {
		c, r := size()
		if c <= 0 {
			c = 80
		}
		if r <= 0 {
			r = 24
		}
		return c, r
	}}
}

// Columns is the width that a line may have.
func (s *Screen) Columns() int {
	c, _ := s.size()
	return c
}

// SetStatus changes the last line of the frame; "" takes it away.
func (s *Screen) SetStatus(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = line
}

// setTable changes the table of the frame; nil takes it away.
func (s *Screen) setTable(p *picture) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table = p
}

// Refresh draws the frame if it has changed or the terminal has.
func (s *Screen) Refresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.draw(nil)
}

// Around lets print write whole lines above the frame.
func (s *Screen) Around(print func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(s.erase())
	err := print()
	s.draw(nil)
	return err
}

// Done draws the frame for the last time and leaves it as text.
func (s *Screen) Done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draw(nil); len(s.lines) > 0 {
		s.put([]byte("\n"))
	}
	s.lines, s.table, s.status = nil, nil, ""
}

// put writes to the terminal. One that is gone is noticed where rows are written; a frame is not worth an error.
func (s *Screen) put(data []byte) {
	if len(data) > 0 {
		_, _ = s.w.Write(data)
	}
}

// erase gives what removes the frame and brings the cursor to where it began.
func (s *Screen) erase() []byte {
	if len(s.lines) == 0 {
		return nil
	}
	columns, _ := s.size()
	up := -1
	for _, l := range s.lines {
		up += max(1, (Width(l)+columns-1)/columns)
	}
	s.lines = nil
	if up == 0 {
		return []byte("\r\x1b[J")
	}
	return fmt.Appendf(nil, "\r\x1b[%dA\x1b[J", up)
}

// draw replaces the frame on the screen, in one write so that nobody sees half of it.
func (s *Screen) draw(out []byte) {
	lines := s.compose()
	if slices.Equal(lines, s.lines) {
		return
	}
	out = append(out, s.erase()...)
	if len(lines) > 0 {
		out = append(out, "\x1b[?7l"...)
		out = append(out, strings.Join(lines, "\n")...)
		out = append(out, "\x1b[?7h"...)
	}
	s.lines = lines
	s.put(out)
}

// compose makes the lines of the frame for the terminal as it is now. The last column stays free: in it a terminal may
// show the cursor on the next line.
func (s *Screen) compose() []string {
	columns, rows := s.size()
	columns = max(2, columns-1)
	var lines []string
	if s.table != nil {
		room := rows - 1
		if s.status != "" {
			room--
		}
		lines = s.table.draw(columns, room)
	}
	if s.status != "" {
		lines = append(lines, Cut(s.status, columns))
	}
	for i, l := range lines {
		lines[i] = Cut(l, columns)
	}
	return lines
}

// draw gives at most so many lines: the first rows, and how many follow.
func (p *picture) draw(columns, room int) []string {
	const around = 5 // the rules, the names, a line of hints
	n := min(len(p.rows), p.all)
	if n+around > room {
		n = max(0, min(n, room-around-1))
	}
	lines := p.box.draw(p.rows[:n], columns)
	if n < p.all {
		lines = append(lines, fmt.Sprintf("%s %s, all at the end", cut, more(p.all-n)))
	}
	if len(lines) > room {
		lines = lines[:max(0, room)]
	}
	return lines
}

func more(n int) string {
	return diag.Plural(n, "more row")
}

// screenWriter writes rows above the frame of a screen. A piece without a line end would have the frame drawn after it;
// rows always end with one.
type screenWriter struct {
	screen *Screen
	w      io.Writer
}

// Above gives a writer to w, the same terminal, whose text goes above the frame.
func (s *Screen) Above(w io.Writer) io.Writer { return screenWriter{s, w} }

func (a screenWriter) Write(data []byte) (n int, err error) {
	if len(data) == 0 {
		return 0, nil
	}
	err = a.screen.Around(func() error {
		n, err = a.w.Write(data)
		if err == nil && !bytes.HasSuffix(data, []byte{'\n'}) {
			_, err = a.w.Write([]byte{'\n'})
		}
		return err
	})
	return n, err
}
