package physical

import (
	"fmt"
	"strings"
	"time"

	"streamsql/exec/window"
	"streamsql/internal/sqltype"
)

// Explain draws the plan: for every sink the operators below it down to the tables, each with its id, the changes its
// rows may carry, what it computes, what its watermark is and how its state is bounded. A node that several read is
// drawn once.
func Explain(p *Plan) string {
	d := &drawing{plan: p, seen: map[int]bool{}}
	for i, n := range p.Nodes {
		if _, ok := n.Op.(SinkOp); ok {
			if d.out.Len() > 0 {
				d.out.WriteByte('\n')
			}
			d.node(i, "", "")
		}
	}
	for _, s := range p.Sinks {
		if s.DeadLetter {
			fmt.Fprintf(&d.out, "\n%s\n  takes dead letters: %s\n", sinkTitle(s), columns(s.Schema))
		}
	}
	return d.out.String()
}

type drawing struct {
	plan *Plan
	out  strings.Builder
	seen map[int]bool
}

// node draws one node: first stands before its title, rest before its other lines and its inputs.
func (d *drawing) node(i int, first, rest string) {
	n := &d.plan.Nodes[i]
	title := first + d.title(n)
	if d.seen[i] {
		fmt.Fprintf(&d.out, "%s (drawn above)\n", title)
		return
	}
	d.seen[i] = true
	fmt.Fprintf(&d.out, "%-44s %s\n", title, n.Mode)
	bar := "  "
	if len(n.Inputs) > 0 {
		bar = "│ "
	}
	for _, line := range d.lines(n) {
		fmt.Fprintf(&d.out, "%s%s    %s\n", rest, bar, line)
	}
	for k, in := range n.Inputs {
		if k == len(n.Inputs)-1 {
			d.node(in, rest+"└─ ", rest+"   ")
		} else {
			d.node(in, rest+"├─ ", rest+"│  ")
		}
	}
}

func (d *drawing) title(n *Node) string {
	switch op := n.Op.(type) {
	case SinkOp:
		return sinkTitle(d.plan.Sinks[op.Sink])
	case Scan:
		return n.ID + " " + d.plan.Tables[op.Table].Name
	}
	return n.ID
}

func sinkTitle(s Sink) string {
	if s.Name == "" {
		return "print"
	}
	out := "insert into " + s.Name + ": " + s.Connector
	if s.Format != "" {
		out += ", " + s.Format
	}
	return out
}

// lines say what a node does.
func (d *drawing) lines(n *Node) []string {
	var in sqltype.Schema
	if len(n.Inputs) > 0 {
		in = d.plan.Nodes[n.Inputs[0]].Schema
	}
	var out []string
	add := func(label, format string, args ...any) {
		out = append(out, fmt.Sprintf("%-10s", label)+fmt.Sprintf(format, args...))
	}
	switch op := n.Op.(type) {
	case Scan:
		d.scanLines(&d.plan.Tables[op.Table], n, add)
	case Calc:
		if op.Filter != nil {
			add("where", "%s", SQL(op.Filter, in))
		}
		add("columns", "%s", items(op, in, n.Schema))
	case Tumble:
		add("window", "%s of %s%s", length(op.Size), in[op.TimeCol].Name, offset(op))
		add("adds", "%s", windowColumns(op.Emit))
		if op.Late {
			add("late rows", "dropped and counted")
		}
	case WindowAggregate:
		add("window", "%s ending at %s, emitted once, when the watermark has passed it", length(op.Size), in[op.EndCol].Name)
		aggregateLines(op.Keys, op.Aggs, in, add)
	case GroupAggregate:
		aggregateLines(op.Keys, op.Aggs, in, add)
	case SinkOp:
		add("columns", "%s", columns(n.Schema))
	}
	if w := d.watermark(n); w != "" {
		add("watermark", "%s", w)
	}
	if n.Bounded != "" {
		add("state", "%s", n.Bounded)
	}
	return out
}

func (d *drawing) scanLines(t *Table, n *Node, add func(label, format string, args ...any)) {
	kind := "unbounded"
	if t.Bounded {
		kind = "bounded"
	}
	add("table", "%s, %s, %s", t.Connector, orNone(t.Format), kind)
	add("columns", "%s (%d of %d stored)", columns(n.Schema[:len(t.Used)]), len(t.Used), len(t.Physical))
	for _, c := range t.Computed {
		add("computed", "%s = %s", c.Name, SQL(c.Expr, n.Schema))
	}
	if t.DeadLetter != "" {
		add("bad rows", "to %s", t.DeadLetter)
	} else {
		add("bad rows", "%s", t.ErrorMode)
	}
}

func orNone(format string) string {
	if format == "" {
		return "no format"
	}
	return format
}

func offset(t Tumble) string {
	if t.Offset == 0 {
		return ""
	}
	return fmt.Sprintf(", offset %s", length(t.Offset))
}

// length writes a duration in the largest unit that needs no fraction.
func length(d time.Duration) string {
	for _, u := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if d%u.size == 0 {
			return fmt.Sprintf("%d %s", d/u.size, u.name)
		}
	}
	return fmt.Sprintf("%d ms", d/time.Millisecond)
}

func windowColumns(list []window.Col) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = c.String()
	}
	return strings.Join(parts, ", ")
}

// aggregateLines show keys and calls.
func aggregateLines(keys []int, aggs []Agg, in sqltype.Schema, add func(label, format string, args ...any)) {
	if len(keys) > 0 {
		names := make([]string, len(keys))
		for i, k := range keys {
			names[i] = in[k].Name
		}
		add("group by", "%s", strings.Join(names, ", "))
	}
	for _, a := range aggs {
		add("aggregate", "%s", aggText(a, in))
	}
}

func aggText(a Agg, in sqltype.Schema) string {
	name, _, _ := strings.Cut(a.ID, "(")
	arg := "*"
	if len(a.Args) > 0 {
		names := make([]string, len(a.Args))
		for i, c := range a.Args {
			names[i] = in[c].Name
		}
		arg = strings.Join(names, ", ")
	}
	s := strings.ToUpper(name) + "(" + arg + ")"
	if a.Filter >= 0 {
		s += " FILTER (WHERE " + in[a.Filter].Name + ")"
	}
	return s + " " + a.Type.String()
}

// items lists the projections, with their names where they are more than a column of that name.
func items(c Calc, in, out sqltype.Schema) string {
	parts := make([]string, len(c.Exprs))
	for i, e := range c.Exprs {
		text := SQL(e, in)
		if text != out[i].Name {
			text = out[i].Name + " = " + text
		}
		parts[i] = text
	}
	return strings.Join(parts, ", ")
}

func columns(s sqltype.Schema) string {
	parts := make([]string, len(s))
	for i, f := range s {
		parts[i] = f.Name + " " + f.Type.String()
	}
	return strings.Join(parts, ", ")
}

// watermark tells what a node's output watermark is, where it is not simply that of its input.
func (d *drawing) watermark(n *Node) string {
	switch op := n.Op.(type) {
	case Scan:
		t := &d.plan.Tables[op.Table]
		if t.Watermark == nil {
			return "none"
		}
		return fmt.Sprintf("%s, the least over partitions of the greatest %s", n.Schema[t.TimeCol].Name, SQL(t.Watermark, n.Schema))
	case WindowAggregate:
		return "that of its input; window_time is the event time"
	case GroupAggregate:
		return "none: event time ends here"
	}
	return ""
}
