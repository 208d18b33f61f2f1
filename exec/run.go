package exec

import (
	"context"
	"errors"
	"time"

	"streamsql/internal/fault"
)

// The loop: when an epoch begins, and when a run is over.

// ErrDrained is returned by Run when the run was asked to end and everything taken has been committed.
var ErrDrained = errors.New("drained")

// Run loops over Step until the input has ended, the trigger is satisfied, drain is closed, or something fails. A
// closed drain ends the run after the epoch under way: nothing fires that the watermark has not passed. An epoch is
// under way once its rows have been gathered; a drain during that gives them back. A cancelled context stops at once;
// the open epoch is replayed by the next start.
func (q *Query) Run(ctx context.Context, t Trigger, drain <-chan struct{}) error {
	gathering, release := until(ctx, drain)
	defer release()
	for {
		if q.Finished() {
			return nil
		}
		switch q.wait(ctx, t, drain) {
		case stopNow:
			return context.Cause(ctx)
		case drained:
			return q.drained()
		}
		whole, ran, err := q.step(ctx, gathering, q.gathering(t))
		if errors.Is(err, ErrDrained) {
			return q.drained()
		}
		if err != nil {
			return err
		}
		if !ran {
			q.hear(ctx) // a tick without rows: no epoch carries what the sources have noticed
		}
		q.pace.after(whole)
		if t.Kind == Once && ran || t.Ends() && !q.Finished() && q.caughtUp() {
			return nil
		}
	}
}

// drained ends a run: every epoch that was begun is committed.
func (q *Query) drained() error {
	if err := q.env.Faults.Point(fault.DrainHalf); err != nil {
		return err
	}
	return ErrDrained
}

// wakeReason is why a wait ended.
type wakeReason uint8

const (
	due wakeReason = iota
	drained
	stopNow
)

// wait blocks until an epoch may be due.
func (q *Query) wait(ctx context.Context, t Trigger, drain <-chan struct{}) wakeReason {
	if r, ok := interrupted(ctx, drain); ok {
		return r
	}
	if t.Kind == Interval {
		return q.waitGrid(ctx, t.Every, drain)
	}
	for !q.due() {
		if t.Ends() && q.caughtUp() {
			return due
		}
		select {
		case <-ctx.Done():
			return stopNow
		case <-drain:
			return drained
		case <-q.wake:
			q.hear(ctx)
		case <-q.nextDue():
			return due
		}
	}
	return due
}

// waitGrid waits for the next multiple of every. An overrun (the last tick has passed while the epoch ran) starts the
// next epoch at once; older ticks are not made up, so an hour's outage is not replayed as 3,600 tiny epochs. When the
// clock was set back by more than a tick, the grid starts again from the time it shows now: no wait is longer than
// two ticks.
func (q *Query) waitGrid(ctx context.Context, every time.Duration, drain <-chan struct{}) wakeReason {
	now := q.env.Clock.Now()
	tick := now.Truncate(every)
	if q.lastTick.Sub(now) >= every {
		q.lastTick = tick
	}
	if !q.lastTick.IsZero() && !tick.After(q.lastTick) {
		next := q.lastTick.Add(every)
		select {
		case <-ctx.Done():
			return stopNow
		case <-drain:
			return drained
		case <-q.env.Clock.After(next.Sub(now)):
		}
		tick = next
	}
	q.lastTick = tick
	return due
}

// dueAt is the time at which an epoch without rows would change something: an operator says so, or a partition becomes
// idle.
func (q *Query) dueAt() (time.Time, bool) {
	at, ok := q.graph.NextDue()
	if idle, has := q.idleDue(); has && (!ok || idle.Before(at)) {
		return idle, true
	}
	return at, ok
}

// nextDue fires at that time; never when there is none.
func (q *Query) nextDue() <-chan time.Time {
	at, ok := q.dueAt()
	if !ok {
		return nil
	}
	return q.env.Clock.After(at.Sub(q.env.Clock.Now()))
}

// interrupted looks before a wait: select picks at random among what is ready, so rows that always wait could keep a
// drain from being noticed.
func interrupted(ctx context.Context, drain <-chan struct{}) (wakeReason, bool) {
	select {
	case <-ctx.Done():
		return stopNow, true
	case <-drain:
		return drained, true
	default:
		return due, false
	}
}

// due reports whether an epoch would do something: repeat the open one, take rows, or be the last one.
func (q *Query) due() bool {
	if q.replay != nil {
		return true
	}
	ended := true
	for _, t := range q.tables {
		if t.reader.Pending() && !t.reader.Ended() {
			return true
		}
		ended = ended && t.reader.Ended()
	}
	return ended && !q.finished
}

// caughtUp reports whether everything that existed has been read and committed.
func (q *Query) caughtUp() bool {
	for _, t := range q.tables {
		if !t.reader.CaughtUp() {
			return false
		}
	}
	return q.replay == nil
}
