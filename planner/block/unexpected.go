package block

import (
	"streamsql/internal/diag"
	"streamsql/planner/lex"
	"streamsql/planner/mistake"
)

// Unexpected is the fault of the token at i, which cannot occur where it does. A known mistake is named; a reserved
// word gets the advice to quote it.
func Unexpected(toks []lex.Token, i int) *diag.Error {
	i = min(i, len(toks)-1)
	t := toks[i]
	if e := Known(toks, i); e != nil {
		return e
	}
	if t.Kind == lex.Word && lex.Reserved(t.Text) {
		return diag.At(diag.ReservedWord, t.Span, "unexpected keyword %s", t.Word).
			WithHint("if it is meant as a name, quote it with backticks: `%s`", t.Text)
	}
	return diag.At(diag.Syntax, t.Span, "unexpected %s", t.Describe())
}

// Known is the fault of the token at i when it shows a mistake that many people make; else nil.
func Known(toks []lex.Token, i int) *diag.Error {
	t := toks[i]
	if i > 0 && toks[i-1].IsOp(",") && endsList(t) {
		return diag.At(diag.Syntax, toks[i-1].Span, "nothing follows this comma").WithHint("remove it")
	}
	for _, kind := range []mistake.Kind{mistake.Word, mistake.Name} {
		if hint := mistake.Hint(kind, t.Word); hint != "" {
			return diag.At(diag.Syntax, t.Span, "unexpected %s", t.Describe()).WithHint("%s", hint)
		}
	}
	if i > 0 {
		if hint := mistake.Hint(mistake.Name, toks[i-1].Word); hint != "" {
			return diag.At(diag.Syntax, toks[i-1].Span, "unexpected %s", toks[i-1].Describe()).WithHint("%s", hint)
		}
	}
	return nil
}

// Misplaced is the fault of a clause at i that must precede one that has been read already; nil when t does not begin a
// clause.
func Misplaced(toks []lex.Token, i int) *diag.Error {
	t := toks[i]
	if hint := mistake.Hint(mistake.Clause, t.Word); hint != "" {
		return diag.At(diag.Syntax, t.Span, "%s comes too late here", t.Word).WithHint("%s", hint)
	}
	return nil
}

// endsList reports whether no element of a list can begin with t.
func endsList(t lex.Token) bool {
	if t.Kind == lex.EOF || t.IsOp(")") || t.IsOp("]") {
		return true
	}
	switch t.Word {
	case "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "WINDOW":
		return true
	}
	return false
}
