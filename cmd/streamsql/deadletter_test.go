package main

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestDeadLettersCanBeRead: whatever bytes a bad record has, the file of dead letters is UTF-8 and JSON, streamsql reads
// it, and the bytes can be had back.
func TestDeadLettersCanBeRead(t *testing.T) {
	records := []string{
		"{\"s\":\"\xff\xfe\"}", "\x80broken", "{\"v\":\"\xc3", "{\"v\":\"x\"} \xed\xa0\x80", "\x00\x01\xf8", `{"v":"é"}`, "\x1b[31m", "{\"v\":\"\u2028\"}",
	}
	j := &job{t: t, dir: t.TempDir()}
	if err := os.MkdirAll(filepath.Join(j.dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	j.write("data/a.json", strings.Join(records, "\n")+"\n")
	dead := "CREATE TABLE dead (raw STRING, raw_base64 STRING, code STRING, error STRING) WITH ('connector'='filesystem', 'path'='out/dead', 'format'='json');\n"
	j.write("q.sql", dead+`CREATE TABLE t (v BIGINT, s STRING) WITH ('connector'='filesystem', 'path'='data', 'format'='json',
	'error-handling.mode'='dlq', 'error-handling.dead-letter-table'='dead');
CREATE TABLE o (v BIGINT, s STRING) WITH ('connector'='filesystem', 'path'='out/o', 'format'='json');
INSERT INTO o SELECT v, s FROM t;`)
	j.must(0, nil, "run", "--state", "state", "q.sql")
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
	j.write("back.sql", dead+`CREATE TABLE again (raw STRING) WITH ('connector'='filesystem', 'path'='out/again', 'format'='json');
INSERT INTO again SELECT raw FROM dead;`)
	j.must(0, nil, "run", "--state", "state2", "back.sql")
	if n := len(j.got("again")); n != len(records) {
		t.Errorf("%d dead letters read back, want %d", n, len(records))
	}
}
