package physical

import (
	"strings"

	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/logical"
)

// Calc filters (Filter may be nil) and projects. Both see the input; Filter is applied first.
type Calc struct {
	Filter    scalar.Expr
	Exprs     []scalar.Expr
	ErrorMode string // fail | log | dlq: what a row error does
}

// Kind implements Op.
func (Calc) Kind() string { return "calc" }

// Table implements Op.
func (Calc) Table(*Plan) string { return "" }

// StateKey implements Op.
func (Calc) StateKey() ([]int, bool) { return nil, false }

func (c Calc) identity(view) string {
	s := "[" + exprsText(c.Exprs) + "]"
	if c.Filter != nil {
		s += " where " + c.Filter.String()
	}
	return s
}

func (c Calc) describe(v view) description {
	d := description{title: v.ID}
	if c.Filter != nil {
		d.add("where", "%s", SQL(c.Filter, v.in()))
	}
	d.add("columns", "%s", c.items(v.in(), v.Schema))
	return d
}

// items lists the projections, with their names where they are more than a column of that name.
func (c Calc) items(in, out sqltype.Schema) string {
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

func (b *builder) calc(n *logical.Calc, in relation) relation {
	op := Calc{Filter: in.bind(n.Filter), ErrorMode: b.spec.ErrorMode}
	for _, i := range n.Items {
		op.Exprs = append(op.Exprs, in.bind(i.Expr))
	}
	cols := n.Columns()
	return b.add(n, op, relation{ids: ids(cols)}, cols, Input{Node: in.node})
}
