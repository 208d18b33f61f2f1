package planner

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsql/internal/diag"
)

// FuzzCompile: no text makes the planner fail by itself, every refusal has a known code and a place in the text, and
// what is accepted is well formed and planned alike from its redacted text.
func FuzzCompile(f *testing.F) {
	for _, folder := range []string{planFolder, errorFolder} {
		files, _ := filepath.Glob(filepath.Join(folder, "*.sql"))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := compile("q", text, connectors(), testOptions())
		if err != nil {
			refused(t, text, err)
			return
		}
		wellFormed(t, p.Plan)
		again, err := Recompile("q", p.Redacted, p, connectors(), Options{Secret: testOptions().Secret})
		if err != nil && !strings.Contains(text, "${") {
			t.Fatalf("redacted text is refused: %v\n%s", err, p.Redacted)
		}
		if err == nil && len(again.Plan.Nodes) != len(p.Plan.Nodes) {
			t.Fatalf("redacted text has another plan:\n%s", p.Redacted)
		}
	})
}

func refused(t *testing.T, text string, err error) {
	list, ok := err.(diag.List) //nolint:errorlint // the contract of Compile
	if !ok || len(list) == 0 {
		t.Fatalf("no list of faults: %v", err)
	}
	for _, e := range list {
		if e.Code == diag.Internal {
			t.Fatalf("internal: %v", e)
		}
		if e.Span.Start < 0 || e.Span.End < e.Span.Start || int(e.Span.End) > len(text) {
			t.Fatalf("%v at %v of %d bytes", e, e.Span, len(text))
		}
	}
}
