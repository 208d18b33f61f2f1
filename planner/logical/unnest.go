package logical

import (
	"fmt"
	"slices"
	"strings"

	"streamsql/internal/diag"
)

// Unnest gives a row for each element of an array that a function computes of the row: Keep, then the element, then its
// ordinal where somebody wants it.
type Unnest struct {
	memo
	In    Node
	Func  string // ID of a function of function.Arrays
	Args  []ColID
	Outer bool     // a row without elements stays, with NULL
	Keep  []Column // columns of the input
	Elem  Column
	Ord   Column // the element's place, from 1; ID 0: not wanted
	At    diag.Span
}

// Columns implements Node.
func (u *Unnest) Columns() []Column {
	out := append(slices.Clone(u.Keep), u.Elem)
	if u.Ord.ID != 0 {
		out = append(out, u.Ord)
	}
	return out
}

// Inputs implements Node.
func (u *Unnest) Inputs() []Node { return []Node{u.In} }

// WithInputs implements Node.
func (u *Unnest) WithInputs(in []Node) Node { out := *u; out.In = only(u, in); return &out }

// Span implements Node.
func (u *Unnest) Span() diag.Span { return u.At }

// Line implements Node.
func (u *Unnest) Line() string {
	kind := "Unnest"
	if u.Outer {
		kind = "LeftUnnest"
	}
	args := make([]string, len(u.Args))
	for i, id := range u.Args {
		args[i] = fmt.Sprintf("$%d", id)
	}
	return fmt.Sprintf("%s %s[%s] keeps (%s) adds (%s)", kind, u.Func, strings.Join(args, ", "), columnNames(u.Keep),
		columnNames(u.Columns()[len(u.Keep):]))
}

// Prune implements Node: what nobody reads is not copied for each element.
func (u *Unnest) Prune(need ColSet) (Node, []ColSet) {
	out := *u
	out.Keep = slices.DeleteFunc(slices.Clone(u.Keep), func(c Column) bool { return !need[c.ID] })
	if !need[u.Ord.ID] {
		out.Ord = Column{}
	}
	below := ColSet{}
	for _, c := range out.Keep {
		below[c.ID] = true
	}
	for _, id := range u.Args {
		below[id] = true
	}
	return &out, []ColSet{below}
}

// derive: the ordinal distinguishes an element from the others of its row.
func (u *Unnest) derive(in []*Props) Props {
	out := Props{Updating: in[0].Updating, Windowed: in[0].Windowed}
	if u.Ord.ID != 0 {
		for _, key := range within(in[0].Keys, u.Keep) {
			out.Keys = append(out.Keys, append(slices.Clone(key), u.Ord.ID))
		}
	}
	return out
}
