package file

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/json"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
)

// TestChunksDecodeAsTheWhole: decoding chunk by chunk gives the rows and bad records of the whole file, in place.
func TestChunksDecodeAsTheWhole(t *testing.T) {
	var text strings.Builder
	for i := range 30_000 {
		switch {
		case i%997 == 0:
			text.WriteString("not json\r\n")
		case i%501 == 0:
			text.WriteString("\n")
		default:
			fmt.Fprintf(&text, `{"a":%d,"s":"%s"}`+"\n", i, strings.Repeat("x", i%200))
		}
	}
	data := []byte(strings.TrimSuffix(text.String(), "\n"))
	path := t.TempDir() + "/a.json"
	write(t, path, string(data))
	schema := sqltype.Schema{{Name: "a", Type: sqltype.BigIntType}, {Name: "s", Type: sqltype.StringType}}
	d := json.NewDecoder(format.Config{Schema: schema, Used: []int{0, 1}})
	var whole, part format.Rows
	d.Decode(data, &whole)
	for _, rows := range []int{1000, 8192} {
		f, err := table(t, path).Open(t.Context(), nil, sources.Scan{ChunkRows: rows})
		if err != nil {
			t.Fatal(err)
		}
		row, bad := 0, 0
		for {
			c, err := nextChunk(t.Context(), f)
			if err != nil {
				break
			}
			d.Decode(c.Data, &part)
			if part.Batch.N+len(part.Bad)+part.Blank != c.Records {
				t.Fatalf("chunk at %d: %d records, %d rows, %d bad, %d blank", c.Position, c.Records, part.Batch.N,
					len(part.Bad), part.Blank)
			}
			for i := range part.Batch.N {
				for k := range schema {
					if vec.Text(part.Batch.Cols[k], i) != vec.Text(whole.Batch.Cols[k], row) {
						t.Fatalf("row %d differs", row)
					}
				}
				if c.Position+int64(part.Starts[i]) != int64(whole.Starts[row]) {
					t.Fatalf("row %d is at %d", row, c.Position+int64(part.Starts[i]))
				}
				row++
			}
			for _, b := range part.Bad {
				if w := whole.Bad[bad]; c.Position+int64(b.Start) != int64(w.Start) || b.Code != w.Code {
					t.Fatalf("bad record %d differs", bad)
				}
				bad++
			}
			c.Release()
		}
		f.Close()
		if row != whole.Batch.N || bad != len(whole.Bad) {
			t.Errorf("%d rows and %d bad records, want %d and %d", row, bad, whole.Batch.N, len(whole.Bad))
		}
	}
}

// TestTooLongIsBad: what the cutter hands out of a line that is too long is one bad record, and nothing after it is
// lost.
func TestTooLongIsBad(t *testing.T) {
	path := t.TempDir() + "/a.json"
	write(t, path, `{"a":1}`+"\n"+`{"a":2,"s":"`+strings.Repeat("x", 40<<20)+"\"}\n"+`{"a":3}`+"\n")
	f, err := table(t, path).Open(t.Context(), nil, sources.Scan{ChunkRows: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	schema := sqltype.Schema{{Name: "a", Type: sqltype.BigIntType}}
	d := json.NewDecoder(format.Config{Schema: schema, Used: []int{0}})
	var got []string
	var rows format.Rows
	for {
		c, err := nextChunk(t.Context(), f)
		if err != nil {
			break
		}
		d.Decode(c.Data, &rows)
		for i := range rows.Batch.N {
			got = append(got, vec.Text(rows.Batch.Cols[0], i))
		}
		for _, b := range rows.Bad {
			got = append(got, string(b.Code))
		}
		c.Release()
	}
	if fmt.Sprint(got) != "[1 record-too-long 3]" {
		t.Errorf("got %v", got)
	}
}

// TestTruncatedPacked cuts a compressed file at every byte: never a row, always an error.
func TestTruncatedPacked(t *testing.T) {
	dir := t.TempDir()
	for name, packed := range map[string]string{"a.gz": gzipped("row 1\nrow 2\n", "row 3\n"),
		"a.zst": zstded("row 1\nrow 2\nrow 3\n", 1<<20)} {
		member := len(gzipped("row 1\nrow 2\n"))
		for n := range len(packed) {
			if name == "a.gz" && n == member {
				continue // a whole file, with one member
			}
			write(t, dir+"/"+name, packed[:n])
			if chunks, _, err := read(t, table(t, dir+"/"+name), 100); diag.CodeOf(err) != diag.SourceDamaged ||
				len(chunks) > 0 {
				t.Errorf("%s cut at %d: %d chunks, %v", name, n, len(chunks), err)
			}
		}
	}
}

func TestBomb(t *testing.T) {
	path := t.TempDir() + "/a.json"
	write(t, path, gzipped(strings.Repeat("\n", 8<<20)))
	s := table(t, path)
	if _, _, err := read(t, s, 8192); err != nil {
		t.Errorf("a small file that packs well: %v", err)
	}
	s.bombBytes = 4 << 20
	if chunks, _, err := read(t, s, 8192); diag.CodeOf(err) != diag.SourceLimit || len(chunks) > 0 {
		t.Errorf("%d chunks, %v", len(chunks), err)
	}
}

func BenchmarkFetch(b *testing.B) {
	path := b.TempDir() + "/a.json"
	line := strings.Repeat("x", 195) + "\n"
	if err := os.WriteFile(path, []byte(strings.Repeat(line, 1<<18)), 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(line)) << 18)
	s := table(b, path)
	for b.Loop() {
		f, err := s.Open(b.Context(), nil, sources.Scan{ChunkRows: 8192, MaxBytes: 8 << 20})
		if err != nil {
			b.Fatal(err)
		}
		for {
			c, err := nextChunk(b.Context(), f)
			if err != nil {
				break
			}
			c.Release()
		}
		f.Close()
	}
}
