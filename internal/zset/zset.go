// Package zset holds Batch, the one representation of data between operators: a columnar Z-set, that is, Arrow columns
// plus a signed weight per row. Row kinds, output modes and envelopes exist at the edges only.
//
// # Borrowing
//
// A batch is borrowed: it is valid until the call it was passed to returns. Whoever keeps rows copies them. Its maker
// may then reuse every buffer. Under invariants.On the makers scribble over reused buffers, so that a keeper fails its
// test.
//
// # Arrow
//
// Columns are kept as raw views (internal/vec) in Arrow's layout; Record and FromRecord convert to and from Arrow
// records without copying (DECIMAL up to 18 digits, kept as int64, is widened on the way out).
package zset

import (
	"cmp"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Batch is a columnar Z-set.
type Batch struct {
	Schema  sqltype.Schema
	N       int        // rows
	Cols    []*vec.Vec // one per field of Schema, each N rows
	Weights []int64    // nil: every row counts +1 (append-only, the fast path)

	// Order places the batch among those of its epoch: batches of one edge are consumed in ascending Order. Scans number
	// their morsels; operators that emit in Advance number what they emit. The same for every number of lanes.
	Order Order

	// Origin and Rows say where rows came from, on edges between a scan and the first exchange. Rows[i] is the ordinal
	// within the morsel of row i; nil means i itself.
	Origin *Origin
	Rows   []int32

	// Behind[i] is the watermark of the row's own partition before row i; nil when no row of the batch is at or below
	// the watermark that was in force before it. After an operator that has found the row too late for some of its windows
	// it is the watermark that this was judged by.
	Behind []clock.EventTime
}

// Order is a position in the arrival order of one edge within an epoch.
type Order struct {
	Phase uint32 // 0 while rows are fed; then 1 + stage<<16 + node: the stage that advances and the node that emits
	Seq   uint64 // morsel number; or the number of the node's emission (one per window), ascending
	Way   uint32 // 0, or the later of several ways that a copy of the emission takes to where they meet again
	Lane  uint32 // emissions of several lanes with the same numbers: in lane order
}

// Compare is negative when o comes before p, positive when it comes after it.
func (o Order) Compare(p Order) int {
	return cmp.Or(cmp.Compare(o.Phase, p.Phase), cmp.Compare(o.Seq, p.Seq), cmp.Compare(o.Way, p.Way),
		cmp.Compare(o.Lane, p.Lane))
}

// Origin identifies the piece of input that a morsel was decoded from.
type Origin struct {
	Table     string
	Partition string
	// Offset gives the text "file position" of a row for messages (e.g. "bids.jsonl offset 1234"). Cold path: it may scan
	// the raw block again.
	Offset func(row int) string
	// Raw gives the raw bytes of a row (dead letters). Cold path.
	Raw func(row int) []byte
}

// Held is the memory of the batch's own buffers, used or not.
func (b *Batch) Held() int64 {
	n := int64(8*cap(b.Weights) + 4*cap(b.Rows) + 8*cap(b.Behind))
	for _, c := range b.Cols {
		n += c.Held()
	}
	return n
}

// RowOf is the ordinal within its morsel of row i.
func (b *Batch) RowOf(i int) int {
	if b.Rows != nil {
		return int(b.Rows[i])
	}
	return i
}

// Weight is the weight of row i.
func (b *Batch) Weight(i int) int64 {
	if b.Weights == nil {
		return 1
	}
	return b.Weights[i]
}
