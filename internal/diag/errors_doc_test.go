package diag

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/errors.md from the declarations")

const errorsPage = "../../docs/errors.md"

// TestErrorsPage: docs/errors.md is what the declarations say. `go test ./internal/diag -update` writes it.
func TestErrorsPage(t *testing.T) {
	want := renderErrors()
	if *update {
		if err := os.WriteFile(errorsPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(errorsPage)
	if err != nil {
		t.Fatal(err)
	}
	if have := strings.ReplaceAll(string(got), "\r\n", "\n"); have != want {
		t.Errorf("docs/errors.md is out of date at %s: run go test ./internal/diag -update",
			firstDifference(have, want))
	}
}

// TestEveryExitIsExplained: the page explains each exit code that a code of the registry has, once.
func TestEveryExitIsExplained(t *testing.T) {
	last := -1
	for _, e := range exits {
		if e.Code <= last {
			t.Errorf("exit %d after %d: the table is not in order", e.Code, last)
		}
		last = e.Code
	}
	for _, i := range Codes() {
		if _, ok := retryOf(i.Exit); !ok {
			t.Errorf("code %s has exit %d, which the page does not explain", i.Code, i.Exit)
		}
	}
}

// TestDocsFitTheTable: a doc is one line without the table's own separator.
func TestDocsFitTheTable(t *testing.T) {
	for _, i := range Codes() {
		if strings.ContainsAny(i.Doc, "|\n") {
			t.Errorf("code %s: %q does not fit the table", i.Code, i.Doc)
		}
	}
}

func retryOf(exit int) (string, bool) {
	for _, e := range exits {
		if e.Code == exit {
			return e.Retry, true
		}
	}
	return "", false
}

func renderErrors() string {
	var b strings.Builder
	b.WriteString(`# Exit codes and error codes

<!-- Written by go test ./internal/diag -update from the declarations; do not edit. -->

Every fault that a user, a file or another system can cause has a code. Its text is stable: scripts may match on it, in
the message (` + "`error[code]: …`" + `) and in ` + "`--json`" + `. The code decides the exit code of the process.

## Exit codes

| exit | what it means | does starting again help? |
|---|---|---|
`)
	for _, e := range exits {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", e.Code, e.Means, e.Retry)
	}
	b.WriteString(`
A supervisor may start the process again after 2, 5, 6, 7 and 15, and after a signal or a power cut: it resumes after
the last committed epoch. After the others it would fail the same way.

## Error codes

| code | exit | when it is raised | does starting again help? |
|---|---|---|---|
`)
	for _, i := range Codes() {
		retry, _ := retryOf(i.Exit)
		retry, _, _ = strings.Cut(retry, ";")
		fmt.Fprintf(&b, "| `%s` | %d | %s | %s |\n", i.Code, i.Exit, i.Doc, retry)
	}
	return b.String()
}

// firstDifference names the first line in which two texts differ.
func firstDifference(have, want string) string {
	a, b := strings.Split(have, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\n have %s\n want %s", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("line %d", min(len(a), len(b))+1)
}
