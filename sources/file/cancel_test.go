package file

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Reading that is given up is not a fault of the file, also in the long stretches that give no chunk: verifying a
// packed file and seeking in it.
func TestGivenUpIsNotDamaged(t *testing.T) {
	var b strings.Builder // it must not pack so well that one read has it all
	rnd := rand.New(rand.NewPCG(1, 1))
	for range 50_000 {
		fmt.Fprintf(&b, "%x\n", rnd.Uint64())
	}
	text := b.String()
	for name, data := range map[string]string{"a.gz": gzipped(text), "a.zst": zstded(text, 1<<20)} {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, data)
		s := table(t, path)
		files, err := s.list()
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		for _, begin := range []int64{0, int64(len(text) / 2)} {
			ctx, cancel := context.WithCancel(t.Context())
			st, err := s.open(ctx, files[0], false)
			if err != nil {
				t.Fatal(err)
			}
			cancel()
			buf := make([]byte, 1<<10)
			if begin == 0 {
				err = st.verify(buf)
			} else {
				err = st.seek(begin)
			}
			if err == nil {
				_, err = st.r.Read(buf)
			}
			st.close()
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s from %d: %v", name, begin, err)
			}
		}
	}
}

// A pipe that takes the name of a listed file is refused; opening it does not wait for a writer.
func TestFileExchangedForPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.json")
	write(t, path, "{}\n")
	s := table(t, path)
	files, err := s.list()
	if err != nil {
		t.Fatal(err)
	}
	exchangeForPipe(t, path)
	if _, err := s.open(t.Context(), files[0], false); err == nil || !strings.Contains(err.Error(), "changed") {
		t.Fatalf("got %v", err)
	}
}

func exchangeForPipe(t *testing.T, path string) {
	t.Helper()
	dir := filepath.Dir(path)
	makePipe(t, filepath.Join(dir, "pipe"))
	if err := os.Rename(filepath.Join(dir, "pipe"), path); err != nil {
		t.Fatal(err)
	}
}
