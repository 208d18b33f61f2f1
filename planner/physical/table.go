package physical

import (
	"streamsql/internal/deadletter"
	"streamsql/internal/option"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
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

// collect notes the table under a tree and which of its columns are read.
func (b *builder) collect(n logical.Node) {
	for n.Input() != nil {
		n = n.Input()
	}
	s := n.(*logical.Scan)
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
	return b.add(n, Scan{Table: s.index}, out, cols)
}

// sink notes what a tree writes to its table.
func (b *builder) sink(n *logical.Sink) {
	r := b.relation(n.In, nil)
	name := ""
	if n.Table != nil {
		name = n.Table.Name
	}
	at, ok := b.sinks[name]
	if !ok {
		at = b.newSink(name, n.Table)
		b.spans[at] = n
	}
	s := &b.plan.Sinks[at]
	if n.Table == nil {
		s.Schema = schema(n.In.Columns())
		for i, c := range n.Print {
			s.Schema[i].Name = c
		}
	}
	s.Updating = s.Updating || b.plan.Nodes[r.node].Mode == Retract
	b.inputs[at] = append(b.inputs[at], r.node)
}

func (b *builder) newSink(name string, t *catalog.Table) int {
	s := Sink{Name: name}
	if t != nil {
		s.Connector, s.Format, s.Options, s.Raw, s.Schema = t.Connector.Name, t.Format, b.spec.Write[name], t.Raw(), t.Physical()
	} else {
		s.Options, _ = option.Check(nil, nil)
		s.Schema = sqltype.Schema{}
	}
	at := len(b.plan.Sinks)
	b.plan.Sinks = append(b.plan.Sinks, s)
	b.inputs, b.spans = append(b.inputs, nil), append(b.spans, nil)
	b.sinks[name] = at
	return at
}

// writeSinks adds one node per sink, with every tree that writes to it.
func (b *builder) writeSinks() {
	for i, inputs := range b.inputs {
		node := Node{Op: SinkOp{Sink: i}, Inputs: inputs, Schema: b.plan.Sinks[i].Schema, Span: b.spans[i].Span()}
		if b.plan.Sinks[i].Updating {
			node.Mode = Retract
		}
		if len(inputs) == 1 {
			node.EventTime, node.Keys = b.plan.Nodes[inputs[0]].EventTime, b.plan.Nodes[inputs[0]].Keys
		}
		node.Text = text(b.plan, &node)
		b.plan.Nodes = append(b.plan.Nodes, node)
	}
}

// deadLetters marks the tables that scans send bad records to; one that no INSERT writes has no node.
func (b *builder) deadLetters() {
	for _, t := range b.spec.Dead {
		at, ok := b.sinks[t.Name]
		if !ok {
			at = b.newSink(t.Name, t)
		}
		b.plan.Sinks[at].DeadLetter = true
	}
}
