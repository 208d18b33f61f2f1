package logical

import (
	"fmt"
	"slices"

	"streamsql/exec/window"
	"streamsql/internal/diag"
)

// Window adds the columns of the window that a row's event time falls into. Rows without event time go. Where windows
// overlap, a row is there once for each of its windows.
type Window struct {
	memo
	In      Node
	TimeCol ColID
	Spec    window.Spec
	Start   Column
	End     Column
	Time    Column
	Emit    []window.Col // which of them are delivered, in this order after the input's columns
	At      diag.Span
}

// Columns implements Node.
func (w *Window) Columns() []Column {
	return append(append([]Column{}, w.In.Columns()...), w.Of(w.Emit)...)
}

// Of lists window columns.
func (w *Window) Of(cols []window.Col) []Column {
	out := make([]Column, len(cols))
	for i, c := range cols {
		out[i] = w.Col(c)
	}
	return out
}

// Col is one of the window's columns.
func (w *Window) Col(c window.Col) Column { return [...]Column{w.Start, w.End, w.Time}[c] }

// Has reports whether a column is one of the window's.
func (w *Window) Has(id ColID) bool { return id == w.Start.ID || id == w.End.ID || id == w.Time.ID }

// Inputs implements Node.
func (w *Window) Inputs() []Node { return []Node{w.In} }

// WithInputs implements Node.
func (w *Window) WithInputs(in []Node) Node { out := *w; out.In = only(w, in); return &out }

// Span implements Node.
func (w *Window) Span() diag.Span { return w.At }

// Line implements Node.
func (w *Window) Line() string {
	cols := w.In.Columns()
	in, _ := Find(cols, w.TimeCol)
	s := fmt.Sprintf("Window %s(%s, %s", w.Spec.Kind, name(cols[in]), w.Spec.Size)
	if w.Spec.Step != 0 {
		s += fmt.Sprintf(" by %s", w.Spec.Step)
	}
	if w.Spec.Offset != 0 {
		s += fmt.Sprintf(", offset %s", w.Spec.Offset)
	}
	return s + ") adds (" + columnNames(w.Of(w.Emit)) + ")"
}

// Prune implements Node: columns of the window that nobody reads are not added.
func (w *Window) Prune(need ColSet) (Node, []ColSet) {
	out := *w
	out.Emit = emitted(w, w.Emit, need)
	below := ColSet{w.TimeCol: true}
	for id := range need {
		if !w.Has(id) {
			below[id] = true
		}
	}
	return &out, []ColSet{below}
}

// emitted keeps the columns of a window that somebody needs.
func emitted(w *Window, list []window.Col, need ColSet) []window.Col {
	var out []window.Col
	for _, c := range list {
		if need[w.Col(c).ID] {
			out = append(out, c)
		}
	}
	return out
}

// derive: a row that is in one window keeps its keys. Where it may be in several, one of the window's columns completes
// them.
func (w *Window) derive(in []*Props) Props {
	out := Props{Updating: in[0].Updating, Windowed: in[0].Windowed, Keys: in[0].Keys}
	if !w.Spec.Overlap() {
		return out
	}
	out.Keys = nil
	for _, key := range in[0].Keys {
		for _, c := range w.Of(w.Emit) {
			out.Keys = append(out.Keys, append(slices.Clone(key), c.ID))
		}
	}
	return out
}

// SlicesSuffice reports whether an aggregation over windows that overlap can do with the slice of each row, which then
// takes the place of the window's end: nothing under it sees a column of the window, but to pass the end on.
func (a *Aggregate) SlicesSuffice() bool {
	end := a.Over.Window.End.ID
	for _, g := range a.Aggs {
		if slices.Contains(g.Args, end) || g.Filter == end {
			return false
		}
	}
	for n := a.In; ; n = n.Inputs()[0] {
		switch n := n.(type) {
		case *Window:
			if n.End.ID == end {
				return slices.Equal(n.Emit, []window.Col{window.ColEnd})
			}
			return false
		case *Calc:
			if !n.onlyPasses(end) {
				return false
			}
		case *Unnest:
			if slices.Contains(n.Args, end) {
				return false
			}
		default:
			return false
		}
	}
}

// onlyPasses reports whether a column is passed on and used for nothing else.
func (c *Calc) onlyPasses(id ColID) bool {
	uses := ColSet{}
	if c.Filter != nil {
		Uses(c.Filter, uses)
	}
	for _, i := range c.Items {
		if from, ok := RefID(i.Expr); ok && from == id && i.Column.ID == id {
			continue
		}
		Uses(i.Expr, uses)
	}
	return !uses[id]
}
