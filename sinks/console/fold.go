package console

import (
	"bytes"
	"encoding/binary"

	"streamsql/internal/format/json"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
	"streamsql/sinks"
)

// fold is the Z-set of printed rows: what remains of a changelog. Rows that print alike are one entry. Entries are in
// the order in which they came to stay.
type fold struct {
	render func(rows []string) []byte
	at     map[string]int // row → index in rows
	rows   []folded
	gone   int  // entries of rows that nobody holds any more
	list   bool // rows only come: each is an entry of its own, in arrival order
}

type folded struct {
	text   string
	weight int64
}

func newFold(render func([]string) []byte) *fold {
	return &fold{render: render, at: map[string]int{}}
}

// add applies encoded changes (see foldEncoder). A row may be taken back before it comes: only the sum counts.
func (f *fold) add(changes []byte) {
	for len(changes) > 0 {
		w, n := binary.Varint(changes)
		size, m := binary.Uvarint(changes[n:])
		from := n + m
		f.change(changes[from:from+int(size)], w)
		changes = changes[from+int(size):]
	}
	if f.gone > 64 && f.gone > len(f.rows)/2 {
		f.compact()
	}
}

func (f *fold) change(row []byte, w int64) {
	i, known := f.at[string(row)]
	if f.list {
		f.rows = append(f.rows, folded{string(row), w})
		return
	}
	if !known {
		i = len(f.rows)
		f.rows = append(f.rows, folded{text: string(row)})
		f.at[f.rows[i].text] = i
	}
	if f.rows[i].weight += w; f.rows[i].weight == 0 {
		delete(f.at, f.rows[i].text)
		f.rows[i].text = ""
		f.gone++
	}
}

// compact drops the entries without weight.
func (f *fold) compact() {
	kept := f.rows[:0]
	for _, r := range f.rows {
		if r.weight != 0 {
			f.at[r.text] = len(kept)
			kept = append(kept, r)
		}
	}
	clear(f.rows[len(kept):])
	f.rows, f.gone = kept, 0
}

func (f *fold) clear() {
	clear(f.at)
	f.rows, f.gone = nil, 0
}

// print renders the rows, each as often as its weight says.
func (f *fold) print() []byte {
	var rows []string
	for _, r := range f.rows {
		for range r.weight {
			rows = append(rows, r.text)
		}
	}
	return f.render(rows)
}

// plainLines renders rows that are lines already.
func plainLines(rows []string) []byte {
	var out []byte
	for _, r := range rows {
		out = append(out, r...)
	}
	return out
}

// foldEncoder writes changes for a fold: varint weight, uvarint length, the row as it will be printed.
type foldEncoder struct {
	row func(dst []byte, b *zset.Batch, i int) []byte
	buf []byte
}

func newFoldEncoder(row func([]byte, *zset.Batch, int) []byte) sinks.Encoder {
	return &foldEncoder{row: row}
}

func (e *foldEncoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	for i := range b.N {
		e.buf = e.row(e.buf[:0], b, i)
		dst = appendChange(dst, b.Weight(i), e.buf)
	}
	return dst, nil
}

func appendChange(dst []byte, w int64, row []byte) []byte {
	if w == 0 {
		return dst
	}
	dst = binary.AppendVarint(dst, w)
	dst = binary.AppendUvarint(dst, uint64(len(row)))
	return append(dst, row...)
}

// jsonFoldEncoder is a foldEncoder of JSON lines: the batch is encoded without weights, one line per row (a line end
// within a value is escaped in JSON), and cut.
type jsonFoldEncoder struct {
	enc   *json.Encoder
	lines []byte
}

func newJSONFoldEncoder(schema sqltype.Schema) sinks.Encoder {
	return &jsonFoldEncoder{enc: json.NewEncoder(schema, json.EncodeOptions{})}
}

func (e *jsonFoldEncoder) Encode(dst []byte, b *zset.Batch) ([]byte, error) {
	plain := *b
	plain.Weights = nil
	lines, err := e.enc.Encode(e.lines[:0], &plain)
	e.lines = lines
	if err != nil {
		return dst, err
	}
	for i := range b.N {
		end := bytes.IndexByte(lines, '\n') + 1
		dst = appendChange(dst, b.Weight(i), lines[:end])
		lines = lines[end:]
	}
	return dst, nil
}

// nothing is the encoder of KindNone.
type nothing struct{}

func (nothing) Encode(dst []byte, _ *zset.Batch) ([]byte, error) { return dst, nil }
