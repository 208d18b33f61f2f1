package block

import (
	"strings"

	"streamsql/internal/diag"
	"streamsql/planner/lex"
)

// form is the syntax of a function that separates its arguments by words. Other functions take commas alone.
type form struct {
	lead func(*lowerer) // reads what can open the arguments; nil: an expression
	seps []string       // words that act as commas, in this order, each at most once
	unit string         // the separator that a keyword follows, instead of an expression
	only bool           // commas do not separate as well
	must bool           // all separators are needed
}

// forms is keyed by the function's name in capitals.
var forms map[string]*form

func init() { // in init: the functions of the table refer to it
	forms = map[string]*form{
		"EXTRACT":       {lead: (*lowerer).leadUnit, seps: []string{"FROM"}, only: true},
		"TIMESTAMPADD":  {lead: (*lowerer).leadUnit},
		"TIMESTAMPDIFF": {lead: (*lowerer).leadUnit},
		"TRIM":          {lead: (*lowerer).leadSide, seps: []string{"FROM"}, only: true},
		"POSITION":      {seps: []string{"IN"}},
		"SUBSTRING":     {seps: []string{"FROM", "FOR"}},
		"OVERLAY":       {seps: []string{"PLACING", "FROM", "FOR"}},
		"CEIL":          {seps: []string{"TO"}, unit: "TO"},
		"CEILING":       {seps: []string{"TO"}, unit: "TO"},
		"FLOOR":         {seps: []string{"TO"}, unit: "TO"},
	}
}

// leadUnit reads the time unit that opens EXTRACT, TIMESTAMPADD, TIMESTAMPDIFF, up to its separator.
func (l *lowerer) leadUnit() {
	next := l.tok(l.i + 1)
	l.unit(len(l.top().form.seps) > 0 && next.Is(l.top().form.seps[0]) || len(l.top().form.seps) == 0 && next.IsOp(","))
}

// unit reads a time unit. ends reports whether what follows it ends the argument.
func (l *lowerer) unit(ends bool) {
	t := l.tok(l.i)
	switch {
	case t.Kind != lex.Word:
		l.fail(diag.At(diag.Syntax, t.Span, "unexpected %s where a time unit belongs", t.Describe()).
			WithHint("units are YEAR, MONTH, DAY, HOUR, MINUTE, SECOND and the like, without quotes"))
	case !ends:
		l.unexpected(l.i + 1)
	default:
		l.primary(handle(letterKeyword, l.i), 1)
	}
}

// leadSide reads BOTH, LEADING or TRAILING in TRIM. TRIM(BOTH FROM x) trims blanks.
func (l *lowerer) leadSide() {
	switch l.tok(l.i).Word {
	case "BOTH", "LEADING", "TRAILING":
	default:
		return
	}
	f := l.top()
	f.form = sidedTrim
	l.primary(handle(letterKeyword, l.i), 1)
	l.emit(", ", l.i)
	l.operand = true
	if l.tok(l.i).Is("FROM") {
		l.emit(handle(letterBlank, l.out[f.start].tok)+", ", l.i)
		l.i++
		f.seps++
	}
}

// sidedTrim is TRIM after its side: FROM must come, and no further side may.
var sidedTrim = &form{seps: []string{"FROM"}, only: true, must: true}

// separator reads a separator of the innermost call's form. It reports whether t was one.
func (l *lowerer) separator(t lex.Token) bool {
	f := l.top()
	if f == nil || f.form == nil || f.kind != callFrame {
		return false
	}
	for n := f.seps; n < len(f.form.seps); n++ {
		if f.form.seps[n] == t.Word {
			l.separate(f, n)
			return true
		}
	}
	return false
}

// separate emits the comma in place of the n-th separator.
func (l *lowerer) separate(f *frame, n int) {
	f.seps = n + 1
	if f.form == forms["TRIM"] { // TRIM(c FROM x) is TRIM(BOTH c FROM x)
		l.last = f.start + 1
		l.wrap(handle(letterBoth, l.out[f.start].tok) + ", ")
	}
	unit := f.form.unit == f.form.seps[n]
	l.infix(", ", 1)
	if unit {
		l.unit(l.i+1 == f.close)
	}
}

// timeUnits are the units of INTERVAL literals; plurals are read too.
var timeUnits = map[string]bool{"YEAR": true, "QUARTER": true, "MONTH": true, "WEEK": true, "DAY": true, "HOUR": true,
	"MINUTE": true, "SECOND": true}

// timeUnit is the unit that a word names, or "".
func timeUnit(t lex.Token) string {
	if timeUnits[t.Word] {
		return t.Word
	}
	if unit := strings.TrimSuffix(t.Word, "S"); timeUnits[unit] {
		return unit
	}
	return ""
}
