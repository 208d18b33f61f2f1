package logical

import (
	"fmt"
	"slices"
	"strings"

	"streamsql/exec/window"
	"streamsql/internal/diag"
	"streamsql/internal/scalar"
)

// Aggregate groups by Keys. With Over, the keys are within windows: each window is emitted once, when it has passed.
type Aggregate struct {
	memo
	In   Node
	Keys []Column // IDs of input columns
	Over *Over    // nil: an updating aggregation
	Aggs []Agg
	At   diag.Span // the GROUP BY clause, or the first aggregate
}

// Over is the window that an aggregation is grouped by.
type Over struct {
	Window *Window      // its columns and size; not an input
	Emit   []window.Col // which of its columns are delivered, after the keys
}

// Agg is an aggregate call.
type Agg struct {
	Column Column
	ID     string // aggregate overload
	Name   string
	Args   []ColID
	Filter ColID // 0: none
	At     diag.Span
}

// Columns implements Node.
func (a *Aggregate) Columns() []Column {
	out := append([]Column{}, a.Keys...)
	if a.Over != nil {
		out = append(out, a.Over.Window.Of(a.Over.Emit)...)
	}
	for _, g := range a.Aggs {
		out = append(out, g.Column)
	}
	return out
}

// Inputs implements Node.
func (a *Aggregate) Inputs() []Node { return []Node{a.In} }

// WithInputs implements Node.
func (a *Aggregate) WithInputs(in []Node) Node { out := *a; out.In = only(a, in); return &out }

// Span implements Node.
func (a *Aggregate) Span() diag.Span { return a.At }

// Line implements Node.
func (a *Aggregate) Line() string {
	kind := "Aggregate"
	if a.Over != nil {
		kind = "WindowAggregate"
	}
	parts := make([]string, len(a.Aggs))
	for i, g := range a.Aggs {
		parts[i] = name(g.Column) + " := " + g.ID
		for _, id := range g.Args {
			parts[i] += scalar.Col{Index: int(id)}.String()
		}
		if g.Filter != 0 {
			parts[i] += " filter " + scalar.Col{Index: int(g.Filter)}.String()
		}
	}
	s := kind + " by (" + columnNames(a.Keys) + ")"
	if a.Over != nil {
		s += " in window (" + columnNames(a.Over.Window.Of(a.Over.Emit)) + ")"
	}
	return s + " (" + strings.Join(parts, ", ") + ")"
}

// Prune implements Node: calls that nobody reads are not kept. Keys stay: they decide what the groups are.
func (a *Aggregate) Prune(need ColSet) (Node, []ColSet) {
	out := *a
	below := ColSet{}
	for _, k := range a.Keys {
		below[k.ID] = true
	}
	out.Aggs = slices.DeleteFunc(slices.Clone(a.Aggs), func(g Agg) bool { return !need[g.Column.ID] })
	for _, g := range out.Aggs {
		for _, id := range g.Args {
			below[id] = true
		}
		if g.Filter != 0 {
			below[g.Filter] = true
		}
	}
	if a.Over != nil {
		w := a.Over.Window
		out.Over = &Over{Window: w, Emit: emitted(w, a.Over.Emit, need)}
		below[w.End.ID] = true // groups are kept by it
	}
	return &out, []ColSet{below}
}

// derive: a window's groups are emitted once; other groups change with every row.
func (a *Aggregate) derive(in []*Props) Props {
	out := Props{Updating: in[0].Updating, Windowed: in[0].Windowed || a.Over != nil, Keys: a.keys(), Bound: a.bound()}
	if a.Over == nil {
		out.Updating = a
	}
	return out
}

// keys are the grouping keys, with a column of the window where there is one: each of them identifies the window.
func (a *Aggregate) keys() [][]ColID {
	var key []ColID
	for _, k := range a.Keys {
		key = append(key, k.ID)
	}
	if a.Over == nil {
		return [][]ColID{key}
	}
	var out [][]ColID
	for _, c := range a.Over.Window.Of(a.Over.Emit) {
		out = append(out, append(slices.Clone(key), c.ID))
	}
	return out
}

func (a *Aggregate) bound() string {
	switch {
	case a.Over != nil:
		return "by window: dropped when the window has been emitted"
	case len(a.Keys) == 0:
		return "one group"
	case len(a.Keys) == 1:
		return "unbounded: one group per key"
	}
	return fmt.Sprintf("unbounded: one group per combination of %d keys", len(a.Keys))
}
