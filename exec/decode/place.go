package decode

import (
	"bytes"
	"fmt"
	"strconv"

	"streamsql/exec/flow"
	"streamsql/internal/format"
)

// raw is the record that begins at start, which is a byte position in framed data and an ordinal among records.
func (s *decoded) raw(m *flow.Morsel, start int) []byte {
	if m.Chunk.Opener != nil {
		return s.records.Value[start]
	}
	return format.Record(s.split, m.Chunk.Data, start)
}

// place is the position of a record for people: file, line and decompressed offset, or partition and offset within it.
// It is written into dead letters, so a replay must give the same text: it depends on the log and the bytes alone.
func (s *decoded) place(m *flow.Morsel, start int) string {
	if m.Chunk.Opener != nil {
		return fmt.Sprintf("%s partition %s offset %d", shown(m.Chunk.File), m.Chunk.Partition,
			s.records.Offset[start])
	}
	offset := m.Chunk.Position + int64(start)
	if m.Chunk.Line == 0 {
		return fmt.Sprintf("%s offset %d", shown(m.Chunk.File), offset)
	}
	line := m.Chunk.Line + s.lines.before(m.Chunk.Data, start)
	return fmt.Sprintf("%s line %d (offset %d)", shown(m.Chunk.File), line, offset)
}

// madePlace is the place of a generated row: its number, and the partition that counts it.
func madePlace(m *flow.Morsel, row int) string {
	return fmt.Sprintf("%s partition %s row %d", shown(m.Chunk.File), m.Chunk.Partition, m.Chunk.Position+int64(row))
}

// lineCounter counts the lines before positions of one chunk. It resumes from the last position: a chunk of nothing but
// bad records would otherwise be counted from its beginning once per record.
type lineCounter struct {
	at    int
	lines int64
}

func (c *lineCounter) before(data []byte, start int) int64 {
	if start < c.at {
		*c = lineCounter{}
	}
	c.lines += int64(bytes.Count(data[c.at:start], []byte{'\n'}))
	c.at = start
	return c.lines
}

// shown is a file's name, quoted when it holds what must not reach a terminal.
func shown(name string) string {
	if quoted := strconv.Quote(name); len(quoted) != len(name)+2 {
		return quoted
	}
	return name
}
