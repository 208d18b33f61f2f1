//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSkippedFileOfAnOpenEpoch loses a file whose rows are part of an open epoch. While no sink holds the epoch it ends
// without the file. Where one does, what it holds cannot be made again: that is refused, unless the table is named.
func TestSkippedFileOfAnOpenEpoch(t *testing.T) {
	for _, c := range []struct {
		point string
		held  bool
	}{{"sink/committed:1", true}, {"sink/committed:2", true}, {"wal/offsets/linked:1", false}} {
		t.Run(strings.ReplaceAll(c.point, "/", "-"), func(t *testing.T) {
			j := newJob(t, jobRows(300), 5000, "")
			j.must(-1, []string{"STREAMSQL_FAULT=" + c.point + "=kill"}, "run", "q.sql", "--trigger", "once")
			away := filepath.Join(j.dir, "part2.away")
			if err := os.Rename(filepath.Join(j.dir, "data/part2.jsonl"), away); err != nil {
				t.Fatal(err)
			}
			if r := j.must(4, nil, "run", "q.sql"); !strings.Contains(r.stderr, "--skip-file part2.jsonl") {
				t.Fatalf("no way out:\n%s", r.stderr)
			}
			if c.held {
				r := j.must(8, nil, "run", "q.sql", "--skip-file", "part2.jsonl")
				if !strings.Contains(r.stderr, "--accept-sink") {
					t.Fatalf("no way out:\n%s", r.stderr)
				}
				r = j.must(0, nil, "run", "q.sql", "--skip-file", "part2.jsonl", "--accept-sink", "per_window",
					"--accept-sink", "expensive")
				if !strings.Contains(r.stderr, "keeps what it holds of epoch 0") {
					t.Errorf("not told:\n%s", r.stderr)
				}
			} else {
				j.must(0, nil, "run", "q.sql", "--skip-file", "part2.jsonl")
			}
			j.settledSkipped(c.point)

			// Back in its place the file changes nothing.
			if err := os.Rename(away, filepath.Join(j.dir, "data/part2.jsonl")); err != nil {
				t.Fatal(err)
			}
			j.must(0, nil, "run", "q.sql")
			j.settledSkipped(c.point + ", the file is back")
		})
	}
}
