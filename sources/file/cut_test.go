package file

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"streamsql/internal/format"
)

// lines makes records of very different lengths.
func lines(n int, end string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d:%s", i, strings.Repeat("x", i*i*31%700))
		if i < n-1 {
			b.WriteByte('\n')
		}
	}
	return b.String() + end
}

// slow reads a few bytes at a time.
type slow struct {
	r io.Reader
	n int
}

func (s slow) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.n)]) }

// cuts describes the chunks of a text from a position on.
func cuts(t *testing.T, text string, from, rows, max, step int) (out []string) {
	t.Helper()
	c := &cutter{r: slow{strings.NewReader(text[from:]), step}, pool: &blocks{}, split: format.Lines{}, rows: rows,
		maxRecord: max, at: int64(from), line: 1 + int64(strings.Count(text[:from], "\n"))}
	defer c.close()
	for {
		p, err := c.next()
		if err != nil {
			t.Fatal(err)
		}
		if len(p.data) <= max && string(p.data) != text[p.at:p.next] {
			t.Fatalf("chunk at %d has other bytes than the text", p.at)
		}
		if n := strings.Count(string(p.data), "\n"); p.records != n && p.records != n+1 {
			t.Fatalf("chunk at %d says %d records, has %d", p.at, p.records, n)
		}
		if want := 1 + int64(strings.Count(text[:p.at], "\n")); p.line != want {
			t.Fatalf("chunk at %d says line %d, want %d", p.at, p.line, want)
		}
		out = append(out, fmt.Sprintf("%d-%d/%d %d %v", p.at, p.next, len(p.data), p.records, p.last))
		p.release()
		if p.last {
			return out
		}
	}
}

// TestCuts: chunks cover the text without gaps, whatever the reads deliver, and from any chunk's beginning on the cuts
// are the same: this is what makes a replay read the same chunks.
func TestCuts(t *testing.T) {
	const limit = 3 << 20
	long := func(n int) string { return strings.Repeat("y", n) }
	for name, text := range map[string]string{
		"empty": "", "one": "a\n", "unended": "a\nb", "many": lines(9000, "\n"), "many unended": lines(9000, ""),
		"blank":           strings.Repeat("\n", 20000),
		"exactly a chunk": long(chunkBytes-1) + "\n", "exactly a chunk and more": long(chunkBytes-1) + "\nz\n",
		"chunk without end": long(chunkBytes), "one byte more": long(chunkBytes) + "\n",
		"long": "a\n" + long(2<<20) + "\nb\n", "long last": "a\n" + long(2<<20) + "\n", "long unended": "a\n" +
			long(2<<20), "at the limit": long(limit) + "\nb\n", "over the limit": long(limit+1) + "\nb\n",
		"far over": "a\n" + long(7<<20) + "\nb\n", "far over at the end": "a\n" + long(7<<20),
		"far over, ended": long(7<<20) + "\n",
	} {
		for _, rows := range []int{1, 7, 8192} {
			if rows == 1 && len(text) > 3<<20 {
				continue
			}
			want := cuts(t, text, 0, rows, limit, 1<<30)
			if got := cuts(t, text, 0, rows, limit, 65537); fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s, %d rows: cuts depend on the reads", name, rows)
			}
			at := 0
			for i, w := range want {
				var from, to, n, records int
				fmt.Sscanf(w, "%d-%d/%d %d", &from, &to, &n, &records)
				if from != at || records > rows || (n > chunkBytes && records > 1) || n > limit+1 {
					t.Fatalf("%s, %d rows: chunk %s after %d", name, rows, w, at)
				}
				at = to
				if i%max(len(want)/5, 1) != 0 {
					continue
				}
				if got := cuts(t, text, from, rows, limit, 1<<30); fmt.Sprint(got) != fmt.Sprint(want[i:]) {
					t.Errorf("%s, %d rows: from %d on the cuts differ", name, rows, from)
				}
			}
			if at != len(text) {
				t.Errorf("%s: chunks end at %d of %d", name, at, len(text))
			}
		}
	}
}
