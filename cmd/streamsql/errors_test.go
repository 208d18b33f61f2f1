package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"streamsql/internal/diag"
	examples "streamsql/testdata/errors"
)

// `errors CODE` explains one code: what it means, its exit code, whether a retry helps, and a query that raises it.
func TestErrorsExplainsACode(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	r := j.do(0, nil, "errors", "unknown-column")
	for _, part := range []string{"unknown-column", "exit code 3", "change the query", "SELECT", "error[unknown-column]"} {
		if !strings.Contains(r.stdout, part) {
			t.Errorf("%q is missing in\n%s", part, r.stdout)
		}
	}
	if r := j.do(64, nil, "errors", "unknown-colum"); !strings.Contains(r.stderr, `did you mean "unknown-column"?`) {
		t.Error(r.stderr)
	}
}

// Every code of SQL has an example, made from the planner's own goldens, but the limits, whose example would be as long
// as they are, and what is raised by the values of constants.
func TestEveryCodeOfSQLHasAnExample(t *testing.T) {
	without := []diag.Code{
		"invalid-utf8", "nesting-too-deep", "statement-too-large", "text-too-long", "too-many-joins", "view-depth",
		"bad-pattern", "bad-constant",
	}
	for _, c := range diag.Codes() {
		if c.Exit == diag.ExitSQL && !slices.Contains(without, c.Code) && examples.Of(string(c.Code)) == "" {
			t.Errorf("code %s has no example in testdata/errors", c.Code)
		}
	}
}

// The JSON of errors and version is for scripts: its keys do not change.
func TestListsAsJSON(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	lines := strings.Split(strings.TrimSpace(j.do(0, nil, "errors", "--json").stdout), "\n")
	if len(lines) != len(diag.Codes()) {
		t.Errorf("%d lines, want one for each of the %d codes", len(lines), len(diag.Codes()))
	}
	for _, line := range lines {
		hasKeys(t, line, "code", "exit", "doc", "retry")
	}
	hasKeys(t, j.do(0, nil, "version", "--json").stdout, "version", "revision", "go", "platform", "stateFormat")
}

func hasKeys(t *testing.T, text string, keys ...string) {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, k := range keys {
		if _, ok := m[k]; !ok {
			t.Errorf("no key %q in %s", k, text)
		}
	}
}
