package bind

import (
	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/logical"
)

// setOperation binds UNION ALL; the other set operations are refused.
func (b *binder) setOperation(q *ast.SetOp, scope *env) *relation {
	if q.Op != ast.Union || !q.All {
		b.refuse(q.OpSpan, q.Op.String()+" is", "UNION ALL is the only set operation: it keeps equal rows")
		b.body(q.Left, scope)
		b.body(q.Right, scope)
		return nil
	}
	var sides []*relation
	ok := true
	for _, side := range unionSides(q, nil) {
		r := b.body(side, scope)
		ok = ok && r != nil
		sides = append(sides, r)
	}
	if !ok || !b.sameWidth(q, sides) {
		return nil
	}
	return b.unionAll(q, sides)
}

// unionSides lists the operands of a UNION ALL and of those that it is made of: it is associative.
func unionSides(body ast.QueryBody, list []ast.QueryBody) []ast.QueryBody {
	if q, ok := body.(*ast.SetOp); ok && q.Op == ast.Union && q.All {
		return unionSides(q.Right, unionSides(q.Left, list))
	}
	return append(list, body)
}

func (b *binder) sameWidth(q *ast.SetOp, sides []*relation) bool {
	for _, r := range sides[1:] {
		if len(r.cols) != len(sides[0].cols) {
			b.at(diag.ColumnCount, q.OpSpan, "UNION ALL of %s and %s", diag.Plural(len(sides[0].cols), "column"),
				diag.Plural(len(r.cols), "column")).WithHint("both sides must have the same columns, in the same order")
			return false
		}
	}
	return true
}

// unionAll makes the node. A column has the name that the first side gives it and the type that all widen to; it is
// event time where it is on every side.
func (b *binder) unionAll(q *ast.SetOp, sides []*relation) *relation {
	u := &logical.Union{At: q.OpSpan, From: make([][]logical.ColID, len(sides))}
	items := make([][]logical.Item, len(sides))
	for i, first := range sides[0].cols {
		col := logical.Column{ID: b.fresh(), Name: first.Name, Rowtime: true}
		types := make([]sqltype.Type, len(sides))
		nullable := false
		for k, r := range sides {
			types[k] = r.cols[i].Type
			nullable = nullable || !types[k].NotNull
			col.Rowtime = col.Rowtime && r.cols[i].Rowtime
		}
		common, err := function.CommonType(types)
		if err != nil {
			b.at(diag.TypeMismatch, q.OpSpan, "column %d (%q) of UNION ALL: %v", i+1, first.Name, err).
				WithHint("use CAST to give both sides one type")
			return nil
		}
		col.Type = common.WithNull(nullable)
		col.Rowtime = col.Rowtime && col.Type.IsTimestamp()
		u.Cols = append(u.Cols, col)
		for k, r := range sides {
			item := b.widened(r.cols[i], common, col.Rowtime)
			items[k] = append(items[k], item)
			u.From[k] = append(u.From[k], item.Column.ID)
		}
	}
	for k, r := range sides {
		u.In = append(u.In, &logical.Calc{In: r.node, Items: items[k], At: q.Span})
	}
	return &relation{node: u, cols: u.Cols, what: "the union"}
}

// widened is a column of one side as the union has it.
func (b *binder) widened(c logical.Column, t sqltype.Type, rowtime bool) logical.Item {
	e := coerce(logical.Ref(c), t)
	if _, same := logical.RefID(e); same {
		c.Rowtime = rowtime
		return logical.Item{Column: c, Expr: e}
	}
	return b.item(valued{e, c.Name, rowtime})
}
