package file

import (
	"path/filepath"
	"slices"
	"testing"

	"streamsql/internal/store/vfs"
)

// take is a reader that moves every part it sees out of the directory.
func take(t *testing.T, fs vfs.FS) []string {
	t.Helper()
	rows, names := content(t, fs, "out")
	for _, n := range names {
		must(t, fs.Remove(filepath.Join("out", n)))
	}
	return rows
}

// A reader that moves published parts away gets every row once, wherever the process is killed: a part has one name at
// any moment, and one that has none is not published again.
func TestTakenPartsStayTaken(t *testing.T) {
	fs := vfs.NewCrash()
	committed, images := int64(-1), 0
	const last = int64(8)
	fs.OnOp(func(c vfs.Call) {
		if !c.Op.Mutates() {
			return
		}
		if ok, err := vfs.Exists(fs.Clone(100, 0), "out"); err != nil || !ok {
			return
		}
		images++
		killed := fs.Clone(100, 0)
		got := take(t, killed)
		s := open(t, killed, "out", "100", nil)
		m, err := s.Fence(ctx, queryID, 2)
		must(t, err)
		from := committed + 1
		if !m.Zero() && m.Epoch == from {
			from++
		}
		got = append(got, take(t, killed)...)
		for n := from; n < last; n++ {
			must(t, epoch(s, n))
		}
		got = append(got, take(t, killed)...)
		if want := wantRows(last); !slices.Equal(got, want) {
			t.Fatalf("killed after operation %d (%s %s) of epoch %d: the reader got %d rows, want %d", c.N, c.Op,
				c.Name, committed+1, len(got), len(want))
		}
	})
	s := open(t, fs, "out", "100", nil)
	_, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	for n := range last {
		must(t, epoch(s, n))
		committed = n
	}
	t.Logf("%d images", images)
}

// Names sort like epochs and parts, however many there are, and those of the first thousand are as they always were.
func TestPartNamesSort(t *testing.T) {
	if got := partName("01234567", 7, 999, ".json"); got != "part-01234567-00000007-999.json" {
		t.Errorf("got %s", got)
	}
	var names []string
	for _, epoch := range []int64{0, 7, 99_999_999, 100_000_000, 999_999_999, 1_000_000_000, 123_456_789_012} {
		for _, k := range []int{0, 9, 10, 999, 1000, 1001, 9999, 10_000, 123_456} {
			names = append(names, partName("01234567", epoch, k, ".json"))
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not in order: %q", names)
	}
}
