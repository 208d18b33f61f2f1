package exec

import (
	"context"

	"streamsql/internal/fault"
	"streamsql/sinks"
	"streamsql/wal"
)

// Ownership: how this process becomes the only one that can commit. The steps and their order are in the package doc;
// here is what each of them prevents.

// own makes this process the owner of the state and of every sink, and returns where the log says to resume. That is
// binding: nobody with an earlier term can commit any more.
func (q *Query) own(ctx context.Context) (wal.Recovery, error) {
	if q.log == nil { // a query that opens again has looked, and holds the lock
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
	q.warnStrays(rec)
	return rec, nil
}

// newTerm makes this process the owner of the state. Every opening of the sinks has a term of its own: a sink takes
// each term once.
func (q *Query) newTerm(ctx context.Context) error {
	var err error
	q.term, err = q.log.AcquireTerm(ctx, wal.Claim{Force: q.env.Takeover, Now: q.env.Clock.Now()})
	return err
}

// looks is how often the sinks are asked again because the state became another query's meanwhile: somebody else runs
// --fresh on it. Each round is a race lost against a person, so a handful is plenty.
const looks = 5

// look refuses, without stopping anybody, what could only be refused again later.
func (q *Query) look(ctx context.Context) error {
	for try := 1; ; try++ {
		id, err := wal.Identity(ctx, q.env.Store)
		if err != nil {
			return err
		}
		// The sinks first, the logs second: offsets/N exists before any marker of N, so the progress of a live owner
		// never looks like a state that is too old.
		markers, err := q.peek(ctx, id)
		if err != nil {
			return err
		}
		if q.log, err = wal.Open(ctx, q.env.Store, q.env.Faults); err != nil {
			return err
		}
		// Another identity by now: the markers were asked of the sinks in the name of a query that has been moved away.
		if q.log.ID() == id {
			return q.lookAt(ctx, markers)
		}
		if try == looks {
			return q.log.Lock(ctx, wal.Claim{Force: q.env.Takeover})
		}
	}
}

func (q *Query) lookAt(ctx context.Context, markers []marked) error {
	// The lock before the verdicts: a live owner that is not to be taken over is all that needs to be reported, and what
	// its sinks hold would only look like a fault.
	if err := q.log.Lock(ctx, wal.Claim{Force: q.env.Takeover}); err != nil {
		return err
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
			return nil, sinks.Failed(s.name(), err)
		}
		out = append(out, marked{s, m})
	}
	if err := q.env.Faults.Point(fault.TakeoverFenced); err != nil {
		return nil, err
	}
	// Another process may have taken the state meanwhile. Its progress would then be judged as if it were our past, and
	// the sinks blamed for what is only a lost ownership.
	return out, q.log.VerifyTerm(ctx)
}

// warnStrays names, once, records that a long-superseded owner left.
func (q *Query) warnStrays(rec wal.Recovery) {
	if len(rec.Strays) > 0 {
		q.env.Say("warning: %s in %s were written by an owner that had been taken over long before; "+
			"they are ignored and will be deleted", joinNames(rec.Strays), q.env.Store.Location())
	}
}
