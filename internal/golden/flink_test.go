package golden

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"streamsql/internal/sqltype"
)

// frozen is one expression of testdata/flink/values.tsv with its rows; the last text of a row is Flink's result.
type frozen struct {
	line  int
	expr  string
	types []string
	want  string // the type of the result; "-" for any
	rows  [][]string
}

// TestFlinkValues: expressions over columns give the types and values that Flink gave.
func TestFlinkValues(t *testing.T) {
	blocks := loadFrozen(t)
	if len(blocks) < 600 {
		t.Fatalf("%d expressions found: the file or its reading is broken", len(blocks))
	}
	for _, b := range blocks {
		b.check(t)
	}
}

func loadFrozen(t *testing.T) []*frozen {
	t.Helper()
	f, err := os.Open("../../testdata/flink/values.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []*frozen
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		cells := strings.Split(lines.Text(), "\t")
		switch {
		case strings.HasPrefix(cells[0], "#"):
		case cells[0] != "":
			out = append(out, &frozen{line: n, expr: cells[0], types: strings.Split(cells[1], "; "), want: cells[2]})
		default:
			b := out[len(out)-1]
			b.rows = append(b.rows, cells[1:])
		}
	}
	return out
}

var unescape = strings.NewReplacer(`\\`, `\`, `\t`, "\t", `\n`, "\n")

// check runs a block as one query, with the result as text.
func (b *frozen) check(t *testing.T) {
	t.Helper()
	stored, args := "id INT", "id"
	for i, typ := range b.types {
		stored += fmt.Sprintf(", s%d STRING", i)
		args += fmt.Sprintf(", CAST(s%d AS %s) AS a%d", i, typ, i)
	}
	query := fmt.Sprintf(`CREATE TABLE t (%s) WITH ('connector'='test','format'='json');
		SELECT id, CAST(r AS STRING) AS r, r AS same FROM (SELECT id, %s AS r FROM (SELECT %s FROM t))`, stored, b.expr, args)
	h, err := NewHarness(context.Background(), query, Variant{})
	if err != nil {
		t.Errorf("line %d: %s: %v", b.line, b.expr, err)
		return
	}
	defer h.Close()
	if got := h.s.prog.Plan.Sinks[0].Schema[2].Type.Nullable().String(); b.want != "-" && got != b.want {
		t.Errorf("line %d: %s of %v is %s, on Flink %s", b.line, b.expr, b.types, got, b.want)
	}
	for i, r := range b.rows {
		doc := map[string]any{"id": i}
		for k := range b.types {
			if doc["s"+strconv.Itoa(k)] = unescape.Replace(r[k]); r[k] == `\N` {
				doc["s"+strconv.Itoa(k)] = nil
			}
		}
		line, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		h.Feed("t", string(line))
	}
	h.Finish()
	if err := h.Trigger(); err != nil {
		t.Errorf("line %d: %s: %v", b.line, b.expr, err)
		return
	}
	b.compare(t, h.Folded(""))
}

// compare looks each row up by its number: `7 | text | value`.
func (b *frozen) compare(t *testing.T, folded map[string]int64) {
	t.Helper()
	got := map[string]string{}
	for row := range folded {
		id, rest, _ := strings.Cut(row, " | ")
		got[id] = rest
	}
	for i, r := range b.rows {
		want := quoteIfNeeded(unescape.Replace(r[len(r)-1]), sqltype.StringType, false)
		if r[len(r)-1] == `\N` {
			want = "NULL"
		}
		if text := got[strconv.Itoa(i)]; !strings.HasPrefix(text, want+" | ") {
			t.Errorf("line %d: %s of %q gives %s, on Flink %s", b.line, b.expr, r[:len(r)-1], text, want)
		}
	}
}
