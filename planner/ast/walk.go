package ast

// Walk calls visit for e and, while visit returns true, for the expressions directly below it, left to right. It does
// not enter sub-queries: they are another scope. A nil e is skipped.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	for _, child := range Children(e) {
		Walk(child, visit)
	}
}

// Children returns the expressions directly below e in source order, without those of sub-queries.
func Children(e Expr) []Expr {
	switch x := e.(type) {
	case *Unary:
		return []Expr{x.X}
	case *Binary:
		return []Expr{x.L, x.R}
	case *Is:
		return []Expr{x.X}
	case *Between:
		return []Expr{x.X, x.Lo, x.Hi}
	case *InList:
		return append([]Expr{x.X}, x.List...)
	case *InQuery:
		return []Expr{x.X}
	case *LikeExpr:
		return present(x.X, x.Pattern, x.Escape)
	case *Case:
		return caseChildren(x)
	case *Cast:
		return []Expr{x.X}
	case *Call:
		return callChildren(x)
	case *NamedArg:
		return []Expr{x.Value}
	case *Index:
		return []Expr{x.X, x.I}
	case *Field:
		return []Expr{x.X}
	case *Array:
		return x.Elems
	case *Row:
		return x.Elems
	case *GroupingSets:
		var out []Expr
		for _, set := range x.Sets {
			out = append(out, set...)
		}
		return out
	}
	return nil
}

func caseChildren(c *Case) []Expr {
	out := present(c.Operand)
	for _, w := range c.Whens {
		out = append(out, w.Cond, w.Result)
	}
	return append(out, present(c.Else)...)
}

func callChildren(c *Call) []Expr {
	out := append([]Expr{}, c.Args...)
	out = append(out, present(c.Filter)...)
	if c.Over != nil {
		out = append(out, c.Over.PartitionBy...)
		for _, o := range c.Over.OrderBy {
			out = append(out, o.Expr)
		}
	}
	return out
}

// present returns those expressions that are there.
func present(list ...Expr) []Expr {
	out := make([]Expr, 0, len(list))
	for _, e := range list {
		if e != nil {
			out = append(out, e)
		}
	}
	return out
}
