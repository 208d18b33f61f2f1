// Package sinks defines what takes the rows of a query. The contract makes exactly-once possible without two-phase
// commit: an epoch can always be replayed, and a sink that already holds it recognises and discards it, because each
// commit is atomic with a Marker.
//
//	start   Peek        asked before the logs are read: shuts nobody out, so that a stale copy of the state is refused
//	                    while its owner keeps running
//	        Fence       once per opening, before the first Begin: earlier terms can commit nothing any more
//	epoch   Begin Write… Stage Commit       or Abort, at any time before Commit
//	again   Restage Commit                  after ErrNotCommitted, by sinks that keep their rows
//
// The package sinktest holds every sink against this contract.
package sinks

import (
	"context"
	"errors"
	"time"

	"streamsql/internal/fault"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
)

// Marker is what a sink remembers about its newest commit, recorded inside the commit itself. Part of the format of
// every sink since v1: fields are added, never renamed; a field that is missing is empty.
type Marker struct {
	Query  string `json:"query"`  // the query's id (wal metadata)
	Sink   string `json:"sink"`   // the table's name
	Epoch  int64  `json:"epoch"`  // the newest epoch that had rows for this sink
	Term   uint64 `json:"term"`   // the owner that wrote it
	Rows   int64  `json:"rows"`   // rows of that epoch
	Digest string `json:"digest"` // order-independent 128-bit digest of that epoch's rows, hex
	// fingerprint of the plan that made the rows; empty in markers of early versions
	Plan string `json:"plan,omitempty"`
}

// Zero reports whether a sink has never been committed to.
func (m Marker) Zero() bool { return m == Marker{} }

// ErrNotCommitted is wrapped by Stage and Commit when the epoch is certainly not committed and may be tried again on
// the same Tx: the broker moved, a request was refused for now. It is the only error with that meaning. A sink that
// does not know (no answer came) finds out before it returns, by reading its own marker; it never leaves the question
// to the caller, and never answers it by waiting.
var ErrNotCommitted = errors.New("certainly not committed")

// Guarantee is what a sink can promise.
type Guarantee string

// The guarantees, as printed at start.
const (
	ExactlyOnce Guarantee = "exactly once"
	AtLeastOnce Guarantee = "at least once"
)

// Sink is one table's destination. One goroutine calls it at a time, encoders excepted.
type Sink interface {
	// Peek returns the newest marker of the query, zero when there is none, without shutting anybody out, waiting or
	// changing anything. It may be older than the truth. query is empty for a new query: then nothing in the sink can
	// be its own. A sink that holds what is not the query's refuses with diag.SinkForeign. Called any number of times
	// before Fence.
	Peek(ctx context.Context, query string) (Marker, error)
	// Fence shuts out every earlier term and returns the newest marker (zero when there is none): after it, no owner of
	// an earlier term commits anything that this one does not see or compare with. Called once, before the first Begin.
	// A sink that keeps no marker (Forgetful) returns the zero Marker.
	Fence(ctx context.Context, query string, term uint64) (Marker, error)
	// Encoder makes the encoder of one lane: pure, no I/O. nil when the sink takes batches (see Batched).
	Encoder(lane int) Encoder
	// Begin starts an epoch's transaction. Only epochs that have rows for the sink get one. The epoch's range may not
	// be in the log yet; see Tx.Write.
	Begin(ctx context.Context, epoch int64, logged Logged) (Tx, error)
	// Close frees what the sink holds; a transaction that is still open counts as aborted.
	Close() error
}

// Logged waits until offsets/N of the epoch exists, or says why it never will. It may be called any number of times.
type Logged func(ctx context.Context) error

// Batched is implemented by sinks that take rows as batches instead of bytes, because their format is made of columns
// over many blocks (Parquet).
type Batched interface {
	// Batches reports whether blocks carry Batch in place of Data. It does not change over the life of a sink.
	Batches() bool
}

// Encoder turns batches into bytes in the lane. Not safe for concurrent use; each lane has its own.
type Encoder interface {
	// Encode appends the rows of b (borrowed) to dst and returns it. Rows with weight w > 1 are written w times. What
	// separates rows is the sink's own business: lines, or frames that only its Write can read. Blocks are cut
	// between two calls of Encode at any place, so a frame ends with the call.
	Encode(dst []byte, b *zset.Batch) ([]byte, error)
}

// Block is rows on their way to a transaction, in arrival order within and between blocks.
type Block struct {
	Data  []byte      // encoded rows, borrowed: valid until Write returns
	Batch *zset.Batch // rows in place of Data for sinks that are Batched; a copy, which the transaction may keep
	Rows  int64       // changes in the block, retractions included, each with the absolute value of its weight
}

// Tx is one epoch of one sink. Write, Stage, Commit are called in that order by one goroutine at a time; Abort at any
// time before Commit. Commit is idempotent by epoch: done twice, or by whomever, it has one effect.
type Tx interface {
	// Write takes a block. It may run before offsets/N exists. What it leaves then must be invisible to readers and to
	// recovery: a staging file, an upload that is not completed. What others can notice, such as a transaction that
	// holds back readers, waits for Logged.
	Write(ctx context.Context, b Block) error
	// Stage makes the rows durable and invisible. offsets/N exists.
	Stage(ctx context.Context) error
	// Commit makes the rows visible together with the marker. nil: done. ErrNotCommitted: certainly not done, may be
	// staged again. Any other error ends the run, and the next start asks Fence what became of it.
	Commit(ctx context.Context, m Marker) error
	// Abort drops the epoch, as far as that works; a later Fence does the rest.
	Abort(ctx context.Context) error
}

// Restager is implemented by transactions that keep their rows until Commit has returned nil.
type Restager interface {
	// Restage does again what Stage did, after ErrNotCommitted from Stage or Commit; Commit follows. Its own
	// ErrNotCommitted means that it may be called again.
	Restage(ctx context.Context) error
}

// OptRetryTimeout is how long an epoch that is certainly not committed is tried again. Sinks whose transactions are
// Restagers declare it.
var OptRetryTimeout = option.Decl{
	Key: "sink.retry-timeout", Kind: option.Duration, Default: "5 min",
	Doc: "How long an epoch that the sink could not take is tried again before the run ends with code 6.",
}

// RetryTimeout reads OptRetryTimeout; connectors that do not declare it have its default.
func RetryTimeout(v option.Values) time.Duration {
	if v.Declared(OptRetryTimeout.Key) {
		return v.Duration(OptRetryTimeout.Key)
	}
	d, _ := option.ParseDuration(OptRetryTimeout.Default) // a constant
	return d
}

// Declaration is what the planner knows about a connector.
type Declaration struct {
	Name    string
	Options option.Set
	Formats bool // tables say the format of their rows, any that can be written
	// takes retractions with any format (print, blackhole); otherwise only through a changelog format
	Updates   bool
	Guarantee Guarantee
	// Place names what the table's rows go to, alike for every spelling of it: two tables of a query with one place are
	// refused. nil: tables do not get in each other's way.
	Place func(v option.Values, base string) string
	Doc   string
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
type Forgetful interface {
	// Forgets reports whether this sink is such a one. The answer is the same for the life of the sink.
	Forgets() bool
}
