package physical

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
)

// Kind names an operator in ids and plans.
func Kind(op Op) string {
	switch op.(type) {
	case Scan:
		return "scan"
	case Calc:
		return "calc"
	case Tumble:
		return "tumble"
	case WindowAggregate:
		return "window-aggregate"
	case GroupAggregate:
		return "group-aggregate"
	case SinkOp:
		return "sink"
	}
	panic("physical: unknown operator")
}

// String names the mode.
func (m Mode) String() string { return [...]string{"append", "retract"}[m] }

// text is the canonical text of a node, part of the state format since v1: kind, mode, expressions over positions,
// types. No names, no place in the text, no options, nothing of what lies below.
func text(p *Plan, n *Node) string {
	in := sqltype.Schema{}
	if len(n.Inputs) > 0 {
		in = p.Nodes[n.Inputs[0]].Schema
	}
	head := Kind(n.Op) + " " + n.Mode.String() + " "
	switch op := n.Op.(type) {
	case Scan:
		t := &p.Tables[op.Table]
		parts := []string{"(" + types(n.Schema) + ")"}
		for _, c := range t.Computed {
			parts = append(parts, c.Expr.String())
		}
		if t.Watermark != nil {
			parts = append(parts, fmt.Sprintf("watermark $%d %s", t.TimeCol, t.Watermark))
		}
		return head + strings.Join(parts, " ")
	case Calc:
		s := head + "[" + exprs(op.Exprs) + "]"
		if op.Filter != nil {
			s += " where " + op.Filter.String()
		}
		return s
	case Tumble:
		return head + fmt.Sprintf("$%d size %s offset %s emit %v late %t", op.TimeCol, op.Size, op.Offset, op.Emit, op.Late)
	case WindowAggregate:
		return head + fmt.Sprintf("end $%d size %s emit %v keys %s aggs %s", op.EndCol, op.Size, op.Emit, keys(in, op.Keys), aggs(in, op.Aggs))
	case GroupAggregate:
		return head + fmt.Sprintf("keys %s aggs %s", keys(in, op.Keys), aggs(in, op.Aggs))
	case SinkOp:
		return head + "(" + types(n.Schema) + ")"
	}
	panic("physical: unknown operator")
}

func types(s sqltype.Schema) string {
	parts := make([]string, len(s))
	for i, f := range s {
		parts[i] = f.Type.String()
	}
	return strings.Join(parts, ", ")
}

func exprs(list []scalar.Expr) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = e.String()
	}
	return strings.Join(parts, ", ")
}

func keys(in sqltype.Schema, list []int) string {
	parts := make([]string, len(list))
	for i, k := range list {
		parts[i] = fmt.Sprintf("$%d %s", k, in[k].Type)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func aggs(in sqltype.Schema, list []Agg) string {
	parts := make([]string, len(list))
	for i, a := range list {
		parts[i] = a.ID + keys(in, a.Args)
		if a.Filter >= 0 {
			parts[i] += fmt.Sprintf(" filter $%d", a.Filter)
		}
		parts[i] += " " + a.Type.String()
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// equality is equal for nodes that do the same over the same inputs under the same names.
func equality(n *Node) string {
	s := fmt.Sprintf("%s|%v|%s", n.Text, n.Inputs, n.Schema)
	if op, ok := n.Op.(Scan); ok {
		s += fmt.Sprintf("|%d", op.Table)
	}
	return s
}

// name gives every node its id: the kind, the hash of its text, and a number when the plan has had an equal one before.
func name(nodes []Node) {
	seen := map[string]int{}
	for i := range nodes {
		sum := sha256.Sum256([]byte(nodes[i].Text))
		id := Kind(nodes[i].Op) + "-" + hex.EncodeToString(sum[:4])
		nodes[i].ID = id
		if k := seen[id]; k > 0 {
			nodes[i].ID = fmt.Sprintf("%s.%d", id, k)
		}
		seen[id]++
	}
}
