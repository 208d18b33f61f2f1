// Package scalar is the tree of bound expressions: names resolved to column indices, overloads chosen, casts explicit,
// every node typed. The planner writes it, exec/expr compiles it into vector kernels; neither knows the other.
//
// The tree is sealed. Its printer (String) is canonical: equal meaning as far as the planner can tell, equal text. It
// carries no positions and no names, and feeds fingerprints and the sharing of common sub-expressions.
package scalar

import (
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
)

// Expr is a bound expression. The implementations in this package are all there are.
type Expr interface {
	// Type is the result type; NotNull is set only when no input row can make the result NULL.
	Type() sqltype.Type
	// Span is where the expression stands in the query text; it is not part of String.
	Span() diag.Span
	// String prints the canonical text. Its cost is the size of the tree: what looks at every node of a tree uses Keys.
	String() string
	// text appends the canonical text, given a way to write the operands.
	text(b []byte, operand func([]byte, Expr) []byte) []byte
	// sealed closes the set of implementations to this package.
	sealed()
}

// Node carries what every expression has.
type Node struct {
	T  sqltype.Type
	At diag.Span
}

// Type implements Expr.
func (n Node) Type() sqltype.Type { return n.T }

// Span implements Expr.
func (n Node) Span() diag.Span { return n.At }

func (Node) sealed() {}

// Const is a literal. Value by physical layout: nil (NULL), bool, int64 (every integer, date, timestamp, interval and
// DECIMAL with p ≤ 18, unscaled), Int128 (larger DECIMAL), float64 (FLOAT and DOUBLE), string.
type Const struct {
	Node
	Value any
}

// Int128 is a two's complement 128-bit integer.
type Int128 struct {
	Hi int64
	Lo uint64
}

// Col is a column of the input batch, by position.
type Col struct {
	Node
	Index int
}

// Call applies the overload with this ID (internal/function).
type Call struct {
	Node
	Overload string
	Args     []Expr
}

// Cast converts to T. Try gives NULL where a plain cast fails. Implicit casts of the planner are Casts too.
type Cast struct {
	Node
	Arg Expr
	Try bool
}

// Case is the searched CASE: the first branch whose condition is TRUE; a branch is evaluated only for rows that reach
// it. Else is never nil (the planner writes a NULL constant).
type Case struct {
	Node
	Whens []When
	Else  Expr
}

// When is one branch of a Case.
type When struct{ Cond, Then Expr }

// Coalesce gives the first argument that is not NULL; later arguments are evaluated only for rows that need them.
type Coalesce struct {
	Node
	Args []Expr
}

// And and Or are n-ary, three-valued and lazy: an operand sees only rows that the earlier ones left undecided.
type And struct {
	Node
	Args []Expr
}

// Or is a disjunction; see And.
type Or struct {
	Node
	Args []Expr
}

// Not is three-valued negation.
type Not struct {
	Node
	Arg Expr
}

// IsNull is TRUE or FALSE, never NULL. Negate makes it IS NOT NULL.
type IsNull struct {
	Node
	Arg    Expr
	Negate bool
}

// IsTruth is IS [NOT] TRUE / FALSE: never NULL.
type IsTruth struct {
	Node
	Arg    Expr
	Want   bool
	Negate bool
}

// In is `arg IN (constants)`, constants of arg's type, no NULL among them (the planner rewrites those), sorted as
// given.
type In struct {
	Node
	Arg    Expr
	List   []Const
	Negate bool
}

// Clock is a value that is fixed per epoch: CURRENT_TIMESTAMP, LOCALTIMESTAMP, CURRENT_DATE. T says which form.
type Clock struct{ Node }

// Children returns the direct operands of e, in evaluation order.
func Children(e Expr) []Expr {
	switch e := e.(type) {
	case Call:
		return e.Args
	case Cast:
		return []Expr{e.Arg}
	case Case:
		out := make([]Expr, 0, 2*len(e.Whens)+1)
		for _, w := range e.Whens {
			out = append(out, w.Cond, w.Then)
		}
		return append(out, e.Else)
	case Coalesce:
		return e.Args
	case And:
		return e.Args
	case Or:
		return e.Args
	case Not:
		return []Expr{e.Arg}
	case IsNull:
		return []Expr{e.Arg}
	case IsTruth:
		return []Expr{e.Arg}
	case In:
		return []Expr{e.Arg}
	}
	return nil
}

// Walk calls fn for e and everything below it, parents first.
func Walk(e Expr, fn func(Expr)) {
	fn(e)
	for _, c := range Children(e) {
		Walk(c, fn)
	}
}

// MapCols rebuilds e with every column replaced by what fn returns for it.
func MapCols(e Expr, fn func(Col) Expr) Expr {
	all := func(args []Expr) []Expr {
		out := make([]Expr, len(args))
		for i, a := range args {
			out[i] = MapCols(a, fn)
		}
		return out
	}
	switch e := e.(type) {
	case Col:
		return fn(e)
	case Call:
		e.Args = all(e.Args)
		return e
	case Cast:
		e.Arg = MapCols(e.Arg, fn)
		return e
	case Case:
		whens := make([]When, len(e.Whens))
		for i, w := range e.Whens {
			whens[i] = When{MapCols(w.Cond, fn), MapCols(w.Then, fn)}
		}
		e.Whens, e.Else = whens, MapCols(e.Else, fn)
		return e
	case Coalesce:
		e.Args = all(e.Args)
		return e
	case And:
		e.Args = all(e.Args)
		return e
	case Or:
		e.Args = all(e.Args)
		return e
	case Not:
		e.Arg = MapCols(e.Arg, fn)
		return e
	case IsNull:
		e.Arg = MapCols(e.Arg, fn)
		return e
	case IsTruth:
		e.Arg = MapCols(e.Arg, fn)
		return e
	case In:
		e.Arg = MapCols(e.Arg, fn)
		return e
	}
	return e
}
