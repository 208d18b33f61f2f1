// Package sinks defines what takes the rows of a query. The contract makes exactly-once possible without two-phase
// commit: an epoch can always be replayed, and a sink that already holds it recognises and discards it, because each
// commit is atomic with a Marker.
package sinks

import (
	"context"

	"streamsql/internal/fault"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
)

// Marker is what a sink remembers about its newest commit, recorded inside the commit itself.
type Marker struct {
	Query  string `json:"query"`  // the query's id (wal metadata)
	Sink   string `json:"sink"`   // the table's name
	Epoch  int64  `json:"epoch"`  // the newest epoch that had rows for this sink
	Term   uint64 `json:"term"`   // the owner that wrote it
	Rows   int64  `json:"rows"`   // rows of that epoch
	Digest string `json:"digest"` // order-independent 128-bit digest of that epoch's rows, hex
}

// Zero tells that a sink has never been committed to.
func (m Marker) Zero() bool { return m == Marker{} }

// Guarantee is what a sink can promise.
type Guarantee string

// The guarantees, as printed at start.
const (
	ExactlyOnce Guarantee = "exactly once"
	AtLeastOnce Guarantee = "at least once"
)

// Sink is one table's destination.
type Sink interface {
	// Fence shuts out every earlier term and returns the newest marker (zero when there is none). Called once, before
	// the first Begin. A sink without memory returns the zero Marker.
	Fence(ctx context.Context, query string, term uint64) (Marker, error)
	// Encoder makes the encoder of one lane: pure, no I/O.
	Encoder(lane int) Encoder
	// Begin starts an epoch's transaction. Only epochs that have rows for the sink get one.
	Begin(ctx context.Context, epoch int64) (Tx, error)
	Close() error
}

// Encoder turns batches into bytes in the lane. Not safe for concurrent use; each lane has its own.
type Encoder interface {
	// Encode appends the rows of b (borrowed) to dst and returns it. Rows with weight w > 1 are written w times.
	Encode(dst []byte, b *zset.Batch) ([]byte, error)
}

// Block is encoded rows.
type Block struct {
	Data []byte
	Rows int64
}

// Tx is one epoch of one sink. Write, Stage, Commit are called in that order by one goroutine; Abort at any time before
// Commit. Commit is idempotent by epoch: done twice, or by whomever, it has one effect.
type Tx interface {
	Write(ctx context.Context, b Block) error // blocks in arrival order
	Stage(ctx context.Context) error          // durable, invisible
	Commit(ctx context.Context, m Marker) error
	Abort(ctx context.Context) error
}

// Declaration is what the planner knows about a connector.
type Declaration struct {
	Name      string
	Options   option.Set
	Formats   []string // formats it can write; nil when it takes none
	Updates   bool     // takes retractions with any format (print, blackhole); otherwise only through a changelog format
	Guarantee Guarantee
	Doc       string
}

// Spec is what a factory gets.
type Spec struct {
	Table  string
	Schema sqltype.Schema
	Format string
	Values option.Values
	Base   string // directory relative paths start from
	Faults *fault.Set
	Epoch  func() int64 // the epoch under way (`_epoch` of changelog output)
}

// Factory makes a sink for a table whose options were checked.
type Factory func(Spec) (Sink, error)

// Forgetful is implemented by sinks that cannot record a marker (terminal, blackhole): delivery is at least once, and
// nothing is compared at start.
type Forgetful interface{ Forgets() bool }
