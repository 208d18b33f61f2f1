package bind

import (
	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/catalog"
)

// maxDepth is how deep views and WITH queries may be nested: they are unfolded at each use.
const maxDepth = 60

// createView declares a view. It is bound once here, so that its faults are reported even when nobody uses it.
func (b *binder) createView(s *ast.CreateView) {
	name, ok := b.declared(s.Name, s.IfNotExists)
	if !ok {
		return
	}
	reads := len(b.reads)
	rel := b.query(s.Query, nil)
	rel = b.rename(rel, s.Columns)
	b.reads = b.reads[:reads] // an unused view reads nothing
	if rel == nil {
		b.catalog.Break(name)
		return
	}
	b.catalog.AddView(&catalog.View{Name: name, Span: s.Name.Span, Columns: s.Columns, Query: s.Query})
}

// useView unfolds a view.
func (b *binder) useView(v *catalog.View, at diag.Span) *relation {
	if !b.enter(at) {
		return nil
	}
	defer b.leave()
	rel := b.rename(b.query(v.Query, nil), v.Columns)
	if rel != nil {
		rel.alias, rel.what = v.Name, "view "+quote(v.Name)
	}
	return rel
}

func (b *binder) enter(at diag.Span) bool {
	b.depth++
	if b.depth > maxDepth {
		b.at(diag.ViewDepth, at, "views and WITH queries are nested more than %d deep",
			maxDepth).WithHint("write some of them as one query")
		b.depth--
		return false
	}
	return true
}

func (b *binder) leave() { b.depth-- }
