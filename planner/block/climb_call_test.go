package block

import (
	"slices"

	"streamsql/planner/ast"
	"streamsql/planner/lex"
)

// name parses a path and, if it is called, the arguments.
func (c *climber) name() ast.Expr {
	first, t := c.i, c.tok()
	n := &ast.Name{Parts: []ast.Ident{Ident(t)}}
	for c.i++; c.tok().IsOp(".") && (c.ahead(1).Kind == lex.Word || c.ahead(1).Kind == lex.Quoted); {
		n.Parts = append(n.Parts, Ident(c.ahead(1)))
		c.i += 2
	}
	if !t.IsName() && !(len(n.Parts) == 1 && c.tok().IsOp("(") && callable[t.Word]) {
		c.i = first
		c.stop()
		return n
	}
	n.At = c.on(first)
	if c.op("(") {
		return c.call(n, first)
	}
	if len(n.Parts) == 1 && bareFunctions[t.Word] {
		return &ast.Call{At: n.At, Name: n, Bare: true}
	}
	return n
}

func (c *climber) call(n *ast.Name, first int) ast.Expr {
	call := &ast.Call{Name: n, Args: []ast.Expr{}}
	switch {
	case c.tok().IsOp("*") && c.ahead(1).IsOp(")"):
		c.i++
		call.Args = append(call.Args, &ast.Star{At: c.on(c.i - 1)})
		c.i++
	case c.special(call):
		c.needOp(")")
	case c.op(")"):
	default:
		if call.Distinct = c.word("DISTINCT"); !call.Distinct {
			c.word("ALL")
		}
		c.arguments(call)
		c.needOp(")")
	}
	call.At = c.on(first)
	return call
}

// arguments parses e, name => e, … and the words that some functions take for commas.
func (c *climber) arguments(call *ast.Call) {
	words := map[string][]string{"SUBSTRING": {"FROM", "FOR"}, "POSITION": {"IN"}, "OVERLAY": {"PLACING", "FROM", "FOR"},
		"CEIL": {"TO"}, "FLOOR": {"TO"}}[c.wordOf(call)]
	for named := true; ; {
		first := c.i
		var arg ast.Expr
		if t := c.tok(); named && t.IsName() && c.ahead(1).IsOp("=>") {
			c.i += 2
			value, _ := c.or()
			arg = &ast.NamedArg{At: c.on(first), Name: Ident(t), Value: value}
		} else {
			c.noIn = len(words) > 0 && words[0] == "IN"
			arg, _ = c.or()
		}
		call.Args = append(call.Args, arg)
		if named = c.op(","); named {
			continue
		}
		at := slices.Index(words, c.tok().Word)
		if at < 0 {
			return
		}
		unit := words[at] == "TO"
		words = words[at+1:]
		if c.i++; unit {
			call.Args = append(call.Args, c.keywordArg())
			return
		}
	}
}

func (c *climber) wordOf(call *ast.Call) string {
	if len(call.Name.Parts) > 1 {
		return ""
	}
	return c.src.Tokens[c.indexOf(call.Name.Span.Start)].Word
}

func (c *climber) indexOf(start int32) int {
	return slices.IndexFunc(c.src.Tokens, func(t lex.Token) bool { return t.Span.Start == start })
}

func (c *climber) keywordArg() ast.Expr {
	if c.tok().Kind != lex.Word {
		c.stop()
		return &ast.Null{}
	}
	c.i++
	return &ast.Keyword{At: c.on(c.i - 1), Word: c.src.Tokens[c.i-1].Word}
}

// special parses the arguments of EXTRACT and TRIM.
func (c *climber) special(call *ast.Call) bool {
	switch c.wordOf(call) {
	case "EXTRACT":
		call.Args = append(call.Args, c.keywordArg())
		c.needWord("FROM")
		x, _ := c.or()
		call.Args = append(call.Args, x)
		return true
	case "TRIM":
		return !c.tok().IsOp(")") && c.trim(call)
	}
	return false
}

func (c *climber) trim(call *ast.Call) bool {
	name := c.src.Tokens[c.indexOf(call.Name.Span.Start)]
	var side ast.Expr = &ast.Keyword{At: ast.On(name.Span), Word: "BOTH"}
	switch c.tok().Word {
	case "BOTH", "LEADING", "TRAILING":
		side = c.keywordArg()
	default:
		x, _ := c.or()
		if !c.word("FROM") {
			call.Args = append(call.Args, x)
			return true
		}
		from, _ := c.or()
		call.Args = append(call.Args, side, x, from)
		return true
	}
	var chars ast.Expr = &ast.String{At: ast.On(name.Span), Value: " "}
	if !c.tok().Is("FROM") {
		chars, _ = c.or()
	}
	c.needWord("FROM")
	x, _ := c.or()
	call.Args = append(call.Args, side, chars, x)
	return true
}
