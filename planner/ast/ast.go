// Package ast is the syntax tree of the dialect: what the text says, with the place where it says it, and nothing that
// has to be looked up.
//
//	Statement   SetOption ResetOption CreateTable CreateView Drop Insert StatementSet Explain QueryStatement
//	Query       WITH, a body, ORDER BY, LIMIT
//	QueryBody   Select SetOp Values Nested
//	FromItem    TableRef Derived WindowTVF Join Unnest TableFunc
//	Expr        Name Star Number String Bool Null DateTime Interval Unary Binary Is Between InList InQuery Exists
//	            Subquery LikeExpr Case Cast Call NamedArg Keyword Index Field Array Row GroupingSets
//
// Vocabulary: every node embeds At, its byte span in the text it came from. The span of an expression in brackets is
// that of the expression, without them. Sets are sealed: a type switch over one is complete when it names the list
// above. More is parsed than is run: the tree has nodes for what the binder refuses, so that a refusal has a position
// and a name instead of a syntax error.
//
// Print is the formatter. What it prints parses to an equal tree, spans aside.
package ast

import "streamsql/internal/diag"

// At is the place of a node in the text.
type At struct{ Span diag.Span }

// Pos returns the node's span.
func (a At) Pos() diag.Span { return a.Span }

// On makes the At of a span.
func On(span diag.Span) At { return At{Span: span} }

// Node is anything with a place.
type Node interface {
	// Pos is the node's span in the text it was read from.
	Pos() diag.Span
}

// Ident is one name as written; names are case-sensitive.
type Ident struct {
	At
	Name   string // without back-quotes
	Quoted bool   // it was written between back-quotes
}

// Name is a dotted path: a column, a table, a function. As an expression it is a column reference.
type Name struct {
	At
	Parts []Ident
}

// Last returns the final part of the path.
func (n *Name) Last() Ident { return n.Parts[len(n.Parts)-1] }

// TypeName is a type as written. Name is in capitals and normalised: INTEGER is INT, DEC and NUMERIC are DECIMAL,
// DOUBLE PRECISION is DOUBLE, TIMESTAMP(3) WITH LOCAL TIME ZONE is TIMESTAMP_LTZ. Everything else keeps its spelling:
// the binder decides what exists.
type TypeName struct {
	At
	Name    string
	Params  []TypeParam // (p), (p, s), (n)
	Args    []*TypeName // element types of ARRAY<…>, MULTISET<…>, MAP<…>
	Fields  []TypeField // fields of ROW<…>
	NotNull bool
}

// TypeParam is one number in a type's brackets.
type TypeParam struct {
	At
	Value int
}

// TypeField is a field of a ROW type.
type TypeField struct {
	Name Ident
	Type *TypeName
}
