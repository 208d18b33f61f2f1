package exec

import (
	"context"
	"errors"
	"time"

	"streamsql/exec/flow"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
)

// Kind is what starts an epoch.
type Kind uint8

// The triggers.
const (
	Arrival      Kind = iota // as soon as rows wait
	Interval                 // on a grid of Every, aligned to 1970; missed ticks are not made up
	Once                     // one epoch, then the run ends
	AvailableNow             // everything that existed at the start, in as many epochs as the limits need
)

// Trigger is when epochs start.
type Trigger struct {
	Kind  Kind
	Every time.Duration // Interval only
}

// Ends reports whether a run under the trigger ends when everything that existed at its start is done; see Env.Ends.
//
// Under once that is one epoch, within the limits per trigger. When a bounded input ends in it, it is the final epoch: the
// windows that are still open fire and the query has finished. When a limit cuts it short, or when the table is watched,
// they stay open for the next run.
func (t Trigger) Ends() bool { return t.Kind == Once || t.Kind == AvailableNow }

// String prints the trigger as the command line takes it.
func (t Trigger) String() string {
	switch t.Kind {
	case Interval:
		return t.Every.String()
	case Once:
		return "once"
	case AvailableNow:
		return "available-now"
	}
	return "as data comes"
}

// ErrDrained is returned by Run when the run was asked to end and everything taken has been committed.
var ErrDrained = errors.New("drained")

// Run loops over Step until the input has ended, the trigger is satisfied, drain is closed, or something fails. A closed
// drain ends the run after the epoch under way: nothing fires that the watermark has not passed. An epoch is under way
// once its rows have been gathered; a drain during that gives them back. A cancelled context stops at once; the open
// epoch is replayed by the next start.
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
			q.hear(ctx) // a tick without rows
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

// gathering is how a run under the trigger fills its epochs.
func (q *Query) gathering(t Trigger) flow.Gathering {
	g := flow.Gathering{Extent: flow.Known}
	switch t.Kind {
	case Arrival:
		g.Patience = q.pace.patience()
	case Interval:
		g.Patience = t.Every // the next tick takes what comes later
	case AvailableNow:
		g.Extent, g.Patience = flow.Fresh, time.Second // what comes later makes another epoch
	case Once:
		g.Extent = flow.Fresh // there is no other epoch
	}
	return g
}

// pace is how long an epoch that starts as data comes waits for more while more is known to exist. A backlog that is taken
// as it is fetched becomes hundreds of small epochs, each with its logs and its state file; a row that comes alone must not
// wait. So the wait begins short and doubles while the input stays ahead.
type pace struct{ wait time.Duration }

const (
	leastPace = 2 * time.Millisecond
	mostPace  = 128 * time.Millisecond
)

func (p *pace) patience() time.Duration { return max(p.wait, leastPace) }

func (p *pace) after(whole bool) {
	if whole {
		p.wait = leastPace
	} else {
		p.wait = min(2*p.patience(), mostPace)
	}
}

// why a wait ended.
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
// clock was set back by more than a tick, the grid begins anew at the time it shows now: no wait is longer than two ticks.
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

// nextDue fires when an operator wants an epoch without rows; never when none does.
func (q *Query) nextDue() <-chan time.Time {
	at, ok := q.graph.NextDue()
	if !ok {
		return nil
	}
	return q.env.Clock.After(at.Sub(q.env.Clock.Now()))
}

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

// due tells whether an epoch would do something.
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

// caughtUp tells that everything that existed has been read and committed.
func (q *Query) caughtUp() bool {
	for _, t := range q.tables {
		if !t.reader.CaughtUp() {
			return false
		}
	}
	return q.replay == nil
}

// ParseTrigger reads the command line's form: a duration, once, available-now, or "" for as data comes.
func ParseTrigger(text string) (Trigger, error) {
	switch text {
	case "":
		return Trigger{}, nil
	case "once":
		return Trigger{Kind: Once}, nil
	case "available-now":
		return Trigger{Kind: AvailableNow}, nil
	}
	d, err := parseEvery(text)
	if err != nil {
		return Trigger{}, diag.New(diag.Usage, "trigger %q: %v", text, err).
			WithHint("use a duration with a unit (500ms, 1s, 1m30s), once, or available-now")
	}
	return Trigger{Kind: Interval, Every: d}, nil
}
