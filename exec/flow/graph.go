package flow

import (
	"slices"
	"time"

	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
)

// Graph is a set of operators on every lane, wired and open. One epoch runs at a time; no method is safe for concurrent
// use with RunEpoch.
type Graph struct {
	spec    Spec
	stageOf []int // per node
	stages  int
	nodes   [][]*node         // [node][lane]; nil for sinks
	inbound []*inbound        // nodes that get rows over exchanges, in topological order
	outputs []*output         // per node; nil unless a sink
	ways    []way             // that wait for the end of an emission, in the order in which they are served
	turns   *turns            // who writes to the sinks
	marks   []clock.EventTime // output watermark per node, least over lanes
	current []*node           // per lane: the operator at work, for the message of a panic
	sent    []uint64          // per lane: batches that went into exchanges
	rest    rest              // tables that hold nobody's watermark back
	broken  error
}

// New wires the graph and opens every operator with the Setup that setup makes for (node id, lane). Counters and lanes
// of the Setup are filled in here.
func New(spec Spec, setup func(node *Node, lane int) op.Setup) (*Graph, error) {
	if err := spec.check(); err != nil {
		return nil, err
	}
	g := &Graph{spec: spec, current: make([]*node, spec.Lanes), sent: make([]uint64, spec.Lanes),
		turns: newTurns(spec.Lanes)}
	g.assignStages()
	g.marks = make([]clock.EventTime, len(spec.Nodes))
	g.rest = newRest(spec.Nodes)
	g.outputs = make([]*output, len(spec.Nodes))
	g.nodes = make([][]*node, len(spec.Nodes))
	for i := range spec.Nodes {
		g.marks[i] = clock.Min
		if err := g.makeNode(i, setup); err != nil {
			_ = g.Close() // the first error is the one to report
			return nil, err
		}
	}
	// After all nodes are made: a sink may come before its inputs, and a node that takes dead letters after their source.
	for i := range spec.Nodes {
		g.wire(i)
	}
	g.findWays()
	return g, nil
}

func (g *Graph) assignStages() {
	g.stageOf = make([]int, len(g.spec.Nodes))
	for i, n := range g.spec.Nodes {
		for _, e := range n.Inputs {
			s := g.stageOf[e.From]
			// With one lane too, where rows do not wait: what an operator emits is placed by its stage.
			if e.exchanges() {
				s++
			}
			g.stageOf[i] = max(g.stageOf[i], s)
		}
		g.stages = max(g.stages, g.stageOf[i]+1)
	}
}

func (g *Graph) makeNode(i int, setup func(*Node, int) op.Setup) error {
	spec := &g.spec.Nodes[i]
	if spec.Sink != nil {
		g.outputs[i] = newOutput(spec, g.spec.Lanes, g.turns)
		return nil
	}
	for lane := range g.spec.Lanes {
		n := &node{graph: g, index: i, lane: lane, stage: g.stageOf[i], mark: clock.Min}
		g.nodes[i] = append(g.nodes[i], n)
		if spec.New == nil {
			continue
		}
		o, err := spec.New(lane)
		if err != nil {
			return err
		}
		n.op = o
		if _, judges := o.(op.Guard); judges != (len(spec.Guards) > 0) {
			return diag.New(diag.Internal, "operator %s judges rows for %d others", spec.ID, len(spec.Guards))
		}
		_, keeps := o.(op.Keeper)
		n.orders = keeps || slices.ContainsFunc(spec.Inputs, Edge.exchanges)
		s := setup(spec, lane)
		for port := range spec.Ports {
			s.Connected = s.Connected.With(port)
		}
		s.Lane, s.Lanes, s.Counters = lane, g.spec.Lanes, &n.counters
		if err := o.Open(&s); err != nil {
			return err
		}
	}
	return nil
}

// wire connects node i to its inputs and to the nodes that take what it emits on named ports.
func (g *Graph) wire(i int) {
	spec := &g.spec.Nodes[i]
	var in *inbound
	for _, e := range spec.Inputs {
		if e.exchanges() && (g.spec.Lanes > 1 || g.spec.LastPortFirst) {
			if in == nil {
				in = &inbound{to: i, stage: g.stageOf[i], backwards: g.spec.LastPortFirst}
				g.inbound = append(g.inbound, in)
			}
			x := newExchange(e, g.spec.Nodes[e.From].Schema, g.spec.Lanes)
			in.exchanges = append(in.exchanges, x)
			for _, from := range g.nodes[e.From] {
				from.ports[op.Rows] = append(from.ports[op.Rows], toExchange{x, from})
			}
			continue
		}
		for _, from := range g.nodes[e.From] {
			from.ports[op.Rows] = append(from.ports[op.Rows], g.target(from, i, e.Port))
		}
	}
	for port, to := range spec.Ports {
		for _, n := range g.nodes[i] {
			n.ports[port] = append(n.ports[port], g.target(n, to, 0))
		}
	}
}

func (g *Graph) target(from *node, to, port int) target {
	if o := g.outputs[to]; o != nil {
		return toOutput{o, from.lane}
	}
	return direct{g.nodes[to][from.lane], port}
}

// SetWatermarks restores the nodes' output watermarks from a commit record and gives them to the operators that resume.
func (g *Graph) SetWatermarks(marks map[string]clock.EventTime) {
	g.setFloors(marks)
	for i, n := range g.spec.Nodes {
		if w, ok := marks[n.ID]; ok {
			g.marks[i] = w
		} else if g.passesOn(i) {
			// The record is of a graph without this node: one for another number of lanes, or of an earlier version.
			// With the least watermark there is, a join after it would take rows for new that it has released.
			g.marks[i] = op.Least(g.inputMarks(i))
		}
		for _, l := range g.nodes[i] {
			l.mark = g.marks[i]
			if r, ok := l.op.(op.Resumer); ok {
				r.Resume(g.inputMarks(i), l.mark)
			}
		}
	}
	g.tellGuards()
}

// passesOn reports whether a node emits what it gets, at once: its watermark is that of its inputs.
func (g *Graph) passesOn(i int) bool {
	if g.spec.Nodes[i].New == nil || len(g.spec.Nodes[i].Inputs) == 0 {
		return false
	}
	return !g.nodes[i][0].orders
}

// inputMarks are the watermarks of a node's ports, those of the committed graph.
func (g *Graph) inputMarks(i int) []clock.EventTime {
	in := make([]clock.EventTime, len(g.spec.Nodes[i].Inputs))
	for _, e := range g.spec.Nodes[i].Inputs {
		in[e.Port] = g.marks[e.From]
	}
	g.lift(i, in)
	return in
}

// Watermarks returns every node's output watermark.
func (g *Graph) Watermarks() map[string]clock.EventTime {
	out := make(map[string]clock.EventTime, len(g.spec.Nodes))
	for i, n := range g.spec.Nodes {
		if n.Sink == nil {
			out[n.ID] = g.marks[i]
		}
	}
	g.addFloors(out)
	return out
}

// NodeCounters is what one node reports, summed over lanes.
type NodeCounters struct {
	ID string
	op.Counters
}

// TakeCounters returns the counts since the last call (gauges as they are) and resets them.
func (g *Graph) TakeCounters() []NodeCounters {
	var out []NodeCounters
	for i, lanes := range g.nodes {
		if lanes == nil {
			continue
		}
		c := NodeCounters{ID: g.spec.Nodes[i].ID}
		for _, n := range lanes {
			k := &n.counters
			c.RowsIn += k.RowsIn
			c.RowsOut += k.RowsOut
			c.Late += k.Late
			c.PartlyLate += k.PartlyLate
			c.NullTime += k.NullTime
			c.RowErrors += k.RowErrors
			c.RowErrorKinds.Merge(k.RowErrorKinds)
			c.StateRows += k.StateRows
			c.StateBytes += k.StateBytes
			if c.LateSample == "" {
				c.LateSample = k.LateSample
			}
			if c.PartlySample == "" {
				c.PartlySample = k.PartlySample
			}
			// Gauges stay: operators set them in Advance, and until the next one they are as they were.
			*k = op.Counters{StateRows: k.StateRows, StateBytes: k.StateBytes}
		}
		out = append(out, c)
	}
	return out
}

// NextDue is the earliest time at which something would change without rows.
func (g *Graph) NextDue() (time.Time, bool) {
	var due time.Time
	found := false
	for _, lanes := range g.nodes {
		for _, n := range lanes {
			if n.op == nil {
				continue
			}
			if t, ok := n.op.NextDue(); ok && (!found || t.Before(due)) {
				due, found = t, true
			}
		}
	}
	return due, found
}

// Close closes every operator.
func (g *Graph) Close() error {
	var first error
	for _, lanes := range g.nodes {
		for _, n := range lanes {
			if n != nil && n.op != nil {
				if err := n.op.Close(); err != nil && first == nil {
					first = err
				}
			}
		}
	}
	return first
}

// guard turns a panic of operator code into an error that names the operator.
func (g *Graph) guard(lane int, fn func(lane int) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			id := "?"
			if n := g.current[lane]; n != nil {
				id = g.spec.Nodes[n.index].ID
			}
			err = diag.New(diag.Internal, "operator %s on lane %d: %v", id, lane, p).
				WithHint("this is a bug; the state is as it was after the last commit").WithCause(stackOf())
		}
	}()
	return fn(lane)
}

// stack carries the goroutine's trace of a caught panic.
type stack string

func (s stack) Error() string { return string(s) }

func stackOf() error { return stack(debugStack()) }
