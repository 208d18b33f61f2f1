package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// frozenEpoch is the folder of a process that was killed within epoch 3, when two of its six sinks had committed it.
// The first build of state format 1 wrote it; it is never written again.
const frozenEpoch = "../../testdata/compat/v1/open-epoch"

// TestFrozenCheckpoint resumes the frozen folder: the open epoch is repeated, every row is there once, late rows are
// judged by the watermarks that were committed then, and the plan is still known by the name that it was given then. A
// change that gives an operator, a plan or a container another name fails here, before it refuses anybody's state.
func TestFrozenCheckpoint(t *testing.T) {
	for _, lanes := range []string{"1", "2"} {
		t.Run("lanes="+lanes, func(t *testing.T) {
			j := &job{t: t, dir: t.TempDir()}
			j.thaw()
			r := j.must(0, nil, "run", "q.sql", "--state", "state", "--lanes", lanes, "--progress", "json")
			for _, table := range []string{"windows", "fives", "totals", "expensive", "windowed", "bad"} {
				sameRows(t, table, j.got(table), frozenLines(t, table+".jsonl"))
			}
			sameRows(t, "dropped rows", droppedRows(t, r.stderr), frozenLines(t, "late.txt"))
			texts, err := filepath.Glob(filepath.Join(j.dir, "state/query/*.sql"))
			if err != nil || len(texts) != 1 {
				t.Errorf("the plan got another name: its text was written again as %v (%v)", texts, err)
			}
		})
	}
}

// thaw copies the frozen folder, with the times of the data files that its log remembers.
func (j *job) thaw() {
	j.t.Helper()
	if err := os.CopyFS(j.dir, os.DirFS(frozenEpoch)); err != nil {
		j.t.Fatal(err)
	}
	for name, at := range map[string]string{"part0.jsonl": "2026-01-01T12:00:00Z", "part1.jsonl": "2026-01-01T12:01:00Z"} {
		when, err := time.Parse(time.RFC3339, at)
		if err == nil {
			err = os.Chtimes(filepath.Join(j.dir, "data", name), when, when)
		}
		if err != nil {
			j.t.Fatal(err)
		}
	}
}

// frozenLines are the lines of a file of expectations.
func frozenLines(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(frozenEpoch, "want", name))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	slices.Sort(lines)
	return lines
}

// droppedRows lists what the progress lines say of late rows and of rows without event time.
func droppedRows(t *testing.T, stderr string) []string {
	t.Helper()
	var out []string
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "{") {
			continue
		}
		var p struct {
			BatchID int64 `json:"batchId"`
			Late    []struct {
				Operator, Reason, Sample string
				Rows                     int64
			}
		}
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		for _, l := range p.Late {
			dropped := fmt.Sprint(p.BatchID, " ", l.Operator, " ", l.Reason, " ", l.Rows, " ", l.Sample)
			out = append(out, strings.TrimSpace(dropped))
		}
	}
	slices.Sort(out)
	return out
}
