package diag

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// excerpt is one source line as it is shown, and where the carets go under it.
type excerpt struct {
	line   int    // of the span's start, from 1
	column int    // of the span's start, from 1, in runes
	text   string // without tabs and control characters, cut when it is long
	indent int    // columns before the carets
	width  int    // columns of carets, at least 1
}

const (
	tabWidth  = 4
	lineWidth = 110 // columns of source shown
	context   = 40  // columns kept before a span that is far to the right
	cutMark   = "…"
)

// around is how many bytes of a line are laid out on either side of the start of a span: more than are shown, whatever
// they hold. A machine writes lines of a megabyte with a thousand faults on them, and each fault shows 110 columns.
const around = 16 * lineWidth

// cutExcerpt finds the line of span's start and lays it out.
func cutExcerpt(text string, span Span) excerpt {
	start := min(int(span.Start), len(text))
	from, to := lineAt(text, start)
	start = min(start, to)
	end := min(max(int(span.End), start), to)
	var x excerpt
	x.line, x.column = Place(text, span.Start)
	left, right := runeStart(text, max(from, start-around)), runeStart(text, min(to, start+around))
	cells := layOut(text[left:right])
	first, last := cellAt(cells, start-left), cellAt(cells, min(end, right)-left)
	x.cut(cells, first, last, left > from, right < to)
	return x
}

// runeStart is the beginning of the rune that holds byte i of text.
func runeStart(text string, i int) int {
	for n := 0; i > 0 && i < len(text) && n < utf8.UTFMax && !utf8.RuneStart(text[i]); n++ {
		i--
	}
	return i
}

// cell is one rune of a line as it is shown: its text, its columns, its first byte in the line.
type cell struct {
	text   string
	column int // of its left edge, from 0
	width  int
	offset int
}

// layOut gives every rune of a line its columns.
func layOut(line string) []cell {
	var cells []cell
	column := 0
	for offset, r := range line {
		c := cell{text: string(r), column: column, width: runeWidth(r), offset: offset}
		switch {
		case r == '\t':
			c.width = tabWidth - column%tabWidth
			c.text = strings.Repeat(" ", c.width)
		case unicode.IsControl(r):
			c.text, c.width = "·", 1
		}
		cells = append(cells, c)
		column += c.width
	}
	return append(cells, cell{column: column, offset: len(line)})
}

// runeWidth is the number of columns of r in a terminal.
func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cellAt is the index of the cell that holds the byte at offset.
func cellAt(cells []cell, offset int) int {
	for i := len(cells) - 1; i > 0; i-- {
		if cells[i].offset <= offset {
			return i
		}
	}
	return 0
}

// cut takes the part of the line around cells first … last that fits and places the carets. before and after report
// whether the line goes on to the left and to the right of them.
func (x *excerpt) cut(cells []cell, first, last int, before, after bool) {
	left, right := 0, len(cells)-1
	if cells[right].column > lineWidth {
		left, right = visible(cells, first)
	}
	last = min(max(last, first), right)
	var b strings.Builder
	if left > 0 || before {
		b.WriteString(cutMark)
		x.indent = 1
	}
	for _, c := range cells[left:right] {
		b.WriteString(c.text)
	}
	if right < len(cells)-1 || after {
		b.WriteString(cutMark)
	}
	x.text = b.String()
	x.indent += cells[first].column - cells[left].column
	x.width = max(1, cells[last].column-cells[first].column)
}

// visible is the range of cells of a long line that is shown, so that the cell first is in it.
func visible(cells []cell, first int) (left, right int) {
	if cells[first].column > lineWidth-context {
		for left = first; left > 0 && cells[first].column-cells[left-1].column <= context; {
			left--
		}
	}
	for right = first; right < len(cells)-1 && cells[right+1].column-cells[left].column <= lineWidth; {
		right++
	}
	return left, right
}
