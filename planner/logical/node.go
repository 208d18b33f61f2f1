package logical

import (
	"fmt"

	"streamsql/internal/diag"
)

// Node is a relation. Sealed: the implementations in this package are all there are.
//
//sumtype:decl
type Node interface {
	// Columns are the output columns, in order.
	Columns() []Column
	// Inputs are the relations below, in the order of the ports; none for a Scan. The slice is the caller's.
	Inputs() []Node
	// WithInputs is the node over other inputs, as many as it has, each with at least the columns that it uses.
	WithInputs(in []Node) Node
	// Span is where the text asks for it.
	Span() diag.Span
	// Line describes the node on one line, for EXPLAIN and tests. Columns are name$id.
	Line() string
	// Prune is the node without what nobody needs, and for each input the columns that it then uses of it. It delivers
	// the needed columns and, if that costs nothing, others. The node's inputs are still the old ones.
	Prune(need ColSet) (n Node, below []ColSet)
	// derive computes the node's properties from those of its inputs. Use PropsOf.
	derive(in []*Props) Props
	// kept is where PropsOf keeps them.
	kept() *memo
}

// WithInput is a node with one input over another one.
func WithInput(n, in Node) Node { return n.WithInputs([]Node{in}) }

// Rebuild rebuilds a tree from its leaves, giving every node to fn after its inputs.
func Rebuild(n Node, fn func(Node) Node) Node {
	if in := n.Inputs(); len(in) > 0 {
		for i := range in {
			in[i] = Rebuild(in[i], fn)
		}
		n = n.WithInputs(in)
	}
	return fn(n)
}

// Walk calls fn for n and everything below it, each node before its inputs.
func Walk(n Node, fn func(Node)) {
	fn(n)
	for _, in := range n.Inputs() {
		Walk(in, fn)
	}
}

// only is the single input of a node that has one.
func only(n Node, in []Node) Node {
	if len(in) != 1 {
		panic(fmt.Sprintf("logical: %T over %d inputs, not one", n, len(in)))
	}
	return in[0]
}
