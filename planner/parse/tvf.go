package parse

import (
	"strings"

	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/block"
	"streamsql/planner/lex"
)

var tvfKinds = map[string]ast.TVFKind{
	"TUMBLE": ast.Tumble, "HOP": ast.Hop, "CUMULATE": ast.Cumulate, "SESSION": ast.Session,
}

// tvfParams are the parameters of the windowing functions, in the order of positions. OFFSET may be left out.
var tvfParams = map[ast.TVFKind][]string{
	ast.Tumble:   {"DATA", "TIMECOL", "SIZE", "OFFSET"},
	ast.Hop:      {"DATA", "TIMECOL", "SLIDE", "SIZE", "OFFSET"},
	ast.Cumulate: {"DATA", "TIMECOL", "STEP", "SIZE", "OFFSET"},
	ast.Session:  {"DATA", "TIMECOL", "GAP"},
}

// tvfArg is one argument as written. One of table, column, expr is set.
type tvfArg struct {
	name      *ast.Ident // nil: by position
	at        diag.Span
	table     ast.FromItem
	partition []*ast.Name
	column    *ast.Name
	expr      ast.Expr
}

// windowTVF reads NAME(arguments).
func (p *parser) windowTVF(kind ast.TVFKind) *ast.WindowTVF {
	w := &ast.WindowTVF{Func: p.ident(), Kind: kind}
	var args []tvfArg
	p.list(func() { args = append(args, p.tvfArg()) })
	if !p.failed {
		p.resolveTVF(w, args)
	}
	return w
}

// tvfArg reads [NAME =>] and a table, DESCRIPTOR(column) or an expression.
func (p *parser) tvfArg() tvfArg {
	start := p.i
	var a tvfArg
	// OFFSET is a name here although it is reserved; Flink wants it quoted.
	if t := p.tok(); (t.Kind == lex.Word || t.Kind == lex.Quoted) && p.ahead(1).IsOp("=>") {
		name := block.Ident(t)
		a.name = &name
		p.i += 2
	}
	switch {
	case p.at("TABLE") || p.tok().IsOp("(") && p.queryInBracket(p.i):
		p.tvfTable(&a)
	case p.at("DESCRIPTOR"):
		p.i++
		p.expectOp("(")
		a.column = p.path()
		p.expectOp(")")
	default:
		a.expr = p.expression()
	}
	a.at = p.since(start)
	return a
}

// tvfTable reads TABLE t, TABLE (query) or (query), and PARTITION BY.
func (p *parser) tvfTable(a *tvfArg) {
	p.accept("TABLE")
	at := p.i
	if p.acceptOp("(") {
		d := &ast.Derived{Query: p.query()}
		p.expectOp(")")
		d.At = p.on(at)
		a.table = d
	} else {
		t := &ast.TableRef{Name: p.path(), Hints: p.hints()}
		t.At = p.on(at)
		a.table = t
	}
	if p.accept("PARTITION") {
		p.expect("BY")
		p.partitionColumns(a)
	}
}

// partitionColumns reads (a, b) or a, b: without brackets the list ends before the next argument that is not a column.
func (p *parser) partitionColumns(a *tvfArg) {
	one := func() { a.partition = append(a.partition, p.path()) }
	if p.tok().IsOp("(") {
		p.list(one)
		return
	}
	for one(); p.tok().IsOp(",") && p.ahead(1).IsName() && !p.ahead(1).Is("DESCRIPTOR") && !p.ahead(2).IsOp("=>"); {
		p.i++
		one()
	}
}

// resolveTVF puts each argument into its field.
func (p *parser) resolveTVF(w *ast.WindowTVF, args []tvfArg) {
	params := tvfParams[w.Kind]
	w.Named = args[0].name != nil
	seen := map[string]bool{}
	for n, a := range args {
		param, ok := p.tvfParam(w, params, n, a)
		if !ok {
			return
		}
		if seen[param] {
			p.fail(diag.At(diag.WindowArguments, a.at, "argument %s of %s is given twice", param, w.Kind))
			return
		}
		seen[param] = true
		p.setTVF(w, param, a)
	}
	for _, param := range params {
		if !seen[param] && param != "OFFSET" {
			p.fail(diag.At(diag.WindowArguments, w.Func.Span, "%s lacks its argument %s", w.Kind, param).
				WithHint("%s", tvfUsage(w.Kind)))
			return
		}
	}
}

// tvfParam finds the parameter that an argument is for.
func (p *parser) tvfParam(w *ast.WindowTVF, params []string, n int, a tvfArg) (string, bool) {
	switch {
	case (a.name != nil) != w.Named:
		p.fail(diag.At(diag.WindowArguments, a.at, "arguments by name and by position are mixed").
			WithHint("give all of them by name, or none"))
	case !w.Named && n >= len(params):
		p.fail(diag.At(diag.WindowArguments, a.at, "too many arguments for %s", w.Kind).WithHint("%s", tvfUsage(w.Kind)))
	case !w.Named:
		return params[n], true
	default:
		name := strings.ToUpper(a.name.Name)
		for _, param := range params {
			if name == param {
				return param, true
			}
		}
		p.fail(diag.At(diag.WindowArguments, a.name.Span, "%s has no argument %s", w.Kind, name).
			WithHint("%s", tvfUsage(w.Kind)))
	}
	return "", false
}

// tvfUsage shows how a function is called.
func tvfUsage(kind ast.TVFKind) string {
	usage := kind.String() + "(TABLE t, DESCRIPTOR(ts)"
	for _, param := range tvfParams[kind][2:] {
		if param == "OFFSET" {
			usage += " [, offset]"
		} else {
			usage += ", " + strings.ToLower(param)
		}
	}
	return usage + ")"
}

// setTVF fills the field of param, which decides what the argument must be.
func (p *parser) setTVF(w *ast.WindowTVF, param string, a tvfArg) {
	wrong := func(want string) {
		p.fail(diag.At(diag.WindowArguments, a.at, "argument %s of %s must be %s", param, w.Kind, want).
			WithHint("%s", tvfUsage(w.Kind)))
	}
	switch param {
	case "DATA":
		if w.Input, w.PartitionBy = a.table, a.partition; a.table == nil {
			wrong("TABLE name")
		}
		return
	case "TIMECOL":
		if w.TimeCol = a.column; a.column == nil {
			wrong("DESCRIPTOR(column)")
		}
		return
	}
	if a.expr == nil {
		wrong("an INTERVAL")
	}
	switch param {
	case "SIZE":
		w.Size = a.expr
	case "SLIDE":
		w.Slide = a.expr
	case "STEP":
		w.Step = a.expr
	case "GAP":
		w.Gap = a.expr
	case "OFFSET":
		w.Offset = a.expr
	}
}
