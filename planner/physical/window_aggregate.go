package physical

import (
	"fmt"

	"streamsql/exec/window"
)

// WindowAggregate groups by window and keys, and emits each window once, when the watermark has passed its end. Its
// input must hold the window's end. exec inserts the local pre-aggregation before the exchange.
// Output: keys, then the window columns named in Emit, then one column per aggregate.
type WindowAggregate struct {
	EndCol int // input column with the window end
	Spec   window.Spec
	Keys   []int
	Emit   []window.Col
	Aggs   []Agg
	Slices bool // EndCol is the end of a slice that windows share
}

// Kind implements Op.
func (WindowAggregate) Kind() string { return "window-aggregate" }

// Table implements Op.
func (WindowAggregate) Table(*Plan) string { return "" }

// StateKey implements Op.
func (a WindowAggregate) StateKey() ([]int, bool) { return a.Keys, true }

func (a WindowAggregate) identity(v view) string {
	in := v.in()
	s := fmt.Sprintf("end $%d size %s emit %v keys %s aggs %s",
		a.EndCol, a.Spec.Size, a.Emit, keysText(in, a.Keys), aggsText(in, a.Aggs))
	if a.Spec.Kind != window.Tumble {
		s += fmt.Sprintf(" %s step %s offset %s slices %t", a.Spec.Kind, a.Spec.Step, a.Spec.Offset, a.Slices)
	}
	return s
}

func (a WindowAggregate) describe(v view) description {
	in := v.in()
	d := description{title: v.ID, watermark: "that of its input; window_time is the event time"}
	d.add("window", "%s ending at %s, emitted once, when the watermark has passed it",
		sizeText(a.Spec), in[a.EndCol].Name)
	if a.Slices {
		d.add("slices", "rows are aggregated by slice, and a window is the merge of its slices")
	}
	d.groups(a.Keys, a.Aggs, in)
	return d
}
