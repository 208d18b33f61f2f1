package bind

import (
	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
)

// insert binds INSERT INTO t [(columns)] query.
func (b *binder) insert(s *ast.Insert) {
	if !b.oneQuery(s.Span, true) {
		b.failed++
		return
	}
	for _, h := range s.Hints {
		b.refuse(h.Span, "the hint "+h.Name.Name+" is", "put the options into WITH of CREATE TABLE")
	}
	if s.Overwrite {
		b.refuse(s.Span, "INSERT OVERWRITE is", "use INSERT INTO")
	}
	t := b.target(s.Table)
	rel := b.query(s.Query, nil)
	if t == nil || rel == nil {
		b.failed++
		return
	}
	places, ok := b.targets(t, s.Columns)
	if !ok {
		return
	}
	if len(places) != len(rel.cols) {
		b.at(diag.ColumnCount, s.Query.Span, "the query has %s, but %s has %d",
			diag.Plural(len(rel.cols), "column"), targetText(t, s.Columns), len(places)).
			WithHint("query: %s; table: %s", rel.schema(), t.Physical())
		return
	}
	if !b.appendable(t, rel) {
		return
	}
	items, ok := b.store(t, rel, places, s.Query)
	if ok {
		calc := &logical.Calc{In: rel.node, Items: items, At: s.Query.Span}
		b.result.Sinks = append(b.result.Sinks, &logical.Sink{In: calc, Table: t, At: s.Table.Span})
	}
}

func targetText(t *catalog.Table, cols []ast.Ident) string {
	if len(cols) > 0 {
		return "the column list"
	}
	return "table " + quote(t.Name)
}

// schema describes the columns, for messages.
func (r *relation) schema() sqltype.Schema {
	out := make(sqltype.Schema, len(r.cols))
	for i, c := range r.cols {
		out[i] = sqltype.Field{Name: c.Name, Type: c.Type}
	}
	return out
}

// target finds the table that is written.
func (b *binder) target(n *ast.Name) *catalog.Table {
	name := n.Last().Name
	switch {
	case len(n.Parts) > 1:
		b.refuse(n.Span, "a catalog or database before a name is", "use the name alone")
		return nil
	case b.catalog.Broken(name):
		return nil
	}
	if _, ok := b.catalog.View(name); ok {
		b.at(diag.UnknownTable, n.Span, "%q is a view, which cannot be written", name).WithHint("insert into a table")
		return nil
	}
	t, ok := b.catalog.Table(name)
	if !ok {
		b.unknownTable(name, n.Span, nil)
		return nil
	}
	if !b.writing(t) {
		return nil
	}
	return t
}

// targets are the stored columns that the query's columns go to, in order.
func (b *binder) targets(t *catalog.Table, list []ast.Ident) ([]int, bool) {
	schema := t.Physical()
	if len(list) == 0 {
		out := make([]int, len(schema))
		for i := range out {
			out[i] = i
		}
		return out, true
	}
	at := map[string]int{}
	for i, f := range schema {
		at[f.Name] = i
	}
	var out []int
	named := map[int]bool{}
	ok := true
	for _, n := range list {
		i, known := at[n.Name]
		switch {
		case !known:
			b.unknownColumn(n, "table "+quote(t.Name),
				b.declaredColumns(t, func(i int) bool { return t.Columns[i].Computed == nil }).cols)
			ok = false
		case named[i]:
			b.at(diag.DuplicateName, n.Span, "column %q is named twice", n.Name).WithHint("name each column once")
			ok = false
		}
		named[i] = true
		out = append(out, i)
	}
	return out, ok
}

// appendable refuses changes for a table that only takes new rows.
func (b *binder) appendable(t *catalog.Table, rel *relation) bool {
	u := logical.PropsOf(rel.node).Updating
	if u == nil || t.Takes() {
		return true
	}
	b.at(diag.UpdatesSink, u.Span(),
		"this changes rows that were written before, and table %q only takes new ones", t.Name).
		WithHint("three ways out: group by a window, so that each result is written once; " +
			"write the changes with 'format' = 'changelog-json'; or print them with connector 'print'")
	return false
}

// store casts the query's columns to the table's, and fills the others with NULL.
func (b *binder) store(t *catalog.Table, rel *relation, places []int, q *ast.Query) ([]logical.Item, bool) {
	schema := t.Physical()
	items := make([]logical.Item, len(schema))
	spans := itemSpans(q)
	ok := true
	source := map[int]int{} // stored column → column of the query
	for from, to := range places {
		source[to] = from
	}
	for i, f := range schema {
		from, given := source[i]
		var v scalar.Expr
		at := q.Span
		if !given {
			v = scalar.Const{Node: scalar.Node{T: f.Type.Nullable()}}
		} else {
			v = logical.Ref(rel.cols[from])
			if len(spans) == len(rel.cols) {
				at = spans[from]
			}
		}
		stored := b.storeCast(v, f, at)
		ok = ok && stored != nil
		if stored != nil {
			items[i] = b.item(valued{expr: stored, name: f.Name})
		}
	}
	return items, ok
}

// itemSpans are the places of the select list, when the query is one block without *.
func itemSpans(q *ast.Query) []diag.Span {
	s, ok := q.Body.(*ast.Select)
	if !ok {
		return nil
	}
	var out []diag.Span
	for _, item := range s.Items {
		if _, star := item.Expr.(*ast.Star); star {
			return nil
		}
		out = append(out, item.Expr.Pos())
	}
	return out
}

// storeCast converts a value to a column of a table: what widens without loss, DECIMAL to DECIMAL, and times among each
// other, as Flink does. Texts are stored as they are, whatever length is declared.
func (b *binder) storeCast(v scalar.Expr, f sqltype.Field, at diag.Span) scalar.Expr {
	from, to := v.Type(), f.Type
	if to.NotNull && !from.NotNull {
		b.at(diag.StoreNull, at,
			"column %q of the table is NOT NULL, but the query's column is %s and may be NULL", f.Name, from).
			WithHint("use COALESCE(…), or declare the table's column without NOT NULL")
		return nil
	}
	implicit, _ := function.CanCast(from, to)
	switch {
	case from.IsString() && to.IsString():
		return v
	case implicit, from.Kind == sqltype.Null:
	case to.Kind == sqltype.Decimal && (from.Kind == sqltype.Decimal || from.IsInteger()):
	case from.IsTimestamp() && to.IsTimestamp():
	default:
		b.at(diag.StoreType, at, "the query's column is %s, but column %q of the table is %s",
			from.Nullable(), f.Name, to.Nullable()).
			WithHint("use CAST(… AS %s)", to.Nullable())
		return nil
	}
	return coerce(v, to)
}
