package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"streamsql/internal/connector/builtin"
	"streamsql/internal/diag"
	"streamsql/internal/differs"
	"streamsql/internal/fault"
	"streamsql/planner"
)

var sqlBlock = regexp.MustCompile("(?s)```sql\n(.*?)```")

// TestDialectPage plans every example of docs/sql/README.md with the connectors of this binary: the page shows nothing
// that is refused, and no option that does not exist. The first block declares the tables of the others.
func TestDialectPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/sql/README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := sqlBlock.FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 10 {
		t.Fatalf("%d examples found: the pattern or the page is broken", len(blocks))
	}
	tables := blocks[0][1]
	compiles(t, tables+"SELECT * FROM bids;")
	for _, b := range blocks[1:] {
		compiles(t, tables+b[1])
	}
}

func compiles(t *testing.T, text string) {
	t.Helper()
	prog, err := planner.Compile("README.md", text, builtin.Connectors(io.Discard).Catalog(), planner.Options{})
	if err != nil {
		_ = diag.Render(os.Stderr, "README.md", text, err, false)
		t.Errorf("refused:\n%s", text)
		return
	}
	for _, w := range prog.Warnings {
		t.Errorf("an example that warns: %s", w)
	}
}

var (
	testBlock  = regexp.MustCompile("(?s)```stest\n(.*?)```")
	faultPoint = regexp.MustCompile("`((?:wal|flow|state|sink|restore|recover|takeover)/[a-z/]+)`")
)

// TestTestingPage runs every test that docs/testing.md shows, through the whole matrix.
func TestTestingPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/testing.md")
	if err != nil {
		t.Fatal(err)
	}
	j := &job{t: t, dir: t.TempDir()}
	blocks := testBlock.FindAllStringSubmatch(string(page), -1)
	for i, b := range blocks {
		j.write(fmt.Sprintf("%d.stest", i), b[1])
	}
	if out := j.call(nil, "test"); out.code != 0 || len(blocks) < 8 {
		t.Errorf("%d tests, exit %d\n%s%s", len(blocks), out.code, out.stdout, out.stderr)
	}
	points := faultPoint.FindAllStringSubmatch(string(page), -1)
	for _, p := range points {
		if !fault.Known(p[1]) {
			t.Errorf("the page names a point %s, which does not exist", p[1])
		}
	}
	if len(points) < 10 {
		t.Errorf("%d points found: the pattern or the page is broken", len(points))
	}
}

var plainBlock = regexp.MustCompile("(?s)```\n(.*?)```")

// TestFunctionsPage runs every example of docs/sql/functions.md as a column of one query and compares what is printed,
// to the letter, with what the page says.
func TestFunctionsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/sql/functions.md")
	if err != nil {
		t.Fatal(err)
	}
	var sql, want []string
	for _, b := range plainBlock.FindAllStringSubmatch(string(page), -1) {
		for line := range strings.Lines(b[1]) {
			left, right, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " → ")
			if !ok || right == "" {
				t.Errorf("not an example: %q", line)
			}
			sql, want = append(sql, left), append(want, right)
		}
	}
	if len(sql) < 180 {
		t.Fatalf("%d examples found: the pattern or the page is broken", len(sql))
	}
	for i, got := range evaluate(t, sql) {
		if got != want[i] {
			t.Errorf("%s prints %s, the page says %s", sql[i], got, want[i])
		}
	}
}

// TestDifferencesPage runs every example of the declared differences: our side must be what the page says.
func TestDifferencesPage(t *testing.T) {
	var sql, want []string
	for _, a := range differs.Areas() {
		for _, r := range a.Rows {
			for _, e := range r.Examples {
				if strings.HasPrefix(e.Here, "error[") {
					refused(t, e)
					continue
				}
				sql, want = append(sql, e.SQL), append(want, e.Here)
			}
		}
	}
	for i, got := range evaluate(t, sql) {
		if got != want[i] {
			t.Errorf("%s prints %s, the page says %s", sql[i], got, want[i])
		}
	}
}

// refused runs an example that ends in an error, which must have the code that the page names.
func refused(t *testing.T, e differs.Example) {
	t.Helper()
	j := &job{t: t, dir: t.TempDir()}
	j.write("one.jsonl", "{}\n")
	r := j.call(nil, "run", "-c", oneRow+e.SQL+" FROM one;")
	code := strings.TrimSuffix(strings.TrimPrefix(e.Here, "error["), "]")
	if r.code == 0 || !strings.Contains(r.stderr, code) {
		t.Errorf("%s: exit %d, want the error %s\n%s", e.SQL, r.code, code, r.stderr)
	}
}

// oneRow begins a query over a table of one row, in one.jsonl.
const oneRow = "CREATE TABLE one (a INT)\n" +
	"WITH ('connector'='filesystem', 'path'='one.jsonl', 'format'='json');\nSELECT\n"

// evaluate runs expressions over one row and returns what a table shows for each, ” for an empty text.
func evaluate(t *testing.T, sql []string) []string {
	t.Helper()
	j := &job{t: t, dir: t.TempDir()}
	j.write("one.jsonl", "{}\n")
	j.write("q.sql", oneRow+strings.Join(sql, ",\n")+"\nFROM one;\n")
	out := j.do(0, nil, "run", "q.sql", "--output", "csv").stdout
	_, row, _ := strings.Cut(out, "\n")
	var got []string
	for row != "" {
		field, rest := csvField(row)
		got, row = append(got, field), rest
	}
	if len(got) != len(sql) {
		t.Fatalf("%d columns printed, want %d", len(got), len(sql))
	}
	return got
}

// csvField cuts the first field off a row. Only quotes tell an empty text from NULL, which encoding/csv does not show.
func csvField(row string) (field, rest string) {
	if !strings.HasPrefix(row, `"`) {
		end := strings.IndexAny(row, ",\n")
		if end == 0 {
			return "NULL", row[1:]
		}
		return row[:end], row[end+1:]
	}
	for i := 1; ; i++ {
		switch {
		case row[i] != '"':
		case row[i+1] == '"':
			i++
		case i == 1:
			return "''", row[3:]
		default:
			return strings.ReplaceAll(row[1:i], `""`, `"`), row[i+2:]
		}
	}
}
