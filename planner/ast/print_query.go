package ast

func (p *printer) query(q *Query) {
	if len(q.With) > 0 {
		p.word("WITH ")
		p.when(q.Recursive, "RECURSIVE ")
		p.lines(len(q.With), func(i int) { p.cte(q.With[i]) })
		p.line()
	}
	p.body(q.Body)
	if len(q.OrderBy) > 0 {
		p.line()
		p.word("ORDER BY ")
		p.orderItems(q.OrderBy)
	}
	if q.Limit != nil {
		p.line()
		p.word("LIMIT ")
		p.expr(q.Limit, anyLevel)
	}
	if q.Offset != nil {
		p.line()
		p.word("OFFSET ")
		p.expr(q.Offset, anyLevel)
	}
}

func (p *printer) cte(c CTE) {
	p.ident(c.Name)
	if len(c.Columns) > 0 {
		p.word(" ")
		p.idents(c.Columns)
	}
	p.word(" AS ")
	p.block(func() { p.query(c.Query) })
}

func (p *printer) orderItems(list []OrderItem) {
	p.separated(len(list), func(i int) {
		p.expr(list[i].Expr, anyLevel)
		p.when(list[i].Desc, " DESC")
		p.when(list[i].Nulls == NullsFirst, " NULLS FIRST")
		p.when(list[i].Nulls == NullsLast, " NULLS LAST")
	})
}

func (p *printer) body(b QueryBody) {
	switch b := b.(type) {
	case *Select:
		p.selectBlock(b)
	case *SetOp:
		p.body(b.Left)
		p.line()
		p.word(b.Op.String())
		p.when(b.All, " ALL")
		p.line()
		p.rightBody(b)
	case *Values:
		p.values(b)
	case *Nested:
		p.block(func() { p.query(b.Query) })
	}
}

// rightBody writes the right side of a set operation, in brackets when it would otherwise be read as part of the left.
func (p *printer) rightBody(s *SetOp) {
	if right, ok := s.Right.(*SetOp); ok && (s.Op == Intersect || right.Op != Intersect) {
		p.block(func() { p.body(right) })
		return
	}
	p.body(s.Right)
}

func (p *printer) values(v *Values) {
	p.word("VALUES")
	p.fits(len(v.Rows), func(i int) {
		p.word("(")
		p.exprs(v.Rows[i])
		p.word(")")
	})
}

func (p *printer) selectBlock(s *Select) {
	p.word("SELECT")
	p.hints(s.Hints)
	p.when(s.Distinct, " DISTINCT")
	p.fits(len(s.Items), func(i int) { p.selectItem(s.Items[i]) })
	if s.From != nil {
		p.line()
		p.word("FROM ")
		p.from(s.From)
	}
	p.condition("WHERE ", s.Where)
	if len(s.Group) > 0 {
		p.line()
		p.word("GROUP BY")
		p.fits(len(s.Group), func(i int) { p.expr(s.Group[i], anyLevel) })
	}
	p.condition("HAVING ", s.Having)
	if len(s.Windows) > 0 {
		p.line()
		p.word("WINDOW ")
		p.separated(len(s.Windows), func(i int) {
			p.ident(s.Windows[i].Name)
			p.word(" AS ")
			p.windowSpec(s.Windows[i].Spec)
		})
	}
}

func (p *printer) condition(keyword string, e Expr) {
	if e != nil {
		p.line()
		p.word(keyword)
		p.expr(e, anyLevel)
	}
}

func (p *printer) selectItem(item SelectItem) {
	p.expr(item.Expr, anyLevel)
	if item.Alias != nil {
		p.word(" AS ")
		p.ident(*item.Alias)
	}
}

func (p *printer) from(f FromItem) {
	switch f := f.(type) {
	case *TableRef:
		p.tableRef(f)
	case *Derived:
		p.when(f.Lateral, "LATERAL ")
		p.block(func() { p.query(f.Query) })
		p.alias(f.Alias)
	case *WindowTVF:
		p.windowTVF(f)
	case *Join:
		p.join(f)
	case *Unnest:
		p.word("UNNEST(")
		p.expr(f.Expr, anyLevel)
		p.word(")")
		p.when(f.Ordinality, " WITH ORDINALITY")
		p.alias(f.Alias)
	case *TableFunc:
		p.when(f.Lateral, "LATERAL ")
		p.word("TABLE(")
		p.expr(f.Call, anyLevel)
		p.word(")")
		p.alias(f.Alias)
	}
}

func (p *printer) tableRef(t *TableRef) {
	p.name(t.Name)
	p.hints(t.Hints)
	if t.SystemTime != nil {
		p.word(" FOR SYSTEM_TIME AS OF ")
		p.expr(t.SystemTime, anyLevel)
	}
	p.alias(t.Alias)
}

func (p *printer) alias(a *Alias) {
	if a == nil {
		return
	}
	p.word(" AS ")
	p.ident(a.Name)
	if len(a.Columns) > 0 {
		p.word(" ")
		p.idents(a.Columns)
	}
}

func (p *printer) hints(list []Hint) {
	for _, h := range list {
		p.word(" /*+ ")
		p.ident(h.Name)
		switch {
		case len(h.Options) > 0:
			p.word("(")
			p.separated(len(h.Options), func(i int) { p.option(h.Options[i]) })
			p.word(")")
		case len(h.Args) > 0:
			p.idents(h.Args)
		}
		p.word(" */")
	}
}

// windowTVF writes arguments by position, in TABLE(…): the form that every version of the dialect reads.
func (p *printer) windowTVF(w *WindowTVF) {
	p.word("TABLE(", w.Kind.String(), "(")
	p.flatly(func() {
		if t, ok := w.Input.(*TableRef); ok {
			p.word("TABLE ")
			p.tableRef(t)
		} else if d, ok := w.Input.(*Derived); ok {
			p.block(func() { p.query(d.Query) })
		}
		if len(w.PartitionBy) > 0 {
			p.word(" PARTITION BY (")
			p.separated(len(w.PartitionBy), func(i int) { p.name(w.PartitionBy[i]) })
			p.word(")")
		}
		p.word(", DESCRIPTOR(")
		p.name(w.TimeCol)
		p.word(")")
		for _, e := range []Expr{w.Slide, w.Step, w.Size, w.Gap, w.Offset} {
			if e != nil {
				p.word(", ")
				p.expr(e, anyLevel)
			}
		}
	})
	p.word("))")
	p.alias(w.Alias)
}

// join writes a join chain on lines of its own. A join as right item, and a comma list as left item, need brackets.
func (p *printer) join(j *Join) {
	p.side(j.Left, func(l *Join) bool { return l.Kind == CommaJoin && j.Kind != CommaJoin })
	if j.Kind == CommaJoin {
		p.word(",")
	}
	p.line()
	p.when(j.Natural, "NATURAL ")
	if j.Kind != CommaJoin {
		p.word(j.Kind.String(), " ")
	}
	p.side(j.Right, func(r *Join) bool { return j.Kind != CommaJoin || r.Kind == CommaJoin })
	if j.On != nil {
		p.word(" ON ")
		p.expr(j.On, anyLevel)
	}
	if len(j.Using) > 0 {
		p.word(" USING ")
		p.idents(j.Using)
	}
}

func (p *printer) side(f FromItem, brackets func(*Join) bool) {
	if j, ok := f.(*Join); ok && brackets(j) {
		p.block(func() { p.from(f) })
		return
	}
	p.from(f)
}
