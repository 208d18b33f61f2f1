package json

import (
	"bytes"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/columns"
	"streamsql/internal/sqltype"
)

// Decoder reads JSON lines into columns. It implements format.Decoder.
type Decoder struct {
	set    settings
	schema sqltype.Schema    // delivered columns
	cols   []*columns.Column // declared columns
	used   []*columns.Column // delivered columns
	byName map[string]*columns.Column
	other  *columns.Column // takes every undeclared key

	// Of the chunk under way.
	data    []byte
	row     int // rows so far
	room    int // rows that the columns have room for
	into    *format.Rows
	serial  uint64 // counts records; a column whose serial is the same has been seen in this record
	fault   fault
	typical int // rows of the last chunk
	scratch []byte

	guess   []guess
	learn   bool // the record under way fills guess
	strange int  // records in a row whose keys the guesses did not find

	lines  []byte  // of DecodeRecords: the values as lines
	starts []int32 // where each begins
}

// NewDecoder makes a decoder for a table.
func NewDecoder(cfg format.Config) *Decoder {
	d := &Decoder{
		set: settingsOf(cfg.Options), byName: map[string]*columns.Column{},
		other: &columns.Column{Kind: columns.KindOther},
	}
	for _, f := range cfg.Schema {
		c := columns.New(f)
		d.cols = append(d.cols, c)
		d.byName[f.Name] = c
	}
	for i, at := range cfg.Used {
		c := d.cols[at]
		c.Keep, c.Index = true, i
		c.TryDict = cfg.Dictionaries && c.Kind == columns.KindText
		d.used = append(d.used, c)
		d.schema = append(d.schema, cfg.Schema[at])
	}
	return d
}

// Decode implements format.Decoder.
func (d *Decoder) Decode(data []byte, into *format.Rows) {
	d.begin(data, into)
	line := 0
	for p := 0; p < len(data); line++ {
		if d.row == d.room {
			d.grow()
		}
		next := d.record(p)
		switch {
		case next >= 0 && format.Fits(data[p:next], d.set.maxRecord):
			into.Starts = append(into.Starts, int32(p))
			d.row++
		case next == blank:
			into.Blank++
			next = lineEnd(data, p)
		default:
			d.undo()
			next = lineEnd(data, p)
			d.reject(line, p, next)
		}
		p = next
	}
	d.finish()
}

// Results of record besides a position.
const (
	bad   = -1 // d.fault says why
	blank = -2
)

func lineEnd(data []byte, p int) int {
	if i := bytes.IndexByte(data[p:], '\n'); i >= 0 {
		return p + i + 1
	}
	return len(data)
}

func (d *Decoder) begin(data []byte, into *format.Rows) {
	into.Begin(d.schema)
	d.data, d.into, d.row = data, into, 0
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

// reject notes the record data[start:end] as bad. A record that is not a JSON object is reported as that, whatever else
// is wrong with it.
func (d *Decoder) reject(line, start, end int) {
	f := d.fault
	record := format.Trim(d.data[start:end])
	if len(record) > d.set.maxRecord {
		f = fault{code: diag.RecordTooLong, at: start, msg: "the record is longer than json.max-record-size"}
	} else if g := d.check(record); g.code != "" {
		f = g
		f.at += start
	}
	d.fault = fault{}
	if d.set.ignore {
		d.into.Ignored++
		return
	}
	b := format.Bad{Line: line, Start: start, End: start + len(record), Code: f.code, Msg: f.msg}
	if f.col != nil {
		b.Column = f.col.Name
	}
	d.into.Bad = append(d.into.Bad, b)
}

// missing judges the columns that the record did not have, in the order of declaration.
func (d *Decoder) missing() bool {
	for _, c := range d.cols {
		if c.Serial == d.serial {
			continue
		}
		if c.NotNull || (d.set.missing && !d.set.ignore) {
			d.fault = fault{code: diag.FieldMissing, col: c, msg: d.missingText(c)}
			return false
		}
		if c.Keep {
			c.SetNull(d.row)
		}
	}
	return true
}
