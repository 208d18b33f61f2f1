package ast

import (
	"strings"

	"streamsql/planner/lex"
)

// Print writes a node as canonical SQL text: keywords in capitals, one clause per line, brackets only where the grammar
// needs them, AS before every alias. A statement has no semicolon. Node is a Statement, *Query, QueryBody, FromItem,
// Expr, *TypeName or *WindowSpec.
func Print(n Node) string {
	p := &printer{}
	p.node(n)
	return string(p.b)
}

// PrintFile writes statements as a query file.
func PrintFile(list []Statement) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(Print(s))
		b.WriteString(";\n")
	}
	return b.String()
}

// lineWidth is where a list is broken into one element per line.
const lineWidth = 96

// printer writes one node. Inside of expressions it is flat: everything stays on the line.
type printer struct {
	b      []byte
	indent int
	flat   int
}

func (p *printer) node(n Node) {
	switch n := n.(type) {
	case Statement:
		p.statement(n)
	case *Query:
		p.query(n)
	case Expr:
		p.expr(n, anyLevel)
	case QueryBody:
		p.body(n)
	case FromItem:
		p.from(n)
	case *TypeName:
		p.typeName(n)
	case *WindowSpec:
		p.windowSpec(n)
	}
}

// word writes text as it is.
func (p *printer) word(parts ...string) {
	for _, s := range parts {
		p.b = append(p.b, s...)
	}
}

// when writes text if it applies.
func (p *printer) when(cond bool, text string) {
	if cond {
		p.word(text)
	}
}

// line goes to the next line, or on by a blank in flat text.
func (p *printer) line() {
	if p.flat > 0 {
		p.word(" ")
		return
	}
	p.word("\n", strings.Repeat("  ", p.indent))
}

// block writes (, content on lines of its own, ).
func (p *printer) block(content func()) {
	if p.flat > 0 {
		p.word("(")
		content()
		p.word(")")
		return
	}
	p.word("(")
	p.indent++
	p.line()
	content()
	p.indent--
	p.line()
	p.word(")")
}

// flatly writes content on one line.
func (p *printer) flatly(content func()) {
	p.flat++
	content()
	p.flat--
}

// separated writes n elements with commas.
func (p *printer) separated(n int, one func(int)) {
	for i := range n {
		p.when(i > 0, ", ")
		one(i)
	}
}

// lines writes n elements with commas, each on a line of its own.
func (p *printer) lines(n int, one func(int)) {
	for i := range n {
		if i > 0 {
			p.word(",")
			p.line()
		}
		one(i)
	}
}

// fits writes n elements after the line's beginning: on that line when they fit, else one per line.
func (p *printer) fits(n int, one func(int)) {
	start := len(p.b)
	p.word(" ")
	p.flatly(func() { p.separated(n, one) })
	if p.flat > 0 || n == 1 || len(p.b)-start+2*p.indent <= lineWidth {
		return
	}
	p.b = p.b[:start]
	p.indent++
	p.line()
	p.lines(n, one)
	p.indent--
}

func (p *printer) ident(id Ident) {
	if id.Quoted {
		p.word("`", strings.ReplaceAll(id.Name, "`", "``"), "`")
		return
	}
	p.word(lex.Quote(id.Name))
}

func (p *printer) idents(list []Ident) {
	p.word("(")
	p.separated(len(list), func(i int) { p.ident(list[i]) })
	p.word(")")
}

func (p *printer) name(n *Name) { p.path(n.Parts) }

func (p *printer) path(parts []Ident) {
	for i, part := range parts {
		p.when(i > 0, ".")
		p.ident(part)
	}
}

func (p *printer) text(s String) { p.word(lex.QuoteString(s.Value)) }

// clause writes a keyword and a text literal, if there is one.
func (p *printer) clause(keyword string, s *String) {
	if s != nil {
		p.word(keyword)
		p.text(*s)
	}
}

func (p *printer) option(o Option) {
	p.text(o.Key)
	p.word(" = ")
	p.text(o.Value)
}
