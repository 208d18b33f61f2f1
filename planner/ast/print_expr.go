package ast

import (
	"slices"
	"strings"

	"streamsql/planner/lex"
)

// level is how tight an expression binds. An operand that binds less than its place demands is put in brackets.
type level uint8

const (
	anyLevel level = iota
	orLevel
	andLevel
	notLevel
	predicateLevel // comparisons, IS, IN, LIKE, BETWEEN: they do not chain
	addLevel
	mulLevel
	signLevel
	primaryLevel
)

// levelOf is how tight e binds.
func levelOf(e Expr) level {
	switch x := e.(type) {
	case *Binary:
		return operatorLevel(x.Op)
	case *Unary:
		if x.Op == Not {
			return notLevel
		}
		return signLevel
	case *Is, *Between, *InList, *InQuery, *LikeExpr:
		return predicateLevel
	}
	return primaryLevel
}

func operatorLevel(op BinaryOp) level {
	switch {
	case op == Or:
		return orLevel
	case op == And:
		return andLevel
	case op.Comparison():
		return predicateLevel
	case op == Add || op == Sub:
		return addLevel
	}
	return mulLevel
}

// expr writes e on one line where an operand of at least the given level is read.
func (p *printer) expr(e Expr, at level) {
	p.flatly(func() {
		if levelOf(e) < at {
			p.word("(")
			p.bare(e)
			p.word(")")
			return
		}
		p.bare(e)
	})
}

func (p *printer) exprs(list []Expr) {
	p.separated(len(list), func(i int) { p.expr(list[i], anyLevel) })
}

// bare writes e without brackets around it.
func (p *printer) bare(e Expr) {
	switch e := e.(type) {
	case *Name:
		p.name(e)
	case *Star:
		p.path(e.Qualifier)
		p.when(len(e.Qualifier) > 0, ".")
		p.word("*")
	case *Number:
		p.word(e.Text)
	case *String:
		p.text(*e)
	case *Bool:
		p.bool(e)
	case *Null:
		p.word("NULL")
	case *DateTime:
		p.word(e.Kind, " ")
		p.text(e.Text)
	case *Interval:
		p.interval(e)
	case *Keyword:
		p.word(e.Word)
	case *NamedArg:
		p.ident(e.Name)
		p.word(" => ")
		p.expr(e.Value, anyLevel)
	default:
		p.compound(e)
	}
}

// compound writes what has operands.
func (p *printer) compound(e Expr) {
	switch e := e.(type) {
	case *Unary:
		p.unary(e)
	case *Binary:
		p.binary(e)
	case *Is, *Between, *InList, *InQuery, *LikeExpr:
		p.predicate(e)
	case *Exists:
		p.word("EXISTS (")
		p.query(e.Query)
		p.word(")")
	case *Subquery:
		p.word("(")
		p.query(e.Query)
		p.word(")")
	case *Case:
		p.caseExpr(e)
	case *Cast:
		p.when(e.Try, "TRY_")
		p.word("CAST(")
		p.expr(e.X, anyLevel)
		p.word(" AS ")
		p.typeName(e.Type)
		p.word(")")
	case *Call:
		p.call(e)
	default:
		p.collection(e)
	}
}

// collection writes indexing, fields and constructors.
func (p *printer) collection(e Expr) {
	switch e := e.(type) {
	case *Index:
		p.expr(e.X, primaryLevel)
		p.word("[")
		p.expr(e.I, anyLevel)
		p.word("]")
	case *Field:
		p.fieldBase(e.X)
		p.word(".")
		p.ident(e.Name)
	case *Array:
		p.word("ARRAY[")
		p.exprs(e.Elems)
		p.word("]")
	case *Row:
		p.when(len(e.Elems) < 2, "ROW")
		p.word("(")
		p.exprs(e.Elems)
		p.word(")")
	case *GroupingSets:
		p.groupingSets(e)
	}
}

func (p *printer) bool(b *Bool) {
	switch {
	case b.Unknown:
		p.word("UNKNOWN")
	case b.Value:
		p.word("TRUE")
	default:
		p.word("FALSE")
	}
}

func (p *printer) interval(i *Interval) {
	p.word("INTERVAL ")
	p.when(i.Negative, "-")
	p.text(i.Text)
	p.word(" ", i.From)
	p.when(i.To != "", " TO "+i.To)
}

// unary writes a prefix operator. A minus before a number would be read as the number's sign, one before a minus as a
// comment.
func (p *printer) unary(u *Unary) {
	if u.Op == Not {
		p.word("NOT ")
		p.expr(u.X, notLevel)
		return
	}
	p.word(u.Op.String())
	at := len(p.b)
	p.expr(u.X, signLevel)
	if strings.IndexByte("-.0123456789", p.b[at]) >= 0 {
		p.b = append(slices.Insert(p.b, at, '('), ')')
	}
}

// binary writes an infix operator: left-associative, except that predicates do not chain.
func (p *printer) binary(b *Binary) {
	at := operatorLevel(b.Op)
	left := at
	if at == predicateLevel {
		left = addLevel
	}
	p.expr(b.L, left)
	p.word(" ", b.Op.String(), " ")
	p.expr(b.R, at+1)
}

func (p *printer) predicate(e Expr) {
	switch e := e.(type) {
	case *Is:
		p.expr(e.X, addLevel)
		p.word(" IS ")
		p.when(e.Not, "NOT ")
		p.word(e.What.String())
	case *Between:
		p.operator(e.X, e.Not, "BETWEEN ")
		p.when(e.Symmetric, "SYMMETRIC ")
		p.expr(e.Lo, addLevel)
		p.word(" AND ")
		p.expr(e.Hi, addLevel)
	case *InList:
		p.operator(e.X, e.Not, "IN (")
		p.exprs(e.List)
		p.word(")")
	case *InQuery:
		p.operator(e.X, e.Not, "IN (")
		p.query(e.Query)
		p.word(")")
	case *LikeExpr:
		word := "LIKE "
		if e.Similar {
			word = "SIMILAR TO "
		}
		p.operator(e.X, e.Not, word)
		p.expr(e.Pattern, addLevel)
		if e.Escape != nil {
			p.word(" ESCAPE ")
			p.expr(e.Escape, addLevel)
		}
	}
}

// operator writes a predicate's left operand and its words.
func (p *printer) operator(x Expr, not bool, words string) {
	p.expr(x, addLevel)
	p.word(" ")
	p.when(not, "NOT ")
	p.word(words)
}

func (p *printer) caseExpr(c *Case) {
	p.word("CASE")
	if c.Operand != nil {
		p.word(" ")
		p.expr(c.Operand, anyLevel)
	}
	for _, w := range c.Whens {
		p.word(" WHEN ")
		p.expr(w.Cond, anyLevel)
		p.word(" THEN ")
		p.expr(w.Result, anyLevel)
	}
	if c.Else != nil {
		p.word(" ELSE ")
		p.expr(c.Else, anyLevel)
	}
	p.word(" END")
}

// fieldBase writes what comes before .f, which must end with a closing bracket.
func (p *printer) fieldBase(x Expr) {
	at := primaryLevel
	switch x := x.(type) {
	case *Index, *Field:
	case *Call:
		if x.Bare || x.Over != nil {
			at++
		}
	default:
		at++
	}
	p.expr(x, at)
}

func (p *printer) groupingSets(g *GroupingSets) {
	if g.Kind == GroupingSetsKind && len(g.Sets) == 1 && len(g.Sets[0]) == 0 {
		p.word("()")
		return
	}
	p.word(g.Kind.String(), " (")
	p.separated(len(g.Sets), func(i int) {
		p.word("(")
		p.exprs(g.Sets[i])
		p.word(")")
	})
	p.word(")")
}

func (p *printer) typeName(t *TypeName) {
	p.word(t.Name)
	if len(t.Params) > 0 {
		p.word("(")
		p.separated(len(t.Params), func(i int) { p.word(itoa(t.Params[i].Value)) })
		p.word(")")
	}
	if len(t.Args) > 0 {
		p.word("<")
		p.separated(len(t.Args), func(i int) { p.typeName(t.Args[i]) })
		p.word(">")
	}
	if len(t.Fields) > 0 {
		p.word("<")
		p.separated(len(t.Fields), func(i int) {
			p.ident(t.Fields[i].Name)
			p.word(" ")
			p.typeName(t.Fields[i].Type)
		})
		p.word(">")
	}
	p.when(t.NotNull, " NOT NULL")
}

// functionName writes a name as it was: reserved words can name functions.
func (p *printer) functionName(n *Name) {
	if first := n.Parts[0]; len(n.Parts) == 1 && !first.Quoted && lex.Reserved(first.Name) {
		p.word(first.Name)
		return
	}
	p.name(n)
}
