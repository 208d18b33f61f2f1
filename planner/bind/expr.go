package bind

import (
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/option"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/logical"
)

// expression binds expressions of one clause.
type expression struct {
	b           *binder
	rel         *relation
	place       string    // the clause, for messages
	group       *grouping // nil: no aggregates here
	inAggregate bool
	aliases     map[string]bool // names of the select list, which this clause cannot see
	index       *columnIndex    // of rel; made at first use
}

// columnIndex finds the columns of a relation.
type columnIndex struct {
	byName map[string]logical.Column // the first of each name
	byID   map[logical.ColID]logical.Column
}

// columns is the index of the relation. A clause of 10,000 names over a table of 10,000 columns looks each up once.
func (x *expression) columns() *columnIndex {
	if x.index != nil {
		return x.index
	}
	x.index = &columnIndex{byName: map[string]logical.Column{}, byID: map[logical.ColID]logical.Column{}}
	for _, c := range x.rel.cols {
		x.index.add(c)
	}
	return x.index
}

// add takes a column in.
func (i *columnIndex) add(c logical.Column) {
	if _, dup := i.byName[c.Name]; !dup {
		i.byName[c.Name] = c
	}
	i.byID[c.ID] = c
}

// finished binds an output expression: grouping is applied, a bare NULL has a type.
func (x *expression) finished(e ast.Expr) scalar.Expr {
	v := x.value(e)
	if v == nil {
		return nil
	}
	if x.group != nil {
		if v = x.group.finish(v); v == nil {
			return nil
		}
	}
	return typed(v)
}

// condition binds an expression that must be BOOLEAN.
func (x *expression) condition(e ast.Expr) scalar.Expr {
	v := x.value(e)
	if v == nil {
		return nil
	}
	return x.boolean(v, x.place)
}

// boolean checks an operand that must be BOOLEAN.
func (x *expression) boolean(v scalar.Expr, what string) scalar.Expr {
	switch v.Type().Kind {
	case sqltype.Boolean:
		return v
	case sqltype.Null:
		return coerce(v, sqltype.BooleanType)
	}
	x.b.at(diag.TypeMismatch, v.Span(), "%s needs a condition, but this is %s", what, v.Type().Nullable()).
		WithHint("compare it with something")
	return nil
}

// value binds an expression; nil after a fault.
func (x *expression) value(e ast.Expr) scalar.Expr {
	switch e := e.(type) {
	case *ast.Name:
		return x.column(e)
	case *ast.Number, *ast.String, *ast.Bool, *ast.Null, *ast.DateTime, *ast.Interval:
		return x.literal(e)
	case *ast.Unary:
		return x.unary(e)
	case *ast.Binary:
		return x.binary(e)
	case *ast.Is:
		return x.is(e)
	case *ast.Between:
		return x.between(e)
	case *ast.InList:
		return x.inList(e)
	case *ast.LikeExpr:
		return x.like(e)
	case *ast.Case:
		return x.caseOf(e)
	case *ast.Cast:
		return x.cast(e)
	case *ast.Call:
		return x.call(e)
	}
	x.refused(e)
	return nil
}

// refused reports what is not supported as an expression.
func (x *expression) refused(e ast.Expr) {
	switch e := e.(type) {
	case *ast.Star:
		x.b.at(diag.TypeMismatch, e.Span, "* means columns, not a value").WithHint("only SELECT * and COUNT(*) take it")
	case *ast.InQuery, *ast.Exists, *ast.Subquery:
		x.b.refuse(e.Pos(), "a sub-query as a value is", "sub-queries belong in FROM")
		x.operands(ast.Children(e))
	case *ast.Index, *ast.Array:
		x.b.refuse(e.Pos(), "ARRAY is", "use a column for each element")
		x.operands(ast.Children(e))
	case *ast.Field, *ast.Row:
		x.b.refuse(e.Pos(), "ROW is", "use a column for each field")
		x.operands(ast.Children(e))
	case *ast.NamedArg:
		x.b.refuse(e.Span, "an argument by name is", "give the arguments in order")
	case *ast.Keyword:
		x.b.at(diag.TypeMismatch, e.Span, "%s is not a value", e.Word).
			WithHint("it is a word of EXTRACT, TRIM and their like")
	default:
		x.b.refuse(e.Pos(), "this is", "")
	}
}

// column binds a name.
func (x *expression) column(n *ast.Name) scalar.Expr {
	c, ok := x.find(n)
	if !ok {
		return nil
	}
	return scalar.Col{Node: scalar.Node{T: c.Type, At: n.Span}, Index: int(c.ID)}
}

// find looks a name up among the relation's columns.
func (x *expression) find(n *ast.Name) (logical.Column, bool) {
	last := n.Last()
	if len(n.Parts) > 1 {
		if !x.qualified(n) {
			return logical.Column{}, false
		}
		if side := x.rel.side(n.Parts[0].Name); side.lacks(last.Name) {
			x.b.unknownColumn(last, side.what, side.cols)
			return logical.Column{}, false
		}
	}
	if two := x.rel.twice[last.Name]; two != nil {
		x.b.at(diag.AmbiguousColumn, last.Span, "column %q of %s is ambiguous: it is %s and %s",
			last.Name, x.rel.what, two[0], two[1]).
			WithHint("give one of them another name with AS")
		return logical.Column{}, false
	}
	if c, ok := x.columns().byName[last.Name]; ok {
		return c, true
	}
	if x.aliases[last.Name] {
		x.b.at(diag.UnknownColumn, last.Span, "%s cannot use the alias %q of the select list", x.place, last.Name).
			WithHint("repeat its expression")
		return logical.Column{}, false
	}
	x.b.unknownColumn(last, x.rel.what, x.rel.cols)
	return logical.Column{}, false
}

// qualified checks the part before the dot.
func (x *expression) qualified(n *ast.Name) bool {
	if len(n.Parts) == 2 && x.rel.named(n.Parts[0].Name) {
		return true
	}
	for _, c := range x.rel.cols {
		if c.Name == n.Parts[0].Name {
			x.b.at(diag.UnknownColumn, n.Span, "column %q is %s and has no fields", c.Name, c.Type.Nullable()).
				WithHint("ROW types are not supported")
			return false
		}
	}
	q := n.Parts[0]
	e := x.b.at(diag.UnknownTable, q.Span, "no table %q in scope", q.Name)
	if q.Name == x.rel.hides && q.Name != "" {
		e.WithHint( //nolint:errcheck // sets the hint
			"FROM gives it the name %q: write %s.%s", x.rel.alias, x.rel.alias, n.Last().Name)
		return false
	}
	if near := option.Nearest(q.Name, []string{x.rel.alias}); near != "" {
		e.WithHint("did you mean %q?", near) //nolint:errcheck // sets the hint
	} else {
		e.WithHint("FROM reads %s", x.rel.what) //nolint:errcheck // sets the hint
	}
	return false
}

func (b *binder) unknownColumn(n ast.Ident, what string, cols []logical.Column) {
	e := b.at(diag.UnknownColumn, n.Span, "no column %q in %s", n.Name, what)
	near := b.near(n.Name, func() []string {
		names := make([]string, len(cols))
		for i, c := range cols {
			names[i] = c.Name
		}
		return names
	})
	if near != "" && (len(n.Name) > 2 || strings.EqualFold(near, n.Name)) { // any two short names are near
		e.WithHint("did you mean %q?", near) //nolint:errcheck // sets the hint
	} else {
		e.WithHint("it has %s", shorten(cols)) //nolint:errcheck // sets the hint
	}
}

// guesses is for how many faults a near name is looked for: the search costs the number of names, and of a thousand
// faults nobody reads the last ones' advice.
const guesses = 100

// near is the name that was probably meant, or "".
func (b *binder) near(name string, names func() []string) string {
	if len(b.faults) > guesses {
		return ""
	}
	return option.Nearest(name, names())
}

// shorten lists names, the first twelve at most.
func shorten(cols []logical.Column) string {
	const most = 12
	var names []string
	for _, c := range cols[:min(len(cols), most)] {
		names = append(names, c.Name)
	}
	if len(cols) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// resolve calls the overload of a function or operator that fits; nil after a fault or when an argument is nil.
func (x *expression) resolve(name string, at diag.Span, args ...scalar.Expr) scalar.Expr {
	types := make([]sqltype.Type, len(args))
	for i, a := range args {
		if a == nil {
			return nil
		}
		types[i] = a.Type()
	}
	r, err := function.Resolve(name, types)
	if err != nil {
		if len(args) == 2 && !letters(name) {
			x.b.at(diag.NoOverload, at, "no operator %s for %s and %s", name, types[0].Nullable(), types[1].Nullable()).
				WithHint("use CAST to give both sides types that go together")
			return nil
		}
		x.b.located(err, at)
		return nil
	}
	node := scalar.Node{T: r.Result, At: at}
	for i, a := range args {
		// What NULLIF gives is its first argument as it was; `=` finds the type to compare in by itself.
		if r.Overload.Name == "NULLIF" {
			node.T = args[0].Type().Nullable()
			break
		}
		args[i] = coerce(a, r.Args[i])
	}
	switch r.Overload.Form {
	case function.Clock:
		return scalar.Clock{Node: node}
	case function.Special:
		return x.special(r.Overload.Name, node, args)
	}
	if r.Overload.Volatile {
		x.b.refuse(at, r.Overload.Name+" is", "its value differs between replays")
		return nil
	}
	return rounded(scalar.Call{Node: node, Overload: r.Overload.ID, Args: args})
}

// rounded gives ROUND and TRUNCATE of a DECIMAL to constant digits the scale that was asked for. The cast is exact.
func rounded(call scalar.Call) scalar.Expr {
	if call.Overload != "round(DECIMAL,INT)" && call.Overload != "truncate(DECIMAL,INT)" {
		return call
	}
	c, ok := call.Args[1].(scalar.Const)
	digits, isInt := c.Value.(int64)
	if !ok || !isInt {
		return call
	}
	t := function.RoundedDecimal(call.Args[0].Type().WithNull(!call.T.NotNull), digits)
	if t.Same(call.T) {
		return call
	}
	return scalar.Cast{Node: scalar.Node{T: t, At: call.At}, Arg: call}
}

// special builds the functions that evaluate lazily.
func (x *expression) special(name string, node scalar.Node, args []scalar.Expr) scalar.Expr {
	switch name {
	case "IF":
		return scalar.Case{Node: node, Whens: []scalar.When{{Cond: args[0], Then: args[1]}}, Else: args[2]}
	case "NULLIF":
		equal := x.resolve("=", node.At, args[0], args[1])
		if equal == nil {
			return nil
		}
		null := scalar.Const{Node: scalar.Node{T: node.T.Nullable(), At: node.At}}
		return scalar.Case{Node: node, Whens: []scalar.When{{Cond: equal, Then: null}}, Else: args[0]}
	case "COALESCE", "IFNULL":
		return scalar.Coalesce{Node: node, Args: args}
	}
	x.b.at(diag.Internal, node.At, "function %s has no form", name)
	return nil
}

// letters reports whether a name is a function's, not an operator's sign.
func letters(name string) bool {
	return name[0] >= 'A' && name[0] <= 'Z' || name[0] >= 'a' && name[0] <= 'z'
}
