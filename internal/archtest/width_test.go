package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxWidth is the longest line of Go and Markdown, in characters; a tab is one, as golangci-lint's lll counts it.
const maxWidth = 120

// TestWidth: no line is longer. In Markdown, tables and lines with a single word that is too long (a digest, a record
// of a file) cannot be wrapped and do not count.
func TestWidth(t *testing.T) {
	for _, name := range tracked(t) {
		for _, line := range longLines(name, read(t, name)) {
			t.Error(line)
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

// longLines names the lines of a Go or Markdown file that are too long; none of any other file.
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
