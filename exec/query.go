package exec

import (
	"errors"
	"strings"
	"time"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/progress"
	"streamsql/planner"
	"streamsql/sinks"
	"streamsql/state"
	"streamsql/wal"
)

// Query is one running query. Open, then Run or Step, then Close; not safe for concurrent use.
type Query struct {
	prog        *planner.Program
	fingerprint string // of prog's plan
	env         Env

	// The parts, made by connect and buildGraph.
	tables []*table
	sinks  []*sink
	state  *state.State
	graph  *flow.Graph

	// Ownership.
	log      *wal.Log
	term     wal.Term
	borrowed bool // Close leaves the log open: it belongs to another Query, or to the next opening

	// Where the query is: what the last commit left, moved by every further one.
	epoch     int64 // the next epoch
	lastClock time.Time
	files     []state.FileRef
	totals    *wal.RowCounts      // rows since the query began
	idle      map[string][]string // table → partitions that the last epoch found idle
	finished  bool
	replay    *wal.OffsetRecord // the open epoch that must be done again
	queryDone bool              // query/N is written for the present text
	failure   error             // what broke the query: every further Step returns it

	// When the next epoch begins.
	wake     chan struct{}
	lastTick time.Time
	pace     pace
	clock    *op.EpochClock // what CURRENT_TIMESTAMP and `_epoch` read

	// Beside the epochs.
	compact   compaction
	allowance allowance

	// For people.
	restored     int64          // groups restored at start
	resumed      int64          // last committed epoch at start, −1 when fresh
	heard        []string       // notices that no epoch has carried yet
	last         progress.Event // the last epoch's
	toldProgress bool           // the user knows that progress.json cannot be written
}

// Finished reports whether the input has ended and its last epoch is committed.
func (q *Query) Finished() bool { return q.finished && q.replay == nil }

// Replays reports whether an epoch is open that an earlier run began: the next Step does it again.
func (q *Query) Replays() bool { return q.replay != nil }

// Epoch is the number of the next epoch.
func (q *Query) Epoch() int64 { return q.epoch }

// Resumed is the last epoch committed before this start (−1 when the query starts fresh) and the groups restored.
func (q *Query) Resumed() (epoch, rows int64) { return q.resumed, q.restored }

// Identity is the query's id and this owner's term.
func (q *Query) Identity() (id string, term uint64) { return q.log.ID(), q.term.Number }

// Watermarks returns the watermark of every scanned table that has one.
func (q *Query) Watermarks() map[string]clock.EventTime {
	marks := q.graph.Watermarks()
	out := map[string]clock.EventTime{}
	for _, t := range q.tables {
		if t.plan.Watermark != nil {
			out[t.plan.Name] = marks[t.nodeID]
		}
	}
	return out
}

// StateRows is the number of groups held now.
func (q *Query) StateRows() int64 { return q.state.Rows() }

// Close stops reading and frees everything. The state is as the last commit left it. It waits for background work.
func (q *Query) Close() error {
	var errs []error
	for _, t := range q.tables {
		if t.reader != nil {
			errs = append(errs, t.reader.Close())
		}
		if t.source != nil {
			errs = append(errs, t.source.Close())
		}
	}
	q.compact.stop()
	if q.graph != nil {
		errs = append(errs, q.graph.Close())
	}
	for _, s := range q.sinks {
		if s.sink != nil {
			errs = append(errs, s.sink.Close())
		}
	}
	if q.log != nil && !q.borrowed {
		errs = append(errs, q.log.Close())
	}
	return errors.Join(errs...)
}

// poke wakes the trigger loop. It never blocks: a wake that is under way already will find what this one is about.
func (q *Query) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// Guarantees lists, path by path, what delivery means: "bids → state → result: exactly once".
func (q *Query) Guarantees() []string {
	from := make([]string, len(q.tables))
	for i, t := range q.tables {
		from[i] = t.plan.Name
	}
	via := " → "
	if len(recordOf(q.prog).State) > 0 {
		via = " → state → "
	}
	var out []string
	for _, s := range q.sinks {
		g := sinks.ExactlyOnce
		if s.forgets() {
			g = sinks.AtLeastOnce
		}
		out = append(out, strings.Join(from, ", ")+via+s.name()+": "+string(g))
	}
	return out
}
