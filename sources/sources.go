// Package sources defines what a source of rows is. A connector lives in a sub-package and is registered by name in the
// connector table that cmd hands to the planner (declarations) and to exec (factories).
//
// A source gives raw chunks, never rows: a contiguous byte range of one partition that ends at a record boundary.
// Workers decode chunks with the table's format. An epoch is the set of chunks taken for it, its end offsets are
// theirs; a replay reads exactly the same bytes and cuts them into the same chunks.
//
// A source that makes up its rows gives chunks that say which rows, and brings the decoder for them (Generating).
//
// Partitions arrive interleaved by chance, and a replay interleaves them otherwise. An epoch's input is therefore the
// concatenation of its ranges in the order (table, partition, offset), whatever order they came in.
//
// Every feed passes the contract suite in sources/sourcetest, the tests' own feeds included.
package sources

import (
	"context"
	"encoding/json"

	"streamsql/internal/budget"
	"streamsql/internal/clock"
	"streamsql/internal/deadletter"
	"streamsql/internal/fault"
	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
)

// Offset is a source's position, JSON as offsets/N holds it. It holds no address of a machine.
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
	// Committed says that everything up to the offset is durable: what people and monitors see may move. It is best
	// effort: an error is shown and changes nothing.
	Committed(ctx context.Context, to Offset) error
	// Close gives back what the source holds.
	Close() error
}

// Scan is how a table is read.
type Scan struct {
	MaxBytes  int64 // memory held by chunks that were fetched ahead, at most
	ChunkRows int   // records per chunk, at most (8192)
	// Ends fixes the end of the input when the feed is opened, for runs that end with what existed at their start: a
	// topic that is written all the time would never be caught up otherwise.
	Ends   bool
	Budget *budget.Account
	Faults *fault.Set
	Ledger Ledger // what the source remembered in committed epochs (seen files)
	// Clock is the query's own. It may decide when rows exist, never which rows a position stands for.
	Clock clock.Clock
	Spool Spool // where it keeps what nobody will send again
}

// Spool is a source's own folder in the query's state: it moves, is locked, and is put aside with it. A source that
// cannot read its input twice writes there what it accepted, and gives to the engine only what is durable.
type Spool struct {
	Store  store.Store
	Folder string // ends in a slash
}

// Ledger is a durable map of the source's own, kept in the query's state. Entries change only through Chunk.Remember of
// chunks that became part of an epoch; the source reads it within Open and Replay, on the goroutine that called them.
type Ledger interface {
	// Get returns the value of a key; the caller must not change it.
	Get(key string) (value []byte, ok bool)
	// Range visits every entry in no particular order; fn returning false ends it, and must not keep value.
	Range(fn func(key string, value []byte) bool)
}

// Memo is one change of a Ledger. A nil Value forgets the key.
type Memo struct {
	Key   string
	Value []byte
}

// Feed is a running read: a sequence of events in log order. Next is called by one goroutine at a time; Look and Close
// may be called beside it.
//
// Whether everything has been read is never asked from the side. Such an answer overtakes the chunk that has left the
// feed but has not reached its reader, and a run that believes it ends without those rows. Marks say it instead, at
// their place in the sequence.
type Feed interface {
	// Next gives the next event and blocks until there is one. io.EOF means that the input has ended for good (bounded)
	// or that the replayed range is complete; everything has been given by then. An error is final: it is returned
	// again.
	Next(ctx context.Context) (Event, error)
	// Look asks for a fresh look at the input and never blocks. Next gives a caught-up mark whose Look is at least the
	// returned number (or io.EOF, or an error) after all that existed when Look was called. A feed under Scan.Ends has
	// one look, number 0, taken when it was opened.
	Look() int64
	// Close stops fetching and waits for it. A blocked Next returns.
	Close() error
}

// Event is what a feed gives next: a chunk or a mark, never both.
type Event struct {
	Chunk *Chunk
	Mark  *Mark
}

// Mark says how far a feed has come. It speaks of everything before it in the sequence and of nothing after it.
type Mark struct {
	// AtEnd lists partitions of which nothing more existed at the last look; each stays at its end until its next
	// chunk.
	AtEnd []string
	// CaughtUp says that everything which existed at look number Look has been given: all partitions are at their ends.
	// Under Scan.Ends it is the last event, and what existed is fixed when the feed is opened.
	CaughtUp bool
	Look     int64
	// Away lists partitions that nobody can look at now, because whoever sends them cannot be reached. They are not at
	// their ends even where CaughtUp says so of all: whether more of them exists is not known.
	Away []string
}

// Chunk is a contiguous range of one partition that ends at a record boundary. One without Data moves the position or
// the Ledger only, or announces a partition: it counts for the watermark of its table from its first chunk on, and
// holds it back until it has rows. A feed of several partitions announces those that it finds before it gives rows of
// any. An epoch that knew of one partition only would take that one's watermark for the table's, and the rows of the
// others would be late or not as the epochs happened to be cut.
type Chunk struct {
	Partition string
	// Data are records, each ending in its terminator except perhaps the last, or what a Generating source makes rows
	// of; borrowed until Release.
	Data     []byte
	Opener   Opener // nil: Data is as the format frames it; otherwise what finds the records of Data
	Head     []byte // the head of the stream that Data is of, where the format has one (see format.Framing)
	Records  int    // records (an upper bound of rows: blank lines count)
	Bytes    int64  // raw bytes, for lag and progress
	Size     int64  // memory that is held until Release, at least len(Data): what limits and read-ahead count
	Remember []Memo // changes of the source's Ledger that belong to the epoch that takes this chunk
	File     string // for people, relative to the table's path
	Position int64  // decompressed offset of Data[0] within File
	Line     int64  // number within File of the line where Data begins, from 1; 0 when it is not known
	NewFile  bool   // first chunk of a file (limits in files, BOM)
	// Gone: the partition ends with this chunk. It counts for the watermark of the epoch that takes the chunk and for
	// none after it; then the logs name it no more. No chunk and no mark speaks of it again.
	Gone bool
	// TooLong: Data is the beginning of a record that is longer than the source takes. It counts as a bad record.
	TooLong bool
	Private any    // the connector's own, read by Source.Offset
	Release func() // gives Data back; may be nil
}

// Opener finds the records of a chunk whose Data is not framed by the format: batches as a broker sent them,
// compressed, unchecked. It is pure and is called by decoding workers side by side, each with Records of its own.
type Opener interface {
	// Open replaces what into holds by the records of c, which may borrow from c.Data. An error is that of the chunk:
	// it fails the epoch that contains it.
	Open(c *Chunk, into *Records) error
}

// Records are the records of an opened chunk.
type Records = format.Records

// Declaration is what the planner knows about a connector without importing it.
type Declaration struct {
	Name     string
	Options  option.Set // WITH options, besides those of the format and the common scan options
	Formats  bool       // tables say the format of their rows, any that can be read
	Heads    bool       // chunks carry the head of their stream; without it formats with heads are refused
	Bounded  func(option.Values) bool
	Metadata []string // readable metadata columns
	// Check finds faults of options and stored columns together. nil: there are none.
	Check func(v option.Values, columns sqltype.Schema) []option.Problem
	// Place names what holds the table's rows, alike for every spelling of it; "/" separates what contains from what is
	// contained. A query that writes to the place, or around it, is refused. nil: nothing else can write there.
	Place func(v option.Values, base string) string
	// Look finds faults of the options that the text cannot show, such as a path that does not exist. `check`
	// calls it; a start finds them anyway. nil: there are none.
	Look func(table string, v option.Values, base string) error
	Doc  string
}

// Factory makes a source for a table whose options were checked. base is the directory relative paths start from.
type Factory func(table string, v option.Values, base string) (Source, error)

// FilesChanged is the figure (Measuring) of a source of files for those that changed after they were read.
const FilesChanged = "filesChangedAfterRead"

// The limits of a table's share in an epoch.
const (
	KeyMaxRows  = "scan.max-rows-per-trigger"
	KeyMaxBytes = "scan.max-bytes-per-trigger"
	KeyMaxFiles = "scan.max-files-per-trigger"
)

// ScanOptions are common to every source table.
var ScanOptions = option.Set{
	{Key: KeyMaxRows, Kind: option.Int, Default: "10000000", Min: 1,
		Doc: "Rows read per trigger at most."},
	{Key: KeyMaxBytes, Kind: option.Bytes, Default: "64mb", Min: 1,
		Doc: "Bytes (decompressed) read per trigger at most."},
	{Key: KeyMaxFiles, Kind: option.Int, Default: "1000", Min: 1,
		Doc: "Files begun per trigger at most."},
	{Key: option.KeyEmit, Kind: option.Enum, Values: []string{option.OnEvent, option.Periodic}, Default: option.OnEvent,
		Doc: "When a row's watermark makes other rows late: " + option.OnEvent + ", those that come after it; " +
			option.Periodic + ", those of later triggers, so that the result depends on how the input is cut into triggers."},
	{Key: option.KeyIdleTimeout, Kind: option.Duration,
		Doc: "How long a partition gives nothing, although it has been read to its end, until it no longer holds the " +
			"watermark back; 0 for never. Default: table.exec.source.idle-timeout."},
	{Key: deadletter.KeyMode, Kind: option.Enum, Values: deadletter.Modes(), Default: deadletter.Fail,
		Doc: "What to do with a record that cannot be read: stop, count and log it, " +
			"or write it to " + deadletter.KeyTable + "."},
	{Key: deadletter.KeyTable, Kind: option.String,
		Doc: "The table that gets bad records: " + deadletter.Columns() + "."},
}

// Generating is a source whose chunks hold no records: it makes its rows from their numbers. Data says which rows, in
// the source's own form, Position is the number of the first of them, and the decoder that the source brings makes the
// columns, beside the other reading goroutines. The n-th row that it makes has the number Position + n.
type Generating interface {
	// Rows resolves the columns of the table and gives what makes a decoder for each reading goroutine. It is called
	// once, before Open and Replay.
	Rows(c format.Config) (func() format.Decoder, error)
}

// Growing is implemented by bounded sources that can find out whether a finished table has more rows now.
type Growing interface {
	// Grown compares the input with the offset of the last epoch; names say what is new.
	Grown(at Offset) (grown bool, names []string, err error)
}

// Skipping is a source of named parts, some of which a person gave up.
type Skipping interface {
	// Skip leaves the named parts out from now on, also when an epoch is replayed.
	Skip(names ...string)
	// Unknown picks the names of which the source has never heard: that are not there now, that neither of the offsets
	// names (nil ones name nothing) and that are not in the Ledger. A file that is gone but was read is known. there is
	// what exists now, for whoever mistyped a name.
	Unknown(names []string, m Ledger, logged ...Offset) (unknown, there []string)
}

// Noticing is a source that reports things that are not errors.
type Noticing interface {
	// Notices returns what has not been returned yet, a line each.
	Notices() []string
}

// Measuring is a source with figures of its own, for `status` and monitors.
type Measuring interface {
	// Metrics are the figures now, by name; nil when there is nothing to say.
	Metrics() map[string]int64
}
