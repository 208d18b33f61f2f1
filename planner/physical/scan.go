package physical

import (
	"fmt"
	"strings"

	"streamsql/planner/logical"
)

// Scan reads Plan.Tables[At]. Its output: used physical columns, then computed ones.
type Scan struct{ At int }

// Kind implements Op.
func (Scan) Kind() string { return "scan" }

// Table implements Op.
func (s Scan) Table(p *Plan) string { return p.Tables[s.At].Name }

// StateKey implements Op.
func (Scan) StateKey() ([]int, bool) { return nil, false }

func (s Scan) identity(v view) string {
	t := &v.plan.Tables[s.At]
	parts := []string{"(" + typesText(v.Schema) + ")"}
	for _, c := range t.Computed {
		parts = append(parts, c.Expr.String())
	}
	if t.Watermark != nil {
		parts = append(parts, fmt.Sprintf("watermark $%d %s", t.TimeCol, t.Watermark))
	}
	return strings.Join(parts, " ")
}

func (s Scan) describe(v view) description {
	t := &v.plan.Tables[s.At]
	d := description{title: v.ID + " " + t.Name}
	kind := "unbounded"
	if t.Bounded {
		kind = "bounded"
	}
	d.add("table", "%s, %s, %s", t.Connector, orNone(t.Format), kind)
	d.add("columns", "%s (%d of %d stored)", columns(v.Schema[:len(t.Used)]), len(t.Used), len(t.Physical))
	for _, c := range t.Computed {
		d.add("computed", "%s = %s", c.Name, SQL(c.Expr, v.Schema))
	}
	if t.DeadLetter != "" {
		d.add("bad rows", "to %s", t.DeadLetter)
	} else {
		d.add("bad rows", "%s", t.ErrorMode)
	}
	if t.Watermark == nil {
		d.watermark = "none"
	} else {
		d.watermark = fmt.Sprintf("%s, the least over partitions of the greatest %s",
			v.Schema[t.TimeCol].Name, SQL(t.Watermark, v.Schema))
	}
	return d
}

func orNone(format string) string {
	if format == "" {
		return "no format"
	}
	return format
}

// scan is the table's scan as n knows it.
func (b *builder) scan(n *logical.Scan) relation {
	s := b.tables[n.Table]
	t := &b.plan.Tables[s.index]
	width := len(t.Used) + len(t.Computed)
	out, cols := relation{ids: make([]logical.ColID, width)}, make([]logical.Column, width)
	for i, c := range n.Table.Columns {
		if at := s.at[i]; at >= 0 {
			cols[at] = logical.Column{Name: c.Name, Type: c.Type, Rowtime: i == n.Table.Rowtime}
		}
	}
	for i, c := range n.Cols {
		out.ids[s.at[n.From[i]]] = c.ID
	}
	return b.add(n, Scan{At: s.index}, out, cols)
}
