package exec

import (
	"context"

	"streamsql/exec/op"
	"streamsql/internal/fault"
	"streamsql/planner"
	"streamsql/wal"
)

// Open recovers and fences: it decides from the logs what the last owner did, shuts out every earlier owner, restores
// the state of the last commit, and starts reading. It writes nothing but the identity and its own term. An open epoch is
// replayed by the first Step.
//
// The order is the contract with a live owner. Whatever refuses a start is found twice: first by looking only, so that a
// start on a stale copy, beside a foreign sink, or with a query that does not fit stops nobody; then again when the term
// is ours and the sinks are fenced, by what the former owner had written until then.
func Open(ctx context.Context, prog *planner.Program, env Env) (*Query, error) {
	q := &Query{}
	q.init(prog, env.withDefaults(), nil)
	if err := q.open(ctx); err != nil {
		_ = q.Close()
		return nil, Cancelled(ctx, err)
	}
	return q, nil
}

// init makes q a query that has done nothing yet; log is one that is held already, or nil.
func (q *Query) init(prog *planner.Program, env Env, log *wal.Log) {
	*q = Query{
		prog: prog, fingerprint: planID(prog), env: env, log: log, wake: make(chan struct{}, 1), clock: &op.EpochClock{}, resumed: -1,
	}
}

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
	if err := q.resume(rec); err != nil {
		return err
	}
	if err := q.checkSkips(); err != nil {
		return err
	}
	if q.finished {
		return q.refuseGrown()
	}
	return q.startReaders(ctx)
}

// own makes this process the owner of the state and of every sink, and says where to go on. What it returns is binding:
// nobody of an earlier term can commit any more.
func (q *Query) own(ctx context.Context) (wal.Recovery, error) {
	if q.log == nil {
		if err := q.look(ctx); err != nil {
			return wal.Recovery{}, err
		}
	}
	if err := q.newTerm(ctx); err != nil {
		return wal.Recovery{}, err
	}
	markers, err := q.fence(ctx)
	if err != nil {
		return wal.Recovery{}, err
	}
	// Until the sinks were fenced a live owner may have planned and committed more than the logs said when we took the
	// term: its newest marker is judged by what the logs say now.
	if err := q.log.Reread(ctx); err != nil {
		return wal.Recovery{}, err
	}
	rec := q.log.Recovery()
	if err := q.fits(ctx, rec); err != nil {
		return rec, err
	}
	for _, m := range markers {
		if err := q.judge(m, rec); err != nil {
			return rec, err
		}
	}
	q.sayStrays(rec)
	return rec, nil
}

// newTerm makes this process the owner of the state. Every opening of the sinks has a term of its own: a sink takes each
// term once.
func (q *Query) newTerm(ctx context.Context) error {
	var err error
	q.term, err = q.log.AcquireTerm(ctx, wal.Claim{Force: q.env.Takeover, Now: q.env.Clock.Now()})
	return err
}

// looks is how often the sinks are asked again because the state became another query's meanwhile (--fresh beside us).
const looks = 5

// look refuses, without stopping anybody, what could only be refused again later.
func (q *Query) look(ctx context.Context) error {
	for try := 1; ; try++ {
		id, err := wal.Identity(ctx, q.env.Store)
		if err != nil {
			return err
		}
		// The sinks first, the logs second: offsets/N exists before any marker of N, so the progress of a live owner never
		// looks like a state that is too old.
		markers, err := q.peek(ctx, id)
		if err != nil {
			return err
		}
		if q.log, err = wal.Open(ctx, q.env.Store, q.env.Faults); err != nil {
			return err
		}
		if q.log.ID() == id {
			return q.lookAt(ctx, markers)
		}
		if try == looks {
			return q.log.Lock(ctx, wal.Claim{Force: q.env.Takeover})
		}
	}
}

func (q *Query) lookAt(ctx context.Context, markers []marked) error {
	if err := q.log.Lock(ctx, wal.Claim{Force: q.env.Takeover}); err != nil {
		return err // a live owner that is not to be taken over: nothing else needs to be said
	}
	rec := q.log.Recovery()
	if err := q.fits(ctx, rec); err != nil {
		return err
	}
	for _, m := range markers {
		if err := q.stale(m, rec); err != nil {
			return err
		}
	}
	return nil
}

// fence shuts earlier owners out of every sink, then makes sure that we still own the state ourselves.
func (q *Query) fence(ctx context.Context) ([]marked, error) {
	if err := q.env.Faults.Point(fault.RecoverSinks); err != nil {
		return nil, err
	}
	var out []marked
	for _, s := range q.sinks {
		m, err := s.sink.Fence(ctx, q.log.ID(), q.term.Number)
		if err != nil {
			return nil, sinkError(s.name(), err)
		}
		out = append(out, marked{s, m})
	}
	if err := q.env.Faults.Point(fault.TakeoverFenced); err != nil {
		return nil, err
	}
	return out, q.log.VerifyTerm(ctx)
}

// sayStrays names, once, records that a long-superseded owner left.
func (q *Query) sayStrays(rec wal.Recovery) {
	if len(rec.Strays) > 0 {
		q.env.Talk("warning: %s in %s were written by an owner that had been taken over long before; they are ignored and will be deleted",
			joinNames(rec.Strays), q.env.Store.Location())
	}
}
