package bind

import (
	"slices"
	"strconv"
	"strings"

	"streamsql/exec/window"
	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/logical"
)

// grouping is what a block with GROUP BY or aggregates is bound against: in its select list and HAVING an expression
// may use the keys, the window's columns and aggregates of anything.
//
// Expressions are bound over the input with a new column in the place of each aggregate call; finish then replaces
// what equals a key by the key's column and reports every other input column.
type grouping struct {
	b    *binder
	in   *relation
	keys []key
	over *logical.Over
	// window is the node that a group window puts under the aggregation; nil for a window of FROM.
	window  *logical.Window
	aggs    []logical.Agg
	calls   map[string]int                   // an aggregate call: its overload and columns → index in aggs
	results map[logical.ColID]logical.Column // of aggs
	pre     []logical.Item                   // what is computed below the aggregation
	numbers scalar.Keys                      // of every expression here: equal ones are computed once
	columns map[int]logical.ColID            // number of an expression → the column of pre that has it
	grouped map[int]logical.Column           // number of a key's expression → its column
	broken  bool                             // a key could not be bound: what is not grouped is not known
	names   map[string]bool                  // aliases of the select list, for hints
}

// key is a grouping expression: the column that carries it.
type key struct{ column logical.Column }

// groupedSelect is SELECT with grouping:
//
//	Calc (HAVING, select list) ─ Aggregate ─ Calc (keys, arguments, FILTER) ─ [Window] ─ input
func (b *binder) groupedSelect(rel *relation, s *ast.Select) *relation {
	g := &grouping{b: b, in: rel, calls: map[string]int{}, names: aliases(s),
		results: map[logical.ColID]logical.Column{}, columns: map[int]logical.ColID{}, grouped: map[int]logical.Column{}}
	ok := g.groupBy(s)
	g.broken = !ok
	x := &expression{b: b, rel: g.in, place: "SELECT", group: g}
	items, bound := b.items(x, s)
	var having scalar.Expr
	if s.Having != nil {
		hx := &expression{b: b, rel: g.in, place: "HAVING", group: g, aliases: g.names}
		if having = hx.condition(s.Having); having != nil {
			having = g.finish(having)
		}
		bound = bound && having != nil
	}
	if !ok || !bound {
		return nil
	}
	top := g.aggregate(s)
	stable := b.stable(top, having)
	for _, i := range g.pre {
		stable = b.stable(g.in.node, i.Expr) && stable
	}
	out := b.project(top, items, s.Span)
	if out == nil || !stable {
		return nil
	}
	out.node.(*logical.Calc).Filter = having
	out.twice = namedTwice(s)
	return out
}

// groupBy binds the keys and finds the window among them.
func (g *grouping) groupBy(s *ast.Select) bool {
	ok := true
	for _, e := range s.Group {
		if c, is := e.(*ast.Call); is && groupWindow(c) != "" {
			ok = g.groupWindow(c) && ok
		}
	}
	for _, e := range s.Group {
		ok = g.key(e) && ok
	}
	if ok {
		g.windowOfFrom(s)
	}
	return ok
}

// key binds one element of GROUP BY.
func (g *grouping) key(e ast.Expr) bool {
	switch k := e.(type) {
	case *ast.GroupingSets:
		g.b.refuse(k.Span, k.Kind.String()+" is", "write one query per grouping")
		return false
	case *ast.Number:
		g.b.at(diag.GroupConstant, k.Span, "GROUP BY %s groups by a constant", k.Text).
			WithHint("repeat the expression of the select list")
		return false
	case *ast.Call:
		if groupWindow(k) != "" {
			return true
		}
	}
	x := &expression{b: g.b, rel: g.in, place: "GROUP BY", aliases: g.names}
	v := typed(x.value(e))
	if v == nil {
		return false
	}
	if v.Type().IsInterval() {
		g.b.at(diag.TypeMismatch, e.Pos(), "GROUP BY an interval").WithHint("group by the times it is between")
		return false
	}
	g.addKey(v, x.rowtime(v), ast.Print(e))
	return true
}

func (g *grouping) addKey(v scalar.Expr, rowtime bool, name string) {
	id := g.numbers.Of(v).ID
	if _, dup := g.grouped[id]; dup {
		return
	}
	column := g.below(v, rowtime, name)
	g.grouped[id] = column
	g.keys = append(g.keys, key{column})
}

// below makes sure that v is computed under the aggregation, once, and returns its column.
func (g *grouping) below(v scalar.Expr, rowtime bool, name string) logical.Column {
	item := g.b.item(valued{v, name, rowtime})
	number := g.numbers.Of(v).ID
	if id, dup := g.columns[number]; dup {
		item.Column.ID = id
		return item.Column
	}
	g.columns[number] = item.Column.ID
	g.pre = append(g.pre, item)
	return item.Column
}

// windowOfFrom recognises GROUP BY window_start, window_end: an aggregation that emits each window once. Its rows
// cannot be changing ones: event time, and with it a window, ends at an aggregation without a window.
func (g *grouping) windowOfFrom(s *ast.Select) {
	has := func(id logical.ColID) bool {
		return slices.ContainsFunc(g.keys, func(k key) bool { return k.column.ID == id })
	}
	logical.Walk(g.in.node, func(n logical.Node) {
		w, ok := n.(*logical.Window)
		switch {
		case !ok || g.over != nil:
		case has(w.Start.ID) && has(w.End.ID):
			g.over = &logical.Over{Window: w, Emit: allOfWindow}
		case has(w.Start.ID) || has(w.End.ID) || has(w.Time.ID):
			g.b.warn(s.GroupAt, "GROUP BY has only one column of the window: the result changes with every row and its "+
				"state is never dropped; group by window_start and window_end to get each window once")
		}
	})
}

// aggregate builds the nodes under the select list.
func (g *grouping) aggregate(s *ast.Select) logical.Node {
	at := s.GroupAt
	if at.IsZero() && len(g.aggs) > 0 {
		at = g.aggs[0].At
	}
	if at.IsZero() {
		at = s.Span
	}
	in := g.in.node
	a := &logical.Aggregate{Aggs: g.aggs, Over: g.over, At: at}
	items := slices.Clone(g.pre)
	if g.over != nil {
		w := g.over.Window
		for _, c := range []logical.Column{w.Start, w.End, w.Time} {
			if !slices.ContainsFunc(items, func(i logical.Item) bool { return i.Column.ID == c.ID }) && g.reaches(c.ID) {
				items = append(items, logical.Pass(c))
			}
		}
	}
	for _, k := range g.keys {
		if g.over != nil && g.over.Window.Has(k.column.ID) {
			continue // emitted as a column of the window
		}
		k.column.Rowtime = false // a group's event time is before the watermark
		a.Keys = append(a.Keys, k.column)
	}
	a.In = &logical.Calc{In: in, Items: items, At: at}
	return a
}

// reaches reports whether a column comes up to the aggregation's input.
func (g *grouping) reaches(id logical.ColID) bool {
	_, ok := logical.Find(g.in.node.Columns(), id)
	return ok
}

// output finds a column of the aggregation.
func (g *grouping) output(id logical.ColID) (logical.Column, bool) {
	if c, ok := g.results[id]; ok {
		return c, true
	}
	if g.over != nil && g.over.Window.Has(id) {
		at, _ := logical.Find(g.over.Window.Of(allOfWindow), id)
		return g.over.Window.Of(allOfWindow)[at], true
	}
	return logical.Column{}, false
}

// allOfWindow are all columns of a window.
var allOfWindow = []window.Col{window.ColStart, window.ColEnd, window.ColTime}

// call binds an aggregate call to the column that carries its result.
func (g *grouping) call(c *ast.Call) scalar.Expr {
	x := &expression{b: g.b, rel: g.in, place: "an aggregate", inAggregate: true}
	args, star, ok := g.arguments(x, c)
	filter := logical.ColID(0)
	text := "|"
	if c.Filter != nil {
		fx := &expression{b: g.b, rel: g.in, place: "FILTER", inAggregate: true}
		cond := fx.condition(c.Filter)
		if cond == nil {
			return nil
		}
		filter = g.below(cond, false, ast.Print(c.Filter)).ID
		text += strconv.Itoa(int(filter))
	}
	if !ok {
		return nil
	}
	types := make([]sqltype.Type, len(args))
	for i, a := range args {
		types[i] = a.Type()
	}
	r, err := function.ResolveAggregate(c.Name.Last().Name, types, star)
	if err != nil {
		g.b.located(err, c.Span)
		return nil
	}
	agg := logical.Agg{ID: r.ID, Name: strings.ToUpper(c.Name.Last().Name), Filter: filter, At: c.Span}
	for i, a := range args {
		col := g.below(coerce(a, r.Args[i]), false, ast.Print(c.Args[i]))
		agg.Args = append(agg.Args, col.ID)
		text += "|" + strconv.Itoa(int(col.ID))
	}
	if !g.updatable(agg, c) {
		return nil
	}
	i, dup := g.calls[r.ID+text]
	if !dup {
		agg.Column = logical.Column{ID: g.b.fresh(), Name: ast.Print(c), Type: r.Result}
		i = len(g.aggs)
		g.aggs = append(g.aggs, agg)
		g.results[agg.Column.ID] = agg.Column
		g.calls[r.ID+text] = i
	}
	col := g.aggs[i].Column
	return scalar.Col{Node: scalar.Node{T: col.Type, At: c.Span}, Index: int(col.ID)}
}

// arguments binds what is between the brackets; star is COUNT(*).
func (g *grouping) arguments(x *expression, c *ast.Call) (args []scalar.Expr, star, ok bool) {
	if c.Distinct {
		g.b.refuse(c.Span, "DISTINCT in an aggregate is", "aggregate twice: GROUP BY the value in a sub-query first")
		x.operands(c.Args)
		return nil, false, false
	}
	if laterAggregate(c.Name.Last().Name) {
		g.b.refuse(c.Span, "the aggregate "+strings.ToUpper(c.Name.Last().Name)+" is",
			"the aggregates are "+strings.Join(function.AggregateNames(), ", "))
		x.operands(c.Args)
		return nil, false, false
	}
	ok = true
	for _, a := range c.Args {
		if s, is := a.(*ast.Star); is && len(s.Qualifier) == 0 && len(c.Args) == 1 {
			return nil, true, ok
		}
		v := x.value(a)
		ok = ok && v != nil
		args = append(args, v)
	}
	return args, false, ok
}

// updatable refuses aggregates that cannot take rows back over rows that are taken back.
func (g *grouping) updatable(a logical.Agg, c *ast.Call) bool {
	if !function.AppendOnly(a.ID) || logical.PropsOf(g.in.node).Updating == nil {
		return true
	}
	g.b.at(diag.UpdatesInput, c.Span,
		"%s needs rows that never change, but those of %s do: they are aggregated without a window", a.Name, g.in.what).
		WithHint("use %s here, or group the inner query by a window", diag.Either(function.Retracting()))
	return false
}

// finish replaces keys in a bound expression and reports input columns that are not grouped.
func (g *grouping) finish(e scalar.Expr) scalar.Expr {
	ok := true
	out := scalar.Rewrite(e, g.numbers.Of(e), func(x scalar.Expr, number *scalar.Key) (scalar.Expr, bool) {
		if c, is := g.grouped[number.ID]; is {
			return scalar.Col{Node: scalar.Node{T: c.Type, At: x.Span()}, Index: int(c.ID)}, true
		}
		id, is := logical.RefID(x)
		if !is {
			return x, false
		}
		if _, known := g.output(id); known {
			return x, true
		}
		if !g.broken {
			g.ungrouped(id, x.Span())
		}
		ok = false
		return x, true
	})
	if !ok {
		return nil
	}
	return out
}

func (g *grouping) ungrouped(id logical.ColID, at diag.Span) {
	name := "?"
	for _, c := range g.in.cols {
		if c.ID == id {
			name = c.Name
		}
	}
	g.b.at(diag.NotGrouped, at, "column %q is neither in GROUP BY nor inside an aggregate", name).
		WithHint("add it to GROUP BY, or say which of its values is meant: MAX(%s)", name)
}

// located records an error of the function registry at its place.
func (b *binder) located(err error, at diag.Span) {
	e, ok := err.(*diag.Error) //nolint:errorlint // the registry's own errors, never wrapped
	if !ok {
		e = diag.New(diag.Internal, "%v", err)
	}
	copied := *e
	copied.Span = at
	b.fault(&copied)
}
