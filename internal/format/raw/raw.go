// Package raw reads and writes records as they are: each is the value of the table's only column, a text.
//
// # Reading
//
// A record is a line: \n or \r\n ends it, and the last one may end with the data. An empty line is the empty text, no
// line is NULL, and no line is left out. Where the records are messages, each is taken whole, line feeds and all. What
// is not UTF-8 is bad (record-not-utf8), what is too long for the column too (field-out-of-range).
//
// # Writing
//
// A line per row. A text that holds a line feed or ends with a carriage return would be read as something else, and so
// would NULL: both end the query.
package raw

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/format/columns"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

const (
	keyCharset = "raw.charset"
	keyEndian  = "raw.endianness"
)

// Options are what a table WITH ('format' = 'raw') may say.
var Options = option.Set{
	{Key: keyCharset, Kind: option.String, Default: "UTF-8", Doc: "Only UTF-8."},
	{Key: keyEndian, Kind: option.Enum, Values: []string{"big-endian", "little-endian"}, Default: "big-endian",
		Doc: "The order of the bytes of numbers: without a meaning for text, which is all there is."},
	format.MaxRecord("raw"),
}

// Format is records as they are.
var Format = format.Format{
	Name: "raw", Ext: ".txt", Doc: "A record is the text of the only column.",
	Options: Options, Check: CheckOptions, Columns: checkColumns,
	NewDecoder: func(c format.Config) format.Decoder { return NewDecoder(c) },
	NewEncoder: func(c format.Config) format.Encoder { return NewEncoder(c.Schema) },
}

// CheckOptions reports what no option shows by itself.
func CheckOptions(v option.Values) []option.Problem {
	if !v.Given(keyCharset) || strings.EqualFold(v.String(keyCharset), "UTF-8") ||
		strings.EqualFold(v.String(keyCharset), "UTF8") {
		return nil
	}
	return []option.Problem{{
		Key: keyCharset, Msg: fmt.Sprintf("option %q is %q, but only UTF-8 is supported", keyCharset, v.String(keyCharset)),
		Hint: "convert the text on its way, with iconv for instance",
	}}
}

func checkColumns(s sqltype.Schema) (msg, hint string) {
	switch {
	case len(s) != 1:
		return fmt.Sprintf("format raw has one column, not %d", len(s)),
			"declare one column of text and take it apart in the query"
	case !s[0].Type.IsString():
		return fmt.Sprintf("format raw holds a text, but column %q is %s", s[0].Name, s[0].Type.Nullable()),
			"declare the column STRING, and CAST it in the query"
	}
	return "", ""
}

// Decoder reads lines, or messages, into a column. It implements format.RecordDecoder.
type Decoder struct {
	schema  sqltype.Schema
	col     *columns.Column
	used    bool // the column is delivered
	most    int
	typical int

	into *format.Rows
	row  int
	room int
}

var _ format.RecordDecoder = (*Decoder)(nil)

// NewDecoder makes a decoder for a table of one column.
func NewDecoder(cfg format.Config) *Decoder {
	d := &Decoder{col: columns.New(cfg.Schema[0]), used: len(cfg.Used) > 0, most: format.MaxRecordOf("raw", cfg.Options)}
	if d.used {
		d.schema = cfg.Schema[:1]
		d.col.Keep, d.col.TryDict = true, cfg.Dictionaries
	}
	return d
}

// Decode implements format.Decoder.
func (d *Decoder) Decode(data []byte, into *format.Rows) {
	d.begin(into)
	for p, line := 0, 0; p < len(data); line++ {
		next := len(data)
		if i := bytes.IndexByte(data[p:], '\n'); i >= 0 {
			next = p + i + 1
		}
		record := format.Trim(data[p:next])
		d.take(record, p, format.Bad{Line: line, Start: p, End: p + len(record)})
		p = next
	}
	d.finish()
}

// DecodeRecords implements format.RecordDecoder.
func (d *Decoder) DecodeRecords(r *format.Records, into *format.Rows) {
	d.begin(into)
	for i, value := range r.Value {
		if value == nil {
			into.Blank++
			continue
		}
		d.take(value, i, format.Bad{Line: i, Start: i, End: i + 1})
	}
	d.finish()
}

// take stores a record as a row that starts at a position; bad is what it becomes otherwise.
func (d *Decoder) take(record []byte, start int, bad format.Bad) {
	if d.row == d.room {
		d.room *= 2
		if d.used {
			d.col.Grow(d.row, d.room)
		}
	}
	var f columns.Fault
	switch {
	case len(record) > d.most:
		f = columns.Fault{Code: diag.RecordTooLong, Msg: "the record is longer than raw.max-record-size"}
	case !utf8.Valid(record):
		f = columns.Fault{Code: diag.RecordNotUTF8, Msg: "the text is not valid UTF-8"}
	default:
		f = d.col.Text(d.row, record)
	}
	if f.Msg != "" {
		bad.Code, bad.Msg, bad.Column = f.Code, f.Msg, d.col.Name
		d.into.Bad = append(d.into.Bad, bad)
		return
	}
	d.into.Starts = append(d.into.Starts, int32(start))
	d.row++
}

func (d *Decoder) begin(into *format.Rows) {
	into.Begin(d.schema)
	d.into, d.row, d.room = into, 0, max(d.typical+d.typical/8, 64)
	if d.used {
		d.col.Begin(into, d.room)
	}
}

func (d *Decoder) finish() {
	if d.used {
		d.col.Finish(d.row)
	}
	d.into.Batch.N, d.typical = d.row, d.row
	d.into = nil
}

// Encoder writes the column's texts as lines. It implements format.Encoder.
type Encoder struct {
	name string
	col  columns.Out
	flat vec.Vec
}

var _ format.Encoder = (*Encoder)(nil)

// NewEncoder makes an encoder for rows of one column.
func NewEncoder(schema sqltype.Schema) *Encoder {
	return &Encoder{name: schema[0].Name, col: columns.NewOut(schema[0].Type)}
}

// Encode implements format.Encoder.
func (e *Encoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	if len(b.Cols) != 1 {
		return dst, fmt.Errorf("a batch of %d columns for an encoder of one", len(b.Cols))
	}
	e.col.Bind(b.Cols[0], &e.flat)
	for row := range b.N {
		w := b.Weight(row)
		if w < 0 {
			return dst, fmt.Errorf("a retraction reached an encoder that takes insertions only")
		}
		if !e.col.Valid.Get(row) {
			return dst, e.refuse("NULL in column %q cannot be written as a line", "write COALESCE(column, 'some text')")
		}
		k := int32(row)
		if e.col.Form == columns.FormCode {
			k = e.col.Codes[row]
		}
		text := e.col.Bytes[e.col.Off[k]:e.col.Off[k+1]]
		if bytes.IndexByte(text, '\n') >= 0 || len(text) > 0 && text[len(text)-1] == '\r' {
			return dst, e.refuse("a text of column %q has a line end in it and cannot be written as one line",
				"REPLACE it in the query, or write format json")
		}
		for range w {
			dst = append(append(dst, text...), '\n')
		}
	}
	return dst, nil
}

func (e *Encoder) refuse(msg, hint string) error {
	return diag.New(diag.Unwritable, msg, e.name).WithHint("%s", hint)
}
