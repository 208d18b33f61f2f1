package file

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/csv"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
)

var csvSchema = sqltype.Schema{{Name: "a", Type: sqltype.BigIntType}, {Name: "s", Type: sqltype.StringType}}

// csvText has fields over many lines, so that chunks are cut near all of them, stray quotes and bad records; the header
// has the columns the other way round.
func csvText(records int) string {
	var b strings.Builder
	b.WriteString("s,a\n")
	for i := range records {
		switch {
		case i%997 == 0:
			b.WriteString("5\" pipe,x\r\n")
		case i%501 == 0:
			b.WriteString("\n")
		case i%3 == 0:
			fmt.Fprintf(&b, "\"%s\",%d\n", strings.Repeat("a,\n\"\"", i%90), i)
		default:
			fmt.Fprintf(&b, "%s,%d\r\n", strings.Repeat("x", i%200), i)
		}
	}
	return b.String()
}

// tookCSV is what a feed gives, as rows and bad records, each with its place, and its chunks.
func tookCSV(t *testing.T, f sources.Feed) (out []string, chunks []*sources.Chunk) {
	t.Helper()
	options, _ := option.Check(csv.Options, map[string]string{"csv.header": "names", "csv.max-record-size": "2mb"})
	d := csv.NewDecoder(format.Config{Schema: csvSchema, Used: []int{0, 1}, Options: options})
	var rows format.Rows
	for {
		c, err := nextChunk(t.Context(), f)
		if errors.Is(err, io.EOF) {
			return out, chunks
		}
		if err != nil {
			t.Fatal(err)
		}
		d.Under(c.Head)
		d.Decode(c.Data, &rows)
		if n := rows.Batch.N + len(rows.Bad) + rows.Blank; n != c.Records {
			t.Fatalf("chunk at %d: %d records, %d read", c.Position, c.Records, n)
		}
		at, line := 0, c.Line
		place := func(start int) string {
			if start < at {
				at, line = 0, c.Line
			}
			line += int64(bytes.Count(c.Data[at:start], newline))
			at = start
			return fmt.Sprintf("%d:%d", line, c.Position+int64(start))
		}
		for i, start := range rows.Starts {
			out = append(out, place(int(start))+" "+vec.Text(rows.Batch.Cols[0], i)+" "+vec.Text(rows.Batch.Cols[1], i))
		}
		for _, b := range rows.Bad {
			out = append(out, place(b.Start)+" "+string(b.Code))
		}
		c.Data = nil
		chunks = append(chunks, c)
		if c.Release != nil {
			c.Release()
		}
	}
}

// TestCSVChunks: chunks end where records end, not in the middle of a quoted field, whether the file is packed or not,
// and a run that begins at any of them has the header and gives the rest of the rows at their places.
func TestCSVChunks(t *testing.T) {
	text := csvText(20_000)
	for name, data := range map[string]string{"a.csv": text, "b.csv.gz": gzipped(text), "c.csv.zst": zstded(text, 1<<20)} {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir() + "/" + name
			write(t, path, data)
			s := table(t, path, "format", "csv", "csv.header", "names")
			open := func(from sources.Offset, rows int) sources.Feed {
				f, err := s.Open(t.Context(), from, sources.Scan{ChunkRows: rows})
				if err != nil {
					t.Fatal(err)
				}
				return f
			}
			f := open(nil, 1<<30)
			want, few := tookCSV(t, f)
			f.Close()
			if len(want) < 19_000 || len(few) < 2 {
				t.Fatalf("%d rows in %d chunks", len(want), len(few))
			}
			last := fmt.Sprintf("%d:", strings.Count(text, "\n"))
			if !slices.ContainsFunc(want, func(row string) bool { return strings.HasPrefix(row, last) }) {
				t.Errorf("no row is on the last line, %s", last)
			}
			f = open(nil, 700)
			got, chunks := tookCSV(t, f)
			f.Close()
			// Bad records come after the rows of their chunk.
			sortPlaces := func(x []string) []string { x = slices.Clone(x); slices.Sort(x); return x }
			if !slices.Equal(sortPlaces(got), sortPlaces(want)) {
				t.Fatal("rows depend on where chunks are cut")
			}
			for _, n := range []int{1, len(chunks) / 2, len(chunks) - 1} {
				o := offset(t, s, nil, chunks[:n])
				f = open(o, 700)
				rest, more := tookCSV(t, f)
				f.Close()
				if len(more) != len(chunks)-n || !slices.Equal(rest, got[len(got)-len(rest):]) {
					t.Fatalf("from chunk %d on: %d chunks, %d rows, other than the first time", n, len(more), len(rest))
				}
				f, err := s.Replay(t.Context(), offset(t, s, nil, chunks[:n-1]), o, sources.Scan{ChunkRows: 700})
				if err != nil {
					t.Fatal(err)
				}
				again, _ := tookCSV(t, f)
				f.Close()
				if len(again) == 0 || len(again) > 700 || !slices.Contains(got, again[0]) {
					t.Fatalf("a replay of chunk %d gives %d rows", n-1, len(again))
				}
			}
		})
	}
}

// TestCSVLimits: a quote that is never closed does not take the rest of the file into memory, and a header has a limit.
func TestCSVLimits(t *testing.T) {
	path := t.TempDir() + "/a.csv"
	write(t, path, "a,s\n1,x\n2,\""+strings.Repeat("y\n", 20<<20))
	s := table(t, path, "format", "csv", "csv.header", "names", "csv.max-record-size", "2mb")
	f, err := s.Open(t.Context(), nil, sources.Scan{ChunkRows: 100})
	if err != nil {
		t.Fatal(err)
	}
	got, chunks := tookCSV(t, f)
	f.Close()
	if fmt.Sprint(got) != "[2:4 1 x 3:8 record-too-long]" {
		t.Errorf("got %.200v", got)
	}
	for _, c := range chunks {
		if c.Size > 8<<20 {
			t.Errorf("a chunk of %d bytes", c.Size)
		}
	}
	write(t, path, strings.Repeat("name,", 1<<18)+"a\n1\n")
	if _, _, err := read(t, s, 100); diag.CodeOf(err) != diag.SourceLimit || !strings.Contains(err.Error(), "a.csv") {
		t.Errorf("a header of more than 1 MiB: %v", err)
	}
}

// TestCSVHeads: each file has its own header, and files without a record have none to be wrong.
func TestCSVHeads(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/1.csv", "\ufeffa,s\n1,x\n")
	write(t, dir+"/2.csv", "s,?,a\r\ny,,2")
	write(t, dir+"/3.csv", "")
	write(t, dir+"/4.csv", "nothing\n")
	write(t, dir+"/5.csv", "\"s of\n\",a\n,3\n")
	s := table(t, dir, "format", "csv", "csv.header", "names")
	f, err := s.Open(t.Context(), nil, sources.Scan{ChunkRows: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, _ := tookCSV(t, f)
	if fmt.Sprint(got) != "[2:7 1 x 2:7 2 y 3:10 3 NULL]" {
		t.Errorf("got %v", got)
	}
}
