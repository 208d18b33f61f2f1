package ast

func (p *printer) statement(s Statement) {
	switch s := s.(type) {
	case *SetOption:
		p.word("SET")
		if s.Key != nil {
			p.word(" ")
			p.option(Option{*s.Key, *s.Value})
		}
	case *ResetOption:
		p.word("RESET")
		p.clause(" ", s.Key)
	case *CreateTable:
		p.createTable(s)
	case *CreateView:
		p.createView(s)
	case *Drop:
		p.drop(s)
	case *Insert:
		p.insert(s)
	case *StatementSet:
		p.statementSet(s)
	case *Explain:
		p.explain(s)
	case *QueryStatement:
		p.query(s.Query)
	}
}

func (p *printer) createTable(t *CreateTable) {
	p.word("CREATE ")
	p.when(t.Temporary, "TEMPORARY ")
	p.word("TABLE ")
	p.when(t.IfNotExists, "IF NOT EXISTS ")
	p.name(t.Name)
	if elements := p.tableElements(t); len(elements) > 0 {
		p.word(" ")
		p.block(func() { p.lines(len(elements), func(i int) { elements[i]() }) })
	}
	p.clause(" COMMENT ", t.Comment)
	if len(t.PartitionedBy) > 0 {
		p.word(" PARTITIONED BY ")
		p.idents(t.PartitionedBy)
	}
	if len(t.Options) > 0 {
		p.word(" WITH ")
		p.block(func() { p.lines(len(t.Options), func(i int) { p.option(t.Options[i]) }) })
	}
	if t.Like != nil {
		p.word(" LIKE ")
		p.name(t.Like.Source)
	}
}

// tableElements lists what is in a table's brackets.
func (p *printer) tableElements(t *CreateTable) []func() {
	var out []func()
	for _, c := range t.Columns {
		out = append(out, func() { p.column(c) })
	}
	if w := t.Watermark; w != nil {
		out = append(out, func() {
			p.word("WATERMARK FOR ")
			p.name(w.Column)
			p.word(" AS ")
			p.expr(w.Expr, anyLevel)
		})
	}
	if key := t.PrimaryKey; key != nil {
		out = append(out, func() { p.primaryKey(key) })
	}
	return out
}

func (p *printer) column(c ColumnDef) {
	p.ident(c.Name)
	if c.Type != nil {
		p.word(" ")
		p.typeName(c.Type)
	}
	if c.Computed != nil {
		p.word(" AS ")
		p.expr(c.Computed, anyLevel)
	}
	if c.Metadata != nil {
		p.word(" METADATA")
		p.clause(" FROM ", c.Metadata.From)
		p.when(c.Metadata.Virtual, " VIRTUAL")
	}
	p.clause(" COMMENT ", c.Comment)
}

func (p *printer) primaryKey(key *PrimaryKey) {
	if key.Constraint != nil {
		p.word("CONSTRAINT ")
		p.ident(*key.Constraint)
		p.word(" ")
	}
	p.word("PRIMARY KEY ")
	p.idents(key.Columns)
	p.when(!key.Enforced, " NOT ENFORCED")
}

func (p *printer) createView(v *CreateView) {
	p.word("CREATE ")
	p.when(v.Temporary, "TEMPORARY ")
	p.word("VIEW ")
	p.when(v.IfNotExists, "IF NOT EXISTS ")
	p.name(v.Name)
	if len(v.Columns) > 0 {
		p.word(" ")
		p.idents(v.Columns)
	}
	p.clause(" COMMENT ", v.Comment)
	p.word(" AS")
	p.line()
	p.query(v.Query)
}

func (p *printer) drop(d *Drop) {
	p.word("DROP ")
	p.when(d.Temporary, "TEMPORARY ")
	if d.View {
		p.word("VIEW ")
	} else {
		p.word("TABLE ")
	}
	p.when(d.IfExists, "IF EXISTS ")
	p.name(d.Name)
}

func (p *printer) insert(s *Insert) {
	if s.Overwrite {
		p.word("INSERT OVERWRITE ")
	} else {
		p.word("INSERT INTO ")
	}
	p.name(s.Table)
	p.hints(s.Hints)
	if len(s.Columns) > 0 {
		p.word(" ")
		p.idents(s.Columns)
	}
	p.line()
	p.query(s.Query)
}

func (p *printer) statementSet(s *StatementSet) {
	p.word("EXECUTE STATEMENT SET BEGIN")
	for _, ins := range s.Inserts {
		p.line()
		p.insert(ins)
		p.word(";")
	}
	p.line()
	p.word("END")
}

func (p *printer) explain(e *Explain) {
	p.word("EXPLAIN ")
	if len(e.Details) > 0 {
		p.separated(len(e.Details), func(i int) { p.ident(e.Details[i]) })
		p.word(" ")
	}
	p.statement(e.Statement)
}
