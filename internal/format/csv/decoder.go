package csv

import (
	"bytes"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/columns"
	"streamsql/internal/sqltype"
)

// Decoder reads records of separated fields into columns. It implements format.RecordDecoder and format.Headed.
type Decoder struct {
	set    settings
	words  patterns
	times  bool // no character of the dialect is part of a time
	split  format.Splitter
	schema sqltype.Schema    // delivered columns
	cols   []*columns.Column // declared columns
	used   []*columns.Column // delivered columns
	other  *columns.Column   // takes every undeclared field

	fields []*columns.Column // by position in a record
	absent []*columns.Column // delivered columns that the records do not have: NULL
	head   []byte            // of the stream
	known  bool              // fields are those of head
	wrong  fault             // why no record under head can be read

	// Of the chunk under way.
	data    []byte
	row     int // rows so far
	room    int // rows that the columns have room for
	into    *format.Rows
	fault   fault
	typical int // rows of the last chunk
	counted int // where count ended
	scratch []byte
}

var (
	_ format.RecordDecoder = (*Decoder)(nil)
	_ format.Headed        = (*Decoder)(nil)
)

// fault is why a record is not a row.
type fault struct {
	code diag.Code
	col  *columns.Column
	msg  string
}

// NewDecoder makes a decoder for a table.
func NewDecoder(cfg format.Config) *Decoder {
	d := &Decoder{set: settingsOf(cfg.Options), other: &columns.Column{Kind: columns.KindOther}}
	d.words, d.split = d.set.patterns(), d.set.splitter()
	d.times = !bytes.ContainsAny([]byte{d.set.delim, d.set.quote, d.set.escape}, " :")
	for _, f := range cfg.Schema {
		d.cols = append(d.cols, columns.New(f))
	}
	for i, at := range cfg.Used {
		c := d.cols[at]
		c.Keep, c.Index = true, i
		c.TryDict = cfg.Dictionaries && c.Kind == columns.KindText
		d.used = append(d.used, c)
		d.schema = append(d.schema, cfg.Schema[at])
	}
	d.fields = d.cols
	return d
}

// Decode implements format.Decoder.
func (d *Decoder) Decode(data []byte, into *format.Rows) {
	d.begin(into)
	d.data = data
	repeated := d.repeatable()
	for p, record := 0, 0; p < len(data); record++ {
		if d.row == d.room {
			d.grow()
		}
		next := bad
		if repeated && data[p] == d.head[0] && d.isHead(p) {
			d.syntax("the header comes again in the middle of the file (were files joined?)")
		} else {
			next = d.record(p)
		}
		switch {
		case next >= 0 && format.Fits(data[p:next], d.set.maxRecord):
			into.Starts = append(into.Starts, int32(p))
			d.row++
		case next == blank:
			into.Blank++
			next = d.recordEnd(p)
		default:
			d.undo()
			next = d.recordEnd(p)
			d.reject(record, p, next)
		}
		p = next
	}
	d.finish()
}

// DecodeRecords implements format.RecordDecoder.
func (d *Decoder) DecodeRecords(r *format.Records, into *format.Rows) {
	d.begin(into)
	for i, value := range r.Value {
		if d.row == d.room {
			d.grow()
		}
		if value == nil {
			into.Blank++
			continue
		}
		d.data = value
		next := d.record(0)
		if next >= 0 && next < len(value) {
			next = d.syntax("a record follows in the same message")
		}
		switch {
		case next >= 0 && format.Fits(value, d.set.maxRecord):
			into.Starts = append(into.Starts, int32(i))
			d.row++
		case next == blank:
			into.Blank++
		default:
			d.undo()
			bad := len(into.Bad)
			d.reject(i, 0, len(value))
			for k := bad; k < len(into.Bad); k++ {
				into.Bad[k].Start, into.Bad[k].End = i, i+1
			}
		}
	}
	d.finish()
}

// Results of record besides a position.
const (
	bad   = -1 // d.fault says why
	blank = -2 // an empty line, or a comment
)

func (d *Decoder) begin(into *format.Rows) {
	into.Begin(d.schema)
	d.into, d.row = into, 0
	d.room = max(d.typical+d.typical/8, 64)
	for _, c := range d.used {
		c.Begin(into, d.room)
	}
}

func (d *Decoder) grow() {
	d.room *= 2
	for _, c := range d.used {
		c.Grow(d.row, d.room)
	}
}

func (d *Decoder) finish() {
	for _, c := range d.used {
		c.Finish(d.row)
	}
	d.into.Batch.N = d.row
	d.typical = d.row
	d.data, d.into = nil, nil
}

// undo takes back what a bad record has written.
func (d *Decoder) undo() {
	for _, c := range d.used {
		c.Undo(d.row)
	}
}

// recordEnd is the position after the record at p, by the rule that sources go by.
func (d *Decoder) recordEnd(p int) int {
	if end, _ := d.split.End(d.data[p:], 0); end >= 0 {
		return p + end
	}
	return len(d.data)
}

// reject notes the record data[start:end] as bad.
func (d *Decoder) reject(ordinal, start, end int) {
	f := d.fault
	d.fault = fault{}
	record := format.Trim(d.data[start:end])
	// A source hands out the beginning of a record that is too long. The line feed that it may end with is one in quotes.
	open, _ := d.split.End(d.data[start:end], 0)
	if len(record) > d.set.maxRecord || open < 0 && end-start > d.set.maxRecord {
		f = fault{code: diag.RecordTooLong, msg: "the record is longer than csv.max-record-size"}
	} else if msg := d.explain(record); msg != "" {
		f = fault{code: diag.RecordSyntax, msg: msg}
	}
	// A header that does not fit makes every record bad: that is the file's fault, and no record is to be left out for it.
	if d.set.ignore && d.wrong.code == "" {
		d.into.Ignored++
		return
	}
	b := format.Bad{Line: ordinal, Start: start, End: start + len(record), Code: f.code, Msg: f.msg}
	if f.col != nil {
		b.Column = f.col.Name
	}
	d.into.Bad = append(d.into.Bad, b)
}

// repeatable reports whether a record that reads like the head is one that was left in the middle of a file. A single
// field is too little to tell: it may be a value.
func (d *Decoder) repeatable() bool {
	return len(d.head) > 0 && bytes.IndexByte(d.head, d.set.delim) >= 0
}

func (d *Decoder) isHead(p int) bool {
	if !bytes.HasPrefix(d.data[p:], d.head) {
		return false
	}
	q := p + len(d.head)
	return q == len(d.data) || d.data[q] == '\n' || d.data[q] == '\r'
}
