package archtest

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxWidth is the longest line of Go and Markdown, in characters; a tab is one, as golangci-lint's lll counts it.
const maxWidth = 120

// wide are the folders that still have longer lines, with how many. A number here may only become smaller: whoever
// shortens lines lowers it, and a folder without any leaves the list. In Markdown, tables and lines with a single word
// that is too long (a digest, a record of a file) cannot be wrapped and do not count.
var wide = map[string]int{}

// TestWidth: no folder has more long lines than the list allows.
func TestWidth(t *testing.T) {
	found := map[string][]string{}
	for _, name := range tracked(t) {
		dir := path.Dir(name)
		found[dir] = append(found[dir], longLines(name, read(t, name))...)
	}
	for _, dir := range slices.Sorted(maps.Keys(found)) {
		lines, known := found[dir], wide[dir]
		if len(lines) > known {
			t.Errorf("%s: %d lines over %d characters, at most %d are allowed:\n  %s",
				dir, len(lines), maxWidth, known, strings.Join(lines, "\n  "))
		}
		if len(lines) < known {
			t.Logf("%s: %d lines over %d characters are left: lower the %d in this file", dir, len(lines), maxWidth, known)
		}
	}
}

// TestWidthBites: long lines are found, and only in files that are judged.
func TestWidthBites(t *testing.T) {
	long := strings.Repeat("ä", maxWidth+1)
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"a.go", long, 1},
		{"a.go", "x\n" + long + "\r\n" + long + "\n", 2},
		{"a.go", strings.Repeat("ä", maxWidth) + "\r\n", 0},
		{"a.go", "| " + long, 1},
		{"a.md", "digest " + long, 0},
		{"a.md", "  | " + long, 0},
		{"a.md", "x " + strings.Repeat("ä ", maxWidth), 1},
		{"a.json", long, 0},
	} {
		if got := len(longLines(c.name, []byte(c.text))); got != c.want {
			t.Errorf("%s %.20q…: %d long lines, want %d", c.name, c.text, got, c.want)
		}
	}
}

// longLines names the lines of a Go or Markdown file that are too long; nil for any other file.
func longLines(name string, data []byte) (found []string) {
	ext := path.Ext(name)
	if ext != ".go" && ext != ".md" {
		return nil
	}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSuffix(line, "\r")
		n := utf8.RuneCountInString(line)
		if n > maxWidth && (ext == ".go" || canWrap(line)) {
			found = append(found, fmt.Sprintf("%s:%d: %d characters", name, i+1, n))
		}
	}
	return found
}

// canWrap reports whether a line of Markdown can be broken into lines that are short enough.
func canWrap(line string) bool {
	long := func(word string) bool { return utf8.RuneCountInString(word) > maxWidth }
	return !strings.HasPrefix(strings.TrimLeft(line, " "), "|") && !slices.ContainsFunc(strings.Fields(line), long)
}
