package physical

import (
	"fmt"
	"slices"
	"strings"

	"streamsql/exec/window"
	"streamsql/planner/logical"
)

// Window appends columns to its input for the window that each row falls into; rows whose time is NULL are dropped and
// counted. It is in the scan's stage, before the exchange.
type Window struct {
	TimeCol int
	Spec    window.Spec
	Emit    []window.Col // what is appended, in order
	// Late says that rows whose window has ended at the watermark are dropped and counted here. It is false after
	// another event-time operator and for bare projections over a window function without aggregation: there nothing is
	// judged.
	Late bool
}

// Kind implements Op: windows of another kind have other ids.
func (w Window) Kind() string { return strings.ToLower(w.Spec.Kind.String()) }

// Table implements Op.
func (Window) Table(*Plan) string { return "" }

// StateKey implements Op.
func (Window) StateKey() ([]int, bool) { return nil, false }

func (w Window) identity(view) string {
	s := fmt.Sprintf("$%d size %s offset %s emit %v late %t", w.TimeCol, w.Spec.Size, w.Spec.Offset, w.Emit, w.Late)
	if w.Spec.Step != 0 {
		s += fmt.Sprintf(" step %s", w.Spec.Step)
	}
	return s
}

func (w Window) describe(v view) description {
	d := description{title: v.ID}
	offset := ""
	if w.Spec.Offset != 0 {
		offset = ", offset " + length(w.Spec.Offset)
	}
	d.add("window", "%s of %s%s", length(w.Spec.Size), v.in()[w.TimeCol].Name, offset)
	d.add("adds", "%s", windowColumns(w.Emit))
	if w.Late {
		d.add("late rows", "dropped and counted")
	}
	return d
}

func windowColumns(list []window.Col) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = c.String()
	}
	return strings.Join(parts, ", ")
}

// window builds a window. emitted reports whether an aggregation above emits each window once: then a late row would
// come after its window's result.
func (b *builder) window(n *logical.Window, in relation, emitted bool) relation {
	late := emitted && !logical.PropsOf(n.In).Windowed
	op := Window{TimeCol: in.at(n.TimeCol), Spec: n.Spec, Late: late, Emit: n.Emit}
	// The input may hold columns that this use does not know: a scan serves all its readers.
	cols := b.known(in, n.In.Columns())
	cols = append(cols, n.Of(n.Emit)...)
	all := append(slices.Clone(in.ids), ids(n.Of(n.Emit))...)
	return b.add(n, op, relation{ids: all}, cols, Input{Node: in.node})
}
