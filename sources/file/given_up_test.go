package file

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"streamsql/internal/fault"
	"streamsql/sources"
)

// epoch takes everything a feed has as one epoch: the text read, the position after it, the memos applied.
func epoch(t *testing.T, s *Source, from sources.Offset, mem memo) ([]string, sources.Offset) {
	t.Helper()
	f, err := s.Open(t.Context(), from, sources.Scan{ChunkRows: 2, Ledger: mem, Ends: true})
	if err != nil {
		t.Fatal(err)
	}
	return taken(t, s, from, f, mem)
}

func taken(t *testing.T, s *Source, from sources.Offset, f sources.Feed, mem memo) (text []string, to sources.Offset) {
	t.Helper()
	chunks, text, err := drain(t, f)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range chunks {
		mem.Apply(c.Remember)
	}
	return text, offset(t, s, from, chunks)
}

// TestSkippingIsRemembered: a file that was given up stays given up, whatever later starts are told and whatever lies
// under its name then.
func TestSkippingIsRemembered(t *testing.T) {
	for _, when := range []string{"before its first row", "under way"} {
		t.Run(when, func(t *testing.T) {
			dir, mem := t.TempDir(), memo{}
			write(t, dir+"/a.json", "1\n2\n3\n4\n")
			write(t, dir+"/b.json", "b\n")
			var from sources.Offset
			if when == "under way" {
				s := table(t, dir)
				chunks, _, err := read(t, s, 2)
				if err != nil {
					t.Fatal(err)
				}
				from = offset(t, s, nil, chunks[:1])
			}
			s := table(t, dir)
			s.Skip("a.json")
			text, to := epoch(t, s, from, mem)
			if fmt.Sprint(text) != "[b.json@0+1:b\n]" {
				t.Fatalf("%q", text)
			}
			write(t, dir+"/a.json", "another\n")
			again, _ := epoch(t, table(t, dir), to, mem)
			if len(again) > 0 {
				t.Errorf("read after all: %q", again)
			}
			if grown, names, err := table(t, dir).Grown(to); grown || err != nil {
				t.Errorf("grown by a file that was given up: %v, %v", names, err)
			}

			// A replay passes over it as well, without being told, and remembers it again.
			os.Remove(dir + "/a.json")
			mem = memo{}
			f, err := table(t, dir).Replay(t.Context(), from, to, sources.Scan{ChunkRows: 2, Ledger: mem})
			if err != nil {
				t.Fatal(err)
			}
			text, reached := taken(t, s, from, f, mem)
			if fmt.Sprint(text) != "[b.json@0+1:b\n]" || string(reached) != string(to) {
				t.Errorf("replayed %q up to %s, want %s", text, reached, to)
			}
			if !strings.Contains(string(mem["a.json"]), "skipped") {
				t.Errorf("not remembered: %s", mem)
			}
		})
	}
}

// TestUnloggedFileMayGo: between the listing and the first row nothing has been promised about a file.
func TestUnloggedFileMayGo(t *testing.T) {
	for _, c := range []struct {
		name, want string
		change     func(path string) error
	}{
		{"gone", "[a.json@0+1:a\n]", os.Remove},
		{"replaced", "[a.json@0+1:a\n b.json@0+2:new\nrows\n]", func(path string) error {
			if err := os.WriteFile(path+".tmp", []byte("new\nrows\n"), 0o644); err != nil {
				return err
			}
			return os.Rename(path+".tmp", path)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, mem := t.TempDir(), memo{}
			write(t, dir+"/a.json", "a\n")
			write(t, dir+"/b.json", "b\n")
			var faults fault.Set
			faults.Arm(fault.FileListed, 1, func() error { return c.change(dir + "/b.json") })
			s := table(t, dir)
			f, err := s.Open(t.Context(), nil, sources.Scan{ChunkRows: 9, Ledger: mem, Faults: &faults})
			if err != nil {
				t.Fatal(err)
			}
			text, to := taken(t, s, nil, f, mem)
			if fmt.Sprint(text) != c.want {
				t.Fatalf("%q", text)
			}
			again, _ := epoch(t, table(t, dir), to, mem)
			if len(again) > 0 || len(s.Metrics()) > 0 {
				t.Errorf("then %q, %v", again, s.Metrics())
			}
		})
	}
}

// TestChangedFilesAreCounted: at every start, not only in the process that saw the change.
func TestChangedFilesAreCounted(t *testing.T) {
	dir, mem := t.TempDir(), memo{}
	write(t, dir+"/a.json", "a\n")
	write(t, dir+"/b.json", "b\n")
	_, to := epoch(t, table(t, dir), nil, mem)
	write(t, dir+"/a.json", "a\nmore\n")
	for range 2 {
		s := table(t, dir)
		if text, _ := epoch(t, s, to, mem); len(text) > 0 {
			t.Fatalf("read again: %q", text)
		}
		if n := s.Metrics()[sources.FilesChanged]; n != 1 {
			t.Errorf("%d files counted", n)
		}
	}
}

// TestSmallFilesHoldLittle: what chunks of small files hold is their bytes.
func TestSmallFilesHoldLittle(t *testing.T) {
	dir := t.TempDir()
	for i := range 200 {
		write(t, fmt.Sprintf("%s/%03d.json", dir, i), "{\"a\":1}\n")
	}
	chunks, _, err := func() ([]*sources.Chunk, []string, error) {
		f, err := table(t, dir).Open(t.Context(), nil, sources.Scan{ChunkRows: 10})
		if err != nil {
			t.Fatal(err)
		}
		return drain(t, f)
	}()
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, c := range chunks {
		held += cap(c.Data)
		if c.Size != int64(len(c.Data)) {
			t.Fatalf("a chunk of %d bytes says that it holds %d", len(c.Data), c.Size)
		}
	}
	if held > 200*64 {
		t.Errorf("200 files of 8 bytes hold %d bytes", held)
	}
}
