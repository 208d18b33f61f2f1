package physical

import (
	"slices"

	"streamsql/internal/option"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
)

// Spec is what Build needs beside the trees.
type Spec struct {
	Read      map[string]option.Values // checked options of the tables that are read
	Write     map[string]option.Values
	Dead      []*catalog.Table // dead-letter tables
	ErrorMode string           // what a row error does
}

// Build makes the plan of a file's trees. Every table is scanned once, for all who read it, and equal nodes over
// equal inputs become one.
func Build(sinks []*logical.Sink, s Spec) *Plan {
	b := &builder{
		spec: s, plan: &Plan{}, tables: map[*catalog.Table]*scan{}, equal: map[string]int{}, sinks: map[string]int{},
	}
	for _, sink := range sinks {
		b.collect(sink)
	}
	for _, t := range b.order {
		b.table(b.tables[t])
	}
	for _, sink := range sinks {
		b.sink(sink)
	}
	b.writeSinks()
	b.deadLetters()
	name(b.plan.Nodes)
	return b.plan
}

type builder struct {
	spec   Spec
	plan   *Plan
	order  []*catalog.Table
	tables map[*catalog.Table]*scan
	equal  map[string]int // equality of a node → its index
	sinks  map[string]int // table name → index of Plan.Sinks
	inputs [][]int        // nodes that write to each sink
	spans  []logical.Node
}

// relation is a node of the plan with the identity of each of its columns; 0 where this use has none.
type relation struct {
	node int
	ids  []logical.ColID
}

// at is the position of a column.
func (r relation) at(id logical.ColID) int {
	i := slices.Index(r.ids, id)
	if i < 0 {
		panic("physical: a column is not delivered")
	}
	return i
}

// bind turns column identities into positions.
func (r relation) bind(e scalar.Expr) scalar.Expr {
	if e == nil {
		return nil
	}
	return scalar.MapCols(e, func(c scalar.Col) scalar.Expr {
		c.Index = r.at(logical.ColID(c.Index))
		return c
	})
}

// ids lists the identities of columns.
func ids(cols []logical.Column) []logical.ColID {
	out := make([]logical.ColID, len(cols))
	for i, c := range cols {
		out[i] = c.ID
	}
	return out
}

// schema lists names and types of columns.
func schema(cols []logical.Column) sqltype.Schema {
	out := make(sqltype.Schema, len(cols))
	for i, c := range cols {
		out[i] = sqltype.Field{Name: c.Name, Type: c.Type}
	}
	return out
}

// add appends a node for n, or finds the one that does the same already.
func (b *builder) add(n logical.Node, op Op, out relation, cols []logical.Column, inputs ...Input) relation {
	props := logical.PropsOf(n)
	node := Node{Op: op, Inputs: inputs, Schema: schema(cols), Span: n.Span(), Bounded: props.Bound}
	if props.Updating != nil {
		node.Mode = Retract
	}
	for i, c := range cols {
		if c.Rowtime {
			node.EventTime = append(node.EventTime, i)
		}
	}
	for _, key := range props.Keys {
		node.Keys = append(node.Keys, positions(out, key))
	}
	node.Identity = identity(b.plan, &node)
	key := equality(b.plan, &node)
	at, dup := b.equal[key]
	if !dup {
		at = len(b.plan.Nodes)
		b.plan.Nodes = append(b.plan.Nodes, node)
		b.equal[key] = at
	}
	out.node = at
	return out
}

func positions(r relation, key []logical.ColID) []int {
	out := make([]int, len(key))
	for i, id := range key {
		out[i] = r.at(id)
	}
	return out
}

// relation builds n; a new kind of node is a line here. judging holds the aggregations above that emit each window
// once.
func (b *builder) relation(n logical.Node, judging []judge) relation {
	switch n := n.(type) {
	case *logical.Scan:
		return b.scan(n)
	case *logical.Calc:
		return b.calc(n, b.relation(n.In, judging))
	case *logical.Window:
		return b.window(n, b.relation(n.In, judging), judging)
	case *logical.Aggregate:
		if n.Over != nil {
			judging = append(slices.Clone(judging), judgeOf(n))
		}
		return b.aggregate(n, b.relation(n.In, judging))
	case *logical.Unnest:
		return b.unnest(n, b.relation(n.In, judging))
	case *logical.Union:
		var in []relation
		for _, side := range n.In {
			in = append(in, b.relation(side, judging))
		}
		return b.union(n, in)
	case *logical.Sink: // not a relation; see sink.go
	}
	panic("physical: unknown node")
}

// known are the columns of the node of in, with what the logical columns know of them.
func (b *builder) known(in relation, cols []logical.Column) []logical.Column {
	out := make([]logical.Column, len(in.ids))
	for i, f := range b.plan.Nodes[in.node].Schema {
		out[i] = logical.Column{Name: f.Name, Type: f.Type}
		if at, ok := logical.Find(cols, in.ids[i]); ok && in.ids[i] != 0 {
			out[i] = cols[at]
		}
	}
	return out
}
