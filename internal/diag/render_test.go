package diag

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// at makes the span of the first occurrence of piece in text.
func at(text, piece string) Span {
	i := strings.Index(text, piece)
	return Span{int32(i), int32(i + len(piece))}
}

func TestRender(t *testing.T) {
	long := "SELECT " + strings.Repeat("aaaaaaaaa, ", 30) + "wrong, " + strings.Repeat("bbbbbbbbb, ", 30) + "z"
	query := "-- bids\n\nSELECT auction, pirce FROM bids\n"
	cases := []struct {
		name, text string
		err        error
		want       string
	}{
		{"short hint beside the carets", query,
			At(Usage, at(query, "pirce"), "no column %q in table %q", "pirce", "bids").WithHint("did you mean %q?", "price"), `
q.sql:3:17: error[usage]: no column "pirce" in table "bids"
 3 | SELECT auction, pirce FROM bids
   |                 ^~~~~ did you mean "price"?
`},
		{"long hint below", query, At(Usage, at(query, "pirce"), "no").WithHint("%s", strings.Repeat("x", 100)), `
q.sql:3:17: error[usage]: no
 3 | SELECT auction, pirce FROM bids
   |                 ^~~~~
   = ` + strings.Repeat("x", 100) + `
`},
		{"no span, no excerpt", query, New(Internal, "broken").WithHint("report it").WithCause(errors.New("why")), `
error[internal]: broken: why
  = report it
`},
		{"another error", query, fmt.Errorf("strange"), `
error[internal]: strange
`},
		{"wrapped", query, fmt.Errorf("while planning: %w", At(Usage, Span{9, 15}, "no")), `
q.sql:3:1: error[usage]: no
 3 | SELECT auction, pirce FROM bids
   | ^~~~~~
`},
		{"several", "a\nb", List{At(Usage, Span{0, 1}, "one"), At(Usage, Span{2, 3}, "two")}, `
q.sql:1:1: error[usage]: one
 1 | a
   | ^

q.sql:2:1: error[usage]: two
 2 | b
   | ^
`},
		{"tab and carriage return", "\tx\ty\r\nz", At(Usage, Span{3, 4}, "no"), `
q.sql:1:4: error[usage]: no
 1 |     x   y
   |         ^
`},
		{"wide and combining runes", "'日本' e\u0301 = x", At(Usage, at("'日本' e\u0301 = x", "x"), "no"), `
q.sql:1:11: error[usage]: no
 1 | '日本' e` + "\u0301" + ` = x
   |            ^
`},
		{"at the end of the text", "SELECT", At(Usage, Span{6, 6}, "ends"), `
q.sql:1:7: error[usage]: ends
 1 | SELECT
   |       ^
`},
		{"several lines", "(a\n+ b)", At(Usage, Span{0, 7}, "no"), `
q.sql:1:1: error[usage]: no
 1 | (a
   | ^~
`},
		{"gutter of two digits", strings.Repeat("\n", 11) + "x", At(Usage, Span{11, 12}, "no"), `
q.sql:12:1: error[usage]: no
 12 | x
    | ^
`},
		{"long line", long, At(Usage, at(long, "wrong"), "no"), `
q.sql:1:338: error[usage]: no
 1 | …aaaaa, aaaaaaaaa, aaaaaaaaa, aaaaaaaaa, wrong, bbbbbbbbb, bbbbbbbbb, bbbbbbbbb, bbbbbbbbb, bbbbbbbbb, bbbbbbbb…
   |                                          ^~~~~
`},
		{"byte order mark", "\ufeffSELECT x", At(Usage, Span{10, 11}, "no"), `
q.sql:1:8: error[usage]: no
 1 | SELECT x
   |        ^
`},
		{"span beyond the text", "x", At(Usage, Span{50, 60}, "no"), `
error[usage]: no
`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var b strings.Builder
			if err := Render(&b, "q.sql", c.text, c.err, false); err != nil {
				t.Fatal(err)
			}
			if got := "\n" + b.String(); got != c.want {
				t.Errorf("got:%s\nwant:%s", got, c.want)
			}
		})
	}
}

func TestRenderColor(t *testing.T) {
	var b strings.Builder
	if err := Render(&b, "q.sql", "x", At(Usage, Span{0, 1}, "no").WithHint("yes"), true); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	marks, ends := strings.Count(got, "\x1b["), strings.Count(got, "\x1b[0m")
	if !strings.Contains(got, "\x1b[1;31merror[usage]\x1b[0m: no") || marks != 2*ends {
		t.Errorf("marks are not balanced: %q", got)
	}
}

func TestRenderNothing(t *testing.T) {
	var b strings.Builder
	if err := Render(&b, "q.sql", "x", nil, false); err != nil || b.Len() > 0 {
		t.Errorf("%q, %v", b.String(), err)
	}
}

// TestRenderTotal: whatever the span, nothing panics and every line of carets has a caret.
func TestRenderTotal(t *testing.T) {
	text := "a\tb\n日本\xff\r\n" + strings.Repeat("w ", 200)
	for start := range int32(len(text) + 2) {
		for _, n := range []int32{0, 1, 3, 500} {
			var b strings.Builder
			if err := Render(&b, "q", text, At(Usage, Span{start, start + n}, "no"), false); err != nil {
				t.Fatal(err)
			}
			if start > 0 && int(start) <= len(text) && !strings.Contains(b.String(), "^") {
				t.Fatalf("no caret for %d+%d:\n%s", start, n, b.String())
			}
		}
	}
}

// TestRenderIsBounded: what is written about a text does not grow with the length of its lines or the number of faults.
func TestRenderIsBounded(t *testing.T) {
	written := func(n int) (string, int) {
		text := strings.Repeat("wrong, ", n)
		var list List
		for i := range n {
			list = append(list, At(Usage, Span{int32(7 * i), int32(7*i + 5)}, "no"))
		}
		var b strings.Builder
		if err := Render(&b, "q.sql", text, list, false); err != nil {
			t.Fatal(err)
		}
		return b.String(), b.Len()
	}
	text, many := written(20_000)
	if _, few := written(100); many > few+few/10 {
		t.Errorf("%d bytes for 20,000 faults, %d for 100", many, few)
	}
	if !strings.HasSuffix(text, "\n\n… and 19980 more\n") || strings.Count(text, "error[") != maxShown {
		t.Errorf("ends with %q", text[len(text)-60:])
	}
}

// TestRenderWork: a fault costs no more on a long line than on a short one. Laying the whole line out for each of them
// took 14 s for 2,500 faults.
func TestRenderWork(t *testing.T) {
	allocated := func(n int) float64 {
		text := strings.Repeat("wrong, ", n)
		return testing.AllocsPerRun(3, func() { cutExcerpt(text, Span{int32(7 * (n - 1)), int32(7*n - 2)}) })
	}
	if few, many := allocated(2_000), allocated(100_000); many > 2*few {
		t.Errorf("%.0f allocations on a line of 700 kB, %.0f on one of 14 kB", many, few)
	}
}
