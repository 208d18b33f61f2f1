package physical

import (
	"streamsql/internal/deadletter"
	"streamsql/internal/scalar"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
)

// scan is the one scan of a table.
type scan struct {
	table *catalog.Table
	need  []bool // declared columns that somebody reads, the watermark among them
	at    []int  // declared column → position in the scan's output; −1: not delivered
	index int    // in Plan.Tables
}

// collect notes the tables under a tree and which of their columns are read.
func (b *builder) collect(n logical.Node) {
	logical.Walk(n, func(n logical.Node) {
		if s, ok := n.(*logical.Scan); ok {
			b.reads(s)
		}
	})
}

func (b *builder) reads(s *logical.Scan) {
	t := b.tables[s.Table]
	if t == nil {
		t = &scan{table: s.Table, need: make([]bool, len(s.Table.Columns)), at: make([]int, len(s.Table.Columns))}
		b.tables[s.Table] = t
		b.order = append(b.order, s.Table)
		if s.Table.Watermark != nil {
			t.require(s.Table.Rowtime)
			t.requireAll(s.Table.Watermark)
		}
	}
	for _, c := range s.From {
		t.require(c)
	}
}

// require marks a declared column and what it is computed from.
func (s *scan) require(c int) {
	if s.need[c] {
		return
	}
	s.need[c] = true
	if e := s.table.Columns[c].Computed; e != nil {
		s.requireAll(e)
	}
}

func (s *scan) requireAll(e scalar.Expr) {
	scalar.Walk(e, func(x scalar.Expr) {
		if c, ok := x.(scalar.Col); ok {
			s.require(c.Index - 1)
		}
	})
}

// place turns declared columns (from 1, as the binder numbers them) into positions of the scan's output.
func (s *scan) place(e scalar.Expr) scalar.Expr {
	return scalar.MapCols(e, func(c scalar.Col) scalar.Expr {
		c.Index = s.at[c.Index-1]
		return c
	})
}

// table adds the table to the plan: used physical columns first, then computed ones.
func (b *builder) table(s *scan) {
	t := s.table
	out := Table{
		Name: t.Name, Span: t.Span, Connector: t.Connector.Name, Format: t.Format, Options: b.spec.Read[t.Name], Raw: t.Raw(),
		Physical: t.Physical(), TimeCol: -1, ErrorMode: deadletter.Fail,
	}
	if bounded := t.Connector.Source.Bounded; bounded != nil {
		out.Bounded = bounded(out.Options)
	}
	physical := 0
	for i, c := range t.Columns {
		s.at[i] = -1
		if c.Computed != nil {
			continue
		}
		if s.need[i] {
			s.at[i] = len(out.Used)
			out.Used = append(out.Used, physical)
		}
		physical++
	}
	for i, c := range t.Columns {
		if c.Computed != nil && s.need[i] {
			s.at[i] = len(out.Used) + len(out.Computed)
			out.Computed = append(out.Computed, Computed{c.Name, s.place(c.Computed)})
		}
	}
	if t.Watermark != nil {
		out.Watermark, out.TimeCol = s.place(t.Watermark), s.at[t.Rowtime]
	}
	deadOptions(&out)
	s.index = len(b.plan.Tables)
	b.plan.Tables = append(b.plan.Tables, out)
}

// deadOptions reads what bad records do.
func deadOptions(t *Table) {
	if mode, ok := t.Raw[deadletter.KeyMode]; ok {
		t.ErrorMode = mode
	}
	t.DeadLetter = t.Raw[deadletter.KeyTable]
}
