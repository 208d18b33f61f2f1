// Package flow runs a graph of operators on lanes.
//
//	feed ─ reader: fetch, decode ahead ─┐ morsels in log order
//	                                    ▼
//	lane 0   scan ─ calc ─ window ─ late ─ pre-aggregate ─╮      ╭─ aggregate ─ calc ─ encode ─╮
//	lane 1   scan ─ calc ─ window ─ late ─ pre-aggregate ─┤ exch ├─ aggregate ─ calc ─ encode ─┤─ ordered writer ─ sink
//	         └─────────────── stage 0 ────────────────────╯      ╰────────── stage 1 ──────────╯
//
// A stage is what is between exchanges. Readers decode chunks ahead of the operators, several at a time; lanes take
// the decoded morsels strictly in log order, so that each morsel knows the running maximum before it. Operators of one
// stage call each other directly. An exchange routes rows to lanes (see Route); after the stage's barrier each lane
// takes what was sent to it. Then the stage advances, and the next one begins.
//
// # Order
//
// A key sees its rows in the same order for every number of lanes, and so does a sink. Every batch carries a
// zset.Order: the phase (0 while rows are fed, then the stage and the node that emits), a number within the phase (of
// the morsel, or of the emission), the way that it took, and the lane as the last tie-break. What keeps the order free
// of lanes:
//
//   - Routes are the plan's, and end a stage for one lane as for many. With one lane nothing waits or is copied.
//   - Operators with state number what they emit alike on every lane (a window aggregate: by window), in ascending
//     order. Within a number they emit in canonical key order; lanes own ascending ranges of it.
//   - An operator after an exchange gets the rows of each port in Order. Between its ports nothing is promised: on one
//     lane they interleave by morsel or batch, and batches are cut differently on several lanes. It may use neither.
//   - Rows of one batch may come apart on an exchange. So an exchange feeds only operators that order their own output:
//     they emit nothing in Process. The same holds for every operator with state (op.Keeper).
//   - In an output that takes rows back, −old is directly before +new.
//   - A Union hands on batches as they arrive. Where ways from one emitter part and meet again, all but the first wait
//     until the emission is done (see way).
//
// The rules for operators are checked when internal/invariants is on; Spec.LastPortFirst feeds ports in another order.
//
// # Sinks
//
// Lanes encode for a sink side by side and write in Order as they go, while rows are fed and while windows fire: the
// lane whose turn it is at once, another one when its turn comes. A lane that is 16 MiB ahead waits (see turns).
//
// # What it refuses
//
// flow holds no state that outlives an epoch, reads no clock, writes no log. A panic inside an operator becomes an
// error that names the operator; the graph is then unusable and must be closed.
package flow

import (
	"streamsql/exec/op"
	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
	"streamsql/sinks"
	"streamsql/sources"
)

// Spec describes a graph. Nodes are in topological order; only a sink may come before its inputs.
type Spec struct {
	Lanes int
	Nodes []Node
	// LastPortFirst is for tests of operators with several ports: an operator gets the rows of its last exchange port
	// first, whatever the number of lanes. What it emits must not change.
	LastPortFirst bool
}

// Node is one node of the graph: exactly one of Scan, New and Sink is set.
type Node struct {
	ID     string
	Inputs []Edge
	Schema sqltype.Schema // output columns

	Scan *Scan
	New  func(lane int) (op.Operator, error)
	Sink *Sink

	// Guards are the nodes that an op.Guard judges rows for.
	Guards []int

	// Ports gives the nodes that take what this one emits on its named output ports (op.Dead, op.LateRows). What is
	// emitted on a port that is not among them goes nowhere.
	Ports map[int]int
}

// Scan is a table's entry into the graph.
type Scan struct {
	Table string
	// NewDecoder makes a decoder; each reader goroutine has its own.
	NewDecoder func() (Decoder, error)
	// Attach fills Batch.Behind of a morsel whose Base has become known. Called in the lane. May be nil.
	Attach func(m *Morsel)
	// Guard lets no row of a morsel move the watermark beyond limit, lowers the morsel's Max to what is left, and returns
	// how many rows would have. Called before the morsel enters its partition's order. May be nil.
	Guard func(m *Morsel, limit clock.EventTime) (ahead int64)
	// Watermarked reports whether the table declares a watermark.
	Watermarked bool
}

// Decoder turns a chunk into rows. Not safe for concurrent use.
type Decoder interface {
	// Decode fills m.Rows, m.Dead, m.Max and the counts from m.Chunk, reusing whatever m holds. The returned error
	// fails the epoch that contains the chunk.
	Decode(m *Morsel) error
}

// Morsel is one decoded chunk.
type Morsel struct {
	Chunk *sources.Chunk
	Rows  *zset.Batch     // output of the scan; never nil after Decode
	Dead  []*zset.Batch   // dead letters, filled by Attach
	Bad   int64           // records that could not be read
	Ahead int64           // rows too far ahead of the clock to move the watermark
	Kinds op.Kinds        // those that mode log dropped, by reason
	Max   clock.EventTime // largest watermark of the rows; clock.Min without any
	Base  clock.EventTime // watermark of the partition before the morsel
	// Scratch belongs to the decoder: buffers it reuses when the morsel comes around again.
	Scratch any

	seq  uint64
	scan int
	err  error
	done chan struct{}
}

// Sink is a written table.
type Sink struct {
	Name string
	Sink sinks.Sink
}
