package console

import (
	"slices"
	"strings"
	"testing"

	"streamsql/internal/sqltype"
)

// Widths are terminal cells, not bytes and not runes; a cut never splits what a person sees as one character.
func TestCut(t *testing.T) {
	for _, c := range []struct {
		in    string
		width int
		n     int
		want  string
	}{
		{"plain", 5, 5, "plain"},
		{"plain", 5, 4, "pla…"},
		{"äö", 2, 2, "äö"},
		{"日本語", 6, 5, "日本…"},
		{"日本語", 6, 4, "日…"},
		{"e\u0301e\u0301e\u0301", 3, 2, "e\u0301…"},
		{"👩‍👩‍👧👩‍👩‍👧", 4, 3, "👩‍👩‍👧…"},
		{"🇩🇪🇩🇪", 4, 2, "…"},
		{"ab", 2, 1, "…"},
		{"ab", 2, 0, ""},
		{"", 0, 0, ""},
	} {
		if got := Width(c.in); got != c.width {
			t.Errorf("width of %q: %d, want %d", c.in, got, c.width)
		}
		if got := Cut(c.in, c.n); got != c.want || Width(got) > c.n {
			t.Errorf("%q cut to %d: %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

// Text becomes narrower before columns go, columns go from the middle, numbers stay whole.
func TestShare(t *testing.T) {
	for _, c := range []struct {
		name    string
		natural []int
		text    string // t: text, n: number
		line    int
		shown   []int
		width   []int
	}{
		{"all fit", []int{5, 5}, "tn", 17, []int{0, 1}, []int{5, 5}},
		{"no limit", []int{500, 5}, "tn", 0, []int{0, 1}, []int{500, 5}},
		{"the widest text gives", []int{30, 10, 5}, "ttn", 40, []int{0, 1, 2}, []int{15, 10, 5}},
		{"two texts share", []int{30, 30}, "tt", 47, []int{0, 1}, []int{20, 20}},
		{"the middle goes", []int{10, 10, 10, 10}, "nnnn", 40, []int{0, -1, 3}, []int{10, 1, 10}},
		{"text goes below eight never while a column can go", []int{20, 20, 20}, "ttt", 32, []int{0, -1, 2},
			[]int{10, 1, 11}},
		{"one column takes what there is", []int{100}, "n", 20, []int{0}, []int{16}},
		{"a line of nothing", []int{100, 100}, "tt", 3, []int{0, -1}, []int{1, 1}},
	} {
		text := make([]bool, len(c.natural))
		for i := range text {
			text[i] = c.text[i] == 't'
		}
		got := share(c.natural, text, c.line)
		if !slices.Equal(got.shown, c.shown) || total(got.width) != total(c.width) {
			t.Errorf("%s: columns %v, widths %v, want %v, %v", c.name, got.shown, got.width, c.shown, c.width)
		}
	}
}

func total(widths []int) (sum int) {
	for _, w := range widths {
		sum += w
	}
	return sum
}

// No line of a table is wider than it may be, at any width, whatever is in it.
func TestNoLineIsTooWide(t *testing.T) {
	schema := sqltype.Schema{
		{Name: "a name that is long", Type: sqltype.StringType}, {Name: "n", Type: sqltype.BigIntType},
		{Name: "日本語", Type: sqltype.StringType}, {Name: "m", Type: sqltype.BigIntType},
	}
	end := string(rune(cellEnd))
	rows := []string{
		"👩‍👩‍👧 family" + end + "123456789012" + end + "e\u0301e\u0301e\u0301" + end + "1" + end,
		strings.Repeat("日", 50) + end + "NULL" + end + end + "-9" + end,
	}
	b := newBox(schema, true)
	for line := 9; line < 200; line++ {
		lines := b.draw(rows, line)
		for _, l := range lines {
			if Width(l) > line {
				t.Fatalf("at %d columns a line has %d cells: %s", line, Width(l), l)
			}
		}
	}
	if s := strings.Join(b.draw(rows, 40), "\n"); !strings.Contains(s, cut) ||
		!strings.Contains(s, "3 of 4 columns (all: --output jsonl)") {
		t.Errorf("what is left out is not marked:\n%s", s)
	}
}
