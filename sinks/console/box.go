package console

import (
	"fmt"
	"strings"

	"streamsql/internal/sqltype"
)

// box draws rows of cells as a table.
type box struct {
	names []string
	right []bool // numbers are aligned to the right
	text  []bool // may be narrowed
	lines frame
}

// frame is the set of marks around cells.
type frame struct{ top, head, bottom, side string } // three corners and the line, as in ┌┬┐─

var (
	drawn = frame{"┌┬┐─", "├┼┤─", "└┴┘─", "│"}
	ascii = frame{"+++-", "+++-", "+++-", "|"}
)

// newBox makes the box of a schema; lines are drawn on terminals, ASCII goes into files.
func newBox(schema sqltype.Schema, terminal bool) *box {
	b := &box{lines: ascii}
	if terminal {
		b.lines = drawn
	}
	for _, f := range schema {
		b.names = append(b.names, string(visible(nil, []byte(f.Name))))
		b.right = append(b.right, f.Type.IsNumeric())
		b.text = append(b.text, f.Type.IsString())
	}
	return b
}

// render draws encoded rows (see cells) within a line of so many terminal cells; 0 is no limit.
func (b *box) render(rows []string, line int) []byte {
	return []byte(strings.Join(b.draw(rows, line), "\n") + "\n")
}

// draw gives the lines of the table, and one below it that says what was left out, if anything was.
func (b *box) draw(rows []string, line int) []string {
	table := make([][]string, len(rows))
	natural := make([]int, len(b.names))
	for i, n := range b.names {
		natural[i] = Width(n)
	}
	for r, row := range rows {
		table[r] = strings.SplitN(row, string(rune(cellEnd)), len(b.names)+1)[:len(b.names)]
		for i, cell := range table[r] {
			natural[i] = max(natural[i], Width(cell))
		}
	}
	c := share(natural, b.text, line)
	out := make([]string, 0, len(rows)+5)
	out = append(out, b.rule(c, b.lines.top), b.row(c, b.names), b.rule(c, b.lines.head))
	for _, cells := range table {
		out = append(out, b.row(c, cells))
	}
	out = append(out, b.rule(c, b.lines.bottom))
	if hint := c.hint(); hint != "" {
		out = append(out, Cut(hint, line))
	}
	return out
}

// hint says what a reader does not see and how to see it.
func (c *columns) hint() string {
	shown := columnsLeft(c.shown)
	switch {
	case shown < c.all:
		return fmt.Sprintf("%d of %d columns (all: --output jsonl)", shown, c.all)
	case c.clipped:
		return "cut at " + cut + " (all: --output jsonl)"
	}
	return ""
}

func (b *box) rule(c columns, marks string) string {
	m := []rune(marks)
	var s strings.Builder
	for k, w := range c.width {
		if s.WriteRune(m[1]); k == 0 {
			s.Reset()
			s.WriteRune(m[0])
		}
		s.WriteString(strings.Repeat(string(m[3]), w+2))
	}
	s.WriteRune(m[2])
	return s.String()
}

func (b *box) row(c columns, cells []string) string {
	var s strings.Builder
	s.WriteString(b.lines.side)
	for k, i := range c.shown {
		cell, right := cut, false
		if i >= 0 {
			cell, right = Cut(cells[i], c.width[k]), b.right[i]
		}
		pad := strings.Repeat(" ", max(0, c.width[k]-Width(cell)))
		if right {
			s.WriteString(" " + pad + cell + " ")
		} else {
			s.WriteString(" " + cell + pad + " ")
		}
		s.WriteString(b.lines.side)
	}
	return s.String()
}
