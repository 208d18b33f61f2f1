package exec

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"streamsql/exec/flow"
	"streamsql/exec/op"
	"streamsql/internal/budget"
	"streamsql/internal/clock"
	"streamsql/internal/option"
	"streamsql/internal/progress"
	"streamsql/planner"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/sources"
	"streamsql/state"
	"streamsql/wal"
)

// Query is one running query. Open, then Run or Step, then Close; not safe for concurrent use.
type Query struct {
	prog *planner.Program

	fingerprint string // of prog's plan

	env    Env
	log    *wal.Log
	term   wal.Term
	state  *state.State
	graph  *flow.Graph
	tables []*table
	sinks  []*sink

	epoch        int64 // the next epoch
	lastClock    time.Time
	lastTick     time.Time
	files        []state.FileRef
	compact      compaction
	allowance    allowance
	replay       *wal.OffsetRecord // the open epoch that must be done again
	finished     bool
	totals       *wal.RowCounts // rows since the query began
	failure      error
	restored     int64          // groups restored at start
	resumed      int64          // last committed epoch at start, −1 when fresh
	toldProgress bool           // that progress.json cannot be written
	heard        []string       // notices that no epoch has carried yet
	last         progress.Event // the last epoch's
	queryDone    bool           // query/N is written for the present text
	borrowed     bool           // the log belongs to another Query, which closes it

	wake  chan struct{}
	pace  pace
	clock *op.EpochClock // what CURRENT_TIMESTAMP and `_epoch` read
}

// table is one scanned table at run time.
type table struct {
	plan   *physical.Table
	index  int
	node   int // flow node of the scan
	source sources.Source
	reader *flow.Reader
	offset sources.Offset // end of the last planned epoch
	limits flow.Limits
	memory *memory
	held   *budget.Account // of the feed
}

// sink is one written table at run time.
type sink struct {
	plan   *physical.Sink
	sink   sinks.Sink
	newest sinks.Marker  // what the last commit record says
	holds  *sinks.Marker // set while an epoch is replayed that this sink has already
}

// begin lets a replayed epoch that the sink holds pass without effect.
func (s *sink) begin(ctx context.Context, epoch int64, logged sinks.Logged) (sinks.Tx, error) {
	if s.holds != nil && s.holds.Epoch == epoch {
		return discard{}, nil
	}
	return s.sink.Begin(ctx, epoch, logged)
}

// guardedSink is what flow sees of a sink.
type guardedSink struct {
	sinks.Sink
	s *sink
}

func (g guardedSink) Begin(ctx context.Context, epoch int64, logged sinks.Logged) (sinks.Tx, error) {
	return g.s.begin(ctx, epoch, logged)
}

// discard swallows an epoch that the sink holds already.
type discard struct{}

func (discard) Write(context.Context, sinks.Block) error   { return nil }
func (discard) Stage(context.Context) error                { return nil }
func (discard) Commit(context.Context, sinks.Marker) error { return nil }
func (discard) Abort(context.Context) error                { return nil }

// Finished tells that the input has ended and its last epoch is committed.
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
			out[t.plan.Name] = marks[q.prog.Plan.Nodes[t.node].ID]
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

// poke wakes the trigger loop; never blocks.
func (q *Query) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// limitsOf reads the per-trigger limits of a table.
func (q *Query) limitsOf(v option.Values) flow.Limits {
	l := flow.Limits{
		Rows:  v.Int("scan.max-rows-per-trigger"),
		Bytes: v.Bytes("scan.max-bytes-per-trigger"),
		Files: v.Int("scan.max-files-per-trigger"),
	}
	if cap := q.env.MaxRows; cap > 0 && (l.Rows == 0 || cap < l.Rows) {
		l.Rows = cap
	}
	return l
}

func rawOrNull(o sources.Offset) json.RawMessage {
	if o == nil {
		return json.RawMessage("null")
	}
	return o
}

// Guarantees says, path by path, what delivery means: "bids → state → result: exactly once".
func (q *Query) Guarantees() []string {
	from := make([]string, len(q.tables))
	for i, t := range q.tables {
		from[i] = t.plan.Name
	}
	via := " → "
	if len(describe(q.prog).State) > 0 {
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
