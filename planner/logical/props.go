package logical

import "slices"

// Props are what is known of a node's rows beside its columns. They follow from those of its inputs.
type Props struct {
	// Updating is the node that makes rows change, the uppermost if there are several: its results are taken back and
	// given again. nil: rows are only ever added.
	Updating Node
	// Windowed reports whether an event-time operator is below: no row is late any more.
	Windowed bool
	// Keys are sets of columns of which no two rows have the same values.
	Keys [][]ColID
	// Bound says, for EXPLAIN, how the node's own state is bounded; "" when it has none.
	Bound string
}

// PropsOf returns the properties of a node. They are computed once, from the leaves up.
func PropsOf(n Node) *Props {
	m := n.kept()
	if m.of != m {
		inputs := n.Inputs()
		in := make([]*Props, len(inputs))
		for i := range inputs {
			in[i] = PropsOf(inputs[i])
		}
		*m = memo{of: m, props: n.derive(in)}
	}
	return &m.props
}

// memo remembers the properties of the node that it is part of. A rule changes a node by changing a copy, and the
// copy of a memo must not answer with what the original knew: a memo is valid where it was filled, and nowhere else.
type memo struct {
	of    *memo
	props Props
}

func (m *memo) kept() *memo { return m }

// within keeps the keys whose columns are all there.
func within(keys [][]ColID, cols []Column) [][]ColID {
	var out [][]ColID
	for _, k := range keys {
		if !slices.ContainsFunc(k, func(id ColID) bool { _, ok := Find(cols, id); return !ok }) {
			out = append(out, k)
		}
	}
	return out
}
