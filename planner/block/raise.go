package block

import (
	"strconv"
	"strings"

	"github.com/xwb1989/sqlparser"

	"streamsql/internal/diag"
	"streamsql/planner/ast"
	"streamsql/planner/lex"
)

// extent is the range of tokens that a node covers, brackets included: first and last token.
type extent struct{ first, last int }

// raiser turns sqlparser's tree into ours. Its methods return a node and its extent; after a fault they return
// anything.
type raiser struct {
	src *Source
	err *diag.Error
}

// raise turns an expression of sqlparser into ours.
func (s *Source) raise(e sqlparser.Expr) (ast.Expr, *diag.Error) {
	r := &raiser{src: s}
	x, _ := r.expr(e)
	if r.err != nil {
		return nil, r.err
	}
	return x, nil
}

func (r *raiser) tok(i int) lex.Token { return r.src.Tokens[min(i, len(r.src.Tokens)-1)] }

func (r *raiser) at(x extent) ast.At { return ast.On(r.src.span(x.first, x.last)) }

func (r *raiser) fail(err *diag.Error) {
	if r.err == nil {
		r.err = err
	}
}

// gap reports a tree that the lowering cannot have produced.
func (r *raiser) gap(e any) (ast.Expr, extent) {
	r.fail(diag.New(diag.Internal, "the expression grammar returned a %T", e))
	return &ast.Null{}, extent{}
}

// expr raises one node. The count of nodes is checked before its children are entered, which bounds the recursion too.
func (r *raiser) expr(e sqlparser.Expr) (ast.Expr, extent) {
	r.src.Nodes++
	if r.src.Nodes > lex.MaxNodes {
		r.fail(TooLarge(r.src.Tokens[0]))
	}
	if r.err != nil {
		return &ast.Null{}, extent{}
	}
	switch e := e.(type) {
	case *sqlparser.SQLVal:
		return r.bound(e)
	case *sqlparser.ColName:
		return r.handle(e.Name.String())
	case *sqlparser.FuncExpr:
		return r.call(e)
	case *sqlparser.AndExpr:
		return r.binary(ast.And, e.Left, e.Right)
	case *sqlparser.OrExpr:
		return r.binary(ast.Or, e.Left, e.Right)
	case *sqlparser.BinaryExpr:
		return r.arithmetic(e)
	case *sqlparser.NotExpr:
		return r.unary(ast.Not, e.Expr)
	case *sqlparser.UnaryExpr:
		if e.Operator == sqlparser.UMinusStr {
			return r.unary(ast.Neg, e.Expr)
		}
		return r.unary(ast.Plus, e.Expr)
	case *sqlparser.IsExpr:
		return r.is(e)
	case *sqlparser.RangeCond:
		return r.between(e)
	case *sqlparser.ComparisonExpr:
		return r.comparison(e)
	}
	return r.gap(e)
}

// TooLarge is the fault of a statement that begins at first and has too many nodes.
func TooLarge(first lex.Token) *diag.Error {
	return diag.At(diag.StatementTooLarge, first.Span, "the statement has more than %d expression nodes", lex.MaxNodes).
		WithHint("split it, or load constants from a table")
}

// decode reads the letter and the token index of a handle or bind argument.
func decode(name string) (letter byte, tok int, ok bool) {
	name = strings.TrimLeft(name, ":")
	if name == "" {
		return 0, 0, false
	}
	n, err := strconv.Atoi(name[1:])
	return name[0], n, err == nil
}

// bound raises a bind argument: a literal or a sub-query.
func (r *raiser) bound(v *sqlparser.SQLVal) (ast.Expr, extent) {
	letter, i, ok := decode(string(v.Val))
	if v.Type != sqlparser.ValArg || !ok {
		return r.gap(v)
	}
	switch letter {
	case letterLiteral:
		return r.literal(i)
	case letterQuery:
		x := extent{i, r.src.Holes[i].End - 1}
		return &ast.Subquery{At: r.at(x), Query: r.src.Holes[i].Query}, x
	case letterExists:
		hole := r.src.Holes[i+1]
		x := extent{i, hole.End - 1}
		return &ast.Exists{At: r.at(x), Query: hole.Query}, x
	}
	return r.gap(v)
}

// literal raises the literal that starts at token i.
func (r *raiser) literal(i int) (ast.Expr, extent) {
	t, next := r.tok(i), r.tok(i+1)
	one, two := extent{i, i}, extent{i, i + 1}
	switch {
	case t.Kind == lex.Number:
		return &ast.Number{At: r.at(one), Text: t.Text}, one
	case t.Kind == lex.String:
		return &ast.String{At: r.at(one), Value: t.Value()}, one
	case t.IsOp("-"):
		return &ast.Number{At: r.at(two), Text: "-" + next.Text}, two
	}
	switch t.Word {
	case "NULL":
		return &ast.Null{At: r.at(one)}, one
	case "TRUE", "FALSE", "UNKNOWN":
		return &ast.Bool{At: r.at(one), Value: t.Word == "TRUE", Unknown: t.Word == "UNKNOWN"}, one
	case "INTERVAL":
		node, end, _ := readInterval(r.src.Tokens, i)
		return &node, extent{i, end - 1}
	}
	text := ast.String{At: ast.On(next.Span), Value: next.Value()}
	return &ast.DateTime{At: r.at(two), Kind: t.Word, Text: text}, two
}

// handle raises a name that is not a call.
func (r *raiser) handle(name string) (ast.Expr, extent) {
	letter, i, ok := decode(name)
	if !ok {
		return r.gap(name)
	}
	one := extent{i, i}
	switch letter {
	case letterName:
		return r.path(i)
	case letterStar:
		return &ast.Star{At: r.at(one)}, one
	case letterKeyword:
		return &ast.Keyword{At: r.at(one), Word: r.tok(i).Word}, one
	case letterBoth:
		return &ast.Keyword{At: r.at(one), Word: "BOTH"}, one
	case letterBlank:
		return &ast.String{At: r.at(one), Value: " "}, one
	}
	return r.gap(name)
}

// bareFunctions are called without brackets.
var bareFunctions = map[string]bool{"CURRENT_TIMESTAMP": true, "CURRENT_DATE": true, "CURRENT_TIME": true,
	"LOCALTIME": true, "LOCALTIMESTAMP": true, "CURRENT_ROW_TIMESTAMP": true}

// path raises a dotted path, or the call of a function that takes no brackets.
func (r *raiser) path(i int) (ast.Expr, extent) {
	name := pathName(r.src.Tokens, i)
	x := extent{i, pathEnd(r.src.Tokens, i) - 1}
	if x.first == x.last && bareFunctions[r.tok(i).Word] {
		return &ast.Call{At: r.at(x), Name: name, Bare: true}, x
	}
	return name, x
}

// pathName makes the Name of the path that starts at token i.
func pathName(toks []lex.Token, i int) *ast.Name {
	end := pathEnd(toks, i)
	name := &ast.Name{At: ast.On(toks[i].Span.Join(toks[end-1].Span))}
	for ; i < end; i += 2 {
		name.Parts = append(name.Parts, Ident(toks[i]))
	}
	return name
}

// Ident makes the Ident of a token.
func Ident(t lex.Token) ast.Ident {
	return ast.Ident{At: ast.On(t.Span), Name: t.Value(), Quoted: t.Kind == lex.Quoted}
}

func (r *raiser) unary(op ast.UnaryOp, e sqlparser.Expr) (ast.Expr, extent) {
	x, in := r.expr(e)
	out := extent{in.first - 1, in.last}
	if r.err != nil {
		return x, in
	}
	return &ast.Unary{At: r.at(out), Op: op, X: x}, out
}

// arithmeticOps are sqlparser's operators; IntDivStr means ||.
var arithmeticOps = map[string]ast.BinaryOp{
	sqlparser.PlusStr: ast.Add, sqlparser.MinusStr: ast.Sub, sqlparser.MultStr: ast.Mul,
	sqlparser.DivStr: ast.Div, sqlparser.ModStr: ast.Mod, sqlparser.IntDivStr: ast.Concat,
}

func (r *raiser) arithmetic(e *sqlparser.BinaryExpr) (ast.Expr, extent) {
	op, ok := arithmeticOps[e.Operator]
	if !ok {
		return r.gap(e)
	}
	return r.binary(op, e.Left, e.Right)
}

// binary raises an infix operator. Its own tokens are those between the operands.
func (r *raiser) binary(op ast.BinaryOp, left, right sqlparser.Expr) (ast.Expr, extent) {
	l, lx := r.expr(left)
	rt, rx := r.expr(right)
	if r.err != nil {
		return l, lx
	}
	if op == ast.Distinct && r.tok(lx.last+2).Is("NOT") { // IS NOT DISTINCT FROM
		op = ast.NotDistinct
	}
	x := extent{lx.first, rx.last}
	return &ast.Binary{At: r.at(x), Op: op, OpSpan: r.src.span(lx.last+1, rx.first-1), L: l, R: rt}, x
}
