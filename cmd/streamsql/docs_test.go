package main

import (
	"os"
	"regexp"
	"testing"

	"streamsql/internal/diag"
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
	prog, err := planner.Compile("README.md", text, connectors(), planner.Options{})
	if err != nil {
		_ = diag.Render(os.Stderr, "README.md", text, err, false)
		t.Errorf("refused:\n%s", text)
		return
	}
	for _, w := range prog.Warnings {
		t.Errorf("an example that warns: %s", w)
	}
}
