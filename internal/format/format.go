// Package format is the contract between bytes and columns: what decodes the chunks of a source into rows, and what
// encodes rows for a sink. Each format is a sub-package and one value, a Format, in the list of package formats.
//
//	stream of bytes    ──Splitter─▶ sources.Chunk                   cut where records end
//	sources.Chunk.Data ──Decoder──▶ Rows{Batch, Starts, Bad}        one decoder per reading goroutine
//	zset.Batch         ──Encoder──▶ bytes                           one encoder per lane
//
//	value.go    Format: what the planner, sources and sinks know of one
//	framing.go  how records follow each other in a stream
//	format.go   Decoder, Encoder and what they exchange
//	records.go  records that are not framed by the format
//	columns     how columns judge, store and write values of text
//
// A row is judged by what the table declares, not by what a query uses: the values of columns that nobody asked for are
// checked where they are skipped. Therefore a query that reads one more column never finds one more bad record.
package format

import (
	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// Config tells a format what a table looks like.
type Config struct {
	Schema  sqltype.Schema // all declared physical columns
	Used    []int          // those to deliver, ascending indices into Schema; for decoders
	Options option.Values  // checked against the format's options (the zero Values: all defaults)

	// Dictionaries lets STRING columns with few distinct values come as vec.Dict. Without it every column is vec.Flat.
	Dictionaries bool
}

// Decoder turns the bytes of a chunk into rows. Not safe for concurrent use.
type Decoder interface {
	// Decode reads all records of data, which begins and ends at record boundaries, and replaces the content of into.
	// Nothing of data is kept. What cannot be read becomes an entry of into.Bad; no input makes it panic.
	Decode(data []byte, into *Rows)
}

// Headed is implemented by decoders of formats whose streams may begin with a head (see Framing).
type Headed interface {
	Decoder
	// Under names the head of the stream that the next chunks are of; nil: it has none. The decoder does not keep it.
	Under(head []byte)
}

// Encoder turns rows into bytes. Not safe for concurrent use.
type Encoder interface {
	// Encode appends the rows of b (borrowed) to dst and returns it. A row of weight w is written |w| times.
	Encode(dst []byte, b *zset.Batch) ([]byte, error)
}

// Rows is one decoded chunk. It owns its buffers; a Rows that is decoded into again reuses them.
type Rows struct {
	Batch   zset.Batch // schema = the used columns; no weights, order or origin
	Starts  []int32    // byte offset within the chunk of each row's record
	Bad     []Bad      // records that are not rows, in order
	Blank   int        // empty lines
	Unknown int64      // values skipped because the table does not declare their key
	Ignored int64      // records and fields dropped because the format was told to ignore errors

	cols  []vec.Vec
	dicts []vec.Vec
}

// Bad is one record that is not a row.
type Bad struct {
	Line       int // ordinal of its line within the chunk, blank lines counted
	Start, End int // its bytes within the chunk, without the line's end
	Code       diag.Code
	Column     string // "" when no single column is at fault
	Msg        string // what is wrong, lower case
}

// Begin empties r for a chunk, with columns of the given schema. For decoders.
func (r *Rows) Begin(schema sqltype.Schema) {
	if len(r.cols) != len(schema) {
		r.cols = make([]vec.Vec, len(schema))
		r.dicts = make([]vec.Vec, len(schema))
	}
	// Whoever had the batch may have put other columns into it.
	r.Batch = zset.Batch{Schema: schema, Cols: r.Batch.Cols[:0]}
	for i := range r.cols {
		r.Batch.Cols = append(r.Batch.Cols, &r.cols[i])
	}
	r.Starts, r.Bad, r.Blank, r.Unknown, r.Ignored = r.Starts[:0], r.Bad[:0], 0, 0, 0
}

// Number gives r n rows whose records are known by their ordinals. For decoders.
func (r *Rows) Number(n int) {
	r.Batch.N = n
	for len(r.Starts) < n {
		r.Starts = append(r.Starts, int32(len(r.Starts)))
	}
}

// Dict is storage for the dictionary of column i. For decoders.
func (r *Rows) Dict(i int) *vec.Vec { return &r.dicts[i] }
