package logical

import (
	"fmt"
	"slices"
	"strings"

	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
)

// ColID is a column's identity within one Compile. Zero is no column.
type ColID int

// ColSet is a set of columns.
type ColSet map[ColID]bool

// Column is an output column.
type Column struct {
	ID   ColID
	Name string
	Type sqltype.Type
	// Rowtime reports whether the column is event time: the watermark is about it, and a window can be made over it.
	Rowtime bool
}

// Item is an output column of a Calc with its value. An item whose value is a column has that column's ID.
type Item struct {
	Column Column
	Expr   scalar.Expr
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

// Find looks a column up by identity and returns its position.
func Find(cols []Column, id ColID) (int, bool) {
	i := slices.IndexFunc(cols, func(c Column) bool { return c.ID == id })
	return i, i >= 0
}

// Ref is the expression of a column.
func Ref(c Column) scalar.Expr { return scalar.Col{Node: scalar.Node{T: c.Type}, Index: int(c.ID)} }

// RefID is the column that e is, if it is nothing but one.
func RefID(e scalar.Expr) (ColID, bool) {
	c, ok := e.(scalar.Col)
	return ColID(c.Index), ok
}

// Uses adds the columns that e reads to set.
func Uses(e scalar.Expr, set ColSet) {
	if e == nil {
		return
	}
	scalar.Walk(e, func(x scalar.Expr) {
		if id, ok := RefID(x); ok {
			set[id] = true
		}
	})
}

func columnNames(cols []Column) string {
	parts := make([]string, len(cols))
	for i, c := range cols {
		parts[i] = name(c)
	}
	return strings.Join(parts, ", ")
}

func name(c Column) string { return fmt.Sprintf("%s$%d", c.Name, c.ID) }
