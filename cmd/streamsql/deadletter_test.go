package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestDeadLettersCanBeRead: whatever bytes a bad record has, the file of dead letters is UTF-8 and JSON, streamsql
// reads it, and the bytes can be had back.
func TestDeadLettersCanBeRead(t *testing.T) {
	records := []string{
		"{\"s\":\"\xff\xfe\"}", "\x80broken", "{\"v\":\"\xc3", "{\"v\":\"x\"} \xed\xa0\x80", "\x00\x01\xf8",
		`{"v":"é"}`, "\x1b[31m", "{\"v\":\"\u2028\"}",
	}
	j := &job{t: t, dir: t.TempDir()}
	if err := os.MkdirAll(filepath.Join(j.dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	j.write("data/a.json", strings.Join(records, "\n")+"\n")
	table := func(name string) string {
		return "CREATE TABLE " + name + " (raw STRING, raw_base64 STRING, code STRING, error STRING)\n" +
			"WITH ('connector'='filesystem', 'path'='out/" + name + "', 'format'='json');\n"
	}
	dead := table("dead")
	j.write("q.sql", dead+`CREATE TABLE t (v BIGINT, s STRING)
WITH ('connector'='filesystem', 'path'='data', 'format'='json',
	'error-handling.mode'='dlq', 'error-handling.dead-letter-table'='dead');
CREATE TABLE o (v BIGINT, s STRING) WITH ('connector'='filesystem', 'path'='out/o', 'format'='json');
INSERT INTO o SELECT v, s FROM t;`)
	j.do(0, nil, "run", "--state", "state", "q.sql")
	got := map[string]bool{}
	for _, line := range j.got("dead") {
		var l struct {
			Raw   *string `json:"raw"`
			Exact *string `json:"raw_base64"`
		}
		if err := json.Unmarshal([]byte(line), &l); err != nil || !utf8.ValidString(line) {
			t.Fatalf("%q: %v", line, err)
		}
		if l.Exact == nil {
			got[*l.Raw] = true
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(*l.Exact)
		if err != nil || utf8.Valid(raw) {
			t.Fatalf("%q: %v", line, err)
		}
		got[string(raw)] = true
	}
	for _, r := range records {
		if !got[r] {
			t.Errorf("%q cannot be had back", r)
		}
	}
	j.write("back.sql", dead+table("again")+"INSERT INTO again SELECT * FROM dead;")
	j.do(0, nil, "run", "--state", "state2", "back.sql")
	first, again := withColumns(t, j.got("dead")), withColumns(t, j.got("again"))
	if len(again) != len(records) || !slices.Equal(first, again) {
		t.Errorf("%d dead letters read back, want %d, the same\n%s\n%s", len(again), len(records), first, again)
	}
}

// withColumns brings dead letters into one form, with their four columns in order.
func withColumns(t *testing.T, lines []string) []string {
	t.Helper()
	var out []string
	for _, line := range lines {
		var l struct{ Raw, Raw_base64, Code, Error *string } //nolint:revive // the name is the column's
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		b, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(b))
	}
	sort.Strings(out)
	return out
}
