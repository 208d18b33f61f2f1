package logical

import (
	"fmt"
	"strings"

	"streamsql/internal/diag"
)

// Union is UNION ALL: the rows of all inputs. It is the first node with more than one.
type Union struct {
	memo
	In   []Node
	Cols []Column
	From [][]ColID // per input, the column that each of Cols is
	At   diag.Span
}

// Columns implements Node.
func (u *Union) Columns() []Column { return u.Cols }

// Inputs implements Node.
func (u *Union) Inputs() []Node { return append([]Node{}, u.In...) }

// WithInputs implements Node.
func (u *Union) WithInputs(in []Node) Node {
	if len(in) != len(u.In) {
		panic(fmt.Sprintf("logical: a union over %d inputs, not %d", len(in), len(u.In)))
	}
	out := *u
	out.In = in
	return &out
}

// Span implements Node.
func (u *Union) Span() diag.Span { return u.At }

// Line implements Node.
func (u *Union) Line() string {
	parts := make([]string, len(u.Cols))
	for i, c := range u.Cols {
		parts[i] = name(c) + " :="
		for _, from := range u.From {
			parts[i] += fmt.Sprintf(" $%d", from[i])
		}
	}
	return "Union (" + strings.Join(parts, ", ") + ")"
}

// Prune implements Node: a column that nobody reads is asked of no input.
func (u *Union) Prune(need ColSet) (Node, []ColSet) {
	out := *u
	out.Cols, out.From = nil, make([][]ColID, len(u.From))
	below := make([]ColSet, len(u.From))
	for k := range below {
		below[k] = ColSet{}
	}
	for i, c := range u.Cols {
		if !need[c.ID] {
			continue
		}
		out.Cols = append(out.Cols, c)
		for k, from := range u.From {
			out.From[k] = append(out.From[k], from[i])
			below[k][from[i]] = true
		}
	}
	return &out, below
}

// derive: rows change where those of any input do; a late row may come from any input that has seen no event-time
// operator; the same key may be in two inputs.
func (u *Union) derive(in []*Props) Props {
	out := Props{Windowed: true}
	for _, p := range in {
		if p.Updating != nil {
			out.Updating = p.Updating
		}
		out.Windowed = out.Windowed && p.Windowed
	}
	return out
}
