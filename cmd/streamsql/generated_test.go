package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// written is the text of all parts of a folder, in the order of their names.
func written(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "part-*"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b.Write(text)
	}
	return b.String()
}

// numbers are the values of a field in JSON lines.
func numbers(t *testing.T, text, field string) (out []int) {
	t.Helper()
	for _, m := range regexp.MustCompile(`"`+field+`":(\d+)`).FindAllStringSubmatch(text, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

// A table that is made up ends like any other, and a run that ends with what exists does not wait for its clock: the
// recipe counts each order once.
func TestGeneratedOrders(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	text, err := os.ReadFile("../../queries/recipes/generated_orders.sql")
	if err != nil {
		t.Fatal(err)
	}
	j.write("q.sql", string(text))
	j.do(0, nil, "run", "q.sql", "--trigger", "available-now")
	total := 0
	for _, n := range numbers(t, written(t, filepath.Join(j.dir, "generated_orders.out")), "orders") {
		total += n
	}
	if total != 1000 {
		t.Errorf("%d orders, want 1000", total)
	}
	if again := j.call(nil, "run", "q.sql"); again.code != 0 || !strings.Contains(again.stderr, "finished") {
		t.Errorf("started again: exit %d\n%s", again.code, again.stderr)
	}
}

// A run continues with the row after the last one of the run before it, and `check` finds what makes no sense.
func TestGeneratedRowsGoOn(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	const sql = `CREATE TABLE g (id INT) WITH ('connector' = 'datagen', 'scan.max-rows-per-trigger' = '700',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '%d');
CREATE TABLE o (id INT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'json');
INSERT INTO o SELECT id FROM g;`
	j.write("q.sql", fmt.Sprintf(sql, 100_000))
	for range 2 {
		j.do(0, nil, "run", "q.sql", "--trigger", "once")
	}
	got := numbers(t, written(t, filepath.Join(j.dir, "out")), "id")
	slices.Sort(got)
	if len(got) != 1400 || got[0] != 0 || got[1399] != 1399 || len(slices.Compact(got)) != 1400 {
		t.Errorf("%d rows after two runs of 700", len(got))
	}
	j.write("bad.sql", fmt.Sprintf(sql, -1))
	if r := j.call(nil, "check", "bad.sql"); r.code != 3 || !strings.Contains(r.stderr+r.stdout, "before the start") {
		t.Errorf("exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
}
