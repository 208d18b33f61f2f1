package golden

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"streamsql/internal/testmain"
)

func TestMain(m *testing.M) { testmain.Run(m) }

const corpus = "../../testdata/queries"

// TestQueries runs every golden file, plain and through the matrix, and proves that the crash axis reached every point
// it claims to cover.
func TestQueries(t *testing.T) {
	files := goldenFiles(t)
	if len(files) < 80 {
		t.Fatalf("%d golden files, want at least 80", len(files))
	}
	o := Options{Seed: 1, Quick: os.Getenv("STREAMSQL_GOLDEN") == "plain"}
	if v := os.Getenv("STREAMSQL_GOLDEN_SEEDS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatal(err)
		}
		o.Extra = n
	}
	var mu sync.Mutex
	points, runs := map[string]bool{}, 0
	t.Run("files", func(t *testing.T) {
		for _, f := range files {
			t.Run(strings.TrimPrefix(f, corpus+"/"), func(t *testing.T) {
				t.Parallel()
				r := Run(context.Background(), f, o)
				for _, text := range r.Failures {
					t.Error(text)
				}
				mu.Lock()
				defer mu.Unlock()
				runs += r.Runs
				for p := range r.Points {
					points[p] = true
				}
			})
		}
	})
	t.Logf("%d files, %d runs", len(files), runs)
	if o.Quick {
		return
	}
	for _, p := range crashPoints {
		if !points[p] {
			t.Errorf("no run of the matrix died at fault point %s", p)
		}
	}
}

func goldenFiles(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".stest" {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
