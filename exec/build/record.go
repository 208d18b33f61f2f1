package build

import (
	"fmt"
	"strconv"

	"streamsql/exec/flow"
	"streamsql/internal/diag"
	"streamsql/internal/format"
)

// decode fills s.rows from the morsel's chunk: lines, or the records that its opener finds.
func (d *decoder) decode(m *flow.Morsel, s *scanned) error {
	if m.Chunk.Opener == nil {
		d.dec.Decode(m.Chunk.Data, &s.rows)
		return nil
	}
	dec, ok := d.dec.(format.RecordDecoder)
	if !ok {
		return diag.At(diag.Internal, d.table.Span, "format %q reads lines only", d.table.Format)
	}
	// What cannot be opened is the fault of whoever keeps the bytes. It is never a dead letter: nothing in it can be told
	// apart.
	if err := m.Chunk.Opener.Open(m.Chunk, &s.records); err != nil {
		return diag.New(diag.SourceDamaged, "table %q: partition %s of %s cannot be unpacked", d.table.Name, m.Chunk.Partition,
			shown(m.Chunk.File)).WithCause(err)
	}
	dec.DecodeRecords(&s.records, &s.rows)
	return nil
}

// raw is the record that begins at start, which is a byte position among lines and an ordinal among records.
func (s *scanned) raw(m *flow.Morsel, start int) []byte {
	if m.Chunk.Opener != nil {
		return s.records.Value[start]
	}
	return format.Line(m.Chunk.Data, start)
}

// place is the position of a record for people: file and decompressed offset, or partition and offset within it.
func (s *scanned) place(m *flow.Morsel, start int) string {
	if m.Chunk.Opener != nil {
		return fmt.Sprintf("%s partition %s offset %d", shown(m.Chunk.File), m.Chunk.Partition, s.records.Offset[start])
	}
	return fmt.Sprintf("%s offset %d", shown(m.Chunk.File), m.Chunk.Position+int64(start))
}

// shown is a file's name, quoted when it holds what must not reach a terminal.
func shown(name string) string {
	if quoted := strconv.Quote(name); len(quoted) != len(name)+2 {
		return quoted
	}
	return name
}
