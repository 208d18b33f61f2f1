package diag

import "testing"

func TestPlace(t *testing.T) {
	for _, c := range []struct {
		text         string
		at           int32
		line, column int
	}{
		{"", 0, 1, 1},
		{"abc", 0, 1, 1},
		{"abc", 2, 1, 3},
		{"abc", 3, 1, 4},
		{"abc", 9, 1, 4},
		{"abc", -1, 1, 1},
		{"a\nbc", 1, 1, 2},
		{"a\nbc", 2, 2, 1},
		{"a\n\nbc", 4, 3, 2},
		{"a\n", 2, 2, 1},
		{"ä→x", 5, 1, 3},            // in runes
		{"ab\r\ncd", 3, 1, 3},       // the end of a line has no column of its own
		{"ab\r\ncd", 5, 2, 2},       // with \r\n as with \n
		{"\ufeffSELECT", 3, 1, 1},   // no editor shows the mark
		{"\ufeffSELECT", 5, 1, 3},   //
		{"\ufeff\nSELECT", 4, 2, 1}, // it is only on the first line
	} {
		if line, column := Place(c.text, c.at); line != c.line || column != c.column {
			t.Errorf("%q at %d: %d:%d, want %d:%d", c.text, c.at, line, column, c.line, c.column)
		}
	}
}
