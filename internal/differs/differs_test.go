package differs

import (
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write docs/sql/differences.md")

const page = "../../docs/sql/differences.md"

// TestPage compares the page with the table.
func TestPage(t *testing.T) {
	if *update {
		if err := os.WriteFile(page, []byte(Page()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != Page() {
		t.Errorf("%s is not what the table says (%v): run go test ./internal/differs -update", page, err)
	}
}

// TestRows: every difference has a reason, and every example two results that differ.
func TestRows(t *testing.T) {
	for _, a := range Areas() {
		for _, r := range a.Rows {
			if r.Here == "" || r.Why == "" {
				t.Errorf("%s: a row without text: %+v", a.Title, r)
			}
			for _, e := range r.Examples {
				if e.Here == e.Flink || e.Here == "" || e.Flink == "" {
					t.Errorf("%s: %s: %q here, %q on Flink", a.Title, e.SQL, e.Here, e.Flink)
				}
			}
		}
	}
}
