// Package sources defines what a source of rows is. A connector lives in a sub-package and is registered by name in the
// connector table that cmd hands to the planner (declarations) and to exec (factories).
//
// A source gives raw chunks, never rows: a contiguous byte range of one partition that ends at a record boundary. Workers
// decode chunks with the table's format. An epoch is the set of chunks taken for it, its end offsets are theirs; a replay
// reads exactly the same bytes and cuts them into the same chunks.
package sources

import (
	"context"
	"encoding/json"

	"streamsql/internal/budget"
	"streamsql/internal/fault"
	"streamsql/internal/option"
)

// Offset is a source's position, JSON as it stands in offsets/N. It holds no address of a machine.
type Offset = json.RawMessage

// Source is one table's origin. Open and Replay are not called concurrently.
type Source interface {
	// Open starts fetching ahead from an offset (nil = the beginning), bounded in bytes.
	Open(ctx context.Context, from Offset, s Scan) (Feed, error)
	// Replay gives exactly the range (from, to], then Next returns io.EOF. A file that changed or went since it was
	// logged is an error with a code, never other rows.
	Replay(ctx context.Context, from, to Offset, s Scan) (Feed, error)
	// Offset names the position after the chunks taken for an epoch that began at from. It holds whatever a Replay of
	// (from, to] needs to read the same bytes: names, sizes, modification times, positions.
	Offset(from Offset, taken []*Chunk) (Offset, error)
	// Committed tells that everything up to the offset is durable: what people and monitors see may move.
	Committed(ctx context.Context, to Offset) error
	Close() error
}

// Scan is how a table is read.
type Scan struct {
	MaxBytes  int64 // raw bytes fetched ahead, at most
	ChunkRows int   // records per chunk, at most (8192)
	Budget    *budget.Account
	Faults    *fault.Set
	Memory    Memory // what the source remembered in committed epochs (seen files)
}

// Memory is a durable map of the source's own, kept in the query's state. Entries change only through Chunk.Remember of
// chunks that became part of an epoch; the source reads it at Open and Replay.
type Memory interface {
	Get(key string) (value []byte, ok bool)
	// Range visits every entry in no particular order; fn returning false ends it.
	Range(fn func(key string, value []byte) bool)
}

// Memo is one change of a Memory. A nil Value forgets the key.
type Memo struct {
	Key   string
	Value []byte
}

// Feed is a running read.
type Feed interface {
	// Next gives the next chunk in log order. It blocks until there is one; io.EOF means the input has ended for good
	// (bounded) or the replayed range is complete.
	Next(ctx context.Context) (*Chunk, error)
	// Ready gets a value whenever CaughtUp may have become true: nobody polls. Nil for a feed that is never caught up.
	Ready() <-chan struct{}
	// Pending tells without blocking whether Next would return at once (a chunk, io.EOF or an error).
	Pending() bool
	// CaughtUp tells that a call of Next is waiting and that everything which existed at the last look has been given
	// out (available-now ends here). That a call waits is part of it: only then has whoever took the last chunk come
	// back for more. A feed that has ended is never caught up, its Next says io.EOF.
	CaughtUp() bool
	// AtEnd lists partitions that stand at their end, for idleness.
	AtEnd() []string
	// Close stops fetching and waits for it.
	Close() error
}

// Chunk is a contiguous range of one partition that ends at a record boundary.
type Chunk struct {
	Partition string
	Data      []byte // records, each ending in its terminator except perhaps the last of a bounded file; borrowed until Release
	Records   int    // lines (an upper bound of rows: blank lines count)
	Bytes     int64  // raw bytes for limits and lag
	Remember  []Memo // changes of the source's Memory that belong to the epoch that takes this chunk
	File      string // for people, relative to the table's path
	Position  int64  // decompressed offset of Data[0] within File
	NewFile   bool   // first chunk of a file (limits in files, BOM)
	Private   any    // the connector's own, read by Source.Offset
	Release   func() // gives Data back; may be nil
}

// Declaration is what the planner knows about a connector without importing it.
type Declaration struct {
	Name     string
	Options  option.Set // WITH options, besides those of the format and the common scan options
	Formats  []string   // formats it can carry
	Bounded  func(option.Values) bool
	Metadata []string // readable metadata columns
	Doc      string
}

// Factory makes a source for a table whose options were checked. base is the directory relative paths start from.
type Factory func(table string, v option.Values, base string) (Source, error)

// ScanOptions are common to every source table.
var ScanOptions = option.Set{
	{Key: "scan.max-rows-per-trigger", Kind: option.Int, Default: "10000000", Min: 1, Doc: "Rows read per trigger at most."},
	{Key: "scan.max-bytes-per-trigger", Kind: option.Bytes, Default: "64mb", Min: 1, Doc: "Bytes (decompressed) read per trigger at most."},
	{Key: "scan.max-files-per-trigger", Kind: option.Int, Default: "1000", Min: 1, Doc: "Files begun per trigger at most."},
	{Key: "error-handling.mode", Kind: option.Enum, Values: []string{"fail", "log", "dlq"}, Default: "fail", Doc: "What to do with a record that cannot be read: stop, count and log it, or write it to error-handling.dead-letter-table."},
	{Key: "error-handling.dead-letter-table", Kind: option.String, Doc: "The table that gets bad records: raw, source, partition, position, code, error, time, raw_base64."},
}

// Growing is implemented by bounded sources that can tell whether a finished table has more rows now.
type Growing interface {
	// Grown compares the input with the offset of the last epoch; names say what is new.
	Grown(at Offset) (grown bool, names []string, err error)
}

// Skipping is a source of named parts, some of which a person gave up.
type Skipping interface {
	// Skip leaves the named parts out from now on, also when an epoch is replayed.
	Skip(names ...string)
}

// Noticing is a source that has things to tell which are no errors.
type Noticing interface {
	// Notices returns what has not been returned yet, a line each.
	Notices() []string
}
