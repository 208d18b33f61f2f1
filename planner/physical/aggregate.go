package physical

import (
	"fmt"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/planner/logical"
)

// Agg is one aggregate call.
type Agg struct {
	ID     string // aggregate overload, e.g. "sum(BIGINT)"; see internal/function
	Args   []int  // input columns
	Filter int    // BOOLEAN input column of FILTER (WHERE …), −1 = none
	Type   sqltype.Type
	Span   diag.Span
}

func aggsText(in sqltype.Schema, list []Agg) string {
	parts := make([]string, len(list))
	for i, a := range list {
		parts[i] = a.ID + keysText(in, a.Args)
		if a.Filter >= 0 {
			parts[i] += fmt.Sprintf(" filter $%d", a.Filter)
		}
		parts[i] += " " + a.Type.String()
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// groups shows keys and calls.
func (d *description) groups(keys []int, aggs []Agg, in sqltype.Schema) {
	if len(keys) > 0 {
		d.add("group by", "%s", strings.Join(namesAt(in, keys), ", "))
	}
	for _, a := range aggs {
		d.add("aggregate", "%s", a.text(in))
	}
}

func (a Agg) text(in sqltype.Schema) string {
	name := function.NameOf(a.ID)
	arg := "*"
	if len(a.Args) > 0 {
		arg = strings.Join(namesAt(in, a.Args), ", ")
	}
	s := strings.ToUpper(name) + "(" + arg + ")"
	if a.Filter >= 0 {
		s += " FILTER (WHERE " + in[a.Filter].Name + ")"
	}
	return s + " " + a.Type.String()
}

// aggregate builds either kind. Both need the rows of a group in one lane.
func (b *builder) aggregate(n *logical.Aggregate, in relation) relation {
	var aggs []Agg
	for _, g := range n.Aggs {
		agg := Agg{ID: g.ID, Args: positions(in, g.Args), Filter: -1, Type: g.Column.Type, Span: g.At}
		if g.Filter != 0 {
			agg.Filter = in.at(g.Filter)
		}
		aggs = append(aggs, agg)
	}
	keys := positions(in, ids(n.Keys))
	input := Input{Node: in.node, Route: Hash, Keys: keys}
	if len(keys) == 0 {
		input.Route = One
	}
	cols := n.Columns()
	out := relation{ids: ids(cols)}
	if n.Over == nil {
		return b.add(n, GroupAggregate{Keys: keys, Aggs: aggs}, out, cols, input)
	}
	w := n.Over.Window
	op := WindowAggregate{EndCol: in.at(w.End.ID), Spec: w.Spec, Keys: keys, Aggs: aggs, Emit: n.Over.Emit,
		Slices: slicesSuffice(n)}
	return b.add(n, op, out, cols, input)
}
