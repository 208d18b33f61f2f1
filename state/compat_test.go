package state

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"streamsql/internal/store"
)

// freeze writes the files of a new format version. Those of a published version are never written again.
var freeze = flag.Bool("freeze", false, "write testdata/compat of a new state format version")

var compatFolder = filepath.Join("..", "testdata", "compat", fmt.Sprint("v", Version), "state")

var compatFiles = []string{"000000000001.delta", "000000000002.delta", "000000000001-000000000002.merged"}

// compatEpoch changes w as the frozen files say; e is 1 or 2.
func compatEpoch(w *world, e int64) {
	for i := range int64(40) {
		r := row{i*1_000_003*e - 7, fmt.Sprint("epoch ", e, " row ", i)}
		for name, tables := range w.tables {
			t := tables[laneOf(tables[0].decl, i, w.lanes)]
			switch {
			case e == 2 && i%5 == 0:
				remove(t, i)
				delete(w.model[name], i)
			case e == 1 || i%3 == 0:
				change(t, i, r)
				w.model[name][i] = r
			}
		}
		at := i % 4 * 10
		p := w.panes[laneOf(paneDecl, i, w.lanes)]
		if e == 2 && i < 4 {
			for _, p := range w.panes {
				if at == 10 {
					p.Drop(at)
					delete(w.paneModel, at)
				}
			}
			continue
		}
		if e == 1 || at == 20 {
			if w.paneModel[at] == nil {
				w.paneModel[at] = map[int64]row{}
			}
			change(p.At(at), i, r)
			w.paneModel[at][i] = r
		}
		w.model["alone"][i%(10*e)] = r
		change(w.alone, i%(10*e), r)
	}
}

// Files that version 1 wrote must be readable for as long as there is a version of streamsql.
func TestFrozenFiles(t *testing.T) {
	w := newWorld(store.NewMemory(), 2)
	for e := range int64(2) {
		compatEpoch(w, e+1)
		w.commit(t)
	}
	if *freeze {
		writeCompat(t, w)
	}
	st := store.NewMemory()
	for _, name := range compatFiles {
		data, err := os.ReadFile(filepath.Join(compatFolder, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Create(ctx, name, data, nil); err != nil {
			t.Fatal(err)
		}
	}
	w.store = st
	deltas := []FileRef{{Name: compatFiles[0], First: 1, Last: 1}, {Name: compatFiles[1], First: 2, Last: 2}}
	for _, lanes := range []int{1, 2, 3} {
		w.reopened(t, lanes, deltas).check(t, fmt.Sprint("deltas on lanes: ", lanes))
		w.reopened(t, lanes, []FileRef{{Name: compatFiles[2], Last: 2}}).check(t, fmt.Sprint("merged on lanes: ", lanes))
	}
}

func writeCompat(t *testing.T, w *world) {
	t.Helper()
	out, err := (&Compactor{Store: w.store}).Merge(ctx, w.files, "merged")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(compatFolder, 0o755); err != nil {
		t.Fatal(err)
	}
	for i, ref := range append(w.files[:2:2], out) {
		data, err := w.store.Get(ctx, ref.Name)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(compatFolder, compatFiles[i])
		if _, err := os.Stat(path); err == nil {
			t.Fatalf("%s exists: a published format is never written again", path)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
