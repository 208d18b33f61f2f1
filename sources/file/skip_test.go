package file

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestUnknownNames: a file is known while it is there, while an offset names it, and while the ledger has it.
func TestUnknownNames(t *testing.T) {
	dir, mem := t.TempDir(), memo{}
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a.json")
	s := table(t, dir)
	_, first := epoch(t, s, nil, mem)
	write("b.json")
	_, second := epoch(t, s, first, mem)
	for _, name := range []string{"a.json", "b.json"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write("c.json")
	names := []string{"a.json", "b.json", "c.json", "d.json"}
	unknown, there := s.Unknown(names, mem, second, nil)
	if !slices.Equal(unknown, []string{"d.json"}) || !slices.Equal(there, []string{"c.json"}) {
		t.Errorf("unknown %q, there %q", unknown, there)
	}
	if unknown, _ = s.Unknown(names, memo{}, second, nil); !slices.Equal(unknown, []string{"a.json", "d.json"}) {
		t.Errorf("by the offset alone: unknown %q", unknown)
	}
}
