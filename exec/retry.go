package exec

import (
	"context"
	"errors"
	"time"

	"streamsql/internal/diag"
	"streamsql/sinks"
)

// The waits between two tries of an epoch that is certainly not committed: a moved leader is back in a moment, a broker
// that restarts in seconds.
const (
	firstRetry = 100 * time.Millisecond
	maxRetry   = 10 * time.Second
)

// stageSink stages, again and again while the sink says that nothing was committed.
func (q *Query) stageSink(ctx context.Context, s *sink, tx sinks.Tx) error {
	return q.retry(ctx, s, tx, tx.Stage(ctx), func() error { return nil })
}

// commitSink commits; what is certainly not committed is staged and committed again.
func (q *Query) commitSink(ctx context.Context, s *sink, tx sinks.Tx, m sinks.Marker) error {
	return q.retry(ctx, s, tx, tx.Commit(ctx, m), func() error { return tx.Commit(ctx, m) })
}

// retry restages and does the rest while the error is ErrNotCommitted, up to the sink's limit. Sinks whose transactions
// cannot be restaged end the run at once: the next start repeats the epoch.
func (q *Query) retry(ctx context.Context, s *sink, tx sinks.Tx, err error, rest func() error) error {
	again, ok := tx.(sinks.Restager)
	if !ok || !errors.Is(err, sinks.ErrNotCommitted) {
		return err
	}
	limit, began := sinks.RetryTimeout(s.plan.Options), q.env.Clock.Now()
	q.env.Say("warning: table %q did not take the epoch and is tried again for up to %s: %v", s.name(), limit, err)
	for wait := firstRetry; errors.Is(err, sinks.ErrNotCommitted); wait = min(2*wait, maxRetry) {
		left := limit - q.env.Clock.Now().Sub(began)
		if left <= 0 {
			return diag.New(diag.SinkFailed, "table %q did not take the epoch for %s", s.name(), limit).WithCause(err).
				WithHint("nothing is lost: start the query again when the sink is back; %s sets how long it is tried",
					sinks.OptRetryTimeout.Key)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-q.env.Clock.After(min(wait, left)):
		}
		// A sink that refuses may do so because another owner has shut us out.
		if lost := q.log.VerifyTerm(ctx); diag.CodeOf(lost) == diag.FencingLost {
			return lost
		}
		if err = again.Restage(ctx); err == nil {
			err = rest()
		}
	}
	return err
}
