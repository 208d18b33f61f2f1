package exec

import (
	"context"
	"encoding/json"
	"fmt"

	"streamsql/exec/build"
	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/planner"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/sources"
	"streamsql/state"
	"streamsql/wal"
)

// Open recovers and fences: it decides from the logs what the last owner did, restores the state of the last commit, shuts
// out every earlier owner, and starts reading. It writes nothing but the identity and its own term. An open epoch is
// replayed by the first Step.
func Open(ctx context.Context, prog *planner.Program, env Env) (*Query, error) {
	env = env.withDefaults()
	q := &Query{prog: prog, env: env, wake: make(chan struct{}, 1), clock: &op.EpochClock{}, resumed: -1}
	if err := q.open(ctx); err != nil {
		_ = q.Close()
		return nil, Cancelled(ctx, err)
	}
	return q, nil
}

func (q *Query) open(ctx context.Context) error {
	if err := q.own(ctx); err != nil {
		return err
	}
	rec := q.log.Recovery()
	if len(rec.Strays) > 0 {
		q.env.Talk("warning: %s in %s were written by an owner that had been taken over long before; they are ignored and will be deleted",
			joinNames(rec.Strays), q.env.Store.Location())
	}
	if err := q.fits(ctx, rec); err != nil {
		return err
	}
	if err := q.connect(); err != nil {
		return err
	}
	if err := q.buildGraph(); err != nil {
		return err
	}
	if err := q.restore(ctx, rec.Commit); err != nil {
		return err
	}
	if err := q.fence(ctx, rec); err != nil {
		return err
	}
	if rec.Replay != nil && q.sinkHolds(rec.Epoch) && rec.Replay.Plan != planID(q.prog) {
		if err := q.replayOld(ctx, rec); err != nil {
			return err
		}
		return q.open(ctx)
	}
	if err := q.resume(rec); err != nil {
		return err
	}
	if q.finished {
		return q.refuseGrown()
	}
	return q.startReaders(ctx)
}

// own takes the state: lock for the friendly message, then a term of our own.
func (q *Query) own(ctx context.Context) error {
	if q.log != nil {
		return nil // already ours: open again after an old epoch was replayed
	}
	log, err := wal.Open(ctx, q.env.Store, q.env.Faults)
	if err != nil {
		return err
	}
	q.log = log
	return q.newTerm(ctx)
}

// newTerm makes this process the owner. Every opening of the sinks has a term of its own: a sink takes each term once.
func (q *Query) newTerm(ctx context.Context) error {
	var err error
	q.term, err = q.log.AcquireTerm(ctx, wal.Claim{Force: q.env.Takeover, Now: q.env.Clock.Now()})
	return err
}

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
		written[i] = guardedSink{s}
	}
	b, err := build.Graph(q.prog.Plan, build.Spec{
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
		t.memory.load()
	}
	return nil
}

// fence shuts earlier owners out of every sink, then makes sure that we still own the state ourselves.
func (q *Query) fence(ctx context.Context, rec wal.Recovery) error {
	if err := q.env.Faults.Point(fault.RecoverSinks); err != nil {
		return err
	}
	for _, s := range q.sinks {
		m, err := s.sink.Fence(ctx, q.log.ID(), q.term.Number)
		if err != nil {
			return sinkError(s.name(), err)
		}
		if err := q.judge(s, m, rec); err != nil {
			return err
		}
	}
	if err := q.env.Faults.Point(fault.TakeoverFenced); err != nil {
		return err
	}
	return q.log.VerifyTerm(ctx)
}

// judge compares what a sink says of itself with the log.
func (q *Query) judge(s *sink, m sinks.Marker, rec wal.Recovery) error {
	if rec.Commit != nil {
		if r, ok := rec.Commit.Sinks[s.name()]; ok {
			s.newest = sinks.Marker{Query: q.log.ID(), Sink: s.plan.Name, Epoch: r.Epoch, Term: r.Term, Rows: r.Rows, Digest: r.Digest}
		}
	}
	if mem, ok := s.sink.(sinks.Forgetful); ok && mem.Forgets() {
		return nil // at least once: it cannot know
	}
	if m.Epoch == s.newest.Epoch && m.Rows == s.newest.Rows && m.Digest == s.newest.Digest {
		return nil
	}
	if rec.Replay != nil && !m.Zero() && m.Epoch == rec.Epoch {
		s.holds = &m
		return nil
	}
	if q.env.AcceptSinks[s.name()] {
		q.env.Talk("warning: table %q: its marker (%s) is accepted although the log says %s", s.name(), markerText(m), markerText(s.newest))
		s.newest = m
		return nil
	}
	return diag.New(diag.SinkMarker, "table %q says %s, the log of this query says %s", s.name(), markerText(m), markerText(s.newest)).
		WithHint("the sink or the state was restored from another time; put back the one that fits, or believe the sink with --accept-sink %s", s.name())
}

func markerText(m sinks.Marker) string {
	if m.Zero() {
		return "nothing was written"
	}
	return fmt.Sprintf("epoch %d with %d rows (digest %s)", m.Epoch, m.Rows, m.Digest)
}

func (q *Query) sinkHolds(epoch int64) bool {
	for _, s := range q.sinks {
		if s.holds != nil && s.holds.Epoch == epoch {
			return true
		}
	}
	return false
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
	r := q.replay
	p.clock, p.final, p.replayed = r.Clock.Time(), r.Settings[keyFinal] == "true", true
	for _, t := range q.tables {
		p.from = append(p.from, t.offset)
		p.to = append(p.to, r.End(t.plan.Name))
		cut, err := t.reader.CutReplay(ctx)
		if err != nil {
			return err
		}
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
	scan := sources.Scan{
		MaxBytes: q.env.AheadBytes / 4, ChunkRows: q.chunkRows(t), Faults: q.env.Faults, Memory: t.memory,
		Budget: q.env.Budget.Open("read " + t.plan.Name),
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

// stateText is what query/N.json keeps: enough to say whether a changed query still fits the state.
type stateText struct {
	Plan   string            `json:"plan"`
	Tables []string          `json:"tables"`
	State  map[string]string `json:"state"` // id of each operator with state → text of everything below it
}

func describe(prog *planner.Program) stateText {
	t := stateText{Plan: planID(prog), State: map[string]string{}}
	for _, table := range prog.Plan.Tables {
		t.Tables = append(t.Tables, table.Name)
	}
	for i, n := range prog.Plan.Nodes {
		if holdsState(n.Op) {
			t.State[n.ID] = pathText(prog.Plan, i)
		}
	}
	return t
}

// fits compares the query with the one that the state belongs to, in words.
func (q *Query) fits(ctx context.Context, rec wal.Recovery) error {
	if rec.Kind == wal.Fresh {
		return nil
	}
	old, err := q.logged(ctx, rec)
	if err != nil || old == nil {
		return err
	}
	now := describe(q.prog)
	if old.Plan == now.Plan {
		q.queryDone = true
		return nil
	}
	return compareState(*old, now)
}

// logged reads query/N.json of the newest epoch.
func (q *Query) logged(ctx context.Context, rec wal.Recovery) (*stateText, error) {
	newest := rec.Replay
	if newest == nil {
		newest = rec.Last
	}
	text, err := q.log.QueryAt(ctx, newest.Epoch)
	if err != nil {
		return nil, err
	}
	var t stateText
	if err := json.Unmarshal(text.JSON, &t); err != nil {
		return nil, diag.New(diag.StateMismatch, "the record of the query's plan cannot be read").WithCause(err)
	}
	return &t, nil
}

// replayOld replays the open epoch with the plan it was logged under: some sink holds its rows already.
func (q *Query) replayOld(ctx context.Context, rec wal.Recovery) error {
	text, err := q.log.QueryAt(ctx, rec.Epoch)
	if err != nil {
		return err
	}
	if q.env.Recompile == nil {
		return diag.New(diag.Internal, "no way to compile the logged query")
	}
	prog, err := q.env.Recompile(text.SQL)
	if err != nil {
		return diag.New(diag.StateMismatch, "epoch %d was written by an earlier form of the query, which cannot be planned any more", rec.Epoch).WithCause(err).
			WithHint("run the earlier file once with --trigger once, then the new one")
	}
	old := &Query{prog: prog, env: q.env, log: q.log, borrowed: true, term: q.term, wake: make(chan struct{}, 1), clock: &op.EpochClock{}, resumed: -1}
	if err := old.replayOnly(ctx, rec); err != nil {
		_ = old.Close()
		return err
	}
	if err := old.Close(); err != nil {
		return err
	}
	if err := q.reset(); err != nil {
		return err
	}
	return q.newTerm(ctx)
}

// replayOnly opens this (old) plan on the log that is already held and runs the open epoch, nothing else.
func (q *Query) replayOnly(ctx context.Context, rec wal.Recovery) error {
	for _, step := range []func() error{
		func() error { return q.newTerm(ctx) },
		q.connect, q.buildGraph,
		func() error { return q.restore(ctx, rec.Commit) },
		func() error { return q.fence(ctx, rec) },
		func() error { return q.resume(rec) },
		func() error { return q.startReaders(ctx) },
		func() error { _, err := q.Step(ctx, true); return err },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// reset forgets everything but the ownership, so that open can run again.
func (q *Query) reset() error {
	log, term := q.log, q.term
	q.borrowed = true
	err := q.Close()
	*q = Query{prog: q.prog, env: q.env, log: log, term: term, wake: make(chan struct{}, 1), clock: &op.EpochClock{}, resumed: -1}
	return err
}
