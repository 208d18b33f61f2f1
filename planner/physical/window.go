package physical

import (
	"fmt"
	"slices"
	"strings"

	"streamsql/exec/window"
	"streamsql/planner/logical"
)

// Window appends columns to its input for the window that each row falls into; rows whose time is NULL are dropped
// and counted. It is in the scan's stage, before the exchange.
type Window struct {
	TimeCol int
	Spec    window.Spec
	Emit    []window.Col // what is appended, in order
	// Each says that windows overlap and a row leaves once for each window that it is in. Where windows overlap and Each
	// is false, Emit is window_end alone, and what is there is the end of the row's slice: the aggregation above merges
	// those.
	Each bool
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
	if w.Each {
		s += " each"
	}
	return s
}

func (w Window) describe(v view) description {
	d := description{title: v.ID}
	offset := ""
	if w.Spec.Offset != 0 {
		offset = ", offset " + length(w.Spec.Offset)
	}
	d.add("window", "%s of %s%s", sizeText(w.Spec), v.in()[w.TimeCol].Name, offset)
	slices := w.Spec.Overlap() && !w.Each
	switch {
	case slices:
		d.add("adds", "the slice that windows share")
	case w.Each:
		d.add("adds", "%s; a row for each window", windowColumns(w.Emit))
	default:
		d.add("adds", "%s", windowColumns(w.Emit))
	}
	if w.Late {
		d.add("late rows", "dropped and counted")
	}
	return d
}

// sizeText describes the size of windows and how far they are apart.
func sizeText(s window.Spec) string {
	switch s.Kind {
	case window.Hop:
		return length(s.Size) + " every " + length(s.Step)
	case window.Cumulate:
		return "up to " + length(s.Size) + " in steps of " + length(s.Step)
	case window.Tumble:
	}
	return length(s.Size)
}

func windowColumns(list []window.Col) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = c.String()
	}
	return strings.Join(parts, ", ")
}

// judge is an aggregation that emits each window once, by the column of the window's end.
type judge struct {
	end    logical.ColID
	slices bool // slices do for it
}

func judgeOf(a *logical.Aggregate) judge { return judge{a.Over.Window.End.ID, slicesSuffice(a)} }

func slicesSuffice(a *logical.Aggregate) bool {
	return a.Over.Window.Spec.Overlap() && a.SlicesSuffice()
}

// window builds a window. judging are the aggregations above; with one that emits each of its windows once, a late
// row would come after its window's result.
func (b *builder) window(n *logical.Window, in relation, judging []judge) relation {
	at := slices.IndexFunc(judging, func(j judge) bool { return j.end == n.End.ID })
	emitted := at >= 0
	late := emitted && !logical.PropsOf(n.In).Windowed
	op := Window{TimeCol: in.at(n.TimeCol), Spec: n.Spec, Late: late, Emit: n.Emit}
	op.Each = n.Spec.Overlap() && !(emitted && judging[at].slices)
	// The input may hold columns that this use does not know: a scan serves all its readers.
	cols := b.known(in, n.In.Columns())
	cols = append(cols, n.Of(n.Emit)...)
	all := append(slices.Clone(in.ids), ids(n.Of(n.Emit))...)
	return b.add(n, op, relation{ids: all}, cols, Input{Node: in.node})
}
