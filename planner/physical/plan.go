// Package physical is what the planner hands to exec: a graph of physical nodes with stable ids, resolved columns and
// bound expressions, ready to be turned into operators by exec/assemble.
//
// A Plan is data: it can be compared and printed (EXPLAIN), but it is never loaded from a file. Nodes are in
// topological order; an input names the node that it comes from. Expressions refer to the columns of the input's
// schema.
//
// # Nodes
//
// What a node does is its Op. An operator is one file: its type, how it is made from a logical node, and as methods
// everything that is asked of it. What all nodes have (columns, changelog mode, unique keys) is in Node.
//
// # Ids and fingerprints
//
// How nodes and state are named, and what decides whether a state fits a plan, is in identity.go. EXPLAIN may print
// something else, and may change.
package physical

import (
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
	// projects. Used are those that the decoder must deliver, in Physical order; they are the first columns of the
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

// String names the mode.
func (m Mode) String() string { return [...]string{"append", "retract"}[m] }

// Node is one operator with what is known of its output.
type Node struct {
	ID       string // names the node's state, counters and watermark; see identity.go
	Identity string // what ID is made from
	Op       Op
	Inputs   []Input // one, except for SinkOp which may have several
	Schema   sqltype.Schema
	Mode     Mode
	Span     diag.Span // where the text asks for it

	EventTime []int   // output columns that are event time (windows close by them)
	Keys      [][]int // unique keys of the output, each a list of columns
	Bounded   string  // for EXPLAIN: how the node's state is bounded ("by window", "unbounded: 2 keys", "" = no state)
}

// Input is an edge of the plan.
type Input struct {
	Node  int // index of Plan.Nodes
	Route Route
	Keys  []int // of Hash: columns of that node
}

// Route is how rows reach the lanes of a node. The plan decides it for every number of lanes alike: the order of rows
// in files must not depend on how many there are.
type Route uint8

// The routes.
const (
	Direct    Route = iota // they stay in their lane
	Hash                   // to the lane that owns their Keys
	Broadcast              // to every lane
	One                    // to the lane that owns the empty key
)

// Op is what a node does. Sealed: the implementations in this package are all there are. None of the methods has a
// default, so that a new operator cannot forget one.
//
//sumtype:decl
type Op interface {
	// Kind names the operator in ids and plans. Part of the state format.
	Kind() string
	// Table is the table that the operator reads or writes; "" for all others.
	Table(p *Plan) string
	// StateKey lists the columns of its input that key the operator's state; ok is false when it keeps none.
	StateKey() (cols []int, ok bool)
	// identity is the operator's part of Node.Identity. Part of the state format.
	identity(v view) string
	// describe explains the operator, for EXPLAIN.
	describe(v view) description
}

// view is a node as the methods of its operator see it.
type view struct {
	*Node
	plan *Plan
}

// in is the schema of the first input.
func (v view) in() sqltype.Schema { return v.plan.Nodes[v.Inputs[0].Node].Schema }
