package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
	"streamsql/internal/store/vfs"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

var ctx = context.Background()

const queryID = "0123456789abcdef"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type noEncoder struct{}

func (noEncoder) Encode(dst []byte, _ *zset.Batch) ([]byte, error) { return dst, nil }

// open makes a sink on dir "out" of a file system.
func open(t testing.TB, fs vfs.FS, dir string, size string, faults *fault.Set) *Sink {
	t.Helper()
	values, problems := option.Check(Declaration.Options, map[string]string{optPath: dir, optSize: size})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s, err := newOn(fs, sinks.Spec{Table: "result", Values: values, Faults: faults},
		writing{newEncoder: func() sinks.Encoder { return noEncoder{} }, split: format.Lines{}, ext: ".json"})
	must(t, err)
	return s
}

// rowsOf is what epoch n says, always the same; every fifth epoch has no rows.
func rowsOf(epoch int64) []string {
	var out []string
	for i := range epoch % 5 {
		out = append(out, fmt.Sprintf(`{"epoch":%d,"row":%d,"text":"%s"}`, epoch, i, strings.Repeat("x", int(epoch))))
	}
	return out
}

func markerOf(epoch int64, term uint64, rows []string) sinks.Marker {
	return sinks.Marker{Query: queryID, Sink: "result", Epoch: epoch, Term: term, Rows: int64(len(rows)),
		Digest: fmt.Sprintf("%032x", epoch)}
}

// stage brings an epoch up to its commit.
func stage(s *Sink, epoch int64, rows []string) (sinks.Tx, error) {
	tx, err := s.Begin(ctx, epoch, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if err := tx.Write(ctx, sinks.Block{Data: []byte(r + "\n")}); err != nil {
			return tx, err
		}
	}
	return tx, tx.Stage(ctx)
}

// epoch runs one whole epoch; one without rows does not touch the sink.
func epoch(s *Sink, n int64) error {
	rows := rowsOf(n)
	if len(rows) == 0 {
		return nil
	}
	tx, err := stage(s, n, rows)
	if err != nil {
		return err
	}
	return tx.Commit(ctx, markerOf(n, s.term, rows))
}

// content reads what readers see: the rows of all final files, and the names.
func content(t testing.TB, fs vfs.FS, dir string) (rows, names []string) {
	t.Helper()
	list, err := fs.ReadDir(dir)
	must(t, err)
	for _, e := range list {
		if e.Dir {
			continue
		}
		data, err := vfs.ReadFile(fs, filepath.Join(dir, e.Name))
		must(t, err)
		if len(data) == 0 || data[len(data)-1] != '\n' {
			t.Fatalf("%s is not whole: %q", e.Name, data)
		}
		names = append(names, e.Name)
		rows = append(rows, strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")...)
	}
	return rows, names
}

func wantRows(epochs int64) []string {
	var out []string
	for n := range epochs {
		out = append(out, rowsOf(n)...)
	}
	return out
}

func checkRows(t testing.TB, fs vfs.FS, epochs int64) {
	t.Helper()
	if got, _ := content(t, fs, "out"); !slices.Equal(got, wantRows(epochs)) {
		t.Fatalf("the directory holds\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(wantRows(epochs), "\n"))
	}
}

func code(t testing.TB, err error, want diag.Code, mention ...string) {
	t.Helper()
	if got := diag.CodeOf(err); err == nil || got != want {
		t.Fatalf("error %v, want code %s", err, want)
	}
	for _, m := range mention {
		if !strings.Contains(err.Error(), m) {
			t.Errorf("%q does not mention %q", err, m)
		}
	}
}

func TestEpochsBecomeFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "out")
	s := open(t, vfs.OS(), dir, "128mb", nil)
	m, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	if !m.Zero() {
		t.Errorf("a new directory has marker %v", m)
	}
	for n := range int64(5) {
		must(t, epoch(s, n))
	}
	rows, names := content(t, vfs.OS(), dir)
	if !slices.Equal(rows, wantRows(5)) {
		t.Errorf("rows %q", rows)
	}
	want := []string{"part-01234567-00000001-000.json", "part-01234567-00000002-000.json",
		"part-01234567-00000003-000.json", "part-01234567-00000004-000.json"}
	if !slices.Equal(names, want) {
		t.Errorf("names %q", names)
	}
	left, err := os.ReadDir(filepath.Join(dir, stagingDir))
	must(t, err)
	if len(left) > 0 {
		t.Errorf("staging holds %v", left)
	}
	m, err = open(t, vfs.OS(), dir, "128mb", nil).Fence(ctx, queryID, 2)
	must(t, err)
	if m != markerOf(4, 1, rowsOf(4)) {
		t.Errorf("marker %+v", m)
	}
}

// The form of a manifest is frozen.
func TestManifestText(t *testing.T) {
	m := manifest{Marker: markerOf(3, 2, rowsOf(3)),
		Parts: []partRecord{{Name: "part-0.json", Staged: "x.tmp", Bytes: 7, CRC: "00c0ffee"}}}
	want := `v1
{"query":"0123456789abcdef","sink":"result","epoch":3,"term":2,"rows":3,` +
		`"digest":"00000000000000000000000000000003",` +
		`"parts":[{"name":"part-0.json","staged":"x.tmp","bytes":7,"crc32c":"00c0ffee"}]}
crc32c 67932ed2
`
	if got := string(m.marshal()); got != want {
		t.Errorf("manifest\n%s", got)
	}
	back, err := parseManifest([]byte(want))
	must(t, err)
	if back.Marker != m.Marker || !slices.Equal(back.Parts, m.Parts) {
		t.Errorf("read back %+v", back)
	}
}

// Cuts depend on rows, not on blocks.
func TestPartsAreCutByBytes(t *testing.T) {
	rows := strings.Repeat("12345678\n", 10) // 9 bytes each, 20 allowed: three rows reach it
	var first []string
	for block := 9; block <= 90; block += 9 {
		fs := vfs.NewCrash()
		s := open(t, fs, "out", "20", nil)
		_, err := s.Fence(ctx, queryID, 1)
		must(t, err)
		tx, err := s.Begin(ctx, 1, nil)
		must(t, err)
		for at := 0; at < len(rows); at += block {
			must(t, tx.Write(ctx, sinks.Block{Data: []byte(rows[at:min(at+block, len(rows))])}))
		}
		must(t, tx.Stage(ctx))
		must(t, tx.Commit(ctx, markerOf(1, 1, nil)))
		var sizes []string
		for _, e := range fs.Tree() {
			if strings.HasPrefix(e.Name, "out/part-") {
				sizes = append(sizes, fmt.Sprint(e.Name, " ", e.Size))
			}
		}
		if first == nil {
			first = sizes
		}
		if len(sizes) != 4 || !slices.Equal(sizes, first) {
			t.Errorf("blocks of %d bytes give %q", block, sizes)
		}
	}
}

// Large blocks go straight through, small ones are gathered; the bytes are the same.
func TestLargeAndSmallBlocks(t *testing.T) {
	fs := vfs.NewCrash()
	s := open(t, fs, "out", "0", nil)
	_, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	tx, err := s.Begin(ctx, 1, nil)
	must(t, err)
	var want []byte
	for _, n := range []int{10, bufferSize - 20, 30, 2 * bufferSize, 5, bufferSize, 1} {
		block := append(bytes.Repeat([]byte("y"), n-1), '\n')
		want = append(want, block...)
		must(t, tx.Write(ctx, sinks.Block{Data: block}))
		clear(block) // a block is borrowed
	}
	must(t, tx.Stage(ctx))
	must(t, tx.Commit(ctx, markerOf(1, 1, nil)))
	got, err := vfs.ReadFile(fs, "out/part-01234567-00000001-000.json")
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes written, %d wanted, or others", len(got), len(want))
	}
}

func TestManifestsAreFolded(t *testing.T) {
	fs := vfs.NewCrash()
	s := open(t, fs, "out", "128mb", nil)
	_, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	perEpoch := int64(0)
	for n := range int64(300) {
		before := fs.Calls()
		tx, err := stage(s, n, []string{"r"})
		must(t, err)
		must(t, tx.Commit(ctx, markerOf(n, 1, []string{"r"})))
		if n > 1 {
			perEpoch = max(perEpoch, fs.Calls()-before)
		}
	}
	list, err := s.listManifests()
	must(t, err)
	if len(list) != keepManifests || list[0] != 200 {
		t.Errorf("%d manifests from %d", len(list), list[0])
	}
	if perEpoch > 20 {
		t.Errorf("an epoch takes up to %d file operations", perEpoch)
	}
}

func TestAbortLeavesNothing(t *testing.T) {
	fs := vfs.NewCrash()
	s := open(t, fs, "out", "1", nil)
	_, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	before := len(fs.Tree())
	for range 2 {
		tx, err := stage(s, 3, rowsOf(3))
		must(t, err)
		must(t, tx.Abort(ctx))
		if err := tx.Commit(ctx, markerOf(3, 1, rowsOf(3))); err == nil {
			t.Error("an aborted transaction was committed")
		}
	}
	if after := len(fs.Tree()); after != before {
		t.Errorf("%v is left", fs.Tree())
	}
	must(t, epoch(s, 3))
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	must(t, os.WriteFile(plain, nil, 0o600))
	_, err := open(t, vfs.OS(), plain, "1mb", nil).Fence(ctx, queryID, 1)
	code(t, err, diag.SinkFailed, plain, "not a directory")
	_, err = open(t, vfs.OS(), filepath.Join(plain, "below"), "1mb", nil).Fence(ctx, queryID, 1)
	code(t, err, diag.SinkFailed, plain)

	values, _ := option.Check(Declaration.Options, map[string]string{optPath: "s3://bucket/x"})
	_, err = newOn(vfs.OS(), sinks.Spec{Table: "result", Values: values}, writing{})
	code(t, err, diag.SinkOption, "s3://bucket/x")
}

func TestOtherOwnersOfTheDirectory(t *testing.T) {
	fs := vfs.NewCrash()
	s := open(t, fs, "out", "1mb", nil)
	_, err := s.Fence(ctx, queryID, 5)
	must(t, err)
	must(t, epoch(s, 1))
	before := fmt.Sprint(fs.Tree())

	_, err = open(t, fs, "out", "1mb", nil).Fence(ctx, "another-query", 1)
	code(t, err, diag.SinkForeign, "out", queryID)
	other := open(t, fs, "out", "1mb", nil)
	other.table = "second"
	_, err = other.Fence(ctx, queryID, 6)
	code(t, err, diag.SinkForeign, `"result"`)
	for _, term := range []uint64{4, 5} { // an older state; a copy of the state
		_, err = open(t, fs, "out", "1mb", nil).Fence(ctx, queryID, term)
		code(t, err, diag.FencingLost, "term 5")
	}
	if after := fmt.Sprint(fs.Tree()); after != before {
		t.Errorf("a refused owner changed the directory:\n%s\n%s", before, after)
	}
	must(t, epoch(s, 2))
}

// Two queries that began on the same empty directory: the second to publish is refused, in whatever order.
func TestTwoQueriesOnOneEmptyDirectory(t *testing.T) {
	fs := vfs.NewCrash()
	a, b := open(t, fs, "out", "1mb", nil), open(t, fs, "out", "1mb", nil)
	_, err := a.Fence(ctx, queryID, 1)
	must(t, err)
	_, err = b.Fence(ctx, "another-query", 1)
	must(t, err)
	must(t, epoch(a, 1))
	for _, n := range []int64{1, 3} {
		tx, err := stage(b, n, rowsOf(n))
		must(t, err)
		m := markerOf(n, 1, rowsOf(n))
		m.Query = "another-query"
		code(t, tx.Commit(ctx, m), diag.SinkForeign)
	}
	must(t, epoch(a, 2))
	checkRows(t, fs, 3)
}

func TestDamagedManifest(t *testing.T) {
	build := func() *vfs.Crash {
		fs := vfs.NewCrash()
		s := open(t, fs, "out", "1mb", nil)
		_, err := s.Fence(ctx, queryID, 1)
		must(t, err)
		for n := range int64(5) {
			must(t, epoch(s, n))
		}
		return fs
	}
	const newest = "out/.streamsql/manifest/4"
	size := len(func() []byte { b, err := vfs.ReadFile(build(), newest); must(t, err); return b }())
	for at := range size {
		for name, change := range map[string]func([]byte) []byte{
			"flipped":   func(b []byte) []byte { b[at] ^= 4; return b },
			"truncated": func(b []byte) []byte { return b[:at] },
		} {
			fs := build()
			must(t, fs.Mutate(newest, change))
			_, err := open(t, fs, "out", "1mb", nil).Fence(ctx, queryID, 2)
			if err == nil {
				t.Fatalf("%s at %d was not noticed", name, at)
			}
			code(t, err, diag.SinkDamaged, newest)
		}
	}
	// A deleted one cannot be told from one that never was: the marker says so, and the log knows better.
	fs := build()
	must(t, fs.Remove(newest))
	m, err := open(t, fs, "out", "1mb", nil).Fence(ctx, queryID, 2)
	must(t, err)
	if m.Epoch != 3 {
		t.Errorf("marker of epoch %d, want 3", m.Epoch)
	}
	// Its epoch, done again, is recognised by its bytes; other bytes under the name are refused.
	s := open(t, fs, "out", "1mb", nil)
	_, err = s.Fence(ctx, queryID, 3)
	must(t, err)
	must(t, epoch(s, 4))
	checkRows(t, fs, 5)
}

func TestFinalNameTaken(t *testing.T) {
	fs := vfs.NewCrash()
	s := open(t, fs, "out", "1mb", nil)
	_, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	const name = "out/part-01234567-00000001-000.json"
	must(t, vfs.WriteFile(fs, name, []byte("somebody's\n")))
	code(t, epoch(s, 1), diag.SinkDamaged, name)
	if got, err := vfs.ReadFile(fs, name); err != nil || string(got) != "somebody's\n" {
		t.Errorf("the file now holds %q, %v", got, err)
	}
}

// A reader may take published files away.
func TestPublishedPartMovedAway(t *testing.T) {
	fs := vfs.NewCrash()
	s := open(t, fs, "out", "1mb", nil)
	_, err := s.Fence(ctx, queryID, 1)
	must(t, err)
	must(t, epoch(s, 1))
	must(t, fs.Rename("out/part-01234567-00000001-000.json", "taken.json"))
	m, err := open(t, fs, "out", "1mb", nil).Fence(ctx, queryID, 2)
	must(t, err)
	if m.Epoch != 1 {
		t.Errorf("marker %v", m)
	}
}

func TestFatalAndSpace(t *testing.T) {
	s := open(t, vfs.NewCrash(), "out", "1mb", nil)
	if err := s.fatal("sync", "x", syscall.EIO); !errors.Is(err, store.ErrFatal) || !errors.Is(err, syscall.EIO) {
		t.Errorf("%v is not fatal", err)
	}
	code(t, s.failed("write", "out/x", syscall.ENOSPC), diag.SinkSpace, "out/x", "free some space")
	code(t, s.failed("create", "out/x", syscall.EACCES), diag.SinkFailed, "out/x", "right to read and write")
}

func TestFormats(t *testing.T) {
	schema := sqltype.Schema{{Name: "n", Type: sqltype.BigIntType}}
	b := &zset.Batch{Schema: schema, N: 1, Cols: []*vec.Vec{vec.Make(sqltype.BigIntType, 7)}}
	for format, want := range map[string]string{"json": `{"n":7}`, "changelog-json": `{"_op":"+I","n":7}`} {
		values, _ := option.Check(Declaration.Options, map[string]string{optPath: t.TempDir()})
		s, err := New(sinks.Spec{Table: "result", Schema: schema, Format: format, Values: values})
		must(t, err)
		got, err := s.Encoder(0).Encode(nil, b)
		must(t, err)
		if string(got) != want+"\n" {
			t.Errorf("%s writes %q", format, got)
		}
	}
}
