// Package logical is the relational form of a query: what is to be computed, free of names as written and of columns'
// positions.
//
//	Sink ─ Calc ─ Aggregate ─ Calc ─ Window ─ Calc ─ Scan
//
// A column has an identity, its ColID, for as long as its value is the same: a column that is passed on, renamed or
// grouped by keeps it, every computed value gets a new one. Rules therefore never renumber anything. In the expressions
// of this package scalar.Col.Index is a ColID; physical turns it into a position.
//
// Nodes are sealed: Scan, Calc, Window, Aggregate, Sink. They are values of a tree without sharing; equal sub-trees are
// united when the physical plan is made. Each says what it knows of its output: columns (with event time), the
// changelog mode, unique keys, and how its state is bounded.
package logical
