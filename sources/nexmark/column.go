package nexmark

import (
	"fmt"
	"slices"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources/generator"
)

// The kinds of events, as nexmark.table names them.
const (
	person  = "person"
	auction = "auction"
	bid     = "bid"
)

// kind is one kind of event.
type kind struct {
	columns []column
	sizeKey string             // the option with its average size
	share   func(*model) int64 // how many a round has
	from    func(*model) int64 // which event of a round is the first of them
}

var kinds = map[string]kind{
	person: {personColumns, keyPersonSize,
		func(m *model) int64 { return m.people }, func(*model) int64 { return 0 }},
	auction: {auctionColumns, keyAuctSize,
		func(m *model) int64 { return m.auctions }, func(m *model) int64 { return m.people }},
	bid: {bidColumns, keyBidSize,
		func(m *model) int64 { return m.bids }, func(m *model) int64 { return m.people + m.auctions }},
}

// column is one column of a kind.
type column struct {
	name  string
	typ   sqltype.Type
	bytes int64 // of a value, about; 0 in texts that fill an event up to its size
	fill  func(m *model, e *events, v *vec.Vec)
}

// The types that columns have.
var (
	number = sqltype.BigIntType
	text   = sqltype.StringType
	moment = sqltype.TimestampType(3)
)

// fits reports whether a column can be declared with a type.
func (c column) fits(t sqltype.Type) bool {
	return t.Same(c.typ) || c.typ.IsTimestamp() && t.IsTimestamp()
}

// find gives the column of a name.
func find(columns []column, name string) (column, bool) {
	i := slices.IndexFunc(columns, func(c column) bool { return c.name == name })
	if i < 0 {
		return column{}, false
	}
	return columns[i], true
}

// checkColumns holds declared columns against those of a kind.
func checkColumns(of string, declared sqltype.Schema) (out []option.Problem) {
	columns := kinds[of].columns
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	for _, f := range declared {
		c, ok := find(columns, f.Name)
		switch {
		case !ok:
			p := option.Problem{Column: f.Name, Msg: fmt.Sprintf("'%s' = '%s' has no column %q", keyTable, of, f.Name),
				Hint: fmt.Sprintf("it has %s", listed(names))}
			if near := option.Nearest(f.Name, names); near != "" {
				p.Hint = fmt.Sprintf("did you mean %q?", near)
			}
			out = append(out, p)
		case !c.fits(f.Type):
			out = append(out, option.Problem{Column: f.Name,
				Msg:  fmt.Sprintf("the column %q cannot be %s", f.Name, f.Type.Nullable()),
				Hint: fmt.Sprintf("declare it %s, and CAST it where it is used", c.typ)})
		}
	}
	return out
}

func listed(names []string) string {
	out := ""
	for i, n := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			out += " and "
		default:
			out += ", "
		}
		out += n
	}
	return out
}

// rowBytes estimates what a row of the used columns takes.
func (m *model) rowBytes(c format.Config) int64 {
	out := int64(8)
	for _, i := range c.Used {
		col, _ := find(m.kind.columns, c.Schema[i].Name)
		if out += col.bytes; col.bytes == 0 {
			out += int64(m.size)
		}
	}
	return out
}

// decoders resolves the columns that are used.
func (m *model) decoders(c format.Config) (func() format.Decoder, error) {
	proto := decoder{m: m}
	for _, i := range c.Used {
		f := c.Schema[i]
		col, ok := find(m.kind.columns, f.Name)
		if !ok || !col.fits(f.Type) { // the planner has refused it
			return nil, diag.New(diag.Internal, "nexmark has no column %q of type %s", f.Name, f.Type)
		}
		proto.schema, proto.columns = append(proto.schema, f), append(proto.columns, col)
	}
	return func() format.Decoder { d := proto; return &d }, nil
}

// decoder makes the rows of spans. It implements format.Decoder.
type decoder struct {
	m       *model
	schema  sqltype.Schema
	columns []column
	events  events
}

// Decode implements format.Decoder: data is a span.
func (d *decoder) Decode(data []byte, into *format.Rows) {
	s := generator.Decode(data)
	into.Begin(d.schema)
	d.events.of(d.m, s)
	for i, c := range d.columns {
		v := into.Batch.Cols[i]
		v.Reset(d.schema[i].Type, s.Rows())
		c.fill(d.m, &d.events, v)
	}
	into.Number(s.Rows())
}

// dateTime writes the times of events.
func dateTime(m *model, e *events, v *vec.Vec) {
	if len(e.ids) == 0 {
		return
	}
	out := vec.Of[int64](v)
	t := m.times(e.ids[0] - e.part.first)
	for i, id := range e.ids {
		out[i] = t.at(id-e.part.first) * 1000
	}
	cut(out, v.Type.P)
}

// cut leaves times, in µs, as many digits of the second as TIMESTAMP(p) has.
func cut(times []int64, p int32) {
	if p >= 3 {
		return // they are whole milliseconds
	}
	unit := vec.Pow10Int64(6 - int(p))
	for i, us := range times {
		rest := us % unit
		if rest < 0 {
			rest += unit
		}
		times[i] = us - rest
	}
}

// texts writes a text per event; write appends it.
func texts(e *events, v *vec.Vec, write func(dst []byte, id int64) []byte) {
	buf := v.Bytes
	for i, id := range e.ids {
		buf = write(buf, id)
		v.Off[i+1] = int32(len(buf))
	}
	v.Bytes = buf
}
