// Package physical is what the planner hands to exec: a graph of physical nodes with stable ids, resolved columns and
// bound expressions, ready to be turned into operators by exec/assemble.
//
// A Plan is data: it can be compared and printed (EXPLAIN), it is never loaded from a file. Nodes are in topological
// order; an edge names the node it comes from. Expressions refer to the columns of the node's (single) input schema.
//
// # Ids and fingerprints
//
// A node's ID is its kind and the first 8 hex digits of SHA-256 over Text: {kind, key expressions, overloads, window,
// changelog mode, state schema}, then ".k" by plan order among equals. No names, no positions, no options and nothing
// upstream go into it. State containers are named "ID/name".
package physical

import (
	"time"

	"streamsql/exec/window"
	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
)

// Plan is one query: every INSERT of a file, or one bare SELECT.
type Plan struct {
	Tables []Table // scanned tables, in order of first use
	Sinks  []Sink  // written tables; the single pseudo-sink "" prints a bare SELECT
	Nodes  []Node
}

// Table is a scanned table.
type Table struct {
	Name      string
	Span      diag.Span
	Connector string
	Format    string
	Options   option.Values // checked
	Raw       map[string]string
	Bounded   bool

	// Physical lists ALL physical columns as declared: a row is judged by what the table declares, not by what the query
	// projects. Used tells which of them the decoder must deliver, in Physical order; they are the first columns of the
	// scan's output.
	Physical sqltype.Schema
	Used     []int
	// Computed columns follow the used ones; each expression sees the used physical columns and the computed ones
	// before it.
	Computed []Computed

	// Watermark is evaluated per row over the used and computed columns; nil when the table has none. TimeCol is the
	// index of the event-time column within them.
	Watermark scalar.Expr
	TimeCol   int

	ErrorMode  string // fail | log | dlq
	DeadLetter string // table that gets bad records; "" = none
}

// Computed is one computed column.
type Computed struct {
	Name string
	Expr scalar.Expr
}

// Sink is a written table.
type Sink struct {
	Name       string // "" prints
	Connector  string
	Format     string
	Options    option.Values
	Raw        map[string]string
	Schema     sqltype.Schema
	Updating   bool // the rows carry retractions
	DeadLetter bool // fed by scans' dead letters (besides INSERTs, if any)
}

// Mode is what an edge can carry.
type Mode uint8

// The changelog modes.
const (
	Append  Mode = iota // insertions only
	Retract             // insertions and retractions of earlier rows
)

// Node is one operator.
type Node struct {
	ID     string
	Text   string // what ID hashes
	Op     Op
	Inputs []int // indices of Plan.Nodes; one, except for SinkOp which may have several
	Schema sqltype.Schema
	Mode   Mode
	Span   diag.Span

	EventTime []int   // output columns that are event time (windows close by them)
	Keys      [][]int // unique keys of the output, each a list of columns
	Bounded   string  // for EXPLAIN: how the node's state is bounded ("by window", "unbounded: 2 keys", "" = no state)
}

// Op is what a node does. The implementations below are all there are.
type Op interface{ op() }

// Scan reads Plan.Tables[Table]. Its output: used physical columns, then computed ones.
type Scan struct{ Table int }

// Calc filters (Filter may be nil) and projects. Both see the input; Filter is applied first.
type Calc struct {
	Filter    scalar.Expr
	Exprs     []scalar.Expr
	ErrorMode string // fail | log | dlq: what a row error does
}

// Tumble appends columns to its input for the window each row falls into; rows whose time is NULL are dropped and
// counted. It judges lateness: a row whose window has ended at its watermark is dropped and counted. It stands in the
// scan's stage, before the exchange.
type Tumble struct {
	TimeCol int
	Size    time.Duration
	Offset  time.Duration
	Emit    []window.Col // what is appended, in order
	// Late is false after another event-time operator and for bare projections over a window TVF without aggregation:
	// there nothing is judged.
	Late bool
}

// Agg is one aggregate call.
type Agg struct {
	ID     string // aggregate overload, e.g. "sum(BIGINT)", see internal/function
	Args   []int  // input columns
	Filter int    // BOOLEAN input column of FILTER (WHERE …), −1 = none
	Type   sqltype.Type
	Span   diag.Span
}

// WindowAggregate groups by window and keys, and emits each window once, when the watermark has passed its end. Its
// input must hold the window's end. exec inserts the exchange by (Keys) and local pre-aggregation before it.
// Output: keys, then window columns named in Emit, then one column per aggregate.
type WindowAggregate struct {
	EndCol int // input column with the window end
	Size   time.Duration
	Keys   []int
	Emit   []window.Col
	Aggs   []Agg
}

// GroupAggregate groups without a window: it updates. Keys may be empty (a global aggregate: one row from the first
// epoch on). Output: keys, then one column per aggregate.
type GroupAggregate struct {
	Keys []int
	Aggs []Agg
}

// SinkOp writes to Plan.Sinks[Sink]; the input has the sink's schema, by position.
type SinkOp struct{ Sink int }

func (Scan) op()            {}
func (Calc) op()            {}
func (Tumble) op()          {}
func (WindowAggregate) op() {}
func (GroupAggregate) op()  {}
func (SinkOp) op()          {}
