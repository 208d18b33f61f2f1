package ast

import "streamsql/internal/diag"

// Expr is an expression. Sealed.
type Expr interface {
	Node
	// expr closes the set of implementations to this package.
	expr()
}

// Star is * or t.*: a select item or the argument of COUNT(*).
type Star struct {
	At
	Qualifier []Ident
}

// Number is a numeric literal as written, with its sign when it has one: the least BIGINT is one literal.
type Number struct {
	At
	Text string // digits, at most one dot, an exponent; a leading '-' without space
}

// String is a character literal.
type String struct {
	At
	Value string // without quotes, doubled quotes undone
}

// Bool is TRUE, FALSE or UNKNOWN.
type Bool struct {
	At
	Value   bool
	Unknown bool // UNKNOWN, the NULL of type BOOLEAN
}

// Null is NULL.
type Null struct{ At }

// DateTime is DATE '…', TIME '…' or TIMESTAMP '…'.
type DateTime struct {
	At
	Kind string // DATE, TIME, TIMESTAMP
	Text String
}

// Interval is INTERVAL [-]'…' unit[(p)] [TO unit[(p)]].
type Interval struct {
	At
	Negative bool
	Text     String
	From     string // YEAR … SECOND in capitals, never plural
	To       string // "" without TO
}

// Unary is an operator before its operand.
type Unary struct {
	At
	Op UnaryOp
	X  Expr
}

// UnaryOp is a prefix operator.
type UnaryOp uint8

// The prefix operators.
const (
	Neg UnaryOp = iota
	Plus
	Not
)

// String returns the operator's text.
func (o UnaryOp) String() string { return [...]string{"-", "+", "NOT"}[o] }

// Binary is an operator between two operands.
type Binary struct {
	At
	Op     BinaryOp
	OpSpan diag.Span
	L, R   Expr
}

// BinaryOp is an infix operator.
type BinaryOp uint8

// The infix operators, loosest first.
const (
	Or BinaryOp = iota
	And
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	Distinct    // IS DISTINCT FROM
	NotDistinct // IS NOT DISTINCT FROM
	Add
	Sub
	Mul
	Div
	Mod
	Concat // || binds like *
)

var binaryText = [...]string{"OR", "AND", "=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM",
	"+", "-", "*", "/", "%", "||"}

// String returns the operator's canonical text.
func (o BinaryOp) String() string { return binaryText[o] }

// Comparison reports whether o compares its operands.
func (o BinaryOp) Comparison() bool { return o >= Eq && o <= NotDistinct }

// Is is x IS [NOT] NULL, TRUE, FALSE, UNKNOWN.
type Is struct {
	At
	X    Expr
	Not  bool
	What IsWhat
}

// IsWhat is what IS tests.
type IsWhat uint8

// The tests of IS.
const (
	IsNull IsWhat = iota
	IsTrue
	IsFalse
	IsUnknown
)

// String returns the keyword.
func (w IsWhat) String() string { return [...]string{"NULL", "TRUE", "FALSE", "UNKNOWN"}[w] }

// Between is x [NOT] BETWEEN [SYMMETRIC] lo AND hi.
type Between struct {
	At
	X, Lo, Hi Expr
	Not       bool
	Symmetric bool
}

// InList is x [NOT] IN (a, b).
type InList struct {
	At
	X    Expr
	Not  bool
	List []Expr
}

// InQuery is x [NOT] IN (query).
type InQuery struct {
	At
	X     Expr
	Not   bool
	Query *Query
}

// Exists is EXISTS (query).
type Exists struct {
	At
	Query *Query
}

// Subquery is a query as a value.
type Subquery struct {
	At
	Query *Query
}

// LikeExpr is x [NOT] LIKE p [ESCAPE e], and x [NOT] SIMILAR TO p [ESCAPE e].
type LikeExpr struct {
	At
	X, Pattern Expr
	Escape     Expr // nil: none
	Not        bool
	Similar    bool
}

// Case is CASE WHEN c THEN v … END, or with Operand CASE x WHEN v THEN w … END.
type Case struct {
	At
	Operand Expr // nil: searched CASE
	Whens   []When
	Else    Expr // nil: NULL
}

// When is one branch of CASE.
type When struct{ Cond, Result Expr }

// Cast is CAST(x AS type) or TRY_CAST(x AS type).
type Cast struct {
	At
	Try  bool
	X    Expr
	Type *TypeName
}

// Call is a function call. Name is as written; functions are found without regard to case. Functions with a syntax of
// their own are calls too, their keywords are Keyword arguments in order:
//
//	EXTRACT(unit FROM x)            EXTRACT(Keyword unit, x)
//	TRIM([BOTH|…] [c] FROM x)       TRIM(Keyword BOTH|LEADING|TRAILING, c, x); TRIM(x) has one argument. A side left
//	                                out is BOTH, characters left out are ' ': both then carry the span of TRIM
//	POSITION(a IN b)                POSITION(a, b)
//	SUBSTRING(x FROM a FOR b)       SUBSTRING(x, a, b)
//	OVERLAY(x PLACING y FROM a FOR b)  OVERLAY(x, y, a, b)
//	CEIL(x TO unit), FLOOR          CEIL(x, Keyword unit)
//	TIMESTAMPADD(unit, n, t)        TIMESTAMPADD(Keyword unit, n, t), TIMESTAMPDIFF likewise
//	CURRENT_TIMESTAMP               CURRENT_TIMESTAMP() with Bare set
type Call struct {
	At
	Name     *Name
	Args     []Expr
	Distinct bool
	Bare     bool        // a function that is called without brackets
	Filter   Expr        // FILTER (WHERE e); nil: none
	Over     *WindowSpec // OVER (…) or OVER w; nil: none
}

// WindowSpec is what follows OVER, and what the WINDOW clause names.
type WindowSpec struct {
	At
	Ref         *Ident // OVER w, or the base of (w ORDER BY …)
	Bare        bool   // OVER w, without brackets
	PartitionBy []Expr
	OrderBy     []OrderItem
	Frame       *Frame
}

// Frame is ROWS or RANGE with its bounds.
type Frame struct {
	At
	Rows       bool // else RANGE
	Start, End Bound
	Between    bool // else only Start was written
}

// Bound is one end of a frame.
type Bound struct {
	At
	Kind   BoundKind
	Offset Expr // n PRECEDING, n FOLLOWING
}

// BoundKind is the kind of a frame's end.
type BoundKind uint8

// The kinds of frame ends.
const (
	UnboundedPreceding BoundKind = iota
	OffsetPreceding
	CurrentRow
	OffsetFollowing
	UnboundedFollowing
)

// NamedArg is name => value in a call.
type NamedArg struct {
	At
	Name  Ident
	Value Expr
}

// Keyword is a word that a function's syntax takes: a time unit, BOTH, LEADING.
type Keyword struct {
	At
	Word string // in capitals
}

// Index is x[i].
type Index struct {
	At
	X, I Expr
}

// Field is x.f where x is not a plain path: f(x).a, (r).a, a[1].b.
type Field struct {
	At
	X    Expr
	Name Ident
}

// Array is ARRAY[a, b].
type Array struct {
	At
	Elems []Expr
}

// Row is (a, b) or ROW(a, b).
type Row struct {
	At
	Elems []Expr
}

// GroupingSets is a GROUP BY element that means several groupings.
type GroupingSets struct {
	At
	Kind GroupingKind
	Sets [][]Expr // an element without brackets is a set of one
}

// GroupingKind is the kind of a GroupingSets.
type GroupingKind uint8

// The kinds.
const (
	GroupingSetsKind GroupingKind = iota
	RollupKind
	CubeKind
)

// String returns the keywords.
func (k GroupingKind) String() string { return [...]string{"GROUPING SETS", "ROLLUP", "CUBE"}[k] }

func (*Name) expr()         {}
func (*Star) expr()         {}
func (*Number) expr()       {}
func (*String) expr()       {}
func (*Bool) expr()         {}
func (*Null) expr()         {}
func (*DateTime) expr()     {}
func (*Interval) expr()     {}
func (*Unary) expr()        {}
func (*Binary) expr()       {}
func (*Is) expr()           {}
func (*Between) expr()      {}
func (*InList) expr()       {}
func (*InQuery) expr()      {}
func (*Exists) expr()       {}
func (*Subquery) expr()     {}
func (*LikeExpr) expr()     {}
func (*Case) expr()         {}
func (*Cast) expr()         {}
func (*Call) expr()         {}
func (*NamedArg) expr()     {}
func (*Keyword) expr()      {}
func (*Index) expr()        {}
func (*Field) expr()        {}
func (*Array) expr()        {}
func (*Row) expr()          {}
func (*GroupingSets) expr() {}
