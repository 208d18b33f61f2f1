package file

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/format/formats"
	"streamsql/internal/option"
	"streamsql/sources"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memo is a Ledger of committed epochs.
type memo map[string][]byte

func (m memo) Get(key string) ([]byte, bool) { v, ok := m[key]; return v, ok }
func (m memo) Range(fn func(string, []byte) bool) {
	for k, v := range m {
		if !fn(k, v) {
			return
		}
	}
}

func (m memo) Apply(changes []sources.Memo) {
	for _, c := range changes {
		if c.Value == nil {
			delete(m, c.Key)
		} else {
			m[c.Key] = c.Value
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func table(t testing.TB, path string, more ...string) *Source {
	t.Helper()
	raw := map[string]string{"path": path}
	for i := 0; i < len(more); i += 2 {
		raw[more[i]] = more[i+1]
	}
	f, ok := formats.Find(raw["format"])
	if !ok {
		f = formats.All[0]
	}
	decls := append(slices.Clone(Declaration.Options), option.Decl{Key: "format", Kind: option.String})
	v, problems := option.Check(append(decls, f.Options...), raw)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s, err := New("t", v, "/nowhere")
	if err != nil {
		t.Fatal(err)
	}
	return s.(*Source)
}

// nextChunk passes over marks.
func nextChunk(ctx context.Context, f sources.Feed) (*sources.Chunk, error) {
	for {
		if e, err := f.Next(ctx); err != nil || e.Chunk != nil {
			return e.Chunk, err
		}
	}
}

// drain takes every chunk until the end or the first error. Chunks with data are described as file@position:data.
func drain(t *testing.T, f sources.Feed) (chunks []*sources.Chunk, text []string, err error) {
	t.Helper()
	defer f.Close()
	for {
		c, err := nextChunk(t.Context(), f)
		if errors.Is(err, io.EOF) {
			return chunks, text, nil
		}
		if err != nil {
			return chunks, text, err
		}
		chunks = append(chunks, c)
		if c.Release != nil {
			text = append(text, fmt.Sprintf("%s@%d+%d:%s", c.File, c.Position, c.Records, c.Data))
			c.Release()
		}
	}
}

func read(t *testing.T, s *Source, rows int) ([]*sources.Chunk, []string, error) {
	t.Helper()
	f, err := s.Open(t.Context(), nil, sources.Scan{ChunkRows: rows})
	if err != nil {
		t.Fatal(err)
	}
	return drain(t, f)
}

func offset(t *testing.T, s *Source, from sources.Offset, taken []*sources.Chunk) sources.Offset {
	t.Helper()
	o, err := s.Offset(from, taken)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func gzipped(parts ...string) string {
	var b bytes.Buffer
	for _, p := range parts {
		w := gzip.NewWriter(&b)
		io.WriteString(w, p)
		w.Close()
	}
	return b.String()
}

func zstded(text string, window int) string {
	var b bytes.Buffer
	w, _ := zstd.NewWriter(&b, zstd.WithWindowSize(window))
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

func TestFilesInOrder(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"b.json": "b1\nb2\n", "a.json": "a1", "c d\n.json": "c\r\n", ".hidden": "no", "_SUCCESS": "no", "x.tmp": "no",
		"e.json": "", "sub/z.json": "no", "f.json": "\xef\xbb\xbff\n",
		"g.json.gz": gzipped("g1\n", "g2\n"), "h": zstded("h\n", 1<<20), "bad\xff.json": "u\n",
	} {
		write(t, filepath.Join(dir, name), text)
	}
	_, got, err := read(t, table(t, dir), 100)
	want := []string{"a.json@0+1:a1", "b.json@0+2:b1\nb2\n", "bad\xff.json@0+1:u\n", "c d\n.json@0+1:c\r\n",
		"e.json@0+0:", "f.json@3+1:f\n", "g.json.gz@0+2:g1\ng2\n", "h@0+1:h\n"}
	if err != nil || fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
		t.Errorf("got %q, %v", got, err)
	}
	for _, c := range []struct {
		path string
		more []string
		want string
	}{
		{dir + "/b.json", nil, `["b.json@0+2:b1\nb2\n"]`},
		{dir + "/[ab].json", nil, `["a.json@0+1:a1" "b.json@0+2:b1\nb2\n"]`},
		{dir + "/*/z.json", nil, `["sub/z.json@0+1:no"]`},
		{dir, []string{"source.path.regex-pattern", "[ab].json"}, `["a.json@0+1:a1" "b.json@0+2:b1\nb2\n"]`},
	} {
		if _, got, err := read(t, table(t, c.path, c.more...), 100); err != nil || fmt.Sprintf("%q", got) != c.want {
			t.Errorf("%s: got %q, %v", c.path, got, err)
		}
	}
	old := time.Unix(1, 0)
	os.Chtimes(filepath.Join(dir, "b.json"), old, old)
	if _, got, _ := read(t, table(t, dir+"/[ab].json", "scan.file-order", "modification-time"), 100); len(got) != 2 ||
		!strings.HasPrefix(got[0], "b.json") {
		t.Errorf("by modification time: %q", got)
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/ok/a.json", "a\n")
	os.Mkdir(dir+"/ok/dir.json", 0o755)
	os.Mkdir(dir+"/pipe", 0o755)
	makePipe(t, dir+"/pipe/p.json")
	os.Mkdir(dir+"/loop", 0o755)
	os.Symlink("b.json", dir+"/loop/a.json")
	os.Symlink("a.json", dir+"/loop/b.json")
	os.Mkdir(dir+"/link", 0o755)
	os.Symlink(dir+"/ok/a.json", dir+"/link/l.json")
	os.Symlink(dir+"/link", dir+"/link/self")
	packed := gzipped(strings.Repeat("some row\n", 1000))
	for name, text := range map[string]string{
		"cut.gz": packed[:len(packed)/2], "crc.gz": packed[:len(packed)-5] + "x" + packed[len(packed)-4:],
		"tail.gz": packed + "garbage", "empty.gz": "", "plain.gz": "row\n",
		"twice.gz": gzipped(packed), "cut.zst": zstded(strings.Repeat("abcdefgh\n", 1000), 1<<20)[:30],
		"window.zst": "\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00",
	} {
		write(t, dir+"/packed/"+name, text)
	}
	for _, c := range []struct {
		path string
		want diag.Code
	}{
		{"ok", ""}, {"link", ""}, {"ok/*.json", diag.SourcePath}, {"pipe", diag.SourcePath},
		{"pipe/p.json", diag.SourcePath}, {"loop", diag.SourcePath}, {"/dev/null", diag.SourcePath},
		{"missing", diag.SourcePath}, {"missing/*.json", diag.SourcePath}, {"ok/*.csv", diag.SourcePath},
		{"ok/[", diag.SourcePath},
		{"packed/cut.gz", diag.SourceDamaged}, {"packed/crc.gz", diag.SourceDamaged},
		{"packed/tail.gz", diag.SourceDamaged}, {"packed/empty.gz", diag.SourceDamaged},
		{"packed/plain.gz", diag.SourceDamaged}, {"packed/twice.gz", diag.SourceDamaged},
		{"packed/cut.zst", diag.SourceDamaged}, {"packed/window.zst", diag.SourceDamaged},
	} {
		path := c.path
		if path[0] != '/' {
			path = dir + "/" + path
		}
		chunks, _, err := read(t, table(t, path), 100)
		if c.want == "" && err != nil || c.want != "" && (err == nil || diag.CodeOf(err) != c.want) {
			t.Errorf("%s: %v", c.path, err)
		}
		if c.want != "" && len(chunks) > 0 {
			t.Errorf("%s: %d chunks before the error", c.path, len(chunks))
		}
	}
}

// TestReplay takes epochs of one to three chunks and compares each with its replay.
func TestReplay(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.json", lines(40, ""))
	write(t, dir+"/b.json", "")
	write(t, dir+"/c.json.gz", gzipped(lines(30, "\n")))
	write(t, dir+"/d.json", "\xef\xbb\xbf"+lines(20, "\n"))
	s := table(t, dir)
	ctx := t.Context()
	sc := sources.Scan{ChunkRows: 7, Ledger: memo{}}
	chunks, text, err := read(t, s, 7)
	if err != nil || len(chunks) < 12 {
		t.Fatal(len(chunks), err)
	}
	var from sources.Offset
	committed := memo{}
	for i, n := 0, 0; i < len(chunks); i += n {
		n = min(1+i%3, len(chunks)-i)
		to := offset(t, s, from, chunks[i:i+n])
		f, err := s.Replay(ctx, from, to, sc)
		if err != nil {
			t.Fatal(err)
		}
		again, got, err := drain(t, f)
		if err != nil || fmt.Sprint(got) != fmt.Sprint(text[i:i+n]) {
			t.Fatalf("epoch at chunk %d: replay gave %q, %v; want %q", i, got, err, text[i:i+n])
		}
		for k, c := range again {
			if fmt.Sprintf("%s", c.Remember) != fmt.Sprintf("%s", chunks[i+k].Remember) ||
				c.NewFile != chunks[i+k].NewFile {
				t.Errorf("chunk %d: the replay remembers %s, the first read %s", i+k, c.Remember, chunks[i+k].Remember)
			}
			committed.Apply(c.Remember)
		}
		if o := offset(t, s, from, again); string(o) != string(to) {
			t.Errorf("the replay ends at %s, not %s", o, to)
		}
		same, _ := s.Replay(ctx, to, offset(t, s, to, nil), sc)
		if c, _, err := drain(t, same); len(c) > 0 || err != nil {
			t.Errorf("an empty range gave %d chunks, %v", len(c), err)
		}
		same, _ = s.Replay(ctx, to, to, sc)
		if c, _, err := drain(t, same); len(c) > 0 || err != nil {
			t.Errorf("a range without length gave %d chunks, %v", len(c), err)
		}
		// Going on from here reads the rest.
		rest, err := s.Open(ctx, to, sources.Scan{ChunkRows: 7, Ledger: committed})
		if err != nil {
			t.Fatal(err)
		}
		if _, got, err := drain(t, rest); err != nil || fmt.Sprint(got) != fmt.Sprint(text[i+n:]) {
			t.Fatalf("after chunk %d: going on gave %d chunks, %v; want %d", i+n, len(got), err, len(text[i+n:]))
		}
		from = to
	}
	if grown, names, err := s.Grown(from); grown || err != nil {
		t.Errorf("grown without a new file: %v %v", names, err)
	}
	write(t, dir+"/new.json", "x\n")
	if grown, names, err := s.Grown(from); !grown || err != nil || fmt.Sprint(names) != "[new.json]" {
		t.Errorf("not grown with a new file: %v %v", names, err)
	}
	os.Remove(dir + "/new.json")
	os.Remove(dir + "/a.json")
	if grown, names, _ := s.Grown(from); grown {
		t.Errorf("grown by a file that went: %v", names)
	}
}

// TestChanged: a file that changed between the log and the replay is an error that names it.
func TestChanged(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(path string)
	}{
		{"gone", func(p string) { os.Remove(p) }},
		{"longer", func(p string) { os.WriteFile(p, []byte(lines(41, "\n")), 0o644) }},
		{"touched", func(p string) { os.Chtimes(p, time.Unix(5, 0), time.Unix(5, 0)) }},
		{"replaced by a directory", func(p string) { os.Remove(p); os.Mkdir(p, 0o755) }},
	} {
		dir := t.TempDir()
		path := dir + "/a.json"
		write(t, path, lines(40, "\n"))
		write(t, dir+"/z.json", "z\n")
		s := table(t, dir)
		chunks, _, err := read(t, s, 7)
		if err != nil {
			t.Fatal(err)
		}
		first := offset(t, s, nil, chunks[:1])
		second := offset(t, s, first, chunks[1:3])
		c.change(path)
		for _, open := range []func() (sources.Feed, error){
			func() (sources.Feed, error) { return s.Replay(t.Context(), first, second, sources.Scan{ChunkRows: 7}) },
			func() (sources.Feed, error) { return s.Open(t.Context(), second, sources.Scan{ChunkRows: 7}) },
		} {
			f, err := open()
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := drain(t, f)
			if diag.CodeOf(err) != diag.SourceFileChanged || diag.ExitOf(err) != 4 ||
				!strings.Contains(err.Error(), `"a.json"`) || !strings.Contains(err.Error(), "--skip-file a.json") ||
				len(got) > 0 {
				t.Errorf("%s: %d chunks, %v", c.name, len(got), err)
			}
		}
		s.Skip("a.json")
		f, _ := s.Replay(t.Context(), first, second, sources.Scan{ChunkRows: 7})
		if got, text, err := drain(t, f); err != nil || len(text) > 0 || len(got) != 1 {
			t.Errorf("%s: with the file left out: %q, %v", c.name, text, err)
		}
		f, _ = s.Open(t.Context(), second, sources.Scan{ChunkRows: 7})
		if _, got, err := drain(t, f); err != nil || fmt.Sprint(got) != "[z.json@0+1:z\n]" {
			t.Errorf("%s: going on without the file: %q, %v", c.name, got, err)
		}
	}
}

// TestChangedWhileRead: a file that grows while it is read stops the query before its last rows are given.
func TestChangedWhileRead(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.json", "a\nb\nc\n")
	var faults fault.Set
	faults.Arm(fault.SourceRead, 1, func() error { return os.WriteFile(dir+"/a.json", []byte("a\nb\nc\nd\n"), 0o644) })
	f, _ := table(t, dir).Open(t.Context(), nil, sources.Scan{ChunkRows: 100, Faults: &faults})
	if got, _, err := drain(t, f); diag.CodeOf(err) != diag.SourceFileChanged || len(got) > 0 {
		t.Errorf("%d chunks, %v", len(got), err)
	}
}

func TestFaults(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.json", "a\n")
	for _, point := range []string{fault.SourceRead, fault.FileListed} {
		var faults fault.Set
		faults.Arm(point, 1, func() error { return syscall.EIO })
		f, _ := table(t, dir).Open(t.Context(), nil, sources.Scan{ChunkRows: 100, Faults: &faults})
		if _, _, err := drain(t, f); !errors.Is(err, syscall.EIO) {
			t.Errorf("%s: %v", point, err)
		}
	}
}

// TestLongLine reads a line of 100 MB with a limit of 2 MB: what arrives is one record that is too long, and the rest
// of the file.
func TestLongLine(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.json", "a\n"+strings.Repeat("x", 100<<20)+"\nb\n")
	chunks, _, err := read(t, table(t, dir, "json.max-record-size", "2mb"), 100)
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, c := range chunks {
		sizes = append(sizes, len(c.Data))
	}
	if fmt.Sprint(sizes) != fmt.Sprint([]int{2, 2<<20 + 1, 2}) {
		t.Errorf("chunks of %v bytes", sizes)
	}
}

// TestAhead: the goroutine stops when MaxBytes are waiting.
func TestAhead(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/a.json", strings.Repeat(strings.Repeat("x", 1023)+"\n", 64<<10))
	f, _ := table(t, dir).Open(t.Context(), nil, sources.Scan{ChunkRows: 8192, MaxBytes: 3 << 20})
	total := int64(0)
	for {
		c, err := nextChunk(t.Context(), f)
		if err != nil {
			break
		}
		total += int64(len(c.Data))
		if b := f.(*feed).bytes; b > 3<<20 {
			t.Fatalf("%d bytes wait", b)
		}
		c.Release()
	}
	f.Close()
	if total != 64<<20 {
		t.Errorf("%d bytes read", total)
	}
}

func TestOffsetText(t *testing.T) {
	s := table(t, "/x")
	for _, n := range []string{"a.json", "sp ace\n", "bad\xff", `q"`} {
		e := entry{name: n, size: 5, mtime: 7}
		o := offset(t, s, nil, []*sources.Chunk{{Private: &piece{file: e, end: 3}}})
		p, err := s.parse(o)
		end, _ := p.of(name(n))
		if err != nil || string(p.Files[0].Name) != n || end != 3 {
			t.Errorf("%q: %s, %v", n, o, err)
		}
		if strings.Contains(string(o), "/x") || !json.Valid(o) {
			t.Errorf("%s holds the table's path", o)
		}
	}
	if _, err := s.Open(t.Context(), sources.Offset(`[`), sources.Scan{}); diag.CodeOf(err) != diag.SourceOffset {
		t.Errorf("a damaged offset: %v", err)
	}
}
