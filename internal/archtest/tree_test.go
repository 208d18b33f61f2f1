package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// root is where the module begins, seen from this package.
const root = "../.."

// walk calls fn for every regular file of the main module, with its slash path from the root. It stays out of nested
// modules, version control, and folders of build results.
func walk(t *testing.T, fn func(path string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) {
				return nil // a build result that went away while we looked
			}
			return err
		}
		path := filepath.ToSlash(strings.TrimPrefix(strings.TrimPrefix(name, root), string(filepath.Separator)))
		if d.IsDir() {
			if path != "" && closed(name, path, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if d.Type().IsRegular() {
			fn(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func closed(name, path, base string) bool {
	if base == ".git" || path == "bench/out" || path == "bench/data" || strings.HasSuffix(base, ".state") ||
		strings.HasSuffix(base, ".out") {
		return true
	}
	_, err := os.Stat(filepath.Join(name, "go.mod"))
	return err == nil
}

// product lists the Go files that are neither tests nor test data.
func product(t *testing.T) []string {
	var out []string
	walk(t, func(path string) {
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") &&
			!strings.Contains("/"+path, "/testdata/") {
			out = append(out, path)
		}
	})
	return out
}

// read gives a file's bytes; a file that went away is empty.
func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return data
}

// report fails the test with every fault at once.
func report(t *testing.T, faults []string) {
	t.Helper()
	for _, f := range faults {
		t.Error(f)
	}
}
