package bind

import (
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/mistake"
)

// call binds a function call: an aggregate, a column of a group window, or a scalar function.
func (x *expression) call(c *ast.Call) scalar.Expr {
	name := strings.ToUpper(c.Name.Last().Name)
	switch {
	case len(c.Name.Parts) > 1:
		x.b.at(diag.UnknownFunction, c.Name.Span, "no function %s", ast.Print(c.Name)).
			WithHint("functions have a name without dots")
		return nil
	case c.Over != nil:
		x.b.refuse(c.Span, "OVER is", "aggregate in windows with TUMBLE")
		x.operands(c.Args)
		return nil
	case function.IsAggregate(name) || laterAggregate(name):
		return x.aggregate(c, name)
	case c.Filter != nil:
		x.b.at(diag.AggregatePlace, c.Filter.Pos(), "FILTER belongs to an aggregate, and %s is not one", name).
			WithHint("use CASE WHEN")
		return nil
	case c.Distinct:
		x.b.at(diag.AggregatePlace, c.Span, "DISTINCT belongs to an aggregate, and %s is not one", name).
			WithHint("leave it out")
		return nil
	}
	if col, ok := auxiliary[name]; ok {
		return x.auxiliary(c, col)
	}
	if x.later(c, name) {
		x.operands(c.Args)
		return nil
	}
	if !function.Known(name) {
		x.unknownFunction(c, name)
		return nil
	}
	args := make([]scalar.Expr, len(c.Args))
	ok := true
	for i, a := range c.Args {
		args[i] = x.argument(c, name, i, a)
		ok = ok && args[i] != nil
	}
	if !ok {
		return nil
	}
	return x.resolve(name, c.Span, args...)
}

// operands binds what a refused expression is made of, for the faults in it.
func (x *expression) operands(list []ast.Expr) {
	for _, e := range list {
		switch e.(type) {
		case *ast.Star, *ast.Keyword, *ast.NamedArg:
		default:
			x.value(e)
		}
	}
}

// unknownFunction reports a function that does not exist, before the faults of its arguments: DATEDIFF(day, a, b) lacks
// no column day.
func (x *expression) unknownFunction(c *ast.Call, name string) {
	if hint := mistake.Hint(mistake.Function, name); hint != "" {
		x.b.at(diag.UnknownFunction, c.Name.Span, "unknown function %q", name).WithHint("%s", hint)
		return
	}
	_, err := function.Resolve(name, nil)
	x.b.located(err, c.Name.Span)
	for _, a := range c.Args {
		if _, column := a.(*ast.Name); !column {
			x.value(a)
		}
	}
}

// aggregate binds an aggregate call where rows are grouped.
func (x *expression) aggregate(c *ast.Call, name string) scalar.Expr {
	switch {
	case x.inAggregate:
		x.b.at(diag.AggregatePlace, c.Span, "%s is used inside %s", name, x.place).
			WithHint("aggregate twice: the inner one in a sub-query")
		return nil
	case x.group == nil:
		hint := "aggregates belong in the select list and in HAVING"
		if x.place == "WHERE" {
			hint = "WHERE comes before grouping: use HAVING"
		}
		x.b.at(diag.AggregatePlace, c.Span, "%s is not allowed in %s", name, x.place).WithHint("%s", hint)
		return nil
	}
	return x.group.call(c)
}

// argument binds an argument: a keyword where the function takes one, else a value.
func (x *expression) argument(c *ast.Call, name string, i int, a ast.Expr) scalar.Expr {
	words := function.Keywords(name, len(c.Args), i)
	k, is := a.(*ast.Keyword)
	if !is {
		return x.value(a)
	}
	for _, w := range words {
		if w == k.Word {
			n := int32(len(w)) //nolint:gosec // a keyword
			return constant(w, sqltype.Type{Kind: sqltype.Varchar, P: n}, k.Span)
		}
	}
	if words == nil && function.Known(name) {
		x.b.at(diag.NoOverload, k.Span, "%s takes no unit here", name).WithHint("leave %s out", k.Word)
		return nil
	}
	if words != nil {
		x.b.at(diag.NoOverload, k.Span, "%s does not take the unit %s", name, k.Word).
			WithHint("it takes %s", strings.Join(words, ", "))
		return nil
	}
	return constant(k.Word, sqltype.StringType, k.Span) // an unknown function: resolve says so
}

// laterFunctions are functions of the dialect that are not supported.
var laterFunctions = map[string]string{
	"PROCTIME":              "processing time is not part of a replay; use a TIMESTAMP column with a WATERMARK",
	"CURRENT_WATERMARK":     "",
	"CURRENT_ROW_TIMESTAMP": "use CURRENT_TIMESTAMP, the time of the trigger",
	"CURRENT_TIME":          "type TIME does not exist; use CURRENT_TIMESTAMP",
	"LOCALTIME":             "type TIME does not exist; use LOCALTIMESTAMP",
	"RAND":                  "",
	"RAND_INTEGER":          "",
	"UUID":                  "",
	"GROUPING":              "",
	"GROUPING_ID":           "",
	"ROW_NUMBER":            "",
	"JSON_VALUE":            "declare the field as a column of the table",
	"JSON_QUERY":            "declare the field as a column of the table",
	"JSON_EXISTS":           "declare the field as a column of the table",
	"CARDINALITY":           "",
	"ELEMENT":               "",
	"SESSION":               allWindows,
}

// later refuses functions of the dialect that are not supported.
func (x *expression) later(c *ast.Call, name string) bool {
	if function.Known(name) {
		return false
	}
	switch name {
	case "TUMBLE", "HOP":
		x.b.at(diag.WindowAuxiliary, c.Span, "%s belongs in GROUP BY or in FROM, not in %s", name, x.place).
			WithHint("%[1]s_START, %[1]s_END and %[1]s_ROWTIME give the window's columns", name)
		return true
	case "CUMULATE":
		x.b.at(diag.WindowAuxiliary, c.Span, "CUMULATE belongs in FROM, not in %s", x.place).
			WithHint("FROM TABLE(CUMULATE(TABLE t, DESCRIPTOR(ts), step, size))")
		return true
	}
	hint, known := laterFunctions[name]
	if !known && !laterAuxiliary[name] {
		return false
	}
	x.b.refuse(c.Span, "the function "+name+" is", hint)
	return true
}
