package parse

import (
	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/block"
	"streamsql/planner/lex"
)

// create reads CREATE [TEMPORARY] TABLE and VIEW.
func (p *parser) create() ast.Statement {
	start := p.i
	p.expect("CREATE")
	if p.at("OR", "REPLACE") {
		p.unsupported("OR REPLACE")
	}
	temporary := p.accept("TEMPORARY")
	switch {
	case p.accept("TABLE"):
		return p.createTable(start, temporary)
	case p.accept("VIEW"):
		return p.createView(start, temporary)
	case p.oneOf("FUNCTION", "CATALOG", "DATABASE", "MODEL", "MATERIALIZED", "SYSTEM"):
		if e := block.Known(p.toks, p.i); e != nil {
			p.fail(e)
			return nil
		}
		p.unsupported("CREATE " + p.tok().Word)
	default:
		p.wanted("TABLE or VIEW")
	}
	return nil
}

func (p *parser) createView(start int, temporary bool) ast.Statement {
	v := &ast.CreateView{Temporary: temporary, IfNotExists: p.accept("IF", "NOT", "EXISTS"), Name: p.path()}
	if p.tok().IsOp("(") {
		v.Columns = p.idents()
	}
	v.Comment = p.comment()
	p.expect("AS")
	v.Query = p.query()
	v.At = p.on(start)
	return v
}

func (p *parser) createTable(start int, temporary bool) ast.Statement {
	t := &ast.CreateTable{Temporary: temporary, IfNotExists: p.accept("IF", "NOT", "EXISTS"), Name: p.path()}
	if p.tok().IsOp("(") {
		p.list(func() { p.tableElement(t) })
	}
	t.Comment = p.comment()
	if p.at("DISTRIBUTED") {
		p.unsupported("DISTRIBUTED")
	}
	if p.accept("PARTITIONED") {
		p.expect("BY")
		t.PartitionedBy = p.idents()
	}
	if p.accept("WITH") {
		t.Options = p.options()
	}
	if at := p.i; p.accept("LIKE") {
		t.Like = p.like(at)
	}
	if p.at("AS") {
		p.unsupported("CREATE TABLE … AS")
	}
	t.At = p.on(start)
	return t
}

// like reads the rest of LIKE source [(…)].
func (p *parser) like(start int) *ast.Like {
	l := &ast.Like{Source: p.path()}
	if p.tok().IsOp("(") {
		p.i = p.tok().Match + 1
	}
	l.At = p.on(start)
	return l
}

// comment reads COMMENT 'text' if it comes next.
func (p *parser) comment() *ast.String {
	if !p.accept("COMMENT") {
		return nil
	}
	return p.text("a comment")
}

// options reads ('key' = 'value', …).
func (p *parser) options() []ast.Option {
	var out []ast.Option
	seen := map[string]bool{}
	p.list(func() {
		key := p.settingKey("WITH ('key' = 'value')")
		p.expectOp("=")
		value := p.optionValue()
		if seen[key.Value] && !p.failed {
			p.faults = append(p.faults, diag.At(diag.DuplicateClause, key.Span, "option '%s' is set twice", key.Value).
				WithHint("remove one"))
		}
		seen[key.Value] = true
		out = append(out, ast.Option{Key: *key, Value: *value})
	})
	return out
}

// tableElement reads a column, a key or a watermark.
func (p *parser) tableElement(t *ast.CreateTable) {
	start := p.i
	switch {
	case p.at("WATERMARK"):
		p.watermark(t)
	case p.at("CONSTRAINT") || p.at("PRIMARY"):
		p.setKey(t, p.tableKey())
	case p.at("UNIQUE") && p.ahead(1).IsOp("("):
		p.unsupported("UNIQUE")
	default:
		p.column(t, start)
	}
}

func (p *parser) watermark(t *ast.CreateTable) {
	start := p.i
	p.expect("WATERMARK", "FOR")
	w := &ast.Watermark{Column: p.path()}
	p.expect("AS")
	w.Expr = p.expression()
	w.At = p.on(start)
	if t.Watermark != nil {
		p.twice(w.Span, "a table has one WATERMARK")
	}
	t.Watermark = w
}

// twice reports a clause that may occur once.
func (p *parser) twice(at diag.Span, msg string) {
	if !p.failed {
		p.faults = append(p.faults, diag.At(diag.DuplicateClause, at, "%s", msg).WithHint("remove one"))
	}
}

func (p *parser) setKey(t *ast.CreateTable, key *ast.PrimaryKey) {
	if t.PrimaryKey != nil {
		p.twice(key.Span, "a table has one PRIMARY KEY")
	}
	t.PrimaryKey = key
}

// tableKey reads [CONSTRAINT name] PRIMARY KEY (columns) [NOT ENFORCED].
func (p *parser) tableKey() *ast.PrimaryKey {
	start := p.i
	key := &ast.PrimaryKey{Constraint: p.constraintName()}
	p.expect("PRIMARY", "KEY")
	key.Columns = p.idents()
	key.Enforced = !p.notEnforced()
	key.At = p.on(start)
	return key
}

func (p *parser) constraintName() *ast.Ident {
	if !p.accept("CONSTRAINT") {
		return nil
	}
	name := p.ident()
	return &name
}

// notEnforced reads [NOT] ENFORCED and reports whether it says NOT ENFORCED.
func (p *parser) notEnforced() bool {
	if p.accept("NOT", "ENFORCED") {
		return true
	}
	p.accept("ENFORCED")
	return false
}

// column reads name type …, name AS expr or name type METADATA ….
func (p *parser) column(t *ast.CreateTable, start int) {
	c := ast.ColumnDef{Name: p.ident()}
	if p.accept("AS") {
		c.Computed = p.expressionUntil(p.beforeComment)
	} else {
		c.Type = p.typeName()
		c.Metadata = p.metadata()
	}
	if p.at("CONSTRAINT") || p.at("PRIMARY") {
		p.setKey(t, p.columnKey(c.Name))
	}
	c.Comment = p.comment()
	c.At = p.on(start)
	t.Columns = append(t.Columns, c)
}

// beforeComment stops a computed column's expression at its COMMENT.
func (p *parser) beforeComment(i int) bool {
	return p.toks[i].Is("COMMENT") && p.toks[i+1].Kind == lex.String
}

// columnKey reads [CONSTRAINT name] PRIMARY KEY [NOT ENFORCED] after a column.
func (p *parser) columnKey(name ast.Ident) *ast.PrimaryKey {
	start := p.i
	key := &ast.PrimaryKey{Constraint: p.constraintName(), Columns: []ast.Ident{name}}
	p.expect("PRIMARY", "KEY")
	key.Enforced = !p.notEnforced()
	key.At = p.on(start)
	return key
}

// metadata reads METADATA [FROM 'key'] [VIRTUAL] if it comes next.
func (p *parser) metadata() *ast.Metadata {
	start := p.i
	if !p.accept("METADATA") {
		return nil
	}
	m := &ast.Metadata{}
	if p.accept("FROM") {
		m.From = p.text("a metadata key")
	}
	m.Virtual = p.accept("VIRTUAL")
	m.At = p.on(start)
	return m
}
