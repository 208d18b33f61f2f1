package bind

import (
	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
)

// createTable declares a table. One that has a fault is remembered as broken.
func (b *binder) createTable(s *ast.CreateTable) {
	name, ok := b.declared(s.Name, s.IfNotExists)
	if !ok {
		return
	}
	before := len(b.faults)
	t := &catalog.Table{Name: name, Span: s.Name.Span, Rowtime: -1}
	b.refuseClauses(s)
	if s.Like != nil { // the rest is in the other table
		b.catalog.Break(name)
		return
	}
	b.physicalColumns(t, s)
	b.computedColumns(t, s)
	if len(b.faults) == before && len(t.Physical()) == 0 {
		b.at(diag.EmptyTable, s.Name.Span, "table %q has no stored column",
			name).WithHint("declare the columns of its rows: name and type")
	}
	b.watermark(t, s.Watermark)
	b.tableOptions(t, s.Options)
	if len(b.faults) > before {
		b.catalog.Break(name)
		return
	}
	b.catalog.AddTable(t)
}

// declared checks the name of something new. ok is false when there is nothing more to do.
func (b *binder) declared(n *ast.Name, ifNotExists bool) (name string, ok bool) {
	if len(n.Parts) > 1 {
		b.refuse(n.Span, "a catalog or database before a name is", "use the name alone")
		b.catalog.Break(n.Last().Name)
		return "", false
	}
	name = n.Last().Name
	if !b.catalog.Has(name) {
		return name, true
	}
	if !ifNotExists {
		b.at(diag.DuplicateName, n.Span, "%q is declared already", name).WithHint("choose another name, or say IF NOT EXISTS")
	}
	return "", false
}

func (b *binder) refuseClauses(s *ast.CreateTable) {
	if s.PrimaryKey != nil {
		b.refuse(s.PrimaryKey.Span, "PRIMARY KEY is",
			"leave it out: tables take rows as they come, or changes with 'format' = 'changelog-json'")
	}
	if len(s.PartitionedBy) > 0 {
		b.refuse(s.PartitionedBy[0].Span, "PARTITIONED BY is", "leave it out: all rows go to one place")
	}
	if s.Like != nil {
		b.refuse(s.Like.Span, "LIKE in CREATE TABLE is", "write the columns and options out")
	}
}

// physicalColumns adds every column, computed ones without their expression yet.
func (b *binder) physicalColumns(t *catalog.Table, s *ast.CreateTable) {
	seen := map[string]bool{}
	for _, c := range s.Columns {
		col := catalog.Column{Name: c.Name.Name, Span: c.Name.Span}
		if seen[col.Name] {
			b.at(diag.DuplicateName, c.Name.Span, "column %q is declared twice", col.Name).WithHint("choose another name")
		}
		seen[col.Name] = true
		if c.Metadata != nil {
			b.refuse(c.Span, "METADATA columns are", "leave the column out")
			continue
		}
		if c.Type != nil {
			typ, err := catalog.Type(c.Type)
			if err != nil {
				b.fault(err)
			}
			col.Type = typ
		}
		t.Columns = append(t.Columns, col)
	}
}

// computedColumns binds c AS expr over the columns that are stored and the computed ones before.
func (b *binder) computedColumns(t *catalog.Table, s *ast.CreateTable) {
	computed := map[string]ast.Expr{}
	for _, c := range s.Columns {
		if c.Computed != nil {
			computed[c.Name.Name] = c.Computed
		}
	}
	rel := b.declaredColumns(t, func(i int) bool { return computed[t.Columns[i].Name] == nil })
	x := &expression{b: b, rel: rel, place: "a computed column"}
	for i := range t.Columns {
		c := &t.Columns[i]
		e := computed[c.Name]
		if e == nil {
			continue
		}
		bound := x.value(e)
		if bound == nil {
			bound = scalar.Const{Node: scalar.Node{T: sqltype.NullType}} // the table is broken
		}
		c.Computed, c.Type = bound, bound.Type()
		rel.cols = append(rel.cols, logical.Column{ID: logical.ColID(i + 1), Name: c.Name, Type: c.Type})
		x.columns().add(rel.cols[len(rel.cols)-1])
	}
}

// declaredColumns is a relation whose column ids are the declared positions plus one.
func (b *binder) declaredColumns(t *catalog.Table, ready func(int) bool) *relation {
	rel := &relation{what: "table " + quote(t.Name), alias: t.Name}
	for i, c := range t.Columns {
		if ready(i) {
			rel.cols = append(rel.cols, logical.Column{ID: logical.ColID(i + 1), Name: c.Name, Type: c.Type})
		}
	}
	return rel
}

// watermark binds WATERMARK FOR column AS expr.
func (b *binder) watermark(t *catalog.Table, w *ast.Watermark) {
	if w == nil {
		return
	}
	rel := b.declaredColumns(t, func(int) bool { return true })
	x := &expression{b: b, rel: rel, place: "WATERMARK"}
	bound := x.value(w.Expr)
	col, ok := x.find(w.Column)
	if !ok {
		return
	}
	t.Rowtime = int(col.ID) - 1
	if !timeAttribute(col.Type) {
		b.at(diag.WatermarkType, w.Column.Span,
			"WATERMARK FOR needs a TIMESTAMP(p) or TIMESTAMP_LTZ(p) column with p up to 3, but %q is %s",
			col.Name, col.Type.Nullable()).
			WithHint("declare it TIMESTAMP(3), or add a computed column: t AS CAST(%s AS TIMESTAMP(3))", ast.Print(w.Column))
		return
	}
	if bound == nil {
		return
	}
	if got := bound.Type(); got.Kind != col.Type.Kind || got.P > 3 {
		b.at(diag.WatermarkType, w.Expr.Pos(), "the watermark is %s, but the column %q is %s",
			got.Nullable(), col.Name, col.Type.Nullable()).
			WithHint("write it as the column minus an interval: %s - INTERVAL '5' SECOND", ast.Print(w.Column))
		return
	}
	clocked := clockedColumns(t)
	if clocked[t.Rowtime] || readsClock(bound, clocked) {
		b.at(diag.WatermarkClock, w.Expr.Pos(), "the watermark of %q depends on the clock", t.Name).
			WithHint("derive it from columns, so that a replay gives the same")
		return
	}
	t.Watermark, t.WatermarkText = bound, ast.Print(w.Expr)
}

// clockedColumns reports of each declared column whether its value depends on the clock. A scan takes the watermark
// before the epoch's clock is known, so it cannot be of such a column.
func clockedColumns(t *catalog.Table) []bool {
	out := make([]bool, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Computed != nil && readsClock(c.Computed, out)
	}
	return out
}

// readsClock reports whether an expression over declared columns depends on the clock, itself or through a column.
func readsClock(e scalar.Expr, clocked []bool) bool {
	used := logical.ColSet{}
	logical.Uses(e, used)
	for id := range used {
		if clocked[id-1] {
			return true
		}
	}
	return scalar.DependsOnClock(e)
}

// timeAttribute reports whether a type can be event time.
func timeAttribute(t sqltype.Type) bool { return t.IsTimestamp() && t.P <= 3 }

// tableOptions resolves the WITH clause and connects the table.
func (b *binder) tableOptions(t *catalog.Table, options []ast.Option) {
	for i := range options {
		o := &options[i]
		value, secret := b.substitute(&o.Value)
		t.Options = append(t.Options,
			catalog.Option{Key: o.Key.Value, Value: value, KeySpan: o.Key.Span, Span: o.Value.Span, Secret: secret})
	}
	b.all(t.Connect(b.opts.Connectors, b.opts.Stand))
}
