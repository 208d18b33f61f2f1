package console

import (
	"strings"

	"github.com/rivo/uniseg"
)

// cut is the mark of what is left out: at the end of a value, or in place of columns.
const cut = "…"

// leastText is how narrow a column of text may become before whole columns are left out: less shows too little to tell
// two values apart.
const leastText = 8

// columns is how the columns of a table share a line.
type columns struct {
	shown   []int // indices in order; −1 is the column of marks that represents those left out
	width   []int // cells of each shown column
	all     int   // columns there are
	clipped bool  // some value or name is cut
}

// share gives each column its natural width if the line holds them all; else text is narrowed, the widest first; else
// columns are left out from the middle, since the first ones name a row and the last ones are what was computed.
// Numbers and times are not cut while another column can be: half a number is a wrong number. line ≤ 0 is a line
// without end.
func share(natural []int, text []bool, line int) columns {
	c := columns{all: len(natural)}
	for i := range natural {
		c.shown = append(c.shown, i)
	}
	for {
		if c.fit(natural, text, line) {
			return c
		}
		c.drop()
	}
}

// drop leaves out the column in the middle.
func (c *columns) drop() {
	at := len(c.shown) / 2
	for i, col := range c.shown {
		if col < 0 { // beside the mark, from the longer side; the first column is never left out
			if at = i + 1; i > len(c.shown)-i-1 {
				at = i - 1
			}
			c.shown = append(c.shown[:at:at], c.shown[at+1:]...)
			return
		}
	}
	c.shown = append(append(append([]int{}, c.shown[:at]...), -1), c.shown[at+1:]...)
}

// fit finds widths for the shown columns and reports whether the line holds them. What cannot become smaller fits.
func (c *columns) fit(natural []int, text []bool, line int) bool {
	room := line - 1 - 3*len(c.shown)
	c.width, c.clipped = make([]int, len(c.shown)), false
	sum, fixed, soft := 0, 0, 0
	for k, i := range c.shown {
		if c.width[k] = 1; i >= 0 {
			c.width[k] = natural[i]
		}
		if sum += c.width[k]; i >= 0 && text[i] {
			soft++
		} else {
			fixed += c.width[k]
		}
	}
	if line <= 0 || sum <= room {
		return true
	}
	c.clipped = true
	if soft > 0 && c.narrow(text, leastText, room) {
		return true
	}
	if columnsLeft(c.shown) > 1 {
		return false
	}
	for k, i := range c.shown { // the only column takes what there is
		if i >= 0 {
			c.width[k] = max(1, room-(len(c.shown)-1))
		}
	}
	return true
}

// narrow takes cells from the widest columns of text until the line holds them, and reports whether it could.
func (c *columns) narrow(text []bool, least, room int) bool {
	sum := 0
	for _, w := range c.width {
		sum += w
	}
	for sum > room {
		widest := -1
		for k, i := range c.shown {
			if i >= 0 && text[i] && c.width[k] > least && (widest < 0 || c.width[k] > c.width[widest]) {
				widest = k
			}
		}
		if widest < 0 {
			return false
		}
		c.width[widest]--
		sum--
	}
	return true
}

func columnsLeft(shown []int) int {
	n := 0
	for _, i := range shown {
		if i >= 0 {
			n++
		}
	}
	return n
}

// Width is the number of terminal cells of a text without control characters: wide runes take two, combining marks and
// joined emoji none of their own.
func Width(s string) int {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return uniseg.StringWidth(s)
		}
	}
	return len(s)
}

// Cut shortens a text to at most n cells, between characters as people see them; the last cell is the mark.
func Cut(s string, n int) string {
	if len(s) <= n || Width(s) <= n {
		return s
	}
	if n < 1 {
		return ""
	}
	var b strings.Builder
	rest, state, used := s, -1, 0
	for len(rest) > 0 {
		var cluster string
		var w int
		cluster, rest, w, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if used+w > n-1 {
			break
		}
		used += w
		b.WriteString(cluster)
	}
	return b.String() + cut
}
