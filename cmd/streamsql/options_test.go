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
	"streamsql/internal/format/formats"
	"streamsql/planner"
)

// TestDocumentedOptionsAreKnown takes every row of the option tables of docs/sql/README.md and gives the option its
// documented default: a table that says it can be read and written.
func TestDocumentedOptionsAreKnown(t *testing.T) {
	text, err := os.ReadFile("../../docs/sql/README.md")
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile("(?m)^\\| `((?:json|csv|raw|scan|source|error-handling)\\.[a-z.-]+)` \\| (\\S+)")
	rows := row.FindAllStringSubmatch(string(text), -1)
	if len(rows) < 20 {
		t.Fatalf("%d options found", len(rows))
	}
	for _, r := range rows {
		value := strings.Trim(r[2], "`;")
		switch r[1] {
		case "error-handling.dead-letter-table":
			continue // needs a table
		case "source.monitor-interval", "source.path.regex-pattern":
			value = "1s"
		case "csv.escape-character", "csv.null-literal": // no default
			value = "x"
			if r[1] == "csv.escape-character" {
				value = `\`
			}
		}
		// An option of a format is for reading and writing alike.
		name, _, _ := strings.Cut(r[1], ".")
		in, out := fmt.Sprintf("'format'='json','%s'='%s'", r[1], value), "'format'='json'"
		if f, ok := formats.Find(name); ok {
			in = fmt.Sprintf("'format'='%s','%s'='%s'", f.Name, r[1], value)
			out = in
		}
		sql := "CREATE TABLE t (a STRING) WITH ('connector'='filesystem','path'='p'," + in + ");\n" +
			"CREATE TABLE o (a STRING) WITH ('connector'='filesystem','path'='o'," + out + ");\nINSERT INTO o SELECT a FROM t;"
		if _, err := planner.Compile("q.sql", sql, builtin.Connectors(io.Discard).Catalog(), planner.Options{}); err != nil {
			t.Errorf("%s: %v", r[1], err)
		}
	}
}

// TestIgnoreParseErrors runs the option to the end: what it leaves out is counted, what it keeps is NULL. ISO-8601 is
// written with T.
func TestIgnoreParseErrors(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	j.write("in.jsonl", `{"a":1,"at":"2026-01-01 12:00:00"}`+"\n"+`{"a":"x","at":"2026-01-01T12:00:01"}`+"\nbroken\n")
	j.write("q.sql", `CREATE TABLE t (a INT, at TIMESTAMP(0))
WITH ('connector'='filesystem','path'='in.jsonl','format'='json',
	  'json.ignore-parse-errors'='true');
CREATE TABLE o (a INT, at TIMESTAMP(0)) WITH ('connector'='filesystem','path'='out/o','format'='json',
	  'json.timestamp-format.standard'='ISO-8601');
INSERT INTO o SELECT a, at FROM t;`)
	r := j.do(0, nil, "run", "--state", "state", "q.sql")
	sameRows(t, "out", j.got("o"), []string{`{"a":1,"at":"2026-01-01T12:00:00"}`, `{"a":null,"at":"2026-01-01T12:00:01"}`})
	if !strings.Contains(r.stderr, "2 bad") {
		t.Errorf("the ignored record and field are not counted:\n%s", r.stderr)
	}
}

// TestOptionsThatContradict are refused when planned.
func TestOptionsThatContradict(t *testing.T) {
	sql := `CREATE TABLE t (a INT) WITH ('connector'='filesystem','path'='p','format'='json',
	  'json.ignore-parse-errors'='true','json.fail-on-missing-field'='true'); SELECT a FROM t;`
	_, err := planner.Compile("q.sql", sql, builtin.Connectors(io.Discard).Catalog(), planner.Options{})
	if diag.CodeOf(err) != diag.OptionValue {
		t.Errorf("%v", err)
	}
}
