package logical

import (
	"streamsql/internal/diag"
	"streamsql/planner/catalog"
)

// Scan reads a table. Cols are the table's columns that are delivered; From[i] is the declared column that Cols[i]
// is.
type Scan struct {
	memo
	Table *catalog.Table
	Cols  []Column
	From  []int
	At    diag.Span
}

// Columns implements Node.
func (s *Scan) Columns() []Column { return s.Cols }

// Inputs implements Node.
func (s *Scan) Inputs() []Node { return nil }

// WithInputs implements Node.
func (s *Scan) WithInputs([]Node) Node { return s }

// Span implements Node.
func (s *Scan) Span() diag.Span { return s.At }

// Line implements Node.
func (s *Scan) Line() string { return "Scan " + s.Table.Name + " (" + columnNames(s.Cols) + ")" }

// Prune implements Node: columns that nobody reads are not delivered. They are still checked by the table's decoder.
func (s *Scan) Prune(need ColSet) (Node, []ColSet) {
	out := *s
	out.Cols, out.From = nil, nil
	for i, c := range s.Cols {
		if need[c.ID] {
			out.Cols, out.From = append(out.Cols, c), append(out.From, s.From[i])
		}
	}
	return &out, nil
}

// derive: a table appends, and its primary key is not enforced.
func (s *Scan) derive([]*Props) Props { return Props{} }
