package logical

import (
	"slices"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/scalar"
)

// Calc keeps the rows for which Filter is TRUE and computes its items over the input.
type Calc struct {
	memo
	In     Node
	Filter scalar.Expr // nil: every row
	Items  []Item
	At     diag.Span
}

// Columns implements Node.
func (c *Calc) Columns() []Column {
	out := make([]Column, len(c.Items))
	for i, item := range c.Items {
		out[i] = item.Column
	}
	return out
}

// Inputs implements Node.
func (c *Calc) Inputs() []Node { return []Node{c.In} }

// WithInputs implements Node.
func (c *Calc) WithInputs(in []Node) Node { out := *c; out.In = only(c, in); return &out }

// Span implements Node.
func (c *Calc) Span() diag.Span { return c.At }

// Line implements Node.
func (c *Calc) Line() string {
	parts := make([]string, len(c.Items))
	for i, item := range c.Items {
		parts[i] = name(item.Column)
		if _, ok := RefID(item.Expr); !ok {
			parts[i] += " := " + item.Expr.String()
		}
	}
	s := "Calc (" + strings.Join(parts, ", ") + ")"
	if c.Filter != nil {
		s += " where " + c.Filter.String()
	}
	return s
}

// Prune implements Node: a value that nobody reads is not computed, even one that can fail.
func (c *Calc) Prune(need ColSet) (Node, []ColSet) {
	out := *c
	out.Items = slices.DeleteFunc(slices.Clone(c.Items), func(i Item) bool { return !need[i.Column.ID] })
	below := ColSet{}
	Uses(out.Filter, below)
	for _, i := range out.Items {
		Uses(i.Expr, below)
	}
	return &out, []ColSet{below}
}

// derive: a Calc works row by row; it keeps the keys whose columns stay.
func (c *Calc) derive(in []*Props) Props {
	return Props{Updating: in[0].Updating, Windowed: in[0].Windowed, Keys: within(in[0].Keys, c.Columns())}
}
