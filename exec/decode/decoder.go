package decode

import (
	"time"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/formats"
	"streamsql/internal/zset"
)

// Spec is how one table is read.
type Spec struct {
	Table   string
	Span    diag.Span // of the table's declaration
	Format  string
	Columns format.Config
	// Rows makes the decoder of a table that is generated (sources.Generating); nil: Format does.
	Rows func() format.Decoder
	// ErrorMode is what a record that is not a row does: a mode of package deadletter.
	ErrorMode string
	Scan      op.ScanSpec
}

// Decoder turns chunks into scanned morsels. Not safe for concurrent use: each reading goroutine has its own.
type Decoder struct {
	spec   *Spec
	format format.Decoder
	headed format.Headed // format, if its streams may have a head
	split  format.Splitter
	hint   func(record []byte) string // what format.Format has to say of a bad record; may be nil
	scan   *op.Scan
}

var _ flow.Decoder = (*Decoder)(nil)

// New makes a decoder; spec may be shared and must not change.
func New(spec *Spec) (*Decoder, error) {
	scan, err := op.NewScan(spec.Scan)
	if err != nil {
		return nil, err
	}
	d := &Decoder{spec: spec, split: format.Lines{}, scan: scan}
	if spec.Rows != nil { // the source makes its rows
		d.format = spec.Rows()
		return d, nil
	}
	f, ok := formats.Find(spec.Format)
	if !ok || f.NewDecoder == nil { // the planner has refused it already
		return nil, diag.At(diag.Internal, spec.Span, "format %q has no decoder", spec.Format)
	}
	d.format, d.split, d.hint = f.NewDecoder(spec.Columns), f.Framed(spec.Columns.Options).Splitter, f.Hint
	d.headed, _ = d.format.(format.Headed)
	return d, nil
}

// decoded is what a morsel keeps between its uses: the buffers of its rows and all that Attach needs of them.
type decoded struct {
	rows    format.Rows
	records format.Records // of a chunk that is not made of lines
	scanned op.Scanned
	letters op.DeadLetters // bad records; those of rows are scanned's
	origin  zset.Origin
	lines   lineCounter
	split   format.Splitter
}

// Decode implements flow.Decoder.
func (d *Decoder) Decode(m *flow.Morsel) error {
	s, ok := m.Scratch.(*decoded)
	if !ok {
		s = &decoded{}
		m.Scratch = s
	}
	s.split = d.split
	if err := d.read(m, s); err != nil {
		return err
	}
	m.Bad = s.rows.Ignored
	s.letters.Reset()
	// The counter remembers a position of the chunk before, which says nothing about this one.
	s.lines = lineCounter{}
	for _, bad := range s.rows.Bad {
		if err := d.bad(m, s, bad); err != nil {
			return err
		}
	}
	s.origin = zset.Origin{
		Table: d.spec.Table, Partition: m.Chunk.Partition,
		Offset: func(row int) string { return s.place(m, int(s.rows.Starts[row])) },
		Raw:    func(row int) []byte { return s.raw(m, int(s.rows.Starts[row])) },
	}
	if d.spec.Rows != nil {
		s.origin.Offset = func(row int) string { return madePlace(m, row) }
		s.origin.Raw = func(int) []byte { return nil } // no record was ever there
	}
	s.rows.Batch.Origin = &s.origin
	if err := d.scan.Run(&s.rows.Batch, &s.scanned); err != nil {
		return err
	}
	m.Rows, m.Max = s.scanned.Rows, s.scanned.Max
	m.Bad += s.scanned.Errors
	m.Kinds.Merge(s.scanned.Kinds)
	return nil
}

// read fills s.rows from the morsel's chunk: as the format frames it, or the records that its opener finds.
func (d *Decoder) read(m *flow.Morsel, s *decoded) error {
	if m.Chunk.TooLong {
		d.format.Decode(nil, &s.rows)
		s.rows.Bad = append(s.rows.Bad, format.Bad{
			Code: diag.RecordTooLong, End: len(m.Chunk.Data), Msg: "the line is longer than the source takes",
		})
		return nil
	}
	if d.headed != nil {
		d.headed.Under(m.Chunk.Head)
	}
	if m.Chunk.Opener == nil {
		d.format.Decode(m.Chunk.Data, &s.rows)
		return nil
	}
	dec, ok := d.format.(format.RecordDecoder)
	if !ok {
		return diag.At(diag.Internal, d.spec.Span, "format %q reads framed data only", d.spec.Format)
	}
	// What cannot be opened is the fault of whoever keeps the bytes. It is never a dead letter: no record of it can be
	// told from the next.
	if err := m.Chunk.Opener.Open(m.Chunk, &s.records); err != nil {
		return diag.New(diag.SourceDamaged, "table %q: partition %s of %s cannot be unpacked", d.spec.Table,
			m.Chunk.Partition, shown(m.Chunk.File)).WithCause(err)
	}
	dec.DecodeRecords(&s.records, &s.rows)
	return nil
}

// Guard lets no row of a decoded morsel move the watermark beyond limit, and returns how many would have.
func (s *Spec) Guard(m *flow.Morsel, limit clock.EventTime) int64 {
	scanned := &m.Scratch.(*decoded).scanned
	ahead := scanned.Guard(limit, s.Scan.TimeCol)
	m.Max = scanned.Max
	return ahead
}

// Attach completes a decoded morsel in its lane, at the epoch's clock: it adds which rows are behind the watermark of
// the morsels before it, and the dead letters with their time.
func Attach(m *flow.Morsel, now time.Time) {
	s := m.Scratch.(*decoded)
	s.scanned.Attach(m.Base)
	m.Dead = m.Dead[:0]
	if s.letters.Len() > 0 {
		m.Dead = append(m.Dead, s.letters.Batch(now))
	}
	if dead := s.scanned.Dead(now); dead != nil {
		m.Dead = append(m.Dead, dead)
	}
}
