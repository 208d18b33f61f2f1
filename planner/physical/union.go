package physical

import (
	"slices"

	"streamsql/planner/logical"
)

// Union gives the rows of all its inputs, which have the columns of its output in the same order. It orders nothing:
// the rows of one input stay in their order, those of different inputs come as they arrive.
type Union struct{}

// Kind implements Op.
func (Union) Kind() string { return "union" }

// Table implements Op.
func (Union) Table(*Plan) string { return "" }

// StateKey implements Op.
func (Union) StateKey() ([]int, bool) { return nil, false }

func (Union) identity(v view) string { return "(" + typesText(v.Schema) + ")" }

func (Union) describe(v view) description {
	d := description{title: v.ID, watermark: "the least of its inputs"}
	d.add("columns", "%s", columns(v.Schema))
	return d
}

func (b *builder) union(n *logical.Union, in []relation) relation {
	var inputs []Input
	for k, r := range in {
		inputs = append(inputs, Input{Node: b.aligned(n, k, r).node})
	}
	return b.add(n, Union{}, relation{ids: ids(n.Cols)}, n.Cols, inputs...)
}

// aligned is input k with exactly the columns of the union, in its order.
func (b *builder) aligned(n *logical.Union, k int, in relation) relation {
	if slices.Equal(in.ids, n.From[k]) {
		return in
	}
	below := n.In[k]
	calc := &logical.Calc{In: below, At: below.Span()}
	for _, id := range n.From[k] {
		at, _ := logical.Find(below.Columns(), id)
		calc.Items = append(calc.Items, logical.Pass(below.Columns()[at]))
	}
	return b.calc(calc, in)
}
