package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
)

// Made is the Input of a source that makes its rows as time goes by, one a second in each partition. Every feed has a
// clock of its own, which stands where the rows that the suite has asked for are due: a feed counts time from its
// opening.
type Made struct {
	T *testing.T
	// New makes the source of a table whose partitions have so many rows; −1 is without end.
	New     func(rows int64) sources.Source
	Columns sqltype.Schema

	visible int64 // rows of each partition
	clocks  []*clock.Manual
	decoder format.Decoder
}

var _ Maker = (*Made)(nil)

// startTime is where the clocks begin.
var startTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// config asks for all columns.
func (m *Made) config() format.Config {
	c := format.Config{Schema: m.Columns}
	for i := range m.Columns {
		c.Used = append(c.Used, i)
	}
	return c
}

// made makes a source whose columns are resolved.
func (m *Made) made(rows int64) sources.Source {
	src := m.New(rows)
	open, err := src.(sources.Generating).Rows(m.config())
	if err != nil {
		m.T.Fatal(err)
	}
	m.decoder = open()
	return src
}

// Source implements Input.
func (m *Made) Source() sources.Source { return &madeSource{m.made(-1), m} }

// Add implements Input; the suite calls Make instead.
func (m *Made) Add(...string) { m.T.Fatal("nobody can add to a table that is made") }

// Finish implements Input.
func (m *Made) Finish() bool { return false }

// Ledger implements Input.
func (m *Made) Ledger() Ledger { return nil }

// Make implements Maker. The first row is there as soon as a feed is open.
func (m *Made) Make(n int) []string {
	if m.visible == 0 && len(m.clocks) > 0 {
		m.visible = 1
	}
	from := m.visible
	m.visible += int64(n)
	for _, c := range m.clocks {
		c.Advance(time.Duration(m.visible-max(from, 1)) * time.Second)
	}
	return m.rows(from, m.visible)
}

// rows are the texts of rows of all partitions: what a bounded table has, less what it had.
func (m *Made) rows(from, to int64) []string {
	var out []string
	f := m.open(nil, nil, to, 1)
	for {
		e, err := f.Next(m.T.Context())
		if err != nil {
			return out
		}
		if e.Chunk != nil && e.Chunk.Position >= from {
			out = append(out, m.Texts(e.Chunk)...)
		}
	}
}

// Texts implements Maker.
func (m *Made) Texts(c *sources.Chunk) []string {
	var rows format.Rows
	m.decoder.Decode(c.Data, &rows)
	if rows.Batch.N != c.Records {
		m.T.Fatalf("a chunk of %d records has %d rows", c.Records, rows.Batch.N)
	}
	out := make([]string, rows.Batch.N)
	for i := range out {
		parts := make([]string, len(rows.Batch.Cols))
		for k, v := range rows.Batch.Cols {
			parts[k] = vec.Text(v, i)
		}
		out[i] = fmt.Sprintf("%s/%d: %s", c.Partition, c.Position+int64(i), strings.Join(parts, "|"))
	}
	return out
}

// madeSource gives each feed a clock.
type madeSource struct {
	sources.Source
	m *Made
}

// Open implements sources.Source. What exists under Ends, and for a feed that resumes, is what was made: partitions
// then are not equally far, so no moment of one clock fits all of them.
func (s *madeSource) Open(ctx context.Context, from sources.Offset, sc sources.Scan) (sources.Feed, error) {
	c := clock.NewManual(startTime)
	sc.Clock = c
	src := s.Source
	if sc.Ends || from != nil {
		src = s.m.made(s.m.visible)
	}
	f, err := src.Open(ctx, from, sc)
	if err == nil {
		c.Advance(time.Duration(max(s.m.visible-1, 0)) * time.Second)
		s.m.clocks = append(s.m.clocks, c)
	}
	return f, err
}

// Cuts holds a table with an end against what only sources that make their rows promise: rows do not depend on how they
// are cut into chunks, a process that starts at any cut gives the rest, and a replay of any range gives that range.
func (m *Made) Cuts(rows int64) {
	m.T.Helper()
	whole, _ := m.drain(m.open(nil, nil, rows, 1<<10))
	for _, most := range []int{2, 7} {
		if got, _ := m.drain(m.open(nil, nil, rows, most)); !slices.Equal(got, whole) {
			m.T.Fatalf("in chunks of %d:\n%s\nwant\n%s", most, clip(got), clip(whole))
		}
	}
	_, chunks := m.drain(m.open(nil, nil, rows, 1))
	last := m.offset(nil, chunks, rows)
	for cut := 1; cut < len(chunks); cut++ {
		at := m.offset(nil, chunks[:cut], rows)
		first, _ := m.drain(m.open(nil, at, rows, 3))
		rest, _ := m.drain(m.open(at, nil, rows, 3))
		again, _ := m.drain(m.open(at, last, rows, 3))
		if got := slices.Sorted(slices.Values(append(first, rest...))); !slices.Equal(got, whole) {
			m.T.Fatalf("cut after %d chunks, at %s:\n%s\nwant\n%s", cut, at, clip(got), clip(whole))
		}
		if !slices.Equal(again, rest) {
			m.T.Fatalf("replayed from chunk %d, at %s:\n%s\nwant\n%s", cut, at, clip(again), clip(rest))
		}
	}
}

// open reads a table of so many rows in a new process: a logged range when there is an end.
func (m *Made) open(from, to sources.Offset, rows int64, most int) sources.Feed {
	m.T.Helper()
	c := clock.NewManual(startTime)
	src, sc := m.made(rows), sources.Scan{ChunkRows: most, Ends: true, Clock: c}
	var f sources.Feed
	var err error
	if to == nil {
		f, err = src.Open(m.T.Context(), from, sc)
	} else {
		c.Advance(time.Hour) // a replay may come at any time
		f, err = src.Replay(m.T.Context(), from, to, sc)
	}
	if err != nil {
		m.T.Fatal(err)
	}
	return f
}

func (m *Made) offset(from sources.Offset, taken []*sources.Chunk, rows int64) sources.Offset {
	m.T.Helper()
	at, err := m.made(rows).Offset(from, taken)
	if err != nil {
		m.T.Fatal(err)
	}
	return at
}

// drain gives the rows of a feed that ends, sorted, and its chunks.
func (m *Made) drain(f sources.Feed) (out []string, chunks []*sources.Chunk) {
	m.T.Helper()
	for {
		e, err := f.Next(m.T.Context())
		if errors.Is(err, io.EOF) {
			slices.Sort(out)
			return out, chunks
		}
		if err != nil || e.Chunk == nil {
			m.T.Fatalf("%+v, %v", e, err)
		}
		chunks, out = append(chunks, e.Chunk), append(out, m.Texts(e.Chunk)...)
	}
}

// clip shows the first rows.
func clip(rows []string) string { return strings.Join(rows[:min(len(rows), 20)], "\n") }
