package planner

import (
	"math/rand"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var tokens = regexp.MustCompile("(?s)\\s+|--[^\n]*|'[^']*'|`[^`]*`|[A-Za-z_0-9.]+|<>|<=|>=|\\|\\||=>|.")

// TestMutatedQueries changes words of the queries whose plans are kept: most are refused, some are other queries. What
// FuzzCompile says of any text holds for them, and they reach further than random bytes do.
func TestMutatedQueries(t *testing.T) {
	files := planFiles(t)
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	slices.Sort(names)
	var pool []string
	for _, n := range names {
		for _, w := range tokens.FindAllString(files[n], -1) {
			if strings.TrimSpace(w) != "" {
				pool = append(pool, w)
			}
		}
	}
	r := rand.New(rand.NewSource(1)) //nolint:gosec // a test's random texts
	accepted := 0
	for range 4000 {
		text := mutated(r, files[names[r.Intn(len(names))]], pool)
		p, err := compile("q", text, connectors(), testOptions())
		if err != nil {
			refused(t, text, err)
			continue
		}
		accepted++
		wellFormed(t, p.Plan)
		again, err := Recompile("q", p.Redacted, p, connectors(), Options{})
		if err != nil || len(again.Plan.Nodes) != len(p.Plan.Nodes) {
			t.Errorf("the redacted text is not the same query: %v\n%s", err, p.Redacted)
		}
		if t.Failed() {
			t.Fatalf("of\n%s\n%s", text, Explain(p, ""))
		}
	}
	if accepted < 300 {
		t.Errorf("only %d of 4000 texts were queries", accepted)
	}
}

// mutated replaces, swaps, doubles or leaves out one to three words.
func mutated(r *rand.Rand, text string, pool []string) string {
	words := tokens.FindAllString(text, -1)
	for range 1 + r.Intn(3) {
		i := r.Intn(len(words))
		if strings.TrimSpace(words[i]) == "" {
			continue
		}
		switch r.Intn(6) {
		case 0:
			words[i] = ""
		case 1:
			words[i] += " " + pool[r.Intn(len(pool))]
		case 2:
			j := r.Intn(len(words))
			words[i], words[j] = words[j], words[i]
		default:
			words[i] = pool[r.Intn(len(pool))]
		}
	}
	return strings.Join(words, "")
}
