// Package assemble turns a physical plan into a graph of operators. It is the only place where plan nodes and operators
// meet: what the planner calls a WindowAggregate becomes a pre-aggregate in the scan's stage, an exchange, and the
// aggregate that owns the state.
package assemble

import (
	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/budget"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/sqltype"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/state"
)

// Spec is what a graph needs besides its plan.
type Spec struct {
	Lanes  int
	Sinks  []sinks.Sink // one per plan sink
	State  *state.State
	Budget *budget.Budget
	Faults *fault.Set
	Clock  *op.EpochClock
	// ErrorMode is streamsql.error-handling.mode: what a row error does.
	ErrorMode string
	Talk      func(format string, args ...any)
}

// Built is a graph with its way back to the plan.
type Built struct {
	Graph *flow.Graph
	Spec  flow.Spec
	Scans []int // flow node of each plan table
}

// Graph builds and opens the operators of a plan.
func Graph(p *physical.Plan, s Spec) (*Built, error) {
	b := newBuilder(p, s)
	for i := range p.Nodes {
		if err := b.node(i); err != nil {
			return nil, err
		}
	}
	b.finishSinks()
	spec := flow.Spec{Lanes: s.Lanes, Nodes: b.nodes}
	g, err := flow.New(spec, func(*flow.Node, int) op.Setup {
		return op.Setup{State: s.State, Budget: s.Budget, Faults: s.Faults, Epoch: s.Clock}
	})
	if err != nil {
		return nil, err
	}
	return &Built{Graph: g, Spec: spec, Scans: b.scans}, nil
}

type builder struct {
	plan  *physical.Plan
	spec  Spec
	nodes []flow.Node
	at    []int // flow node that carries the output of a plan node
	scans []int // flow node per plan table
	sinks []int // flow node per plan sink; −1 before it exists
	dead  []deadEdge
}

func newBuilder(p *physical.Plan, s Spec) *builder {
	b := &builder{plan: p, spec: s, at: make([]int, len(p.Nodes)), sinks: make([]int, len(p.Sinks)), scans: make([]int, len(p.Tables))}
	for i := range b.sinks {
		b.sinks[i] = -1
	}
	return b
}

// deadEdge is a node whose dead letters go to a sink that comes later in the order.
type deadEdge struct{ from, sink int }

// add appends a flow node.
func (b *builder) add(n flow.Node) int {
	n.Dead = -1
	b.nodes = append(b.nodes, n)
	return len(b.nodes) - 1
}

// input is the plain edge from plan node i's first input.
func (b *builder) input(i int) []flow.Edge {
	return []flow.Edge{{From: b.at[b.plan.Nodes[i].Inputs[0]]}}
}

func (b *builder) node(i int) error {
	n := &b.plan.Nodes[i]
	switch o := n.Op.(type) {
	case physical.Scan:
		return b.scan(i, n, o)
	case physical.Calc:
		b.calc(i, n, o)
	case physical.Tumble:
		b.tumble(i, n, o)
	case physical.WindowAggregate:
		return b.windowAggregate(i, n, o)
	case physical.GroupAggregate:
		return b.groupAggregate(i, n, o)
	case physical.SinkOp:
		b.sink(i, n, o)
	default:
		return diag.At(diag.Internal, n.Span, "no operator for plan node %s", n.ID)
	}
	return nil
}

func (b *builder) in(i int) sqltype.Schema { return b.plan.Nodes[b.plan.Nodes[i].Inputs[0]].Schema }

func (b *builder) tumble(i int, n *physical.Node, o physical.Tumble) {
	spec := op.TumbleSpec{TimeCol: o.TimeCol, Size: o.Size, Offset: o.Offset, Emit: o.Emit, Late: o.Late,
		Schema: n.Schema, Span: n.Span}
	b.at[i] = b.add(flow.Node{ID: n.ID, Inputs: b.input(i), Schema: n.Schema, New: func(int) (op.Operator, error) { return op.NewTumble(spec) }})
}

func aggsOf(aggs []physical.Agg) []op.Agg {
	out := make([]op.Agg, len(aggs))
	for i, a := range aggs {
		out[i] = op.Agg{ID: a.ID, Args: a.Args, Filter: a.Filter, Type: a.Type, Span: a.Span}
	}
	return out
}

// upTo lists 0 … n−1: after pre-aggregation the keys come first.
func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// exchange brings the rows of plan node i's input to the lanes that own their groups. With several lanes append-only rows
// are aggregated locally first, per morsel, and the groups travel; rows that may be retractions go as they are. With one
// lane nothing travels, and rows go straight into their groups: accumulators are exact, so the state is the same.
func (b *builder) exchange(i int, n *physical.Node, g op.GroupSpec) (edges []flow.Edge, merged bool, err error) {
	from := b.plan.Nodes[i].Inputs[0]
	if b.spec.Lanes == 1 || b.plan.Nodes[from].Mode != physical.Append {
		return []flow.Edge{{From: b.at[from], Exchange: true, Keys: g.Keys}}, false, nil
	}
	schema, err := g.PreAggregated()
	if err != nil {
		return nil, false, err
	}
	pre := b.add(flow.Node{ID: n.ID + "/local", Inputs: b.input(i), Schema: schema, New: func(int) (op.Operator, error) { return op.NewPreAggregate(g) }})
	return []flow.Edge{{From: pre, Exchange: true, Keys: upTo(len(g.Keys))}}, true, nil
}

func (b *builder) windowAggregate(i int, n *physical.Node, o physical.WindowAggregate) error {
	g := op.GroupSpec{Node: n.ID, In: b.in(i), EndCol: o.EndCol, Keys: o.Keys, Aggs: aggsOf(o.Aggs)}
	edges, merged, err := b.exchange(i, n, g)
	if err != nil {
		return err
	}
	spec := op.WindowAggregateSpec{GroupSpec: g, Size: o.Size, Emit: o.Emit, Merged: merged, Out: n.Schema}
	b.at[i] = b.add(flow.Node{ID: n.ID, Inputs: edges, Schema: n.Schema, New: func(int) (op.Operator, error) { return op.NewWindowAggregate(spec) }})
	return nil
}

func (b *builder) groupAggregate(i int, n *physical.Node, o physical.GroupAggregate) error {
	g := op.GroupSpec{Node: n.ID, In: b.in(i), EndCol: -1, Keys: o.Keys, Aggs: aggsOf(o.Aggs)}
	edges, merged, err := b.exchange(i, n, g)
	if err != nil {
		return err
	}
	spec := op.GroupAggregateSpec{GroupSpec: g, Merged: merged, Out: n.Schema}
	b.at[i] = b.add(flow.Node{ID: n.ID, Inputs: edges, Schema: n.Schema, New: func(int) (op.Operator, error) { return op.NewGroupAggregate(spec) }})
	return nil
}

// sink adds an input to the sink's node; the node itself is appended last, when all its inputs are known.
func (b *builder) sink(i int, n *physical.Node, o physical.SinkOp) {
	for _, from := range n.Inputs {
		b.sinkInputs(o.Sink).Inputs = append(b.sinkInputs(o.Sink).Inputs, flow.Edge{From: b.at[from]})
	}
	b.at[i] = b.sinks[o.Sink]
}

// sinkInputs returns the pending node of a sink.
func (b *builder) sinkInputs(sink int) *flow.Node {
	if b.sinks[sink] < 0 {
		p := &b.plan.Sinks[sink]
		b.sinks[sink] = b.add(flow.Node{ID: "sink-" + p.Name, Schema: p.Schema, Sink: &flow.Sink{Name: p.Name, Sink: b.spec.Sinks[sink]}})
	}
	return &b.nodes[b.sinks[sink]]
}

// finishSinks makes sure that every sink has a node (one that only gets dead letters has no SinkOp) and connects the
// dead letters through the operator that gives them the table's columns.
func (b *builder) finishSinks() {
	for i := range b.plan.Sinks {
		b.sinkInputs(i)
	}
	letters := map[int]int{} // sink → its dead-letter operator
	for _, d := range b.dead {
		to, ok := letters[d.sink]
		if !ok {
			schema := b.plan.Sinks[d.sink].Schema
			to = b.add(flow.Node{ID: "dead-" + b.plan.Sinks[d.sink].Name, Schema: schema, New: func(int) (op.Operator, error) { return op.NewDeadTable(schema), nil }})
			letters[d.sink] = to
			sink := b.sinkInputs(d.sink)
			sink.Inputs = append(sink.Inputs, flow.Edge{From: to})
		}
		b.nodes[d.from].Dead = to
	}
}

// deadTo notes that node's dead letters go to the named table.
func (b *builder) deadTo(node int, table string) {
	for i, s := range b.plan.Sinks {
		if table != "" && s.Name == table {
			b.dead = append(b.dead, deadEdge{node, i})
		}
	}
}

func (b *builder) calc(i int, n *physical.Node, o physical.Calc) {
	mode := o.ErrorMode
	if mode == "" {
		mode = b.spec.ErrorMode
	}
	spec := op.CalcSpec{Filter: o.Filter, Exprs: o.Exprs, ErrorMode: mode, In: b.in(i), Out: n.Schema}
	b.at[i] = b.add(flow.Node{ID: n.ID, Inputs: b.input(i), Schema: n.Schema, New: func(int) (op.Operator, error) { return op.NewCalc(spec), nil }})
	b.deadTo(b.at[i], b.deadTableOf(i))
}

// deadTableOf finds where the dead letters of plan node i go: to the table that its scan names.
func (b *builder) deadTableOf(i int) string {
	n := b.plan.Nodes[i]
	if s, ok := n.Op.(physical.Scan); ok {
		return b.plan.Tables[s.Table].DeadLetter
	}
	if len(n.Inputs) == 0 {
		return ""
	}
	return b.deadTableOf(n.Inputs[0])
}
