package planner

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamsql/internal/diag"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const errorFolder = "../testdata/errors"

// raisedElsewhere are SQL codes that need the engine: it evaluates constants and compiles patterns.
var raisedElsewhere = map[diag.Code]bool{diag.BadConstant: true, diag.BadPattern: true}

// testOptions are what the golden queries are compiled with.
func testOptions() Options {
	return Options{
		Vars: map[string]string{"channel": "apple", "dir": "/data"},
		Secret: func(scheme, name string) (string, error) {
			if scheme == "env" && name == "PASSWORD" {
				return "hunter2", nil
			}
			return "", fmt.Errorf("%s %s is not set", scheme, name)
		},
	}
}

// TestErrorGoldens compares what people read about every file of testdata/errors.
func TestErrorGoldens(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(errorFolder, "*.sql"))
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := render(string(text))
			golden(t, strings.TrimSuffix(file, ".sql")+".err", got)
			if code, _, _ := strings.Cut(name, "."); !strings.Contains(got, "error["+code+"]") {
				t.Errorf("%s does not raise %s:\n%s", file, code, got)
			}
		})
	}
}

// render compiles a text and gives what people read about it.
func render(text string) string {
	_, err := Compile("query.sql", text, connectors(), testOptions())
	var b strings.Builder
	if err == nil {
		return "compiles\n"
	}
	if err := diag.Render(&b, "query.sql", text, err, false); err != nil {
		panic(err)
	}
	return b.String()
}

// golden compares with a file, or writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil { //nolint:gosec // a test file
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (rewrite it with -update)\ngot:\n%s\nwant:\n%s", file, got, want)
	}
}

// TestEveryCodeHasAGolden: a code that rejects SQL has a file named after it, and a file that names a code has one.
func TestEveryCodeHasAGolden(t *testing.T) {
	known := map[string]bool{}
	for _, info := range diag.Codes() {
		known[string(info.Code)] = true
		if info.Exit != diag.ExitSQL || raisedElsewhere[info.Code] || statementLimits[info.Code] {
			continue
		}
		if _, err := os.Stat(filepath.Join(errorFolder, string(info.Code)+".sql")); err != nil {
			t.Errorf("%s has no golden: %v", info.Code, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(errorFolder, "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if code, _, _ := strings.Cut(filepath.Base(f), "."); !known[code] {
			t.Errorf("%s: no code %q", f, code)
		}
	}
}

// statementLimits are tested with texts that are made up: they are too large for a file.
var statementLimits = map[diag.Code]bool{
	diag.TextTooLong: true, diag.StatementTooLarge: true, diag.TooManyJoins: true, diag.NestingTooDeep: true,
	diag.ViewDepth: true, diag.InvalidUTF8: true,
}

// TestLimits: sizes and depths that no honest statement has are refused with their own codes.
func TestLimits(t *testing.T) {
	const table = "CREATE TABLE t (a INT) WITH ('connector'='filesystem','path'='p','format'='json');\n"
	views := table
	for i := 0; i < 70; i++ {
		from := "t"
		if i > 0 {
			from = fmt.Sprintf("v%d", i-1)
		}
		views += fmt.Sprintf("CREATE VIEW v%d AS SELECT a FROM %s;\n", i, from)
	}
	for _, c := range []struct {
		code diag.Code
		text string
	}{
		{diag.TextTooLong, table + "-- " + strings.Repeat("x", 1<<20)},
		{diag.NestingTooDeep, table + "SELECT " + strings.Repeat("(", 200) + "a" + strings.Repeat(")", 200) + " FROM t"},
		{diag.StatementTooLarge, table + "SELECT a" + strings.Repeat(" + a", 10001) + " FROM t"},
		{diag.TooManyJoins, table + "SELECT 1 FROM t" + strings.Repeat(" CROSS JOIN t", 101)},
		{diag.ViewDepth, views + "SELECT a FROM v69"},
		{diag.InvalidUTF8, table + "SELECT '\xff' FROM t"},
	} {
		_, err := Compile("q", c.text, connectors(), Options{})
		if got := diag.CodeOf(err); got != c.code {
			t.Errorf("got %s, want %s: %.200v", got, c.code, err)
		}
	}
}
