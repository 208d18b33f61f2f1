package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every query of the library passes `check` with the binary's own connectors, and names data that is there.
func TestLibraryQueries(t *testing.T) {
	n := 0
	data, err := filepath.Abs("../../testdata/data/bids.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir("../../queries", func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".sql" {
			return err
		}
		n++
		j := &job{t: t, dir: "."}
		if r := j.call(nil, "check", path, "--var", "data="+data, "--var", "out=y"); r.code != 0 {
			t.Errorf("%s: exit %d\n%s", path, r.code, r.stderr)
		}
		return nil
	})
	if err != nil || n < 6 {
		t.Fatalf("%d queries, %v", n, err)
	}
}

// The recipes run as they are, on the data of the repository.
func TestRecipesRun(t *testing.T) {
	for recipe, want := range map[string]map[string]int{
		"dead_letters":       {"dead_letters.out/good": 3, "dead_letters.out/bad": 7},
		"exactly_once_files": {"exactly_once_files.out": 1092},
	} {
		j := &job{t: t, dir: t.TempDir()}
		if err := os.CopyFS(filepath.Join(j.dir, "queries"), os.DirFS("../../queries")); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(filepath.Join(j.dir, "testdata", "data"), os.DirFS("../../testdata/data")); err != nil {
			t.Fatal(err)
		}
		j.do(0, nil, "run", "queries/recipes/"+recipe+".sql")
		for dir, rows := range want {
			if got := countLines(t, filepath.Join(j.dir, "queries", "recipes", dir)); got != rows {
				t.Errorf("%s: %d rows in %s, want %d", recipe, got, dir, rows)
			}
		}
	}
}

func countLines(t *testing.T, dir string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "part-*"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n += strings.Count(string(b), "\n")
	}
	return n
}
