package physical

import (
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
)

// SinkOp writes to Plan.Sinks[At]; each input has the sink's schema, by position.
type SinkOp struct{ At int }

// Kind implements Op.
func (SinkOp) Kind() string { return "sink" }

// Table implements Op.
func (s SinkOp) Table(p *Plan) string { return p.Sinks[s.At].Name }

// StateKey implements Op.
func (SinkOp) StateKey() ([]int, bool) { return nil, false }

func (SinkOp) identity(v view) string { return "(" + typesText(v.Schema) + ")" }

func (s SinkOp) describe(v view) description {
	d := description{title: v.plan.Sinks[s.At].title()}
	d.add("columns", "%s", columns(v.Schema))
	return d
}

// title names a sink, for EXPLAIN.
func (s Sink) title() string {
	if s.Name == "" {
		return "print"
	}
	out := "insert into " + s.Name + ": " + s.Connector
	if s.Format != "" {
		out += ", " + s.Format
	}
	return out
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
		s.Connector, s.Format, s.Schema = t.Connector.Name, t.Format, t.Physical()
		s.Options, s.Raw = b.spec.Write[name], t.Raw()
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
		node := Node{Op: SinkOp{At: i}, Schema: b.plan.Sinks[i].Schema, Span: b.spans[i].Span()}
		for _, in := range inputs {
			node.Inputs = append(node.Inputs, Input{Node: in})
		}
		if b.plan.Sinks[i].Updating {
			node.Mode = Retract
		}
		if len(inputs) == 1 {
			node.EventTime, node.Keys = b.plan.Nodes[inputs[0]].EventTime, b.plan.Nodes[inputs[0]].Keys
		}
		node.Identity = identity(b.plan, &node)
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
