package rules

import (
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/logical"
)

// mergeLimit is the most expression nodes that a merge may make: nested views could double them at each level.
const mergeLimit = 4000

// mergeCalcs makes one Calc of two that follow each other.
//
//	SELECT x + 1 AS y FROM (SELECT a * 2 AS x FROM t WHERE a > 0) WHERE x < 9
//	→ SELECT a * 2 + 1 AS y FROM t WHERE a > 0 AND a * 2 < 9
//
// The lower filter comes first in the conjunction, and AND evaluates its operands only for rows that need them: the
// upper filter and the items see no row more than before. A value that can fail is computed for fewer rows at most:
// where the upper one does not ask for it, it is not computed. Both are linear, so changes pass as before. Not merged
// when the expressions would grow beyond mergeLimit.
func mergeCalcs(n logical.Node) logical.Node {
	return logical.Rebuild(n, func(n logical.Node) logical.Node {
		upper, ok := n.(*logical.Calc)
		if !ok {
			return n
		}
		lower, ok := upper.In.(*logical.Calc)
		if !ok || !smallEnough(upper, lower) {
			return n
		}
		return merged(upper, lower)
	})
}

func merged(upper, lower *logical.Calc) *logical.Calc {
	values := map[logical.ColID]scalar.Expr{}
	for _, i := range lower.Items {
		values[i.Column.ID] = i.Expr
	}
	inline := func(e scalar.Expr) scalar.Expr {
		return scalar.MapCols(e, func(c scalar.Col) scalar.Expr { return values[logical.ColID(c.Index)] })
	}
	out := &logical.Calc{In: lower.In, Filter: lower.Filter, At: upper.At}
	if upper.Filter != nil {
		out.Filter = conjunction(append(conjuncts(lower.Filter), conjuncts(inline(upper.Filter))...))
	}
	for _, i := range upper.Items {
		out.Items = append(out.Items, logical.Item{Column: i.Column, Expr: inline(i.Expr)})
	}
	return out
}

// smallEnough estimates the merged size.
func smallEnough(upper, lower *logical.Calc) bool {
	sizes := map[int]int{}
	for _, i := range lower.Items {
		sizes[int(i.Column.ID)] = size(i.Expr)
	}
	total := 0
	count := func(e scalar.Expr) {
		scalar.Walk(e, func(x scalar.Expr) {
			total++
			if c, ok := x.(scalar.Col); ok {
				total += sizes[c.Index]
			}
		})
	}
	before := 0
	for _, i := range upper.Items {
		before += size(i.Expr)
		count(i.Expr)
	}
	if upper.Filter != nil {
		before += size(upper.Filter)
		count(upper.Filter)
	}
	return total <= mergeLimit || total <= 2*before
}

func size(e scalar.Expr) int {
	n := 0
	scalar.Walk(e, func(scalar.Expr) { n++ })
	return n
}

// conjuncts are the operands of a conjunction.
func conjuncts(e scalar.Expr) []scalar.Expr {
	if e == nil {
		return nil
	}
	if a, ok := e.(scalar.And); ok {
		var out []scalar.Expr
		for _, x := range a.Args {
			out = append(out, conjuncts(x)...)
		}
		return out
	}
	return []scalar.Expr{e}
}

// conjunction joins conditions; nil for none.
func conjunction(list []scalar.Expr) scalar.Expr {
	switch len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	}
	out := scalar.And{Node: scalar.Node{T: sqltype.BooleanType.Required(), At: list[0].Span()}, Args: list}
	for _, e := range list {
		out.At = out.At.Join(e.Span())
		if !e.Type().NotNull {
			out.T = out.T.Nullable()
		}
	}
	return out
}
