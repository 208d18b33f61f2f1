package exec

import (
	"time"

	"streamsql/exec/flow"
)

// How much an epoch takes, and how long it waits for that.

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

// pace is how long an epoch that starts as data comes waits for more while more is known to exist. A backlog that is
// taken as it is fetched becomes hundreds of small epochs, each with its logs and its state file; a row that comes
// alone must not wait. So the wait begins short and doubles while the input stays ahead.
type pace struct{ wait time.Duration }

// The bounds: one that nobody notices, and one that a person at a terminal hardly does.
const (
	leastPace = 2 * time.Millisecond
	mostPace  = 128 * time.Millisecond
)

func (p *pace) patience() time.Duration { return max(p.wait, leastPace) }

// after adapts to the last epoch: whole, when it took all that was known to exist.
func (p *pace) after(whole bool) {
	if whole {
		p.wait = leastPace
	} else {
		p.wait = min(2*p.patience(), mostPace)
	}
}
