package bind

import (
	"fmt"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/logical"
)

// valued is a bound expression with the name its column gets.
type valued struct {
	expr    scalar.Expr
	name    string
	rowtime bool
}

// selectBlock binds one SELECT: FROM, WHERE, grouping, HAVING, the select list.
func (b *binder) selectBlock(s *ast.Select, scope *env) *relation {
	before := len(b.faults)
	b.refuseSelect(s)
	if s.From == nil {
		b.refuse(s.Span, "SELECT without FROM is", "read a table")
		return nil
	}
	rel := b.from(s.From, scope)
	if rel == nil {
		return nil
	}
	in := b.where(rel, s)
	var out *relation
	if grouped(s) {
		out = b.groupedSelect(in, s)
	} else {
		out = b.plainSelect(in, s)
	}
	if len(b.faults) > before {
		return nil
	}
	return out
}

func (b *binder) refuseSelect(s *ast.Select) {
	for _, h := range s.Hints {
		b.refuse(h.Span, "the hint "+h.Name.Name+" is", "leave it out")
	}
	if s.Distinct {
		b.refuse(s.Span, "SELECT DISTINCT is", "GROUP BY the same columns gives each combination once")
	}
	if len(s.Windows) > 0 {
		b.refuse(s.Windows[0].Span, "the WINDOW clause is", "aggregate in windows with TUMBLE")
	}
}

// where filters, if there is a condition.
func (b *binder) where(rel *relation, s *ast.Select) *relation {
	if s.Where == nil {
		return rel
	}
	x := &expression{b: b, rel: rel, place: "WHERE", aliases: aliases(s)}
	cond := x.condition(s.Where)
	if cond == nil || !b.stable(rel.node, cond) {
		return rel
	}
	out := *rel
	out.node = &logical.Calc{In: rel.node, Filter: cond, Items: logical.PassAll(rel.node.Columns()), At: s.Where.Pos()}
	return &out
}

// aliases are the names that the select list gives: other clauses cannot see them, and say so.
func aliases(s *ast.Select) map[string]bool {
	out := map[string]bool{}
	for _, item := range s.Items {
		if item.Alias != nil {
			out[item.Alias.Name] = true
		}
	}
	return out
}

// plainSelect is SELECT without grouping.
func (b *binder) plainSelect(rel *relation, s *ast.Select) *relation {
	x := &expression{b: b, rel: rel, place: "SELECT"}
	items, ok := b.items(x, s)
	if !ok {
		return nil
	}
	out := b.project(rel.node, items, s.Span)
	if out != nil {
		out.twice = namedTwice(s)
	}
	return out
}

// namedTwice finds the names that a select list gives twice. Columns of * have names of their own.
func namedTwice(s *ast.Select) map[string][]string {
	first, out := map[string]ast.SelectItem{}, map[string][]string{}
	for i, item := range s.Items {
		if _, star := item.Expr.(*ast.Star); star {
			continue
		}
		name := itemName(item, i)
		before, seen := first[name]
		switch {
		case !seen:
			first[name] = item
		case out[name] == nil:
			out[name] = []string{itemText(before), itemText(item)}
		}
	}
	return out
}

// itemText is a select item as written, for messages.
func itemText(item ast.SelectItem) string {
	text := ast.Print(item.Expr)
	if item.Alias != nil {
		text += " AS " + ast.Print(&ast.Name{Parts: []ast.Ident{*item.Alias}})
	}
	return text
}

// items binds the select list.
func (b *binder) items(x *expression, s *ast.Select) (items []logical.Item, ok bool) {
	ok = true
	for i, item := range s.Items {
		if star, is := item.Expr.(*ast.Star); is {
			cols, found := x.star(star)
			ok = ok && found
			for _, v := range cols {
				items = append(items, b.item(v))
			}
			continue
		}
		e := x.finished(item.Expr)
		if e == nil {
			ok = false
			continue
		}
		items = append(items, b.item(valued{e, itemName(item, i), x.rowtime(e)}))
	}
	return items, ok
}

// itemName is the alias, the column's own name, or EXPR$ with the item's number from 0.
func itemName(item ast.SelectItem, i int) string {
	if item.Alias != nil {
		return item.Alias.Name
	}
	if n, ok := item.Expr.(*ast.Name); ok {
		return n.Last().Name
	}
	return fmt.Sprintf("EXPR$%d", i)
}

// star expands * and t.*.
func (x *expression) star(s *ast.Star) (out []valued, ok bool) {
	if len(s.Qualifier) > 1 || (len(s.Qualifier) == 1 && !x.rel.named(s.Qualifier[0].Name)) {
		q := s.Qualifier[len(s.Qualifier)-1]
		x.b.at(diag.UnknownTable, q.Span, "no table %q in FROM", q.Name).WithHint("FROM reads %s", x.rel.what)
		return nil, false
	}
	ok = true
	for _, c := range x.rel.cols {
		e := scalar.Expr(scalar.Col{Node: scalar.Node{T: c.Type, At: s.Span}, Index: int(c.ID)})
		if x.group != nil {
			if e = x.group.finish(e); e == nil {
				ok = false
				continue
			}
		}
		out = append(out, valued{e, c.Name, x.rowtime(e)})
	}
	return out, ok
}

// rowtime reports whether a value is an event-time column handed on.
func (x *expression) rowtime(e scalar.Expr) bool {
	id, ok := logical.RefID(e)
	if !ok {
		return false
	}
	if x.group != nil {
		c, ok := x.group.output(id)
		return ok && c.Rowtime
	}
	c, ok := x.columns().byID[id]
	return ok && c.Rowtime
}

// grouped reports whether a block aggregates.
func grouped(s *ast.Select) bool {
	if len(s.Group) > 0 || !s.GroupAt.IsZero() || s.Having != nil {
		return true
	}
	for _, item := range s.Items {
		if hasAggregate(item.Expr) {
			return true
		}
	}
	return false
}

func hasAggregate(e ast.Expr) bool {
	found := false
	ast.Walk(e, func(x ast.Expr) bool {
		if c, ok := x.(*ast.Call); ok && c.Over == nil && len(c.Name.Parts) == 1 &&
			(function.IsAggregate(c.Name.Last().Name) || laterAggregate(c.Name.Last().Name)) {
			found = true
		}
		return !found
	})
	return found
}

// laterAggregate reports whether name is an aggregate of the dialect that is not supported.
func laterAggregate(name string) bool {
	switch strings.ToUpper(name) {
	case "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VAR_POP", "VAR_SAMP", "VARIANCE", "LISTAGG", "ARRAY_AGG",
		"COLLECT", "FIRST_VALUE", "LAST_VALUE",
		"PERCENTILE", "JSON_OBJECTAGG", "JSON_ARRAYAGG", "APPROX_COUNT_DISTINCT", "APPROX_PERCENTILE":
		return true
	}
	return false
}

// item completes output columns: a bare NULL becomes a STRING.
func typed(e scalar.Expr) scalar.Expr {
	if e != nil && e.Type().Kind == sqltype.Null {
		return coerce(e, sqltype.StringType)
	}
	return e
}
