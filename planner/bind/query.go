package bind

import (
	"strconv"

	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/logical"
)

// env is the WITH queries in scope, innermost first.
type env struct {
	outer *env
	name  string
	cte   *ast.CTE
}

// relation is a node with the names that its columns go by.
type relation struct {
	node  logical.Node
	cols  []logical.Column
	alias string      // the name before a column's dot; "" for none
	what  string      // for messages: table "bids"
	sides []*relation // of a join, which is refused and looked into
	hides string      // the name that the alias has taken the place of; "" for none
	// twice are the names that the select list below gives to two columns, each with two expressions that have it. The
	// columns have other names here, but whoever says the name does not say which of them is meant.
	twice map[string][]string
}

// query binds a query; nil after a fault.
func (b *binder) query(q *ast.Query, outer *env) *relation {
	scope := outer
	if q.Recursive {
		b.refuse(q.Span, "WITH RECURSIVE is", "unfold the recursion by hand")
		return nil
	}
	seen := map[string]bool{}
	for i := range q.With {
		c := &q.With[i]
		if seen[c.Name.Name] {
			b.at(diag.DuplicateName, c.Name.Span, "WITH has two queries named %q", c.Name.Name).WithHint("choose another name")
		}
		seen[c.Name.Name] = true
		b.rename(b.query(c.Query, scope), c.Columns)
		scope = &env{scope, c.Name.Name, c}
	}
	rel := b.body(q.Body, scope)
	if len(q.OrderBy) > 0 {
		b.refuse(q.OrderBy[0].Span, "ORDER BY is", "leave it out: rows come in order of their windows, or as they arrive")
		rel = nil
	}
	if q.Limit != nil {
		b.refuse(q.Limit.Pos(), "LIMIT or FETCH FIRST is", "leave it out: a stream has no first rows")
		rel = nil
	}
	if q.Offset != nil {
		b.refuse(q.Offset.Pos(), "OFFSET is", "leave it out")
		rel = nil
	}
	return rel
}

func (b *binder) body(body ast.QueryBody, scope *env) *relation {
	switch q := body.(type) {
	case *ast.Select:
		return b.selectBlock(q, scope)
	case *ast.Nested:
		return b.query(q.Query, scope)
	case *ast.SetOp:
		return b.setOperation(q, scope)
	case *ast.Values:
		b.refuse(q.Span, "VALUES is", "put the rows in a file and read it as a table")
	}
	return nil
}

// rename gives a relation's columns the names of a list; an empty list changes nothing.
func (b *binder) rename(rel *relation, names []ast.Ident) *relation {
	if rel == nil || len(names) == 0 {
		return rel
	}
	if len(names) != len(rel.cols) {
		b.at(diag.ColumnCount, names[0].Span.Join(names[len(names)-1].Span), "%s for %s",
			diag.Plural(len(names), "name"), diag.Plural(len(rel.cols), "column")).
			WithHint("name every column, in order")
		return nil
	}
	out := *rel
	out.twice = nil
	out.cols = make([]logical.Column, len(names))
	seen := map[string]bool{}
	for i, n := range names {
		if seen[n.Name] {
			b.at(diag.DuplicateName, n.Span, "column %q is named twice", n.Name).WithHint("choose another name")
			return nil
		}
		seen[n.Name] = true
		out.cols[i] = rel.cols[i]
		out.cols[i].Name = n.Name
	}
	return &out
}

// project puts a Calc over rel that computes items. Equal names are told apart by a number, as in Flink.
func (b *binder) project(in logical.Node, items []logical.Item, at diag.Span) *relation {
	for _, i := range items {
		if !b.stable(in, i.Expr) {
			return nil
		}
	}
	uniqueNames(items)
	calc := &logical.Calc{In: in, Items: items, At: at}
	return &relation{node: calc, cols: calc.Columns(), what: "the sub-query"}
}

// stable refuses an expression over rows that change when it reads the clock: what takes a row back must compute the
// same as what gave it.
func (b *binder) stable(in logical.Node, e scalar.Expr) bool {
	if e == nil || logical.PropsOf(in).Updating == nil {
		return true
	}
	reads := scalar.ClockReads(e)
	for _, x := range reads {
		b.at(diag.UpdatesInput, x.Span(),
			"the clock is read over rows that change: a row could not be taken back as it was given").
			WithHint("read it below the aggregation, or aggregate in windows")
	}
	return len(reads) == 0
}

// uniqueNames gives columns of equal names a number, as Flink does.
func uniqueNames(items []logical.Item) {
	taken := map[string]bool{}
	next := map[string]int{} // the first number that may be free
	for i := range items {
		c := &items[i].Column
		base := c.Name
		for taken[c.Name] {
			c.Name = base + strconv.Itoa(next[base])
			next[base]++
		}
		taken[c.Name] = true
	}
}

// item makes the output column of a value: the same column when the value is one, else a new one.
func (b *binder) item(value valued) logical.Item {
	c := logical.Column{Name: value.name, Type: value.expr.Type()}
	if id, ok := logical.RefID(value.expr); ok {
		c.ID, c.Rowtime = id, value.rowtime
	} else {
		c.ID = b.fresh()
	}
	return logical.Item{Column: c, Expr: value.expr}
}

// print binds a bare query.
func (b *binder) print(s *ast.QueryStatement) {
	ok := b.oneQuery(s.Query.Span, false)
	rel := b.query(s.Query, nil)
	if rel == nil || !ok {
		b.failed++
		return
	}
	sink := &logical.Sink{In: b.exactly(rel, s.Query.Span), At: s.Query.Span}
	for _, c := range rel.cols {
		sink.Print = append(sink.Print, c.Name)
		b.storable(c.Type, s.Query.Span, c.Name)
	}
	b.result.Sinks = append(b.result.Sinks, sink)
}

// storable refuses intervals as columns of a result.
func (b *binder) storable(t sqltype.Type, at diag.Span, name string) {
	if t.IsInterval() {
		b.at(diag.TypeMismatch, at, "column %q is an interval, which cannot be written", name).
			WithHint("use CAST(… AS STRING), or TIMESTAMPDIFF for a number")
	}
}

// exactly makes a node whose output is the relation's columns under their names, nothing more.
func (b *binder) exactly(rel *relation, at diag.Span) logical.Node {
	return &logical.Calc{In: rel.node, Items: logical.PassAll(rel.cols), At: at}
}
