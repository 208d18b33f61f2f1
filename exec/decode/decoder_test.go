package decode

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/deadletter"
	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
)

// The table of these tests: ts is the event time and the watermark, n a number.
var schema = sqltype.Schema{
	{Name: "ts", Type: sqltype.TimestampType(3)},
	{Name: "n", Type: sqltype.BigIntType},
}

func spec(mode string) *Spec {
	ts := scalar.Col{Node: scalar.Node{T: schema[0].Type}, Index: 0}
	return &Spec{
		Table: "bids", Format: "json", ErrorMode: mode,
		Columns: format.Config{Schema: schema, Used: []int{0, 1}},
		Scan:    op.ScanSpec{In: schema, Out: schema, Watermark: ts, ErrorMode: deadletter.Fail},
	}
}

func newDecoder(t *testing.T, s *Spec) *Decoder {
	t.Helper()
	d, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// lines is a chunk of bids.jsonl.
func lines(text string) *sources.Chunk {
	return &sources.Chunk{Partition: "p", File: "bids.jsonl", Line: 1, Data: []byte(text)}
}

// load puts a chunk into a morsel as flow.Reader does.
func load(m *flow.Morsel, c *sources.Chunk) *flow.Morsel {
	m.Chunk = c
	m.Max, m.Base, m.Dead, m.Bad, m.Kinds = clock.Min, clock.Min, m.Dead[:0], 0, m.Kinds[:0]
	return m
}

func row(second, n int) string {
	return fmt.Sprintf(`{"ts":"2026-01-01T00:00:%02d","n":%d}`, second, n) + "\n"
}

func second(s int) clock.EventTime {
	return clock.EventTime(time.Date(2026, 1, 1, 0, 0, s, 0, time.UTC).UnixMicro())
}

// numbers are the values of n in the rows of m.
func numbers(m *flow.Morsel) string {
	return fmt.Sprint(vec.Of[int64](m.Rows.Cols[1])[:m.Rows.N])
}

func TestRowsAndWatermark(t *testing.T) {
	d := newDecoder(t, spec(deadletter.Fail))
	m := &flow.Morsel{}
	for _, c := range []struct {
		text, rows string
		max        clock.EventTime
	}{
		{row(5, 1) + row(9, 2) + row(7, 3), "[1 2 3]", second(9)},
		{"\n" + row(2, 4), "[4]", second(2)}, // a morsel is used again, for fewer rows
		{"", "[]", clock.Min},                // a chunk that only announces its partition
	} {
		if err := d.Decode(load(m, lines(c.text))); err != nil {
			t.Fatal(err)
		}
		if got := numbers(m); got != c.rows || m.Max != c.max || m.Bad != 0 {
			t.Errorf("%q: rows %s, maximum %s, %d bad; want %s, %s, 0", c.text, got, m.Max, m.Bad, c.rows, c.max)
		}
	}
}

func TestFailNamesTheRecord(t *testing.T) {
	d := newDecoder(t, spec(deadletter.Fail))
	err := d.Decode(load(&flow.Morsel{}, lines(row(1, 1)+"\n"+`{"ts":"2026-01-01T00:00:02","n":"many"}`+"\n")))
	var fault *diag.Error
	if !errors.As(err, &fault) {
		t.Fatalf("got %v, want an error with a code", err)
	}
	for _, part := range []string{`table "bids", bids.jsonl line 3 (offset 36): `, `column "n"`, `\"many\"`} {
		if !strings.Contains(fault.Msg, part) {
			t.Errorf("the message %q does not contain %q", fault.Msg, part)
		}
	}
	if !strings.Contains(fault.Hint, "'error-handling.mode'") {
		t.Errorf("hint %q", fault.Hint)
	}
}

func TestLogCountsAndNamesTheFirst(t *testing.T) {
	d := newDecoder(t, spec(deadletter.Log))
	m := load(&flow.Morsel{}, lines(row(1, 1)+"noise\n"+"noise\n"+row(2, 2)+`{"ts":null,"n":"x"}`+"\n"))
	if err := d.Decode(m); err != nil {
		t.Fatal(err)
	}
	if got := numbers(m); got != "[1 2]" || m.Bad != 3 {
		t.Errorf("rows %s, %d bad, want [1 2] and 3", got, m.Bad)
	}
	if len(m.Kinds) != 2 || m.Kinds[0].Rows != 2 || m.Kinds[1].Column != "n" {
		t.Fatalf("kinds %+v", m.Kinds)
	}
	if first := m.Kinds[0].First; !strings.HasPrefix(first, "bids.jsonl line 2 (offset 35): ") {
		t.Errorf("the first of its kind: %q", first)
	}
	Attach(m, time.UnixMilli(0))
	if len(m.Dead) != 0 {
		t.Errorf("%d batches of dead letters under mode log", len(m.Dead))
	}
}

func TestDLQKeepsTheRecord(t *testing.T) {
	d := newDecoder(t, spec(deadletter.DLQ))
	m := &flow.Morsel{}
	for range 2 { // what a morsel held before must not come again
		if err := d.Decode(load(m, lines(row(1, 1)+"noise\r\n"+row(2, 2)))); err != nil {
			t.Fatal(err)
		}
		now := time.UnixMilli(1234)
		Attach(m, now)
		if m.Bad != 1 || len(m.Dead) != 1 || m.Dead[0].N != 1 {
			t.Fatalf("%d bad, %d batches of dead letters", m.Bad, len(m.Dead))
		}
		got := map[string]string{}
		for i, f := range deadletter.Schema {
			got[f.Name] = vec.Text(m.Dead[0].Cols[i], 0)
		}
		for name, want := range map[string]string{
			"raw": "noise", "source": "bids", "partition": "p", "position": "bids.jsonl line 2 (offset 35)",
			"time": "1970-01-01 00:00:01.234",
		} {
			if got[name] != want {
				t.Errorf("%s: %q, want %q", name, got[name], want)
			}
		}
	}
}

// What a table declares wrongly is refused when its reader starts, not at the first row.
func TestUnknownFormat(t *testing.T) {
	s := spec(deadletter.Fail)
	s.Format = "runes"
	if _, err := New(s); diag.CodeOf(err) != diag.Internal {
		t.Errorf("got %v", err)
	}
}

// batches finds records that have their length before them, and offsets from 100 on.
type batches struct{ broken bool }

func (b batches) Open(c *sources.Chunk, into *sources.Records) error {
	into.Begin()
	if b.broken {
		return errors.New("the checksum does not match")
	}
	for data := c.Data; len(data) > 0; {
		n := int(binary.BigEndian.Uint16(data))
		into.Value = append(into.Value, data[2:2+n])
		into.Key = append(into.Key, nil)
		into.Offset = append(into.Offset, int64(100+len(into.Offset)))
		data = data[2+n:]
	}
	return nil
}

func batch(records ...string) *sources.Chunk {
	c := &sources.Chunk{Partition: "7", File: "topic", Opener: batches{}}
	for _, r := range records {
		c.Data = append(binary.BigEndian.AppendUint16(c.Data, uint16(len(r))), r...)
	}
	return c
}

func TestRecordsThatAreNotLines(t *testing.T) {
	d := newDecoder(t, spec(deadletter.DLQ))
	m := load(&flow.Morsel{}, batch(row(1, 1), "noise", row(2, 2)))
	if err := d.Decode(m); err != nil {
		t.Fatal(err)
	}
	Attach(m, time.UnixMilli(0))
	if got := numbers(m); got != "[1 2]" || len(m.Dead) != 1 {
		t.Fatalf("rows %s, %d batches of dead letters", got, len(m.Dead))
	}
	if raw, at := vec.Text(m.Dead[0].Cols[0], 0), vec.Text(m.Dead[0].Cols[3], 0); raw != "noise" ||
		at != "topic partition 7 offset 101" {
		t.Errorf("raw %q, position %q", raw, at)
	}
}

// The position of a bad record is an ordinal here: what people see is the record, not the bytes of the chunk there.
func TestFailShowsARecordThatIsNotALine(t *testing.T) {
	d := newDecoder(t, spec(deadletter.Fail))
	err := d.Decode(load(&flow.Morsel{}, batch(row(1, 1), "[1, 2]")))
	var fault *diag.Error
	if !errors.As(err, &fault) || !strings.Contains(fault.Msg, `"[1, 2]"`) || !strings.Contains(fault.Hint, "jq") {
		t.Errorf("got %v", err)
	}
}

func TestDamagedChunk(t *testing.T) {
	for _, mode := range deadletter.Modes() {
		d := newDecoder(t, spec(mode))
		c := batch()
		c.Opener = batches{broken: true}
		if err := d.Decode(load(&flow.Morsel{}, c)); diag.CodeOf(err) != diag.SourceDamaged {
			t.Errorf("mode %s: got %v, want the code %s", mode, err, diag.SourceDamaged)
		}
	}
}

// counted makes so many rows, as the decoder of a source that generates does.
type counted struct{ rows int }

func (c counted) Decode(_ []byte, into *format.Rows) {
	into.Begin(schema)
	into.Batch.Cols[0].Reset(schema[0].Type, c.rows)
	into.Batch.Cols[1].Reset(schema[1].Type, c.rows)
	for i := range c.rows {
		vec.Of[int64](into.Batch.Cols[0])[i] = int64(second(i))
		vec.Of[int64](into.Batch.Cols[1])[i] = int64(i)
	}
	into.Number(c.rows)
}

// Rows that a source makes have numbers for places, and no record to show.
func TestGeneratedRows(t *testing.T) {
	s := spec(deadletter.Fail)
	s.Format, s.Rows = "", func() format.Decoder { return counted{3} }
	d := newDecoder(t, s)
	m := load(&flow.Morsel{}, &sources.Chunk{Partition: "1", File: "datagen", Position: 40, Data: []byte("any")})
	for range 2 {
		if err := d.Decode(m); err != nil {
			t.Fatal(err)
		}
	}
	if got := numbers(m); got != "[0 1 2]" || m.Max != second(2) {
		t.Errorf("rows %s, maximum %s", got, m.Max)
	}
	if o := m.Rows.Origin; o.Offset(2) != "datagen partition 1 row 42" || o.Raw(2) != nil {
		t.Errorf("a row is at %q, from %q", o.Offset(2), o.Raw(2))
	}
}
