package archtest

import (
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path that go.mod gives to the root.
const module = "streamsql"

// TestImports holds every import of the product against the law.
func TestImports(t *testing.T) {
	var faults []string
	files := product(t)
	if len(files) < 100 {
		t.Fatalf("%d Go files found: the walk is broken", len(files))
	}
	for _, name := range files {
		for _, p := range importsOf(t, name) {
			if verdict := judge(path.Dir(name), p); verdict != "" {
				faults = append(faults, name+": "+verdict)
			}
		}
	}
	report(t, faults)
}

// TestPackageNames: a package says what it holds.
func TestPackageNames(t *testing.T) {
	empty := []string{"util", "utils", "common", "helper", "helpers", "types", "base", "manager", "misc", "shared"}
	seen := map[string]bool{}
	var faults []string
	for _, name := range product(t) {
		dir := path.Dir(name)
		if seen[dir] {
			continue
		}
		seen[dir] = true
		if slices.Contains(empty, path.Base(dir)) {
			faults = append(faults, dir+": a package is named after what it holds")
		}
		if _, ok := roomOf(dir); !ok {
			faults = append(faults, dir+": has no room in the import law")
		}
	}
	report(t, faults)
}

// TestLawBites: the judge refuses what it is there to refuse.
func TestLawBites(t *testing.T) {
	for _, c := range []struct {
		from, path string
		allowed    bool
	}{
		{"exec/op", "streamsql/internal/vec", true},
		{"exec/op", "streamsql/exec/window", true},
		{"exec/decode", "streamsql/internal/format/json", true},
		{"exec/assemble", "streamsql/internal/format", true},
		{"exec/assemble", "streamsql/planner/physical", true},
		{"internal/store", "streamsql/internal/store/vfs", true},
		{"planner/block", "github.com/xwb1989/sqlparser", true},
		{"state", "github.com/apache/arrow/go/v15/arrow/ipc", true},
		{"cmd/streamsql/internal/session", "streamsql/internal/connector/builtin", true},
		{"cmd/streamsql", "github.com/spf13/cobra", true},
		{"internal/golden", "streamsql/internal/connector", true},
		{"cmd/streamsql", "streamsql/cmd/streamsql/internal/session", true},
		{"wal", "os", true},

		{"exec/op", "streamsql/planner/physical", false},
		{"exec/op", "streamsql/exec/flow", false},
		{"exec/kernel", "streamsql/state", false},
		{"exec/flow", "streamsql/sources/file", false},
		{"exec/decode", "streamsql/planner/physical", false},
		{"exec/assemble", "streamsql/internal/format/json", false},
		{"state", "streamsql/wal", false},
		{"sources/file", "streamsql/sinks", false},
		{"sources/file", "streamsql/planner/catalog", false},
		{"wal", "streamsql/exec", false},
		{"planner/physical", "streamsql/exec/op", false},
		{"planner/block", "streamsql/planner/parse", false},
		{"planner/bind", "streamsql/sources", false},
		{"internal/golden", "streamsql/internal/connector/builtin", false},
		{"planner/catalog", "streamsql/internal/connector", false},
		{"internal/diag", "streamsql/internal/sqltype", false},
		{"internal/vec", "streamsql/internal/zset", false},
		{"newcomer", "streamsql/internal/diag", false},
		{"planner/parse", "github.com/xwb1989/sqlparser", false},
		{"exec/kernel", "github.com/apache/arrow/go/v15/arrow", false},
		{"internal/zset", "github.com/apache/arrow/go/v15/arrow/compute", false},
		{"state", "github.com/apache/arrow/go/v15/arrow/compute/exec", false},
		{"exec", "github.com/spf13/cobra", false},
		{"cmd/streamsql", "streamsql/sinks/file", false},
		{"cmd/streamsql/internal/session", "github.com/spf13/cobra", false},
		{"cmd/streamsql/internal/live", "streamsql/exec", false},
		{"cmd/streamsql/internal/report", "streamsql/cmd/streamsql/internal/session", false},
		{"exec", "github.com/somebody/something", false},
	} {
		if verdict := judge(c.from, c.path); (verdict == "") != c.allowed {
			t.Errorf("%s → %s: allowed=%t, want %t (%s)", c.from, c.path, !c.allowed, c.allowed, verdict)
		}
	}
}

// judge reports what is wrong with from importing p, or "".
func judge(from, p string) string {
	first, _, _ := strings.Cut(p, "/")
	switch {
	case p == module || first == module:
		return ours(from, strings.TrimPrefix(strings.TrimPrefix(p, module), "/"))
	case strings.Contains(first, "."):
		return theirs(from, p)
	}
	return ""
}

func importsOf(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, read(t, name), parser.ImportsOnly)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	out := make([]string, 0, len(file.Imports))
	for _, spec := range file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		out = append(out, p)
	}
	return out
}
