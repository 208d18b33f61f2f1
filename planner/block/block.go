// Package block reads the expressions of one flat SELECT block. It is the only importer of sqlparser, which supplies
// the grammar: precedence, associativity, CASE, BETWEEN.
//
// sqlparser knows MySQL's dialect and keeps no positions. So a block is lowered to a text that it takes, and its tree
// is raised to ours:
//
//	our tokens      price BETWEEN 1 AND f(x) FILTER (WHERE ok) || 'b c'
//	                └t0   └t1     └t2 └t3 └t4           └t11 └t12
//	lowered text    `t0` between :v2 and `f8`(`t4`(`t6`), `t11`) div :v14
//	raised          Between{X: price, Lo: 1, Hi: Concat{Call f …}}
//
// Rules of the lowering:
//   - a name, a function's name or a dotted path becomes a back-quoted handle, a letter and the index of its first
//     token: reserved words, case and positions are ours. Brackets, CASE, CAST, FILTER, OVER, indexing, ROW, ARRAY are
//     calls of such handles too (see the table of letters), so that each knows its tokens;
//   - a literal, an interval or a sub-query becomes a bind argument with the same kind of name;
//   - || becomes div: it binds like * in the dialect. IS [NOT] DISTINCT FROM becomes <=>, SIMILAR TO becomes like,
//     BETWEEN SYMMETRIC becomes between: same precedence, same shape. Which of them was written, raising reads
//     from the tokens right after the left operand;
//   - lowering is one pass over the tokens. It remembers where the last primary started, so that what follows an
//     operand (FILTER, OVER, [i], .f) can wrap it;
//   - the pass knows at each token whether an operand or an operator may come. That finds most faults, each at the very
//     token that is wrong; sqlparser finds the rest (the order of WHEN and THEN, comparisons that chain).
//
// Raising gives every node the range of tokens that it covers, brackets included, and from that its span: all operators
// are between tokens, so ranges are exact.
//
// Vocabulary: a hole is a range of tokens that parse has read already (a sub-query, OVER, a type), because block never
// calls parse; a piece is a part of the lowered text with the token to blame for it; a range is [Start, End) in tokens.
//
// What Flink takes and sqlparser refuses (a = b = c, a IS NULL = b) is a fault that asks for parentheses; it is never
// read in another way.
package block

import (
	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/lex"
)

// Hole is a range of tokens that has been read already. One of its contents is set.
type Hole struct {
	End   int             // the token after it
	Query *ast.Query      // from ( to )
	Over  *ast.WindowSpec // from OVER to its end
	Type  *ast.TypeName   // the type in CAST(x AS type)
}

// Source is the statement that blocks are cut from. It is used by one goroutine.
type Source struct {
	Tokens []lex.Token  // of a segment: EOF is last
	Holes  map[int]Hole // by their first token
	Nodes  int          // expression nodes raised so far, counted against lex.MaxNodes
}

// Range is [Start, End) in tokens. The zero Range means "not there".
type Range struct{ Start, End int }

// Empty reports whether the clause is not there.
func (r Range) Empty() bool { return r == Range{} }

// Clauses are the expressions of a block, each without its alias and without the words around it.
type Clauses struct {
	Items  []Range
	Where  Range
	Group  []Range
	Having Range
}

// Exprs are the expressions of Clauses, raised.
type Exprs struct {
	Items  []ast.Expr
	Where  ast.Expr
	Group  []ast.Expr
	Having ast.Expr
}

// Expr reads one expression.
func (s *Source) Expr(r Range) (ast.Expr, *diag.Error) {
	low, err := s.lower(r)
	if err != nil {
		return nil, err
	}
	return s.lone(low)
}

// Select reads all expressions of a block at once. When the block as a whole is refused, every expression is read
// alone: that finds all faults, each at its token.
func (s *Source) Select(c Clauses) (Exprs, diag.List) {
	text, faults := s.lowerAll(c)
	if len(faults) > 0 {
		faults = append(faults, s.faultsOf(text)...)
		faults.Sort()
		return Exprs{}, faults
	}
	if sel, ok := text.parse(); ok {
		return s.raiseAll(sel)
	}
	if faults = s.faultsOf(text); len(faults) == 0 { // each is right and all together are not: a gap in the lowering
		faults = diag.List{diag.New(diag.Internal, "a SELECT block was refused whose expressions are right")}
	}
	return Exprs{}, faults
}

// span is the byte span of the tokens first … last.
func (s *Source) span(first, last int) diag.Span {
	return diag.Span{Start: s.Tokens[first].Span.Start, End: s.Tokens[last].Span.End}
}
