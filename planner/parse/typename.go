package parse

import (
	"strconv"

	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/lex"
)

// typeSynonyms are spellings of one type.
var typeSynonyms = map[string]string{"INTEGER": "INT", "DEC": "DECIMAL", "NUMERIC": "DECIMAL", "CHARACTER": "CHAR"}

// typeName reads a type with its parameters and [NOT] NULL.
func (p *parser) typeName() *ast.TypeName { return p.typeAt(0) }

// typeAt reads a type at a depth of ARRAY<…>, which brackets do not bound.
func (p *parser) typeAt(depth int) *ast.TypeName {
	start := p.i
	t := &ast.TypeName{}
	if depth > lex.MaxDepth {
		p.fail(diag.At(diag.NestingTooDeep, p.tok().Span, "more than %d types within each other", lex.MaxDepth))
		return t
	}
	p.typeWord(t)
	p.typeTail(t, depth)
	t.At = p.on(start)
	for p.oneOf("ARRAY", "MULTISET") { // INT ARRAY is ARRAY<INT>
		t = &ast.TypeName{Name: p.tok().Word, Args: []*ast.TypeName{t}}
		p.count()
		p.i = min(p.i+1, len(p.toks)-1)
		t.At = p.on(start)
	}
	if p.accept("NOT", "NULL") {
		t.NotNull = true
		t.At = p.on(start)
	} else {
		p.accept("NULL")
	}
	return t
}

// typeWord reads the type's name.
func (p *parser) typeWord(t *ast.TypeName) {
	word := p.tok()
	if word.Kind != lex.Word || lex.Reserved(word.Text) && !typeWords[word.Word] {
		p.wanted("a type")
		return
	}
	p.i++
	t.Name = word.Word
	if synonym, ok := typeSynonyms[t.Name]; ok {
		t.Name = synonym
	}
	switch {
	case t.Name == "DOUBLE":
		p.accept("PRECISION")
	case (t.Name == "CHAR" || t.Name == "BINARY") && p.accept("VARYING"):
		t.Name = "VAR" + t.Name
	}
}

// typeWords are the reserved words that name types.
var typeWords = map[string]bool{
	"ARRAY": true, "ROW": true, "DATE": true, "TIME": true, "TIMESTAMP": true, "INTERVAL": true,
}

// typeTail reads what follows a type's name.
func (p *parser) typeTail(t *ast.TypeName, depth int) {
	switch t.Name {
	case "INTERVAL":
		p.intervalType(t)
		return
	case "ROW":
		p.rowFields(t, depth)
		return
	}
	if p.acceptOp("<") {
		p.elements(func() { t.Args = append(t.Args, p.typeAt(depth+1)) })
		p.expectOp(">")
		return
	}
	if p.tok().IsOp("(") {
		p.list(func() { t.Params = append(t.Params, p.typeParam()) })
	}
	p.timeZone(t)
}

// intervalType reads the units of an INTERVAL type into its name: INTERVAL DAY TO SECOND.
func (p *parser) intervalType(t *ast.TypeName) {
	unit := func() {
		t.Name += " " + p.ident().Name
		if p.tok().IsOp("(") {
			p.list(func() { p.typeParam() })
		}
	}
	if unit(); p.accept("TO") {
		t.Name += " TO"
		unit()
	}
}

// rowFields reads the fields of ROW<a INT, …> or ROW(a INT, …).
func (p *parser) rowFields(t *ast.TypeName, depth int) {
	closer := ")"
	if p.acceptOp("<") {
		closer = ">"
	} else {
		p.expectOp("(")
	}
	p.elements(func() {
		name := p.ident()
		field := ast.TypeField{Name: name, Type: p.typeAt(depth + 1)}
		p.comment()
		t.Fields = append(t.Fields, field)
	})
	p.expectOp(closer)
}

func (p *parser) typeParam() ast.TypeParam {
	t := p.tok()
	n, err := strconv.Atoi(t.Text)
	if t.Kind != lex.Number || err != nil {
		p.wanted("a whole number")
		return ast.TypeParam{}
	}
	p.i++
	return ast.TypeParam{At: ast.On(t.Span), Value: n}
}

// timeZone reads WITH or WITHOUT [LOCAL] TIME ZONE after TIME and TIMESTAMP.
func (p *parser) timeZone(t *ast.TypeName) {
	if t.Name != "TIMESTAMP" && t.Name != "TIME" {
		return
	}
	switch {
	case p.accept("WITHOUT", "TIME", "ZONE"):
	case p.accept("WITH", "LOCAL", "TIME", "ZONE"):
		t.Name += "_LTZ"
	case p.accept("WITH", "TIME", "ZONE"):
		t.Name += "_TZ"
	}
}
