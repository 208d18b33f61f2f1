package physical

import (
	"fmt"
	"slices"
	"strings"

	"streamsql/internal/function"
	"streamsql/planner/logical"
)

// Unnest gives a row for each element of the array that a function computes of the input's columns Args. Output: the
// columns Keep of the input, the element, its ordinal if Ordinality.
type Unnest struct {
	Func       string // ID of a function of function.Arrays
	Args       []int
	Keep       []int
	Outer      bool // a row without elements stays, with NULL
	Ordinality bool
}

// Kind implements Op.
func (Unnest) Kind() string { return "unnest" }

// Table implements Op.
func (Unnest) Table(*Plan) string { return "" }

// StateKey implements Op.
func (Unnest) StateKey() ([]int, bool) { return nil, false }

func (u Unnest) identity(v view) string {
	return fmt.Sprintf("%s%s keep %s outer %t ordinality %t", u.Func, keysText(v.in(), u.Args), keysText(v.in(), u.Keep),
		u.Outer, u.Ordinality)
}

func (u Unnest) describe(v view) description {
	d := description{title: v.ID}
	args := strings.Join(namesAt(v.in(), u.Args), ", ")
	d.add("elements", "%s = %s(%s)", v.Schema[len(u.Keep)].Name, strings.ToUpper(function.NameOf(u.Func)), args)
	if u.Outer {
		d.add("empty", "a row without elements stays, with NULL")
	}
	d.add("columns", "%s", columns(v.Schema))
	return d
}

func (b *builder) unnest(n *logical.Unnest, in relation) relation {
	op := Unnest{
		Func: n.Func, Args: positions(in, n.Args), Keep: positions(in, ids(n.Keep)), Outer: n.Outer,
		Ordinality: n.Ord.ID != 0,
	}
	cols := slices.Clone(n.Columns())
	return b.add(n, op, relation{ids: ids(cols)}, cols, Input{Node: in.node})
}
