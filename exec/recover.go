package exec

import (
	"context"

	"streamsql/exec/assemble"
	"streamsql/exec/flow"
	"streamsql/internal/diag"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/sources"
	"streamsql/state"
	"streamsql/wal"
)

// connect makes the connectors; nothing is read or written yet.
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
		q.tables = append(q.tables, &table{plan: t, index: i, source: src, limits: q.limitsOf(t.Options)})
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
	b, err := assemble.Graph(q.prog.Plan, assemble.Spec{
		Lanes: q.env.Lanes, Sinks: written, State: q.state, Budget: q.env.Budget, Faults: q.env.Faults, Clock: q.clock,
		ErrorMode: q.prog.Settings.ErrorMode, Talk: q.env.Talk,
	})
	if err != nil {
		return err
	}
	q.graph = b.Graph
	for i, t := range q.tables {
		t.node = b.Scans[i]
		t.memory = newMemory(q.state, q.env.Lanes, t.plan.Name)
		t.reader = flow.NewReader(b.Spec.Nodes[t.node].Scan, t.node, q.env.Lanes, q.env.AheadBytes, q.poke)
	}
	return nil
}

// restore rebuilds the containers, watermarks and positions of the last commit.
func (q *Query) restore(ctx context.Context, c *wal.CommitRecord) error {
	if c == nil {
		return nil
	}
	q.files = FilesOf(c)
	got, err := q.state.Restore(ctx, q.env.Store, q.files, q.env.Faults)
	if err != nil {
		return err
	}
	q.restored, q.resumed, q.totals = got.Rows, c.Epoch, c.Totals
	q.epoch, q.finished = c.Epoch+1, c.Finished
	q.graph.SetWatermarks(c.Nodes)
	for _, t := range q.tables {
		t.reader.SetMaxima(c.Partitions[t.plan.Name])
	}
	return nil
}

// resume takes positions and the open epoch from the log.
func (q *Query) resume(rec wal.Recovery) error {
	if rec.Last != nil {
		q.lastClock = rec.Last.Clock.Time()
		for _, t := range q.tables {
			t.offset = rec.Last.End(t.plan.Name)
		}
	}
	q.replay = rec.Replay
	return nil
}

// planReplay prepares the open epoch: the ranges, the clock and the finality that were logged, read again.
func (q *Query) planReplay(ctx context.Context, p *plan) error {
	// The text first: a sink's marker will name the plan that made its rows, and whoever finds one must find the text.
	if err := q.writeQuery(ctx, p.number); err != nil {
		return err
	}
	r := q.replay
	p.clock, p.final, p.replayed = r.Clock.Time(), r.Settings[keyFinal] == "true", true
	cuts, err := flow.GatherReplay(ctx, q.shares(), q.wake)
	if err != nil {
		return err
	}
	for i, t := range q.tables {
		p.from = append(p.from, t.offset)
		p.to = append(p.to, r.End(t.plan.Name))
		cut := cuts[i]
		cut.Ended = p.final
		p.memos = append(p.memos, memosOf(cut))
		p.feeds = append(p.feeds, flow.Feed{Reader: t.reader, Node: t.node, Cut: cut})
	}
	return nil
}

// startReaders opens the feeds: the logged range when an epoch is replayed, otherwise from the last position on.
func (q *Query) startReaders(ctx context.Context) error {
	for _, t := range q.tables {
		feed, err := q.openFeed(ctx, t)
		if err != nil {
			return sourceError(t.plan.Name, err)
		}
		if err := t.reader.Start(context.WithoutCancel(ctx), feed); err != nil {
			return err
		}
	}
	return nil
}

func (q *Query) openFeed(ctx context.Context, t *table) (sources.Feed, error) {
	t.held.Set(0) // what the feed of a replayed range knew of files went with it
	t.held = q.env.Budget.Open("read " + t.plan.Name)
	scan := sources.Scan{
		MaxBytes: q.env.AheadBytes / 4, ChunkRows: q.chunkRows(t), Ends: q.env.Ends, Faults: q.env.Faults, Memory: t.memory,
		Budget: t.held,
	}
	if q.replay == nil {
		return t.source.Open(ctx, t.offset, scan)
	}
	to := q.replay.End(t.plan.Name)
	if to == nil {
		return emptyFeed{}, nil
	}
	return t.source.Replay(ctx, t.offset, to, scan)
}

// chunkRows keeps morsels within the rows that one trigger may read.
func (q *Query) chunkRows(t *table) int {
	n := q.env.ChunkRows
	if t.limits.Rows > 0 && int64(n) > t.limits.Rows {
		n = int(t.limits.Rows)
	}
	return n
}

// afterReplay swaps the readers of the replayed range for live ones.
func (q *Query) afterReplay(ctx context.Context) error {
	if q.finished {
		return nil
	}
	for _, t := range q.tables {
		if err := t.reader.Close(); err != nil {
			return sourceError(t.plan.Name, err)
		}
		t.reader = t.reader.Again()
	}
	return q.startReaders(ctx)
}

func sourceError(table string, err error) error {
	if err == nil || diag.CodeOf(err) != diag.Internal {
		return err
	}
	return diag.New(diag.SourceFailed, "table %q cannot be read", table).WithCause(err).WithHint("nothing is lost: start the query again when the source is back")
}

// refuseGrown tells a finished query apart from one whose bounded table has more rows now.
func (q *Query) refuseGrown() error {
	for _, t := range q.tables {
		g, ok := t.source.(sources.Growing)
		if !ok {
			continue
		}
		grown, names, err := g.Grown(t.offset)
		if err != nil {
			return sourceError(t.plan.Name, err)
		}
		if grown {
			return diag.New(diag.FinishedGrown, "the query has finished, but table %q has grown since: %s", t.plan.Name, joinNames(names)).
				WithHint("watch the table with 'source.monitor-interval' and run with --trigger available-now, or start over with --fresh")
		}
	}
	return nil
}
