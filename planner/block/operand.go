package block

import (
	"streamsql/internal/diag"
	"streamsql/planner/lex"
	"streamsql/planner/mistake"
)

// lowerOperand reads what can begin an operand.
func (l *lowerer) lowerOperand() {
	t := l.tok(l.i)
	if hole, ok := l.src.Holes[l.i]; ok && hole.Query != nil {
		l.primary(bind(letterQuery, l.i), hole.End-l.i)
		return
	}
	switch t.Kind {
	case lex.Number, lex.String:
		l.primary(bind(letterLiteral, l.i), 1)
	case lex.Quoted:
		l.name()
	case lex.Word:
		l.operandWord(t)
	case lex.Op:
		l.operandMark(t)
	default:
		l.unexpected(l.i)
	}
}

// operandMark reads a bracket or a sign.
func (l *lowerer) operandMark(t lex.Token) {
	switch {
	case t.Text == "(" && !l.tok(l.i+1).IsOp(")"):
		l.open(parenFrame, handle(letterParen, l.i)+"(", 1, t.Match)
	case t.Text == "(":
		l.unexpected(l.i + 1)
	case t.Text == "-" && l.tok(l.i+1).Kind == lex.Number:
		l.primary(bind(letterLiteral, l.i), 2) // the sign is part of the literal: the least BIGINT is one
	case t.Text == "-" || t.Text == "+":
		l.emit(t.Text+" ", l.i)
		l.i++
	default:
		l.unexpected(l.i)
	}
}

// operandWord reads a name, a literal or a construct that begins with a keyword.
func (l *lowerer) operandWord(t lex.Token) {
	next := l.tok(l.i + 1)
	switch t.Word {
	case "NULL", "TRUE", "FALSE", "UNKNOWN":
		l.primary(bind(letterLiteral, l.i), 1)
	case "DATE", "TIME", "TIMESTAMP":
		l.dateTime(next)
	case "INTERVAL":
		l.interval()
	case "NOT":
		l.emit("not ", l.i)
		l.i++
	case "EXISTS":
		l.exists()
	case "CASE":
		l.openCase(t)
	case "CAST", "TRY_CAST":
		l.openBracket(castFrame, letterCast, "(", next)
	case "ARRAY":
		l.openBracket(arrayFrame, letterArray, "[", next)
	case "ROW":
		l.openBracket(callFrame, letterRow, "(", next)
	default:
		l.name()
	}
}

func (l *lowerer) dateTime(next lex.Token) {
	t := l.tok(l.i)
	switch {
	case next.IsOp("("):
		l.fail(diag.At(diag.UnknownFunction, t.Span, "%s is not a function", t.Word).
			WithHint("%s", mistake.Hint(mistake.Function, t.Word)))
		return
	case next.Kind != lex.String:
		l.unexpected(l.i)
		return
	}
	l.primary(bind(letterLiteral, l.i), 2)
}

func (l *lowerer) interval() {
	_, end, bad := readInterval(l.src.Tokens, l.i)
	if bad >= 0 {
		t := l.tok(bad)
		l.fail(diag.At(diag.Syntax, t.Span, "unexpected %s in an INTERVAL", t.Describe()).
			WithHint("write it as INTERVAL '10' MINUTE, or INTERVAL '1:30' HOUR TO MINUTE"))
		return
	}
	l.primary(bind(letterLiteral, l.i), end-l.i)
}

func (l *lowerer) exists() {
	hole, ok := l.src.Holes[l.i+1]
	if !ok || hole.Query == nil {
		l.unexpected(l.i + 1)
		return
	}
	l.primary(bind(letterExists, l.i), hole.End-l.i)
}

// openCase enters CASE. Without an operand, WHEN comes at once.
func (l *lowerer) openCase(t lex.Token) {
	l.open(caseFrame, handle(letterCase, l.i)+"(case ", 1, t.Match)
	if l.tok(l.i).Is("WHEN") {
		l.emit("when ", l.i)
		l.i++
	}
}

// openBracket enters a construct of a word and the bracket after it.
func (l *lowerer) openBracket(kind frameKind, letter byte, bracket string, next lex.Token) {
	if !next.IsOp(bracket) {
		l.unexpected(l.i + 1)
		return
	}
	l.open(kind, handle(letter, l.i)+"(", 2, next.Match)
	if kind == castFrame {
		return
	}
	l.closeIfEmpty()
}

// closeIfEmpty closes a list without elements.
func (l *lowerer) closeIfEmpty() {
	if f := l.top(); l.i == f.close {
		l.emit(")", l.i)
		l.i++
		l.pop()
	}
}

// callable are the reserved words that name functions when a bracket follows.
var callable = map[string]bool{"LEFT": true, "RIGHT": true, "EXTRACT": true, "GROUPING": true}

// name reads a path, and the bracket after it when it is called.
func (l *lowerer) name() {
	t := l.tok(l.i)
	end := pathEnd(l.src.Tokens, l.i)
	opens := l.tok(end).IsOp("(")
	if !t.IsName() && !(opens && end == l.i+1 && callable[t.Word]) {
		l.unexpected(l.i)
		return
	}
	if opens {
		l.openCall(end)
		return
	}
	l.primary(handle(letterName, l.i), end-l.i)
}

// pathEnd is the token after the dotted path that starts at i. After a dot every word is a name.
func pathEnd(toks []lex.Token, i int) int {
	for i++; toks[i].IsOp(".") && (toks[i+1].Kind == lex.Word || toks[i+1].Kind == lex.Quoted); {
		i += 2
	}
	return i
}

// openCall enters the arguments of the function whose name ends before the bracket at open.
func (l *lowerer) openCall(open int) {
	name := l.i
	l.open(callFrame, handle(letterName, name)+"(", open+1-name, l.tok(open).Match)
	f := l.top()
	if open == name+1 {
		f.form = forms[l.tok(name).Word]
	}
	first := l.tok(l.i)
	switch {
	case first.IsOp("*") && l.i+1 == f.close:
		l.primary(handle(letterStar, l.i), 1)
	case l.i == f.close:
		l.closeIfEmpty()
	case f.form != nil && f.form.lead != nil:
		f.form.lead(l)
	case first.Is("DISTINCT"):
		l.emit("distinct ", l.i)
		l.i++
		l.argument()
	case first.Is("ALL"):
		l.i++
		l.argument()
	default:
		l.argument()
	}
}

// argument begins an argument: name => value is a construct of its own.
func (l *lowerer) argument() {
	if t := l.tok(l.i); t.IsName() && l.tok(l.i+1).IsOp("=>") {
		l.open(namedFrame, handle(letterNamed, l.i)+"(", 2, -1)
	}
}
