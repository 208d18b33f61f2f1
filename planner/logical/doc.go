// Package logical is the relational form of a query: what is to be computed, free of names as written and of columns'
// positions.
//
//	Sink ─ Calc ─ Aggregate ─ Calc ─ Window ─ Calc ─ Scan
//
// A column has an identity, its ColID, for as long as its value is the same: a column that is passed on, renamed or
// grouped by keeps it, every computed value gets a new one. Rules therefore never renumber anything. In the
// expressions of this package scalar.Col.Index is a ColID; physical turns it into a position.
//
// # Nodes
//
// A node is one file: its type, and as methods everything that passes ask of a node. A new kind of node is a new file
// here, one in planner/physical, and one in exec/assemble; the compiler lists the methods that it lacks, and lint the
// type switches that do not know it: how it becomes a physical node, and what rules may assume of it.
//
// Nodes form a tree without sharing; equal sub-trees are united when the physical plan is made. A node does not
// change once it is the input of another or has been asked for its properties: rules copy.
package logical
