package bind

import (
	"slices"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/logical"
)

// unnest binds left JOIN UNNEST(f(…)): a row for each element of the array that f computes of a row of left.
func (b *binder) unnest(left *relation, j *ast.Join, u *ast.Unnest) *relation {
	outer, ok := b.unnestJoin(j)
	if left == nil || !ok {
		return nil
	}
	f, args := b.array(left, u)
	if f == nil {
		return nil
	}
	items := logical.PassAll(left.cols)
	n := &logical.Unnest{Func: f.ID, Outer: outer, Keep: left.cols, At: u.Span}
	for i, a := range args {
		item := b.item(valued{a, ast.Print(u.Expr.(*ast.Call).Args[i]), false})
		items = append(items, item)
		n.Args = append(n.Args, item.Column.ID)
	}
	n.In = &logical.Calc{In: left.node, Items: items, At: u.Span}
	side, ok := b.elements(n, f, left, u)
	if !ok {
		return nil
	}
	return &relation{node: n, cols: n.Columns(), what: left.what + " and its elements", sides: []*relation{left, side},
		twice: left.twice}
}

// unnestJoin reports whether rows without elements stay. A condition can only be TRUE.
func (b *binder) unnestJoin(j *ast.Join) (outer, ok bool) {
	always := j.On == nil
	if l, is := j.On.(*ast.Bool); is {
		always = l.Value
	}
	switch {
	case j.Natural || len(j.Using) > 0 || !always:
		b.refuse(j.KindAt, "a condition for the elements of UNNEST is", "write ON TRUE, and the condition in WHERE")
		return false, false
	case j.Kind == ast.RightJoin || j.Kind == ast.FullJoin:
		b.refuse(j.KindAt, j.Kind.String()+" with UNNEST is",
			"there are no elements without a row: use CROSS JOIN or LEFT JOIN")
		return false, false
	}
	return j.Kind == ast.LeftJoin, true
}

// array binds the call whose result is taken apart.
func (b *binder) array(left *relation, u *ast.Unnest) (*function.Array, []scalar.Expr) {
	x := &expression{b: b, rel: left, place: "UNNEST"}
	c, ok := u.Expr.(*ast.Call)
	if ok {
		if f, known := function.ArrayByName(c.Name.Last().Name); known {
			return x.arrayCall(f, c)
		}
	}
	if v := x.value(u.Expr); v != nil {
		b.at(diag.TypeMismatch, u.Expr.Pos(), "UNNEST takes an array, but this is %s", v.Type().Nullable()).
			WithHint("functions with an array as their result: %s", function.ArrayNames())
	}
	return nil, nil
}

func (x *expression) arrayCall(f *function.Array, c *ast.Call) (*function.Array, []scalar.Expr) {
	args := make([]scalar.Expr, len(c.Args))
	types := make([]sqltype.Type, len(c.Args))
	for i, a := range c.Args {
		if args[i] = x.value(a); args[i] == nil || !x.b.stable(x.rel.node, args[i]) {
			return nil, nil
		}
		types[i] = args[i].Type()
	}
	want, err := f.Resolve(types)
	if err != nil {
		x.b.located(err, c.Span)
		return nil, nil
	}
	for i := range args {
		args[i] = coerce(args[i], want[i])
	}
	return f, args
}

// elements gives the columns that are added their names.
func (b *binder) elements(n *logical.Unnest, f *function.Array, left *relation, u *ast.Unnest) (*relation, bool) {
	n.Elem = logical.Column{ID: b.fresh(), Name: "EXPR$0", Type: f.Elem.WithNull(n.Outer)}
	side := &relation{node: n, cols: []logical.Column{n.Elem}, what: "the elements"}
	if u.Ordinality {
		n.Ord = logical.Column{ID: b.fresh(), Name: "ORDINALITY", Type: sqltype.IntType.WithNull(n.Outer)}
		side.cols = append(side.cols, n.Ord)
	}
	if side = b.aliased(side, u.Alias); side == nil {
		return nil, false
	}
	for i, c := range side.cols {
		if slices.ContainsFunc(left.cols, func(l logical.Column) bool { return l.Name == c.Name }) {
			at := u.Span
			if u.Alias != nil && len(u.Alias.Columns) > 0 {
				at = u.Alias.Columns[i].Span
			}
			b.at(diag.DuplicateName, at, "%s has a column %q already", left.what, c.Name).
				WithHint("choose another name: UNNEST(…) AS t(name)")
			return nil, false
		}
	}
	if n.Elem = side.cols[0]; u.Ordinality {
		n.Ord = side.cols[1]
	}
	return side, true
}
