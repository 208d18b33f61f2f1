package file

import (
	"os"
	"path/filepath"
	"testing"

	"streamsql/internal/option"
)

// TestPlace: every spelling of a directory is one place, links and what does not exist yet included.
func TestPlace(t *testing.T) {
	base := t.TempDir()
	if err := os.Mkdir(filepath.Join(base, "real"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(base, "real"), filepath.Join(base, "link")); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	place := func(path string) string {
		v, _ := option.Check(Declaration.Options, map[string]string{"path": path})
		return Declaration.Place(v, base)
	}
	want := place("real/out")
	for _, path := range []string{"./real//out", "link/out", filepath.Join(base, "link", "x", "..", "out"), "file://" +
		filepath.Join(base, "real", "out") + "/"} {
		if got := place(path); got != want {
			t.Errorf("%s is %s, want %s", path, got, want)
		}
	}
	if place("real/other") == want {
		t.Error("two directories are one place")
	}
}
