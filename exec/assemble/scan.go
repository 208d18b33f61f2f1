package assemble

import (
	"fmt"
	"strings"
	"time"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/deadletter"
	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/json"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
	"streamsql/planner/physical"
)

// scan adds a table's entry: decoding and computed columns run ahead of the epoch, what needs the epoch's clock follows
// as a projection in the lane.
func (b *builder) scan(i int, n *physical.Node, o physical.Scan) error {
	t := &b.plan.Tables[o.Table]
	used := make(sqltype.Schema, len(t.Used))
	for k, c := range t.Used {
		used[k] = t.Physical[c]
	}
	exprs := make([]scalar.Expr, len(t.Computed))
	for k, c := range t.Computed {
		exprs[k] = c.Expr
	}
	early, calc, rename := op.SplitClock(len(used), n.Schema, exprs)
	spec := op.ScanSpec{In: used, Out: append(sqltype.Schema{}, used...), ErrorMode: b.spec.ErrorMode}
	for _, k := range early {
		spec.Computed = append(spec.Computed, moved(exprs[k], rename))
		spec.Out = append(spec.Out, n.Schema[len(used)+k])
	}
	if t.Watermark != nil {
		spec.Watermark, spec.TimeCol = moved(t.Watermark, rename), rename[t.TimeCol]
		if spec.TimeCol < 0 {
			return diag.At(diag.WatermarkClock, t.Span, "the event time of table %q depends on the time at which a row is read", t.Name).
				WithHint("derive it from columns of the table, so that a replay gives the same watermark")
		}
	}
	id := n.ID
	if calc != nil {
		id += "/decoded"
	}
	b.at[i] = b.add(flow.Node{ID: id, Schema: spec.Out, Scan: &flow.Scan{
		Table: t.Name, Watermarked: t.Watermark != nil, NewDecoder: b.newDecoder(t, spec), Attach: b.attach,
	}})
	b.scans[o.Table] = b.at[i]
	b.deadTo(b.at[i], t.DeadLetter)
	if calc != nil {
		cs := op.CalcSpec{Exprs: calc, ErrorMode: b.spec.ErrorMode, In: spec.Out, Out: n.Schema}
		b.at[i] = b.add(flow.Node{ID: n.ID, Inputs: []flow.Edge{{From: b.at[i]}}, Schema: n.Schema, New: func(int) (op.Operator, error) { return op.NewCalc(cs), nil }})
		b.deadTo(b.at[i], t.DeadLetter)
	}
	return nil
}

// moved renumbers the columns of an expression from declared order to the scan's output.
func moved(e scalar.Expr, rename []int) scalar.Expr {
	return scalar.MapCols(e, func(c scalar.Col) scalar.Expr {
		c.Index = rename[c.Index]
		return c
	})
}

// newDecoder makes one decoder per reading goroutine.
func (b *builder) newDecoder(t *physical.Table, spec op.ScanSpec) func() (flow.Decoder, error) {
	return func() (flow.Decoder, error) {
		dec, err := newFormat(t)
		if err != nil {
			return nil, err
		}
		scan, err := op.NewScan(spec)
		if err != nil {
			return nil, err
		}
		return &decoder{table: t, dec: dec, scan: scan}, nil
	}
}

func newFormat(t *physical.Table) (format.Decoder, error) {
	cfg := format.Config{Schema: t.Physical, Used: t.Used, Options: t.Options, Dictionaries: true}
	switch t.Format {
	case "json":
		return json.NewDecoder(cfg), nil
	}
	return nil, diag.At(diag.Internal, t.Span, "format %q has no decoder", t.Format)
}

// decoder turns chunks into scanned morsels under the table's policy for bad records.
type decoder struct {
	table *physical.Table
	dec   format.Decoder
	scan  *op.Scan
}

// scanned is what a morsel keeps between its uses.
type scanned struct {
	rows    format.Rows
	records format.Records // of a chunk that is not made of lines
	scanned op.Scanned
	letters op.DeadLetters
	origin  zset.Origin
	lines   lineCounter
}

// Decode implements flow.Decoder.
func (d *decoder) Decode(m *flow.Morsel) error {
	s, ok := m.Scratch.(*scanned)
	if !ok {
		s = &scanned{}
		m.Scratch = s
	}
	chunk := m.Chunk
	if err := d.decode(m, s); err != nil {
		return err
	}
	m.Bad = s.rows.Ignored
	s.letters.Reset()
	s.lines = lineCounter{}
	for _, bad := range s.rows.Bad {
		if err := d.bad(m, s, bad); err != nil {
			return err
		}
	}
	s.origin = zset.Origin{
		Table: d.table.Name, Partition: chunk.Partition,
		Offset: func(row int) string { return s.place(m, int(s.rows.Starts[row])) },
		Raw:    func(row int) []byte { return s.raw(m, int(s.rows.Starts[row])) },
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

// bad applies error-handling.mode to one record.
func (d *decoder) bad(m *flow.Morsel, s *scanned, bad format.Bad) error {
	switch d.table.ErrorMode {
	case deadletter.Log:
		m.Bad++
		m.Kinds.Add(bad.Code, bad.Column, func() string { return s.place(m, bad.Start) + ": " + badText(bad) })
		return nil
	case deadletter.DLQ:
		m.Bad++
		s.letters.Add(op.DeadLetter{
			Raw: s.raw(m, bad.Start), Source: d.table.Name, Partition: m.Chunk.Partition, Position: s.place(m, bad.Start),
			Code: bad.Code, Error: badText(bad),
		})
		return nil
	}
	return diag.New(bad.Code, "table %q, %s: %s: %s", d.table.Name, s.place(m, bad.Start), badText(bad), excerpt(s.raw(m, bad.Start))).
		WithHint("%s", badHint(d.table.Format, m.Chunk.Data[bad.Start:bad.End]))
}

// badHint says what to do about a bad record. JSON that is written as one array, or over several lines, has no good record
// at all, and other policies would only drop everything.
func badHint(name string, raw []byte) string {
	text := strings.TrimSpace(string(raw))
	if strings.HasSuffix(name, "json") && (strings.HasPrefix(text, "[") || text == "{") {
		return "the format is one object per line, neither an array around them nor an object over several lines; " +
			"jq -c '.[]' (of an array) or jq -c . writes it so"
	}
	return "set 'error-handling.mode' of the table to 'log' (count it) or 'dlq' (keep it in a table) and start again, the open epoch " +
		"is replayed with it; or correct the record and start over with --fresh, on empty sinks"
}

func badText(bad format.Bad) string {
	if bad.Column == "" || strings.HasPrefix(bad.Msg, "column ") {
		return bad.Msg
	}
	return fmt.Sprintf("column %q: %s", bad.Column, bad.Msg)
}

// excerpt shows the first bytes of a record, safe for a terminal.
func excerpt(raw []byte) string {
	const most = 200
	if len(raw) > most {
		return fmt.Sprintf("%.*q…", most, raw[:most])
	}
	return fmt.Sprintf("%q", raw)
}

// attach completes a morsel in its lane: what depends on the morsels before it and on the epoch's clock.
func (b *builder) attach(m *flow.Morsel) {
	s := m.Scratch.(*scanned)
	s.scanned.Attach(m.Base)
	m.Dead = m.Dead[:0]
	if s.letters.Len() > 0 {
		m.Dead = append(m.Dead, s.letters.Batch(b.now()))
	}
	if dead := s.scanned.Dead(b.now()); dead != nil {
		m.Dead = append(m.Dead, dead)
	}
}

func (b *builder) now() time.Time { return b.spec.Clock.Now }
