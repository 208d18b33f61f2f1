package block

import (
	"streamsql/internal/diag"
	"streamsql/planner/lex"
)

// infixMarks are the operators between operands, as sqlparser spells them.
var infixMarks = map[string]string{
	"+": " + ", "-": " - ", "*": " * ", "/": " / ", "%": " % ", "||": " div ",
	"=": " = ", "<>": " <> ", "!=": " <> ", "<": " < ", "<=": " <= ", ">": " > ", ">=": " >= ",
}

// lowerOperator reads what can follow an operand: an operator, a postfix, a separator, an end.
func (l *lowerer) lowerOperator() {
	t := l.tok(l.i)
	switch {
	case t.Kind == lex.Op:
		l.operatorMark(t)
	case t.Kind == lex.Word:
		l.operatorWord(t)
	default:
		l.unexpected(l.i)
	}
}

func (l *lowerer) operatorMark(t lex.Token) {
	if text, ok := infixMarks[t.Text]; ok {
		l.infix(text, 1)
		return
	}
	switch t.Text {
	case ",":
		l.comma()
	case ")", "]":
		l.closeBracket()
	case "[":
		l.index(t)
	case ".":
		l.field()
	default:
		l.unexpected(l.i)
	}
}

// infix emits an operator of n tokens.
func (l *lowerer) infix(text string, n int) {
	l.emit(text, l.i)
	l.i += n
	l.operand, l.last = true, -1
}

// operatorWord reads a keyword after an operand.
func (l *lowerer) operatorWord(t lex.Token) {
	if l.separator(t) {
		return
	}
	switch t.Word {
	case "AND":
		l.infix(" and ", 1)
	case "OR":
		l.infix(" or ", 1)
	case "IS":
		l.is()
	case "NOT":
		l.negated()
	case "IN", "LIKE", "SIMILAR", "BETWEEN":
		l.predicate("", 0)
	case "ESCAPE":
		l.infix(" escape ", 1)
	case "WHEN", "THEN", "ELSE", "END":
		l.caseWord(t)
	case "AS":
		l.castType()
	case "FILTER":
		l.filter()
	case "OVER":
		l.over()
	case "WITHIN", "IGNORE", "RESPECT":
		l.refuseClause(t)
	default:
		l.unexpected(l.i)
	}
}

// negated reads NOT IN, NOT LIKE, NOT SIMILAR TO, NOT BETWEEN.
func (l *lowerer) negated() {
	switch l.tok(l.i + 1).Word {
	case "IN", "LIKE", "SIMILAR", "BETWEEN":
		l.predicate(" not", 1)
	default:
		l.unexpected(l.i + 1)
	}
}

// predicate reads IN, LIKE, SIMILAR TO or BETWEEN; the word is skip tokens away, after NOT.
func (l *lowerer) predicate(not string, skip int) {
	word, next := l.tok(l.i+skip), l.tok(l.i+skip+1)
	switch word.Word {
	case "LIKE":
		l.infix(not+" like ", skip+1)
	case "SIMILAR":
		if !next.Is("TO") {
			l.unexpected(l.i + skip + 1)
			return
		}
		l.infix(not+" like ", skip+2)
	case "BETWEEN":
		n := skip + 1
		if next.Is("SYMMETRIC") || next.Is("ASYMMETRIC") {
			n++
		}
		l.infix(not+" between ", n)
	case "IN":
		l.in(not, skip)
	}
}

// in reads what is after IN: a list or a sub-query.
func (l *lowerer) in(not string, skip int) {
	at := l.i + skip + 1
	if hole, ok := l.src.Holes[at]; ok && hole.Query != nil {
		l.emit(not+" in :"+bind(letterQuery, at), l.i)
		l.i, l.last = hole.End, -1
		return
	}
	t := l.tok(at)
	if !t.IsOp("(") || t.Match == at+1 {
		l.unexpected(at)
		return
	}
	l.open(inFrame, not+" in (", skip+2, t.Match)
}

// is reads IS and what belongs to it.
func (l *lowerer) is() {
	n, not := 1, ""
	if l.tok(l.i + n).Is("NOT") {
		n, not = 2, "not "
	}
	switch t := l.tok(l.i + n); t.Word {
	case "NULL", "UNKNOWN":
		l.suffix(" is "+not+"null", n+1)
	case "TRUE":
		l.suffix(" is "+not+"true", n+1)
	case "FALSE":
		l.suffix(" is "+not+"false", n+1)
	case "DISTINCT":
		if !l.tok(l.i + n + 1).Is("FROM") {
			l.unexpected(l.i + n + 1)
			return
		}
		l.infix(" <=> ", n+2)
	default:
		l.fail(diag.At(diag.Syntax, t.Span, "unexpected %s after IS", t.Describe()).
			WithHint("it takes [NOT] NULL, TRUE, FALSE, UNKNOWN, DISTINCT FROM"))
	}
}

// suffix emits an operator without right operand.
func (l *lowerer) suffix(text string, n int) {
	l.emit(text, l.i)
	l.i += n
	l.last, l.called = -1, false
}

// comma separates the elements of the innermost list.
func (l *lowerer) comma() {
	if f := l.top(); f != nil && f.kind == namedFrame {
		l.closeNamed()
	}
	f := l.top()
	if f == nil || !f.list() {
		l.unexpected(l.i)
		return
	}
	l.infix(", ", 1)
	if f.kind == callFrame {
		l.argument()
	}
}

// list reports whether commas separate elements in f.
func (f *frame) list() bool {
	switch f.kind {
	case parenFrame, inFrame, arrayFrame:
		return true
	case callFrame:
		return f.form == nil || !f.form.only
	}
	return false
}

// complete reports whether f holds all that it needs.
func (f *frame) complete() bool {
	switch f.kind {
	case caseFrame:
		return false // END closes it
	case castFrame:
		return f.seps > 0
	}
	return f.form == nil || !f.form.must || f.seps == len(f.form.seps)
}

func (l *lowerer) closeNamed() {
	l.emit(")", l.i)
	l.pop()
}

// closeBracket closes the innermost construct.
func (l *lowerer) closeBracket() {
	if f := l.top(); f != nil && f.kind == namedFrame {
		l.closeNamed()
	}
	f := l.top()
	if f == nil || f.close != l.i || !f.complete() {
		l.unexpected(l.i)
		return
	}
	l.emit(")", l.i)
	l.i++
	if l.pop().kind == inFrame {
		l.last = -1 // a predicate is not a primary
	}
}

// index reads [i] after a primary.
func (l *lowerer) index(t lex.Token) {
	if l.last < 0 {
		l.unexpected(l.i)
		return
	}
	start := l.last
	l.wrap(handle(letterIndex, l.i) + "(")
	l.open(indexFrame, ", ", 1, t.Match)
	l.top().start = start
}

// field reads .f, .f.g after a closing bracket; the dots of paths are read with their path.
func (l *lowerer) field() {
	before, name := l.tok(l.i-1), l.tok(l.i+1)
	if l.last < 0 || !before.IsOp(")") && !before.IsOp("]") {
		l.unexpected(l.i)
		return
	}
	if !fieldName(name) {
		l.unexpected(l.i + 1)
		return
	}
	for l.tok(l.i).IsOp(".") && fieldName(l.tok(l.i+1)) {
		l.postfix(letterField, l.i+2)
	}
}

// fieldName reports whether t can follow a dot.
func fieldName(t lex.Token) bool { return t.Kind == lex.Word || t.Kind == lex.Quoted }

// postfix wraps the last primary in a handle call of the current token; the postfix ends before the token end.
func (l *lowerer) postfix(letter byte, end int) {
	l.wrap(handle(letter, l.i) + "(")
	l.emit(")", l.i)
	l.i, l.called = end, false
}

// caseWord reads WHEN, THEN, ELSE, END. sqlparser checks their order.
func (l *lowerer) caseWord(t lex.Token) {
	f := l.top()
	switch {
	case f == nil || f.kind != caseFrame:
		l.unexpected(l.i)
	case t.Word != "END":
		l.infix(map[string]string{"WHEN": " when ", "THEN": " then ", "ELSE": " else "}[t.Word], 1)
	case f.close != l.i:
		l.unexpected(l.i)
	default:
		l.emit(" end", l.i)
		l.emit(")", l.i)
		l.i++
		l.pop()
	}
}

// castType steps over AS and the type, which is a hole.
func (l *lowerer) castType() {
	f := l.top()
	hole, ok := l.src.Holes[l.i+1]
	switch {
	case f == nil || f.kind != castFrame || f.seps > 0 || !ok || hole.Type == nil:
		l.unexpected(l.i)
	case hole.End != f.close:
		l.unexpected(hole.End)
	default:
		f.seps++
		l.i, l.last = hole.End, -1
	}
}

// filter reads FILTER (WHERE condition) after a call.
func (l *lowerer) filter() {
	open := l.tok(l.i + 1)
	switch {
	case l.last < 0 || !l.called:
		l.unexpected(l.i)
	case !open.IsOp("("):
		l.unexpected(l.i + 1)
	case !l.tok(l.i + 2).Is("WHERE"):
		l.unexpected(l.i + 2)
	default:
		start := l.last
		l.wrap(handle(letterFilter, l.i) + "(")
		l.open(filterFrame, ", ", 3, open.Match)
		l.top().start = start
	}
}

// over reads OVER … after a call; its specification is a hole.
func (l *lowerer) over() {
	hole, ok := l.src.Holes[l.i]
	if l.last < 0 || !ok || hole.Over == nil || !l.called {
		l.unexpected(l.i)
		return
	}
	l.postfix(letterOver, hole.End)
}

func (l *lowerer) refuseClause(t lex.Token) {
	l.fail(diag.At(diag.UnsupportedSyntax, t.Span, "%s after an aggregate is not supported", t.Word))
}
