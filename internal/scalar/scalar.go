// Package scalar is the tree of bound expressions: names resolved to column indices, overloads chosen, casts explicit,
// every node typed. The planner writes it, exec/expr compiles it into vector kernels; neither knows the other.
//
// The tree is sealed. Each kind of expression is a file: its type, its operands, what it reads, its text. What works on
// whole trees (walk.go, reads.go, key.go) asks the kinds and has no list of them, so that a kind without an answer does
// not compile. A type switch that must know every kind is checked by lint.
//
// The printer (String) is canonical: equal meaning as far as the planner can tell, equal text. It carries no positions
// and no names, and feeds fingerprints and the sharing of common sub-expressions.
package scalar

import (
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
)

// Expr is a bound expression. The implementations in this package are all there are.
//
//sumtype:decl
type Expr interface {
	// Type is the result type; NotNull is set only when no input row can make the result NULL.
	Type() sqltype.Type
	// Span is where the expression is in the query text; it is not part of String.
	Span() diag.Span
	// String prints the canonical text. Its cost is the size of the tree: what looks at every node of a tree uses Keys.
	String() string

	// operands are the direct operands, in evaluation order. The caller does not change them.
	operands() []Expr
	// with is the same expression over other operands, as many as operands gave. It keeps the slice; the receiver stays
	// as it is.
	with(operands []Expr) Expr
	// reads is what the value depends on besides its operands.
	reads() Reads
	// text appends the canonical text, given a way to write the operands.
	text(b []byte, operand func([]byte, Expr) []byte) []byte
	// sealed closes the set of implementations to this package.
	sealed()
}

// Node carries what every expression has.
type Node struct {
	T  sqltype.Type
	At diag.Span
}

// Type implements Expr.
func (n Node) Type() sqltype.Type { return n.T }

// Span implements Expr.
func (n Node) Span() diag.Span { return n.At }

func (Node) sealed() {}
