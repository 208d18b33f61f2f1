package exec

import (
	"streamsql/exec/assemble"
	"streamsql/exec/flow"
	"streamsql/internal/diag"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/sources"
	"streamsql/state"
)

// The parts of a query: connectors for the tables of its plan, operators for its nodes. Nothing is read or written
// here, so a fault in the plan or in an option is found before anybody is stopped.

// connect makes the connectors.
func (q *Query) connect() error {
	for i := range q.prog.Plan.Tables {
		t := &q.prog.Plan.Tables[i]
		factory, ok := q.env.Sources[t.Connector]
		if !ok {
			return diag.At(diag.Internal, t.Span, "connector %q has no source", t.Connector)
		}
		src, err := factory(t.Name, t.Options, q.env.Base)
		if err != nil {
			return err
		}
		if s, ok := src.(sources.Skipping); ok && len(q.env.SkipFiles) > 0 {
			s.Skip(q.env.SkipFiles...)
		}
		q.tables = append(q.tables, &table{
			plan: t, source: src, limits: q.limitsOf(t.Options), quiet: newQuiet(q.idleTimeout(t), q.env.Clock.Now()),
		})
	}
	for i := range q.prog.Plan.Sinks {
		if err := q.connectSink(&q.prog.Plan.Sinks[i]); err != nil {
			return err
		}
	}
	return nil
}

func (q *Query) connectSink(p *physical.Sink) error {
	factory := q.env.Print
	if p.Name != "" {
		var ok bool
		if factory, ok = q.env.Sinks[p.Connector]; !ok {
			return diag.New(diag.Internal, "connector %q has no sink", p.Connector)
		}
	}
	s, err := factory(sinks.Spec{
		Table: p.Name, Schema: p.Schema, Format: p.Format, Values: p.Options, Base: q.env.Base, Faults: q.env.Faults,
		Epoch: func() int64 { return q.clock.Epoch },
	})
	if err != nil {
		return err
	}
	q.sinks = append(q.sinks, &sink{plan: p, sink: s})
	return nil
}

// buildGraph makes the operators; they claim their containers.
func (q *Query) buildGraph() error {
	q.state = state.New(q.env.Lanes, q.env.Budget)
	written := make([]sinks.Sink, len(q.sinks))
	for i, s := range q.sinks {
		written[i] = guardedSink{s.sink, s}
	}
	generated := make([]sources.Generating, len(q.tables))
	for i, t := range q.tables {
		generated[i], _ = t.source.(sources.Generating)
	}
	b, err := assemble.Graph(q.prog.Plan, assemble.Spec{
		Lanes: q.env.Lanes, Sinks: written, State: q.state, Budget: q.env.Budget, Faults: q.env.Faults, Clock: q.clock,
		ErrorMode: q.prog.Settings.ErrorMode, Generated: generated,
	})
	if err != nil {
		return err
	}
	q.graph = b.Graph
	for i, t := range q.tables {
		t.node = b.Scans[i]
		t.nodeID = b.Spec.Nodes[t.node].ID
		t.ledger = newLedger(q.state, q.env.Lanes, t.plan.Name)
		t.reader = flow.NewReader(b.Spec.Nodes[t.node].Scan, t.node, q.env.Lanes, q.env.AheadBytes, q.poke)
	}
	return nil
}
