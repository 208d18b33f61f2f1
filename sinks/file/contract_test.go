package file

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"streamsql/internal/option"
	"streamsql/sinks"
	"streamsql/sinks/sinktest"
)

// TestContract runs on the machine's own file system, by way of New: what users get.
func TestContract(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) sinktest.World {
		dir := t.TempDir()
		values, _ := option.Check(Declaration.Options, map[string]string{optPath: "out", optSize: "1kb"})
		return sinktest.World{
			Open: func(t *testing.T) sinks.Sink {
				s, err := New(sinks.Spec{Table: sinktest.Table, Schema: sinktest.Schema, Format: "json",
					Values: values, Base: dir})
				must(t, err)
				return s
			},
			Rows: func(t *testing.T) []int64 { return published(t, filepath.Join(dir, "out")) },
		}
	})
}

// published reads the rows of all parts in the order of their names.
func published(t *testing.T, dir string) []int64 {
	t.Helper()
	parts, err := filepath.Glob(filepath.Join(dir, "part-*"))
	must(t, err)
	slices.Sort(parts)
	var out []int64
	for _, p := range parts {
		data, err := os.ReadFile(p)
		must(t, err)
		for line := range bytes.Lines(data) {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(string(line)), `{"n":`),
				"}"), 10, 64)
			must(t, err)
			out = append(out, n)
		}
	}
	return out
}
