package state

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/s2"

	"streamsql/internal/store"
)

// What version 1 wrote this version still writes, byte for byte. Compressed bytes are compared unpacked, because s2
// packs them differently on other machines; sizes, places and checksums follow from them.
func TestFilesAreWrittenAsFrozen(t *testing.T) {
	w := newWorld(store.NewMemory(), 2)
	for e := range int64(2) {
		compatEpoch(w, e+1)
		w.commit(t)
	}
	merged, err := (&Compactor{Store: w.store}).Merge(ctx, w.files, "merged")
	if err != nil {
		t.Fatal(err)
	}
	frozen := store.NewMemory()
	for i, ref := range append(w.files[:2:2], merged) {
		data, err := os.ReadFile(filepath.Join(compatFolder, compatFiles[i]))
		if err != nil {
			t.Fatal(err)
		}
		if err := frozen.Create(ctx, compatFiles[i], data, nil); err != nil {
			t.Fatal(err)
		}
		want, got := unpacked(t, frozen, FileRef{Name: compatFiles[i]}), unpacked(t, w.store, ref)
		if len(got) != len(want) {
			t.Fatalf("%s: %d parts are written, %d are frozen", compatFiles[i], len(got), len(want))
		}
		for n := range want {
			if !bytes.Equal(got[n], want[n]) {
				t.Errorf("%s: part %d is written as\n%q\nfrozen is\n%q", compatFiles[i], n, got[n], want[n])
			}
		}
	}
}

// unpacked is magic and header of a file, then per section what the directory says and the bytes before compression.
func unpacked(t *testing.T, st store.Store, ref FileRef) [][]byte {
	t.Helper()
	f, err := openFile(ctx, st, ref)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	head := make([]byte, f.sections[0].At)
	if _, err := f.r.ReadAt(head, 0); err != nil {
		t.Fatal(err)
	}
	out := [][]byte{head}
	for i, s := range f.sections {
		data, err := f.load(i)
		if err != nil {
			t.Fatal(err)
		}
		if s.Kind == sectionRows {
			rest := data
			for range s.To - s.From {
				_, n := binary.Uvarint(rest)
				rest = rest[n:]
			}
			raw, err := s2.Decode(nil, rest)
			if err != nil {
				t.Fatal(err)
			}
			data = append(data[:len(data)-len(rest):len(data)-len(rest)], raw...)
		}
		s.At, s.Bytes, s.CRC = 0, 0, ""
		out = append(out, []byte(fmt.Sprintf("%+v", s)), data)
	}
	return out
}
