package physical

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"streamsql/exec/window"
	"streamsql/planner/logical"
)

// Window appends columns to its input for the window that each row falls into; rows whose time is NULL are dropped and
// counted. It is in the scan's stage, before the exchange.
type Window struct {
	TimeCol int
	Size    time.Duration
	Offset  time.Duration
	Emit    []window.Col // what is appended, in order
	// Late says that rows whose window has ended at the watermark are dropped and counted here. It is false after
	// another event-time operator and for bare projections over a window function without aggregation: there nothing is
	// judged.
	Late bool
}

// Kind implements Op.
func (Window) Kind() string { return "tumble" }

// Table implements Op.
func (Window) Table(*Plan) string { return "" }

// StateKey implements Op.
func (Window) StateKey() ([]int, bool) { return nil, false }

func (w Window) identity(view) string {
	return fmt.Sprintf("$%d size %s offset %s emit %v late %t", w.TimeCol, w.Size, w.Offset, w.Emit, w.Late)
}

func (w Window) describe(v view) description {
	d := description{title: v.ID}
	offset := ""
	if w.Offset != 0 {
		offset = ", offset " + length(w.Offset)
	}
	d.add("window", "%s of %s%s", length(w.Size), v.in()[w.TimeCol].Name, offset)
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
	op := Window{TimeCol: in.at(n.TimeCol), Size: n.Size, Offset: n.Offset, Late: late, Emit: n.Emit}
	// The input may hold columns that this use does not know: a scan serves all its readers.
	cols := b.known(in, n.In.Columns())
	cols = append(cols, n.Of(n.Emit)...)
	all := append(slices.Clone(in.ids), ids(n.Of(n.Emit))...)
	return b.add(n, op, relation{ids: all}, cols, Input{Node: in.node})
}
