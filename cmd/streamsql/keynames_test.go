package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The containers of a query have the names of its columns.
func TestStateHasTheQuerysNames(t *testing.T) {
	j := newJob(t, jobRows(300), 100, "")
	j.do(0, nil, "run", "q.sql")
	id := ""
	for _, word := range strings.Fields(j.do(0, nil, "state", "ls", "q.state").stdout) {
		if strings.HasSuffix(word, "/panes") {
			id = word
		}
	}
	j.do(0, nil, "state", "export", "q.state", id, "-o", "g.arrow")
	b, err := os.ReadFile(filepath.Join(j.dir, "g.arrow"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), "channel") || strings.Contains(string(b), "key1") {
		t.Error("the file does not have the query's names")
	}
}
