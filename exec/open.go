package exec

import (
	"context"

	"streamsql/exec/op"
	"streamsql/internal/diag"
	"streamsql/planner"
	"streamsql/sources"
	"streamsql/wal"
)

// A start, from nothing to a query that reads: the sequence. The package doc tells it as a protocol; each step is a
// file of its own.

// Open recovers and fences: it decides from the logs what the last owner did, shuts out every earlier owner, restores
// the state of the last commit, and starts reading. It writes nothing but the identity and its own term. An open epoch
// is replayed by the first Step.
func Open(ctx context.Context, prog *planner.Program, env Env) (*Query, error) {
	q := &Query{}
	q.init(prog, env.withDefaults(), nil)
	if err := q.open(ctx); err != nil {
		_ = q.Close() // the first error is the one to report
		return nil, Cancelled(ctx, err)
	}
	return q, nil
}

// init makes q a query that has done nothing yet; log is one that is held already, or nil.
func (q *Query) init(prog *planner.Program, env Env, log *wal.Log) {
	*q = Query{
		prog: prog, fingerprint: prog.Plan.Fingerprint(), env: env, log: log, wake: make(chan struct{}, 1),
		clock: &op.EpochClock{}, resumed: -1,
	}
}

// open is one pass through the sequence. It begins again, on the log that is held by then, when the open epoch had to
// be repeated under another plan first: that plan's operators had the containers.
func (q *Query) open(ctx context.Context) error {
	if err := q.connect(); err != nil {
		return err
	}
	if err := q.buildGraph(); err != nil {
		return err
	}
	rec, err := q.own(ctx)
	if err != nil {
		return err
	}
	if other := q.planOfOpen(rec); other != q.fingerprint {
		if err := q.replayOld(ctx, rec, other); err != nil {
			return err
		}
		return q.open(ctx)
	}
	if err := q.restore(ctx, rec.Commit); err != nil {
		return err
	}
	q.resume(rec)
	if err := q.checkSkips(); err != nil {
		return err
	}
	if q.finished {
		return q.refuseGrown()
	}
	return q.startReaders(ctx)
}

// refuseGrown keeps a finished query from ending again as if it had read the rows that its bounded tables have got
// since: its windows have fired, so those rows have no place in its results.
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
			return diag.New(diag.FinishedGrown, "the query has finished, but table %q has grown since: %s",
				t.plan.Name, joinNames(names)).
				WithHint("watch the table with 'source.monitor-interval' and run with --trigger available-now, " +
					"or start over with --fresh")
		}
	}
	return nil
}

// reset forgets everything but the log, so that open can run again.
func (q *Query) reset() error {
	log := q.log
	q.borrowed = true // Close must leave the log open: with it the lock would be gone for a moment
	err := q.Close()
	q.init(q.prog, q.env, log)
	return err
}

// startAgain opens the query again, under another term, because an owner before us planned the epoch that we were about
// to plan: it had looked for a later term just before ours existed. Its range counts; what we cut is read again.
func (q *Query) startAgain(ctx context.Context) error {
	if err := q.reset(); err != nil {
		return err
	}
	return q.open(ctx)
}
