package bind

import (
	"strings"

	"streamsql/internal/diag"
	"streamsql/planner/catalog"
)

// place is where the rows of a table are, as its connector names it.
type place struct {
	table *catalog.Table
	at    string
}

// meets reports whether two tables of one connector hold their rows in one place, or p's within q's: a sink owns its
// directory and all that is in it.
func (p place) meets(q place) bool {
	if p.at == "" || q.at == "" || p.table.Connector.Name != q.table.Connector.Name {
		return false
	}
	return p.at == q.at || strings.HasPrefix(p.at, strings.TrimSuffix(q.at, "/")+"/")
}

// places refuses two tables that are written to one place, and a table that is written where another is read. Each
// would start, and the second would find the first in its way, or the query would read what it wrote.
func (b *binder) places() {
	if b.opts.Stand != "" {
		return // every table has the tests' connector
	}
	var written, read []place
	for _, t := range b.catalog.Tables() {
		if v, ok := b.result.Write[t.Name]; ok && t.Connector.Sink.Place != nil {
			written = append(written, place{t, t.Connector.Sink.Place(v, b.opts.Base)})
		}
		if v, ok := b.result.Read[t.Name]; ok && t.Connector.Source.Place != nil {
			read = append(read, place{t, t.Connector.Source.Place(v, b.opts.Base)})
		}
	}
	first := map[string]place{}
	for _, w := range written {
		key := w.table.Connector.Name + "\x00" + w.at
		if other, taken := first[key]; taken && w.at != "" {
			b.shared(other, w, "tables %q and %q are written to the same place")
			continue
		}
		first[key] = w
	}
	for _, r := range read {
		for _, w := range written {
			if r.meets(w) {
				b.shared(r, w, "table %q is read from the place that table %q is written to")
			}
		}
	}
}

// shared reports two tables in one place, at both of them.
func (b *binder) shared(one, other place, format string) {
	const hint = "give each table a path of its own"
	if one.table == other.table {
		b.at(diag.SharedPlace, one.table.PlaceSpan(), "table %q is both read and written", one.table.Name).
			WithHint("write to another table: a query does not read its own results")
		return
	}
	b.at(diag.SharedPlace, one.table.PlaceSpan(), format, one.table.Name, other.table.Name).WithHint(hint)
	b.at(diag.SharedPlace, other.table.PlaceSpan(), format, one.table.Name, other.table.Name).WithHint(hint)
}
