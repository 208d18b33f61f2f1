package logical

import (
	"time"

	"streamsql/exec/window"
	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/catalog"
)

// ColID is a column's identity within one Compile. Zero is no column.
type ColID int

// Column is an output column.
type Column struct {
	ID   ColID
	Name string
	Type sqltype.Type
	// Rowtime says that the column is event time: the watermark is about it, and a window can be made over it.
	Rowtime bool
}

// Node is a relation. Sealed.
type Node interface {
	// Columns are the output columns, in order.
	Columns() []Column
	// Input is the relation below; nil for a Scan.
	Input() Node
	// WithInput is the node over another input with at least the columns it uses.
	WithInput(Node) Node
	// Span is where the text asks for it.
	Span() diag.Span
	// node closes the set of implementations to this package.
	node()
}

// Scan reads a table. Cols are the table's columns that are delivered; From[i] is the declared column Cols[i] stands
// for.
type Scan struct {
	Table *catalog.Table
	Cols  []Column
	From  []int
	At    diag.Span
}

// Calc keeps the rows for which Filter is TRUE and computes its items over the input.
type Calc struct {
	In     Node
	Filter scalar.Expr // nil: every row
	Items  []Item
	At     diag.Span
}

// Item is an output column of a Calc with its value. An item whose value is a column has that column's ID.
type Item struct {
	Column Column
	Expr   scalar.Expr
}

// Window adds the columns of the tumbling window that a row's event time falls into. Rows without event time go.
type Window struct {
	In      Node
	TimeCol ColID
	Size    time.Duration
	Offset  time.Duration
	Start   Column
	End     Column
	Time    Column
	Emit    []window.Col // which of them are delivered, in this order after the input's columns
	At      diag.Span
}

// Aggregate groups by Keys. With Over, the keys are within windows: each window is emitted once, when it has passed.
type Aggregate struct {
	In   Node
	Keys []Column // IDs of input columns
	Over *Over    // nil: an updating aggregation
	Aggs []Agg
	At   diag.Span // the GROUP BY clause, or the first aggregate
}

// Over is the window that an aggregation is grouped by.
type Over struct {
	Window Window       // its columns
	Emit   []window.Col // which of them are delivered, after the keys
}

// Agg is an aggregate call.
type Agg struct {
	Column Column
	ID     string // aggregate overload
	Name   string
	Args   []ColID
	Filter ColID // 0: none
	At     diag.Span
}

// Sink writes its input to a table by position; Table nil prints.
type Sink struct {
	In    Node
	Table *catalog.Table
	Print []string // column names of a printed query
	At    diag.Span
}

// Columns implements Node.
func (s *Scan) Columns() []Column { return s.Cols }

// Columns implements Node.
func (c *Calc) Columns() []Column {
	out := make([]Column, len(c.Items))
	for i, item := range c.Items {
		out[i] = item.Column
	}
	return out
}

// Columns implements Node.
func (w *Window) Columns() []Column {
	return append(append([]Column{}, w.In.Columns()...), w.Of(w.Emit)...)
}

// Of lists window columns.
func (w *Window) Of(cols []window.Col) []Column {
	out := make([]Column, len(cols))
	for i, c := range cols {
		out[i] = [...]Column{w.Start, w.End, w.Time}[c]
	}
	return out
}

// Columns implements Node.
func (a *Aggregate) Columns() []Column {
	out := append([]Column{}, a.Keys...)
	if a.Over != nil {
		out = append(out, a.Over.Window.Of(a.Over.Emit)...)
	}
	for _, g := range a.Aggs {
		out = append(out, g.Column)
	}
	return out
}

// Columns implements Node.
func (s *Sink) Columns() []Column { return s.In.Columns() }

// Input implements Node.
func (s *Scan) Input() Node { return nil }

// Input implements Node.
func (c *Calc) Input() Node { return c.In }

// Input implements Node.
func (w *Window) Input() Node { return w.In }

// Input implements Node.
func (a *Aggregate) Input() Node { return a.In }

// Input implements Node.
func (s *Sink) Input() Node { return s.In }

// WithInput implements Node.
func (s *Scan) WithInput(Node) Node { return s }

// WithInput implements Node.
func (c *Calc) WithInput(in Node) Node { out := *c; out.In = in; return &out }

// WithInput implements Node.
func (w *Window) WithInput(in Node) Node { out := *w; out.In = in; return &out }

// WithInput implements Node.
func (a *Aggregate) WithInput(in Node) Node { out := *a; out.In = in; return &out }

// WithInput implements Node.
func (s *Sink) WithInput(in Node) Node { out := *s; out.In = in; return &out }

// Span implements Node.
func (s *Scan) Span() diag.Span { return s.At }

// Span implements Node.
func (c *Calc) Span() diag.Span { return c.At }

// Span implements Node.
func (w *Window) Span() diag.Span { return w.At }

// Span implements Node.
func (a *Aggregate) Span() diag.Span { return a.At }

// Span implements Node.
func (s *Sink) Span() diag.Span { return s.At }

func (*Scan) node()      {}
func (*Calc) node()      {}
func (*Window) node()    {}
func (*Aggregate) node() {}
func (*Sink) node()      {}
