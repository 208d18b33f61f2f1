// Package assemble turns a physical plan into a graph of operators. It is the only place where plan nodes and
// operators meet: what the planner calls a WindowAggregate becomes a pre-aggregate in the scan's stage, an exchange,
// and the aggregate that owns the state.
//
// A kind of plan node is one file with one method of builder, and one line in builder.node.
package assemble

import (
	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/budget"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/sources"
	"streamsql/state"
)

// Spec is what a graph needs besides its plan.
type Spec struct {
	Lanes int
	Sinks []sinks.Sink // one per plan sink
	// Generated are the sources that make their rows, one per plan table; nil for those whose chunks hold records. All
	// of it is nil where nothing is read.
	Generated []sources.Generating
	State     *state.State
	Budget    *budget.Budget
	Faults    *fault.Set
	Clock     *op.EpochClock
	// ErrorMode is streamsql.error-handling.mode: what a row error does.
	ErrorMode string
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
	// judges are the flow nodes that judge rows, by plan node.
	judges map[int]int
	scans  []int // flow node per plan table
	sinks  []int // flow node per plan sink; −1 before it exists
	dead   []deadEdge
}

func newBuilder(p *physical.Plan, s Spec) *builder {
	b := &builder{
		plan: p, spec: s, judges: map[int]int{},
		at: make([]int, len(p.Nodes)), sinks: make([]int, len(p.Sinks)), scans: make([]int, len(p.Tables)),
	}
	for i := range b.sinks {
		b.sinks[i] = -1
	}
	return b
}

// planned is a plan node on its way into the graph.
type planned struct {
	*physical.Node
	index int
}

// node adds the operators of one plan node. The inputs of the node are there already.
func (b *builder) node(i int) error {
	n := planned{&b.plan.Nodes[i], i}
	switch o := n.Op.(type) {
	case physical.Scan:
		return b.scan(n, o)
	case physical.Calc:
		return b.calc(n, o)
	case physical.Window:
		return b.window(n, o)
	case physical.WindowAggregate:
		return b.windowAggregate(n, o)
	case physical.GroupAggregate:
		return b.groupAggregate(n, o)
	case physical.Unnest:
		return b.unnest(n, o)
	case physical.Union:
		return b.union(n, o)
	case physical.SinkOp:
		return b.sink(n, o)
	}
	return diag.At(diag.Internal, n.Span, "no operator for plan node %s", n.ID)
}

// add appends a flow node that is not one of the plan's.
func (b *builder) add(n flow.Node) int {
	b.nodes = append(b.nodes, n)
	return len(b.nodes) - 1
}

// put appends the flow node that carries the output of a plan node, under its id.
func (b *builder) put(n planned, inputs []flow.Edge, make func(lane int) (op.Operator, error)) {
	b.at[n.index] = b.add(flow.Node{ID: n.ID, Inputs: inputs, Schema: n.Schema, New: make})
}

// input is the plain edge from a node's first input.
func (b *builder) input(n planned) []flow.Edge { return []flow.Edge{{From: b.at[n.Inputs[0].Node]}} }

// edge is an input of a plan node with the route that the plan gave it.
func (b *builder) edge(in physical.Input) flow.Edge {
	return flow.Edge{From: b.at[in.Node], Route: routes[in.Route], Keys: in.Keys}
}

var routes = [...]flow.Route{
	physical.Direct: flow.Direct, physical.Hash: flow.Hash, physical.Broadcast: flow.Broadcast, physical.One: flow.One,
}

// before is the plan node that is a node's first input.
func (b *builder) before(n planned) *physical.Node { return &b.plan.Nodes[n.Inputs[0].Node] }
