// Package op holds the operators of a running query, one file each, and the contract they share.
//
// An operator is one node of a running graph, driven by one goroutine per lane. In an epoch it sees Process any number
// of times, ports interleaved, and then Advance exactly once, after everything upstream has advanced. It emits batches
// that are borrowed by the receiver (see zset). It keeps durable state only in containers that Setup.State gave it,
// holds no persistence code, and reads no clock, no random source and no map order.
package op

import (
	"time"

	"streamsql/internal/budget"
	"streamsql/internal/clock"
	"streamsql/internal/fault"
	"streamsql/internal/zset"
	"streamsql/state"
)

// Ports of Collector.Emit.
const (
	Rows     = 0 // the result
	Dead     = 1 // dead letters
	LateRows = 2 // rows that came after their watermark, or without an event time

	// OutputPorts is the number of ports.
	OutputPorts = 3
)

// Ports is a set of output ports.
type Ports uint8

// Has reports whether port is in the set.
func (p Ports) Has(port int) bool { return p&(1<<port) != 0 }

// With is the set with one more port.
func (p Ports) With(port int) Ports { return p | 1<<port }

// Collector takes what an operator emits. An error must be returned upward at once.
type Collector interface {
	// Emit takes a batch for an output port. The batch is lent until Emit returns, and may be refilled after it.
	Emit(port int, b *zset.Batch) error
}

// Operator is one node of a running graph on one lane.
type Operator interface {
	// Open is called once, before state is restored: it claims containers and allocates.
	Open(*Setup) error
	// Process consumes a batch (borrowed) that arrived on an input port.
	Process(port int, b *zset.Batch, out Collector) error
	// Advance ends the epoch for this operator: its inputs are complete and their watermarks are in t. It emits what
	// time makes final and returns its output watermark, which never goes back.
	Advance(t Tick, out Collector) (clock.EventTime, error)
	// NextDue names the wall-clock time at which something would change without rows.
	NextDue() (time.Time, bool)
	// Close frees what Open took; called once, also after errors.
	Close() error
}

// Keeper is implemented by operators with state. A Keeper emits rows in Advance only: what it would emit in Process
// would depend on how its ports interleave, and the same epoch could take it back.
type Keeper interface {
	// Touched is the number of keys that the next Advance may visit: those of this epoch, and what time may make final.
	// Asked after the last Process of an epoch, when no lane is at work; it decides whether lanes advance in parallel.
	Touched() int
}

// Tick is what an epoch knows about time.
type Tick struct {
	Epoch     int64
	Now       time.Time         // the epoch's clock, from the log
	In        []clock.EventTime // input watermark per port, after this epoch's rows
	Watermark clock.EventTime   // the least of In
	Final     bool              // every input has ended: this is the last epoch
}

// Setup is what an operator gets at Open.
type Setup struct {
	Lane, Lanes int
	State       *state.State // claim containers with State.Table / State.Panes
	Budget      *budget.Budget
	Counters    *Counters
	Faults      *fault.Set
	Epoch       *EpochClock // CURRENT_TIMESTAMP and friends
	// Connected are the ports besides Rows whose batches reach somebody: nothing need be gathered for the others.
	Connected Ports
}

// EpochClock is shared by the graph: exec sets it before an epoch's first row.
type EpochClock struct {
	Epoch int64
	Now   time.Time
}

// Counters are what one operator instance reports about an epoch; exec sums over lanes and resets them. Only the lane's
// goroutine writes; exec reads between epochs.
type Counters struct {
	RowsIn, RowsOut int64
	Late            int64  // rows that came after their watermark
	PartlyLate      int64  // rows that came after their watermark for some of their windows, and count in the others
	NullTime        int64  // rows without an event time
	RowErrors       int64  // rows dropped by error-handling.mode log or dlq
	RowErrorKinds   Kinds  // those of mode log, by reason
	StateRows       int64  // gauge: groups held
	StateBytes      int64  // gauge
	LateSample      string // text about the first late row, for messages
	PartlySample    string // the same of the first partly late row
}

// Resumer is implemented by operators that must know the watermarks as they were when the state they are restored from
// was committed: lateness is judged against them, and what they had released must not be released again. Called after
// Open and restore, before the first Process.
type Resumer interface {
	// Resume gives the watermark of each port and the operator's own at the end of the committed epoch. in is lent
	// until it returns.
	Resume(in []clock.EventTime, out clock.EventTime)
}

// Least is the least of an operator's input watermarks: what Tick.Watermark was.
func Least(in []clock.EventTime) clock.EventTime {
	w := clock.Max
	for _, m := range in {
		w = min(w, m)
	}
	return w
}

// Guard is implemented by operators that judge rows on behalf of an event-time operator further on. What they may let
// through is bounded by the windows which that operator has closed, not by the watermark at their own place: the two
// differ once inputs meet between them.
type Guard interface {
	// Guard gives the least watermark of that operator's inputs: after every epoch, and at the end of the committed one
	// when the query resumes.
	Guard(input clock.EventTime)
}
