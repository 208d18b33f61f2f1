package logical

import (
	"strings"

	"streamsql/internal/diag"
	"streamsql/planner/catalog"
)

// Sink writes its input to a table by position; Table nil prints.
type Sink struct {
	memo
	In    Node
	Table *catalog.Table
	Print []string // column names of a printed query
	At    diag.Span
}

// Columns implements Node.
func (s *Sink) Columns() []Column { return s.In.Columns() }

// Inputs implements Node.
func (s *Sink) Inputs() []Node { return []Node{s.In} }

// WithInputs implements Node.
func (s *Sink) WithInputs(in []Node) Node { out := *s; out.In = only(s, in); return &out }

// Span implements Node.
func (s *Sink) Span() diag.Span { return s.At }

// Line implements Node.
func (s *Sink) Line() string {
	if s.Table == nil {
		return "Print (" + strings.Join(s.Print, ", ") + ")"
	}
	return "Sink " + s.Table.Name
}

// Prune implements Node: a sink takes every column of its input.
func (s *Sink) Prune(need ColSet) (Node, []ColSet) {
	out := *s
	return &out, []ColSet{need}
}

// derive: a sink has what its input has.
func (s *Sink) derive(in []*Props) Props {
	return Props{Updating: in[0].Updating, Windowed: in[0].Windowed, Keys: in[0].Keys}
}
