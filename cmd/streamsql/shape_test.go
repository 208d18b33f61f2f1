//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// JSON in another shape than one object per line is named, with the way to the right one; a byte order mark is passed
// over.
func TestShapesOfJSON(t *testing.T) {
	for name, text := range map[string]string{
		"array":             `[{"v":1},{"v":2}]`,
		"array of lines":    "[\n{\"v\":1},\n{\"v\":2}\n]\n",
		"pretty":            "{\n  \"v\": 1\n}\n",
		"pretty after mark": "\ufeff{\n  \"v\": 1\n}\n",
	} {
		j := badJob(t, "")
		j.write("data/a.json", text)
		if r := j.do(9, nil, "run", "q.sql"); !strings.Contains(r.stderr, "one object per line") {
			t.Errorf("%s: %s", name, r.stderr)
		}
	}
	j := badJob(t, "")
	j.write("data/a.json", "\ufeff"+`{"v":1}`+"\n")
	j.do(0, nil, "run", "q.sql")
	sameRows(t, "rows", j.got("o"), []string{outRow(1)})
}

// A damaged compressed file is nobody's bad record: no policy for records passes over it.
func TestDamagedFileUnderEveryMode(t *testing.T) {
	for mode, options := range modes {
		j := badJob(t, options)
		gz := gzipped(`{"v":1}` + "\n")
		j.write("data/a.json.gz", gz[:len(gz)-4])
		r := j.do(4, nil, "run", "q.sql")
		for _, part := range []string{"source-damaged", "a.json.gz", "after 8 unpacked bytes"} {
			if !strings.Contains(r.stderr, part) {
				t.Errorf("mode %s: %q is missing in %s", mode, part, r.stderr)
			}
		}
	}
}

// No retry ends a loop of links.
func TestLoopOfLinks(t *testing.T) {
	j := badJob(t, "")
	data := filepath.Join(j.dir, "data")
	if err := os.Remove(data); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("data", data); err != nil {
		t.Skip(err)
	}
	if r := j.do(4, nil, "run", "q.sql"); !strings.Contains(r.stderr, "leads back to itself") {
		t.Error(r.stderr)
	}
}
