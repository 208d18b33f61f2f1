package logical

import (
	"fmt"
	"slices"

	"streamsql/internal/scalar"
)

// Updating finds the aggregation that makes n's rows change; nil when n only ever adds rows. A row that was emitted is
// taken back only by an aggregation without a window.
func Updating(n Node) *Aggregate {
	for ; n != nil; n = n.Input() {
		if a, ok := n.(*Aggregate); ok && a.Over == nil {
			return a
		}
	}
	return nil
}

// Windowed reports whether n stands above an event-time operator: there no row is late any more.
func Windowed(n Node) bool {
	for ; n != nil; n = n.Input() {
		if a, ok := n.(*Aggregate); ok && a.Over != nil {
			return true
		}
	}
	return false
}

// UniqueKeys lists sets of columns of which no two rows of n have the same values.
func UniqueKeys(n Node) [][]ColID {
	switch n := n.(type) {
	case *Aggregate:
		var key []ColID
		for _, k := range n.Keys {
			key = append(key, k.ID)
		}
		if n.Over != nil {
			return n.Over.keys(key)
		}
		return [][]ColID{key}
	case *Calc:
		return within(UniqueKeys(n.In), n.Columns())
	case *Window:
		return UniqueKeys(n.In)
	case *Sink:
		return UniqueKeys(n.In)
	}
	return nil
}

// keys completes the key of a windowed aggregation: each column of the window tells it.
func (o *Over) keys(key []ColID) [][]ColID {
	var out [][]ColID
	for _, c := range o.Window.Of(o.Emit) {
		out = append(out, append(slices.Clone(key), c.ID))
	}
	return out
}

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

// Bound says how the state of a node is bounded; "" when it has none.
func Bound(n Node) string {
	a, ok := n.(*Aggregate)
	switch {
	case !ok:
		return ""
	case a.Over != nil:
		return "by window: dropped when the window has been emitted"
	case len(a.Keys) == 0:
		return "one group"
	case len(a.Keys) == 1:
		return "unbounded: one group per key"
	}
	return fmt.Sprintf("unbounded: one group per combination of %d keys", len(a.Keys))
}

// Find looks a column up by identity and returns its position.
func Find(cols []Column, id ColID) (int, bool) {
	i := slices.IndexFunc(cols, func(c Column) bool { return c.ID == id })
	return i, i >= 0
}

// Ref is the expression of a column.
func Ref(c Column) scalar.Expr { return scalar.Col{Node: scalar.Node{T: c.Type}, Index: int(c.ID)} }

// RefID tells which column e is, if it is nothing but one.
func RefID(e scalar.Expr) (ColID, bool) {
	c, ok := e.(scalar.Col)
	return ColID(c.Index), ok
}

// Uses adds the columns that e reads to set.
func Uses(e scalar.Expr, set map[ColID]bool) {
	if e == nil {
		return
	}
	scalar.Walk(e, func(x scalar.Expr) {
		if id, ok := RefID(x); ok {
			set[id] = true
		}
	})
}

// Pass is the item that hands a column on.
func Pass(c Column) Item { return Item{c, Ref(c)} }

// PassAll hands all columns on.
func PassAll(cols []Column) []Item {
	out := make([]Item, len(cols))
	for i, c := range cols {
		out[i] = Pass(c)
	}
	return out
}

// Has reports whether a column is one of the window's.
func (o *Over) Has(id ColID) bool {
	return id == o.Window.Start.ID || id == o.Window.End.ID || id == o.Window.Time.ID
}
