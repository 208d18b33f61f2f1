package diag

import (
	"strings"
	"unicode/utf8"
)

// ByteOrderMark is what editors of Windows put before the first line.
const ByteOrderMark = "\ufeff"

// Place is where byte `at` of a text is, as editors count: lines from 1, columns from 1 in runes. A byte order mark is
// no column; a place beyond the text is its end.
func Place(text string, at int32) (line, column int) {
	start := min(max(int(at), 0), len(text))
	from, to := lineAt(text, start)
	return 1 + strings.Count(text[:from], "\n"), 1 + utf8.RuneCountInString(text[from:min(start, to)])
}

// lineAt is the range of the line that byte `at` of a text is in, without its end and without a byte order mark.
func lineAt(text string, at int) (from, to int) {
	from = strings.LastIndexByte(text[:at], '\n') + 1
	if from == 0 && strings.HasPrefix(text, ByteOrderMark) && at >= len(ByteOrderMark) {
		from = len(ByteOrderMark) // no editor shows it
	}
	to = len(text)
	if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
		to = at + i
	}
	if to > from && text[to-1] == '\r' {
		to--
	}
	return from, to
}
