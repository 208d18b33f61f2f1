package parse

import (
	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/block"
	"streamsql/planner/lex"
	"streamsql/planner/mistake"
)

// statement reads one statement.
func (p *parser) statement() ast.Statement {
	if p.startsQuery() {
		start := p.i
		q := p.query()
		return &ast.QueryStatement{At: p.on(start), Query: q}
	}
	switch p.tok().Word {
	case "SET":
		return p.set()
	case "RESET":
		return p.reset()
	case "CREATE":
		return p.create()
	case "DROP":
		return p.drop()
	case "INSERT":
		return p.insert()
	case "EXPLAIN":
		return p.explain()
	}
	p.unknownStatement()
	return nil
}

// foreignStatements are statements of Flink that a query file cannot have here.
var foreignStatements = map[string]bool{"SHOW": true, "DESCRIBE": true, "DESC": true, "USE": true, "ALTER": true,
	"ANALYZE": true, "CALL": true, "DELETE": true, "UPDATE": true, "TRUNCATE": true, "LOAD": true, "UNLOAD": true,
	"ADD": true, "REMOVE": true, "COMPILE": true, "EXECUTE": true, "BEGIN": true, "STOP": true, "TABLE": true,
	"REPLACE": true, "UPSERT": true, "MERGE": true, "DECLARE": true, "PRAGMA": true, "COMMIT": true,
}

func (p *parser) unknownStatement() {
	t := p.tok()
	hint := "a file holds SET, CREATE TABLE, CREATE VIEW, INSERT INTO and SELECT"
	if known := mistake.Hint(mistake.Statement, t.Word); known != "" {
		hint = known
	}
	if foreignStatements[t.Word] {
		p.fail(diag.At(diag.UnsupportedSyntax, t.Span, "%s is not a statement of a query file", t.Word).WithHint("%s", hint))
		return
	}
	p.fail(diag.At(diag.Syntax, t.Span, "unexpected %s where a statement begins", t.Describe()).WithHint("%s", hint))
}

// set reads SET 'key' = 'value' and the bare SET.
func (p *parser) set() ast.Statement {
	start := p.i
	p.expect("SET")
	s := &ast.SetOption{}
	if p.tok().Kind != lex.EOF {
		s.Key = p.settingKey("SET 'key' = 'value'")
		p.expectOp("=")
		s.Value = p.optionValue()
	}
	s.At = p.on(start)
	return s
}

func (p *parser) reset() ast.Statement {
	start := p.i
	p.expect("RESET")
	s := &ast.ResetOption{}
	if p.tok().Kind != lex.EOF {
		s.Key = p.settingKey("SET 'key' = 'value'")
	}
	s.At = p.on(start)
	return s
}

// settingKey demands the key of an option; example shows the form.
func (p *parser) settingKey(example string) *ast.String {
	if t := p.tok(); t.Kind != lex.String {
		if e := block.Known(p.toks, p.i); e != nil {
			p.fail(e)
			return &ast.String{}
		}
		p.fail(diag.At(diag.Syntax, t.Span, "expected a key between single quotes, found %s", t.Describe()).
			WithHint("write %s", example))
		return &ast.String{}
	}
	return p.text("a key")
}

// optionValue demands the value of an option: always text.
func (p *parser) optionValue() *ast.String {
	if t := p.tok(); t.Kind == lex.Number || t.Kind == lex.Word {
		p.fail(diag.At(diag.Syntax, t.Span, "an option's value is text").
			WithHint("put it between single quotes: '%s'", t.Text))
		return &ast.String{}
	}
	return p.text("a value")
}

func (p *parser) drop() ast.Statement {
	start := p.i
	p.expect("DROP")
	d := &ast.Drop{Temporary: p.accept("TEMPORARY")}
	switch {
	case p.accept("VIEW"):
		d.View = true
	case p.accept("TABLE"):
	default:
		p.wanted("TABLE or VIEW")
	}
	d.IfExists = p.accept("IF", "EXISTS")
	d.Name = p.path()
	d.At = p.on(start)
	return d
}

// insert reads INSERT INTO table [(columns)] query.
func (p *parser) insert() *ast.Insert {
	start := p.i
	p.expect("INSERT")
	ins := &ast.Insert{}
	if ins.Overwrite = p.accept("OVERWRITE"); !ins.Overwrite {
		p.expect("INTO")
	}
	p.accept("TABLE")
	ins.Table = p.path()
	ins.Hints = p.hints()
	if p.at("PARTITION") {
		p.unsupported("PARTITION in INSERT")
	}
	if p.tok().IsOp("(") && !p.queryInBracket(p.i) {
		ins.Columns = p.idents()
	}
	ins.Query = p.query()
	ins.At = p.on(start)
	return ins
}

// explain reads EXPLAIN [PLAN FOR | details] of a query or INSERT.
func (p *parser) explain() ast.Statement {
	start := p.i
	p.expect("EXPLAIN")
	e := &ast.Explain{}
	if !p.accept("PLAN", "FOR") && p.tok().IsName() {
		p.elements(func() { e.Details = append(e.Details, p.ident()) })
	}
	if p.at("INSERT") || p.startsQuery() {
		e.Statement = p.statement()
	} else {
		p.wanted("a query or INSERT")
	}
	e.At = p.on(start)
	return e
}

// unsupported reports a clause that is understood but not supported.
func (p *parser) unsupported(what string) {
	p.fail(diag.At(diag.UnsupportedSyntax, p.tok().Span, "%s is not supported", what))
}

// opensSet reports whether a segment begins a statement set.
func opensSet(toks []lex.Token) bool {
	word := func(i int, w string) bool { return i < len(toks) && toks[i].Is(w) }
	return word(0, "EXECUTE") && word(1, "STATEMENT") && word(2, "SET") ||
		word(0, "BEGIN") && word(1, "STATEMENT") && word(2, "SET")
}

// statementSet reads EXECUTE STATEMENT SET BEGIN insert; … END, or BEGIN STATEMENT SET; insert; … END, over its
// segments.
func (f *file) statementSet(first lex.Segment) {
	set := &ast.StatementSet{At: ast.On(first.Tokens[0].Span.Join(first.Tokens[2].Span))}
	p := newParser(first)
	p.i = 3
	if first.Tokens[0].Is("EXECUTE") {
		p.expect("BEGIN")
	}
	clean := f.member(set, p, first.Faulty)
	for len(f.segments) > 0 {
		seg := f.take()
		p = newParser(seg)
		if p.accept("END") {
			p.expectEnd()
			if clean && len(set.Inserts) == 0 {
				p.fail(diag.At(diag.Syntax, seg.Tokens[0].Span, "a statement set without INSERT"))
			}
			if f.accept(p) && clean {
				set.Span = set.Span.Join(seg.Tokens[0].Span)
				f.statements = append(f.statements, set)
			}
			return
		}
		clean = f.member(set, p, seg.Faulty) && clean
	}
	f.faults = append(f.faults, diag.At(diag.UnclosedBracket, set.Span, "this statement set never ends").
		WithHint("close it with END;"))
}

// member reads one INSERT of a statement set; a segment may be empty.
func (f *file) member(set *ast.StatementSet, p *parser, faulty bool) bool {
	if faulty {
		return false
	}
	if p.tok().Kind != lex.EOF {
		set.Inserts = append(set.Inserts, p.insert())
	}
	p.expectEnd()
	return f.accept(p)
}
