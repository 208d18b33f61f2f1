package exec

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/sources"
	"streamsql/wal"
)

// One epoch, from the cut to the commit. Before its range is logged it can be given up as if it had never been;
// afterwards it is done, by this process or by the next.

// planned is an epoch whose range is fixed.
type planned struct {
	number   int64
	clock    time.Time
	feeds    []flow.Feed
	from, to []sources.Offset // per table
	memos    [][]sources.Memo // per table: what the source will remember
	final    bool
	idle     map[string][]string // table → idle partitions
	replayed bool
	whole    bool // every table gave all that was asked for
	began    time.Time
	watch    clock.Watch
	phases   map[string]int64 // milliseconds per phase, for progress
}

// Step runs one epoch if one is due and reports whether it did. fresh takes everything that exists now (up to the
// limits); otherwise it takes what has been fetched. After an error the query must be closed; the next Open decides
// what happened.
func (q *Query) Step(ctx context.Context, fresh bool) (ran bool, err error) {
	g := flow.Gathering{Extent: flow.Waiting}
	if fresh {
		g.Extent = flow.Fresh
	}
	_, ran, err = q.step(ctx, ctx, g)
	return ran, err
}

// step is Step with a way to gather and a context of its own for gathering, which may end earlier than ctx. whole
// reports whether the epoch took all that the extent asks for.
func (q *Query) step(ctx, gathering context.Context, g flow.Gathering) (whole, ran bool, err error) {
	if q.failure != nil {
		return false, false, q.failure
	}
	p, err := q.planEpoch(ctx, gathering, g)
	// offsets/N was taken: an owner before us planned this epoch at the same moment. Its range is binding.
	if errors.Is(err, wal.ErrPlanned) {
		if err := q.startAgain(ctx); err != nil {
			q.failure = Cancelled(ctx, err)
			return false, false, q.failure
		}
		return q.step(ctx, gathering, g)
	}
	if err != nil {
		q.failure = q.whyFailed(ctx, Cancelled(gathering, err))
		return false, false, q.failure
	}
	if p == nil {
		return true, false, nil
	}
	if err := q.runEpoch(ctx, p); err != nil {
		q.failure = q.whyFailed(ctx, Cancelled(ctx, err))
		return false, true, q.failure
	}
	return p.whole, true, nil
}

// whyFailed finds the reason of a failure: a process that slept through a takeover meets odd errors (its private files
// are gone), and the truth is that it is no longer the owner.
func (q *Query) whyFailed(ctx context.Context, err error) error {
	if lost := q.log.VerifyTerm(ctx); diag.CodeOf(lost) == diag.FencingLost {
		return lost
	}
	return err
}

// planEpoch cuts the epoch's range and logs it; nil when nothing is due.
func (q *Query) planEpoch(ctx, gathering context.Context, g flow.Gathering) (*planned, error) {
	p := &planned{number: q.epoch, began: q.env.Clock.Now(), watch: clock.Start(), phases: map[string]int64{}}
	if q.replay != nil {
		return p, q.planReplay(gathering, p)
	}
	g.Clock, g.Wake = q.env.Clock, q.wake
	cuts, err := flow.Gather(gathering, q.shares(), g)
	if err != nil {
		return nil, err
	}
	rows, ended := false, true
	p.whole = true
	for i, t := range q.tables {
		cut := cuts[i]
		rows = rows || len(cut.Morsels) > 0
		ended = ended && cut.Ended
		p.whole = p.whole && cut.Whole
		p.feeds = append(p.feeds, flow.Feed{Reader: t.reader, Node: t.node, Cut: cut, MaxAhead: q.maxAhead(t.plan)})
	}
	due, hasDue := q.dueAt()
	timer := hasDue && !due.After(p.began)
	if !rows && !timer && (!ended || q.finished) {
		return nil, nil
	}
	p.final = ended && q.prog.Bounded()
	// A machine's clock that was set back must not take CURRENT_TIMESTAMP back with it.
	p.clock = laterOf(p.began, q.lastClock)
	q.judgeIdle(p)
	if err := q.fixRange(p); err != nil {
		return nil, err
	}
	watch := clock.Start()
	// The text before the range: whoever finds offsets/N must find what to repeat it with.
	if err := q.writeQuery(ctx, p.number); err != nil {
		return nil, err
	}
	err = q.log.WriteOffsets(ctx, q.offsetRecord(p))
	p.phases["walCommit"] += watch.Millis()
	return p, err
}

// shares are the tables as a gather sees them.
func (q *Query) shares() []flow.Share {
	out := make([]flow.Share, len(q.tables))
	for i, t := range q.tables {
		out[i] = flow.Share{Reader: t.reader, Limits: t.limits}
	}
	return out
}

// fixRange asks each source to name the end of what was cut.
func (q *Query) fixRange(p *planned) error {
	for i, t := range q.tables {
		p.from = append(p.from, t.offset)
		p.memos = append(p.memos, memosOf(p.feeds[i].Cut))
		to := t.offset
		if morsels := p.feeds[i].Cut.Morsels; len(morsels) > 0 {
			chunks := make([]*sources.Chunk, len(morsels))
			for k, m := range morsels {
				chunks[k] = m.Chunk
			}
			var err error
			if to, err = t.source.Offset(t.offset, chunks); err != nil {
				return err
			}
		}
		p.to = append(p.to, to)
	}
	return nil
}

func (q *Query) offsetRecord(p *planned) *wal.OffsetRecord {
	r := &wal.OffsetRecord{
		Epoch:     p.number,
		Watermark: q.leastWatermark(),
		Clock:     clock.Of(p.clock),
		Plan:      q.fingerprint,
		Idle:      p.idle,
	}
	if p.final {
		r.Settings = map[string]string{keyFinal: "true"}
	}
	for i, t := range q.tables {
		r.Sources = append(r.Sources, wal.SourceOffset{Table: t.plan.Name, End: p.to[i]})
	}
	return r
}

// keyFinal marks, in the offset record's conf, the epoch in which every input had ended. Part of the format since v1.
const keyFinal = "streamsql.end-of-input"

// leastWatermark is the smallest table watermark, what Spark's record calls batchWatermarkMs.
func (q *Query) leastWatermark() clock.EventTime {
	least, found := clock.Min, false
	for _, w := range q.Watermarks() {
		if !found || w < least {
			least, found = w, true
		}
	}
	return least
}

// runEpoch is steps 4 to 12 of an epoch, as the package doc counts them.
func (q *Query) runEpoch(ctx context.Context, p *planned) error {
	epochClock := op.EpochClock{Epoch: p.number, Now: p.clock}
	*q.clock = epochClock
	watch := clock.Start()
	res, err := q.graph.RunEpoch(ctx, flow.Epoch{
		Number: p.number, Clock: epochClock, Feeds: p.feeds, Final: p.final, Faults: q.env.Faults,
		Allow: func() error { return q.allowance.midway(q) },
	})
	p.phases["addBatch"] = watch.Millis()
	if err == nil {
		// While nothing of the epoch is visible: with more memory the next start repeats it.
		err = q.allowance.settle(q)
	}
	if err != nil {
		q.abort(res)
		return err
	}
	o, err := q.snapshot(p, res)
	if err == nil {
		err = q.commit(ctx, o)
	}
	if err != nil {
		q.abort(res)
		return err
	}
	// Only now: an epoch that fails leaves the query where the last commit left it.
	for i, t := range q.tables {
		t.offset = p.to[i]
	}
	q.epoch, q.lastClock, q.replay = p.number+1, p.clock, nil
	q.finished, q.idle = p.final, p.idle
	if err := q.afterCommit(ctx, o); err != nil {
		return err
	}
	if p.replayed {
		return q.afterReplay(ctx)
	}
	return nil
}

// writeQuery keeps the text and the plan's description under the first epoch that runs them.
func (q *Query) writeQuery(ctx context.Context, epoch int64) error {
	if q.queryDone {
		return nil
	}
	text, err := json.Marshal(recordOf(q.prog))
	if err != nil {
		return err
	}
	q.queryDone = true
	return q.log.WriteQuery(ctx, epoch, q.prog.Redacted, text)
}

// abort drops what the sinks hold of a failed epoch. Its errors say nothing new: the epoch is replayed anyway.
func (q *Query) abort(res flow.Result) {
	for _, o := range res.Outputs {
		if o.Tx != nil {
			_ = o.Tx.Abort(context.Background()) // not that of the epoch, which may be what was cancelled
		}
	}
}

// remember applies the sources' own changes (seen files) to the state that is about to be captured.
func (q *Query) remember(p *planned) {
	for i, t := range q.tables {
		t.ledger.apply(p.memos[i])
	}
}

// memosOf collects what the chunks of a cut ask to be remembered, before the chunks are given back.
func memosOf(c flow.Cut) []sources.Memo {
	var out []sources.Memo
	for _, m := range c.Morsels {
		out = append(out, m.Chunk.Remember...)
	}
	return out
}

func laterOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
