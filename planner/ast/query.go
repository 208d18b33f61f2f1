package ast

import "streamsql/internal/diag"

// Query is a query expression with everything that can surround its body.
type Query struct {
	At
	With      []CTE
	Recursive bool // WITH RECURSIVE: the binder refuses
	Body      QueryBody
	OrderBy   []OrderItem
	Limit     Expr // LIMIT n and FETCH FIRST n ROWS ONLY; nil: none
	Offset    Expr
}

// CTE is one element of a WITH list.
type CTE struct {
	At
	Name    Ident
	Columns []Ident
	Query   *Query
}

// OrderItem is one key of ORDER BY.
type OrderItem struct {
	At
	Expr  Expr
	Desc  bool
	Nulls NullOrder
}

// NullOrder is where NULLs sort.
type NullOrder uint8

// The null orders. The default is Flink's: first when ascending, last when descending.
const (
	NullsDefault NullOrder = iota
	NullsFirst
	NullsLast
)

// QueryBody is what produces rows. Sealed.
type QueryBody interface {
	Node
	// queryBody closes the set of implementations to this package.
	queryBody()
}

// Select is one SELECT block.
type Select struct {
	At
	Hints    []Hint
	Distinct bool
	Items    []SelectItem
	From     FromItem // nil: SELECT without FROM
	Where    Expr
	Group    []Expr    // expressions and *GroupingSets
	GroupAt  diag.Span // from GROUP to the last key; zero without GROUP BY
	Having   Expr
	Windows  []NamedWindow
}

// SelectItem is an expression with its alias. Expr is a *Star for * and t.*.
type SelectItem struct {
	At
	Expr  Expr
	Alias *Ident
}

// NamedWindow is one element of the WINDOW clause.
type NamedWindow struct {
	At
	Name Ident
	Spec *WindowSpec
}

// SetOp is UNION, INTERSECT, EXCEPT of two bodies.
type SetOp struct {
	At
	Op     SetOperator
	OpSpan diag.Span // the operator's word, with ALL
	All    bool
	Left   QueryBody
	Right  QueryBody
}

// SetOperator is a set operation.
type SetOperator uint8

// The set operations.
const (
	Union SetOperator = iota
	Intersect
	Except
)

// String returns the keyword.
func (o SetOperator) String() string { return [...]string{"UNION", "INTERSECT", "EXCEPT"}[o] }

// Values is VALUES (a, b), (c, d).
type Values struct {
	At
	Rows [][]Expr
}

// Nested is a query in brackets that is used as a body.
type Nested struct {
	At
	Query *Query
}

func (*Select) queryBody() {}
func (*SetOp) queryBody()  {}
func (*Values) queryBody() {}
func (*Nested) queryBody() {}

// FromItem is something that FROM can name. Sealed.
type FromItem interface {
	Node
	// fromItem closes the set of implementations to this package.
	fromItem()
}

// Alias is [AS] name [(columns)].
type Alias struct {
	At
	Name    Ident
	Columns []Ident
}

// Hint is one element of a /*+ … */ comment.
type Hint struct {
	At
	Name    Ident
	Options []Option // OPTIONS('k' = 'v')
	Args    []Ident  // BROADCAST(a, b)
}

// TableRef is a table or view by name.
type TableRef struct {
	At
	Name       *Name
	Hints      []Hint
	SystemTime Expr // FOR SYSTEM_TIME AS OF e; nil: none
	Alias      *Alias
}

// Derived is a sub-query in FROM.
type Derived struct {
	At
	Lateral bool
	Query   *Query
	Alias   *Alias
}

// WindowTVF is a windowing table function: TUMBLE, HOP, CUMULATE or SESSION. Arguments are resolved: however they were
// written, by position or by name, each is in its field.
type WindowTVF struct {
	At
	Func        Ident    // as written
	Kind        TVFKind  // which function it is
	Wrapped     bool     // inside TABLE(…)
	Named       bool     // its arguments were given by name
	Input       FromItem // *TableRef (TABLE t) or *Derived
	PartitionBy []*Name  // SESSION(TABLE t PARTITION BY …)
	TimeCol     *Name    // DESCRIPTOR(ts)
	Slide       Expr     // HOP
	Step        Expr     // CUMULATE
	Size        Expr     // TUMBLE, HOP, CUMULATE
	Gap         Expr     // SESSION
	Offset      Expr     // nil: none
	Alias       *Alias
}

// TVFKind is a windowing table function.
type TVFKind uint8

// The windowing table functions.
const (
	Tumble TVFKind = iota
	Hop
	Cumulate
	Session
)

// String returns the function's name in capitals.
func (k TVFKind) String() string { return [...]string{"TUMBLE", "HOP", "CUMULATE", "SESSION"}[k] }

// Join is a join of two items.
type Join struct {
	At
	Kind    JoinKind
	KindAt  diag.Span // the words (or the comma) that make it a join
	Natural bool
	Left    FromItem
	Right   FromItem
	On      Expr
	Using   []Ident
}

// JoinKind is the kind of a join.
type JoinKind uint8

// The kinds of join. CommaJoin is FROM a, b.
const (
	InnerJoin JoinKind = iota
	LeftJoin
	RightJoin
	FullJoin
	CrossJoin
	CommaJoin
)

// String returns the words before the right item.
func (k JoinKind) String() string {
	return [...]string{"JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN", ","}[k]
}

// Unnest is UNNEST(expr) [WITH ORDINALITY].
type Unnest struct {
	At
	Expr       Expr
	Ordinality bool
	Alias      *Alias
}

// TableFunc is [LATERAL] TABLE(f(args)) of a function that is not a windowing function.
type TableFunc struct {
	At
	Lateral bool
	Call    *Call
	Alias   *Alias
}

func (*TableRef) fromItem()  {}
func (*Derived) fromItem()   {}
func (*WindowTVF) fromItem() {}
func (*Join) fromItem()      {}
func (*Unnest) fromItem()    {}
func (*TableFunc) fromItem() {}
