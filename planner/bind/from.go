package bind

import (
	"fmt"
	"slices"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/planner/ast"
	"streamsql/planner/catalog"
	"streamsql/planner/logical"
)

// from binds an item of FROM; nil after a fault.
func (b *binder) from(item ast.FromItem, scope *env) *relation {
	switch f := item.(type) {
	case *ast.TableRef:
		return b.tableRef(f, scope)
	case *ast.Derived:
		return b.derived(f, scope)
	case *ast.WindowTVF:
		return b.windowTVF(f, scope)
	case *ast.Join:
		return b.join(f, scope)
	case *ast.Unnest:
		b.refuse(f.Span, "UNNEST without a table before it is", "write FROM t CROSS JOIN UNNEST(…)")
	case *ast.TableFunc:
		b.refuse(f.Span, "a table function in FROM is", allWindows)
	}
	return nil
}

// join refuses a join, and looks into both sides for further faults. What it returns serves to find those of the
// clauses above; no plan is made of it.
func (b *binder) join(f *ast.Join, scope *env) *relation {
	what := f.Kind.String()
	if f.Kind == ast.CommaJoin {
		what = "a list of tables in FROM"
	}
	left := b.from(f.Left, scope)
	if u, ok := f.Right.(*ast.Unnest); ok {
		return b.unnest(left, f, u)
	}
	b.refuse(f.KindAt, what+" is", "read one table, view or sub-query")
	right := b.from(f.Right, scope)
	if left == nil || right == nil {
		return nil
	}
	out := &relation{node: left.node, what: left.what + " and " + right.what, sides: []*relation{left, right}}
	out.cols = append(append(out.cols, left.cols...), right.cols...)
	return out
}

// named reports whether r is what a qualifier names, or has it as a side.
func (r *relation) named(qualifier string) bool { return r.side(qualifier) != nil }

// side is the relation that a qualifier names: r itself, or one that it joins.
func (r *relation) side(qualifier string) *relation {
	for _, s := range r.sides {
		if found := s.side(qualifier); found != nil {
			return found
		}
	}
	if r.alias == qualifier && len(r.sides) == 0 {
		return r
	}
	return nil
}

// lacks reports whether r has no column of that name.
func (r *relation) lacks(name string) bool {
	return !slices.ContainsFunc(r.cols, func(c logical.Column) bool { return c.Name == name })
}

func (b *binder) tableRef(f *ast.TableRef, scope *env) *relation {
	for _, h := range f.Hints {
		b.refuse(h.Span, "the hint "+h.Name.Name+" is", "put the options into WITH of CREATE TABLE")
	}
	if f.SystemTime != nil {
		b.refuse(f.SystemTime.Pos(), "FOR SYSTEM_TIME AS OF is", "leave it out")
	}
	if len(f.Name.Parts) > 1 {
		b.refuse(f.Name.Span, "a catalog or database before a name is", "use the name alone")
		return nil
	}
	return b.aliased(b.named(f.Name.Last(), scope), f.Alias)
}

// named finds a WITH query, a view or a table.
func (b *binder) named(n ast.Ident, scope *env) *relation {
	for e := scope; e != nil; e = e.outer {
		if e.name == n.Name {
			return b.useCTE(e, n.Span)
		}
	}
	if v, ok := b.catalog.View(n.Name); ok {
		return b.useView(v, n.Span)
	}
	if t, ok := b.catalog.Table(n.Name); ok {
		return b.scan(t, n.Span)
	}
	if b.catalog.Broken(n.Name) {
		return nil
	}
	b.unknownTable(n.Name, n.Span, scope)
	return nil
}

func (b *binder) unknownTable(name string, at diag.Span, scope *env) {
	e := b.at(diag.UnknownTable, at, "no table or view %q", name)
	names := func() []string {
		out := b.catalog.Names()
		for e := scope; e != nil; e = e.outer {
			out = append(out, e.name)
		}
		return out
	}
	if near := b.near(name, names); near != "" {
		e.WithHint("did you mean %q?", near) //nolint:errcheck // sets the hint
	} else {
		e.WithHint("declare it before its use: CREATE TABLE %s (…) WITH (…)", name) //nolint:errcheck // sets the hint
	}
}

func (b *binder) useCTE(e *env, at diag.Span) *relation {
	if !b.enter(at) {
		return nil
	}
	defer b.leave()
	rel := b.rename(b.query(e.cte.Query, e.outer), e.cte.Columns)
	if rel != nil {
		rel.alias, rel.what = e.name, "query "+quote(e.name)
	}
	return rel
}

// scan reads a table: every column gets an identity.
func (b *binder) scan(t *catalog.Table, at diag.Span) *relation {
	if !b.reading(t) {
		return nil
	}
	s := &logical.Scan{Table: t, At: at}
	for i, c := range t.Columns {
		s.Cols = append(s.Cols, logical.Column{ID: b.fresh(), Name: c.Name, Type: c.Type, Rowtime: i == t.Rowtime})
		s.From = append(s.From, i)
	}
	return &relation{node: s, cols: s.Cols, alias: t.Name, what: "table " + quote(t.Name)}
}

// reading checks the options of a table for reading, once.
func (b *binder) reading(t *catalog.Table) bool {
	if !slices.Contains(b.reads, t) {
		b.reads = append(b.reads, t)
	}
	return b.check(t, catalog.Reading, b.result.Read)
}

// writing checks the options of a table for writing, once.
func (b *binder) writing(t *catalog.Table) bool {
	return b.check(t, catalog.Writing, b.result.Write)
}

// check checks the options of a table for a use and keeps their values, once.
func (b *binder) check(t *catalog.Table, use catalog.Use, checked map[string]option.Values) bool {
	if _, done := checked[t.Name]; done {
		return true
	}
	values, faults := t.Check(use)
	b.all(faults)
	if len(faults) > 0 {
		return false
	}
	checked[t.Name] = values
	// Only where the text has it: a connector need not know the option.
	at := slices.IndexFunc(t.Options, func(o catalog.Option) bool { return o.Key == option.KeyEmit })
	if use == catalog.Reading && at >= 0 && values.String(option.KeyEmit) == option.Periodic {
		b.warn(t.Options[at].Span, "which rows of table %q are late depends on how its input is cut into triggers, so "+
			"that a run elsewhere may give other results", t.Name)
	}
	return true
}

func (b *binder) derived(f *ast.Derived, scope *env) *relation {
	if f.Lateral {
		b.refuse(f.Span, "LATERAL is", "read one table, view or sub-query")
		return nil
	}
	return b.aliased(b.query(f.Query, scope), f.Alias)
}

// aliased gives a relation another name, and names to its columns.
func (b *binder) aliased(rel *relation, alias *ast.Alias) *relation {
	if rel == nil || alias == nil {
		return rel
	}
	out := b.rename(rel, alias.Columns)
	if out == nil {
		return nil
	}
	copied := *out
	copied.alias, copied.hides = alias.Name.Name, rel.alias
	if rel.what == "the sub-query" || copied.what == "the sub-query" {
		copied.what = "sub-query " + quote(alias.Name.Name)
	}
	return &copied
}

func quote(name string) string { return fmt.Sprintf("%q", name) }

// freeName is base, or base with the first number that makes it free.
func freeName(base string, taken func(string) bool) string {
	name := base
	for k := 0; taken(name); k++ {
		name = fmt.Sprintf("%s%d", base, k)
	}
	return name
}
