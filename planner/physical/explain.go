package physical

import (
	"fmt"
	"strings"
	"time"

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
			fmt.Fprintf(&d.out, "\n%s\n  takes dead letters: %s\n", s.title(), columns(s.Schema))
		}
	}
	return d.out.String()
}

type drawing struct {
	plan *Plan
	out  strings.Builder
	seen map[int]bool
}

// node draws one node: first is written before its title, rest before its other lines and its inputs.
func (d *drawing) node(i int, first, rest string) {
	n := &d.plan.Nodes[i]
	text := n.Op.describe(view{n, d.plan})
	title := first + text.title
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
	for _, line := range text.all(n) {
		fmt.Fprintf(&d.out, "%s%s    %s\n", rest, bar, line)
	}
	for k, in := range n.Inputs {
		if k == len(n.Inputs)-1 {
			d.node(in.Node, rest+"└─ ", rest+"   ")
		} else {
			d.node(in.Node, rest+"├─ ", rest+"│  ")
		}
	}
}

// description is what EXPLAIN shows of a node.
type description struct {
	title     string
	lines     []string
	watermark string // of its output, where it is not simply that of its input
}

// add appends a line.
func (d *description) add(label, format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf("%-10s", label)+fmt.Sprintf(format, args...))
}

// all are the lines with those that every node may have.
func (d description) all(n *Node) []string {
	if d.watermark != "" {
		d.add("watermark", "%s", d.watermark)
	}
	if n.Bounded != "" {
		d.add("state", "%s", n.Bounded)
	}
	return d.lines
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

func columns(s sqltype.Schema) string {
	parts := make([]string, len(s))
	for i, f := range s {
		parts[i] = f.Name + " " + f.Type.String()
	}
	return strings.Join(parts, ", ")
}
