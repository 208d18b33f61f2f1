package block

import (
	"strconv"
	"strings"

	"github.com/xwb1989/sqlparser"

	"streamsql/internal/diag"
	"streamsql/planner/ast"
)

// piece is a part of the lowered text and the token that it was made from.
type piece struct {
	text string
	tok  int
}

// lowered is one expression as sqlparser reads it.
type lowered struct {
	pieces []piece
	after  int // the token after the expression, to blame for its ending
}

// text joins the pieces.
func (l lowered) text() string {
	var b strings.Builder
	for _, p := range l.pieces {
		b.WriteString(p.text)
	}
	return b.String()
}

// loweredSelect is a whole block, lowered.
type loweredSelect struct {
	items, group  []lowered
	where, having *lowered
}

// all lists the block's expressions in source order.
func (l loweredSelect) all() []lowered {
	out := append([]lowered{}, l.items...)
	if l.where != nil {
		out = append(out, *l.where)
	}
	out = append(out, l.group...)
	if l.having != nil {
		out = append(out, *l.having)
	}
	return out
}

// lowerAll lowers every expression of c, or reports every one that cannot be.
func (s *Source) lowerAll(c Clauses) (loweredSelect, diag.List) {
	var faults diag.List
	one := func(r Range) lowered {
		low, err := s.lower(r)
		if err != nil {
			faults = append(faults, err)
		}
		return low
	}
	many := func(list []Range) (out []lowered) {
		for _, r := range list {
			out = append(out, one(r))
		}
		return out
	}
	maybe := func(r Range) *lowered {
		if r.Empty() {
			return nil
		}
		low := one(r)
		return &low
	}
	out := loweredSelect{items: many(c.Items), where: maybe(c.Where), group: many(c.Group), having: maybe(c.Having)}
	return out, faults
}

// parse hands the block to sqlparser. FROM is read by package parse; here a single table takes its place.
func (l loweredSelect) parse() (*sqlparser.Select, bool) {
	var b strings.Builder
	b.WriteString("select ")
	writeList(&b, l.items, "1")
	b.WriteString(" from dual")
	if l.where != nil {
		b.WriteString(" where " + l.where.text())
	}
	if len(l.group) > 0 {
		b.WriteString(" group by ")
		writeList(&b, l.group, "")
	}
	if l.having != nil {
		b.WriteString(" having " + l.having.text())
	}
	sel, err := parseText(b.String())
	return sel, err == nil && len(sel.SelectExprs) == max(1, len(l.items)) && len(sel.GroupBy) == len(l.group)
}

func writeList(b *strings.Builder, list []lowered, empty string) {
	if len(list) == 0 {
		b.WriteString(empty)
	}
	for i, l := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(l.text())
	}
}

// raiseAll raises the block's tree.
func (s *Source) raiseAll(sel *sqlparser.Select) (Exprs, diag.List) {
	var out Exprs
	var faults diag.List
	one := func(e sqlparser.Expr) ast.Expr {
		x, err := s.raise(e)
		if err != nil {
			faults = append(faults, err)
		}
		return x
	}
	for _, item := range sel.SelectExprs {
		if aliased, ok := item.(*sqlparser.AliasedExpr); ok && !isPlaceholder(aliased.Expr) {
			out.Items = append(out.Items, one(aliased.Expr))
		}
	}
	if sel.Where != nil {
		out.Where = one(sel.Where.Expr)
	}
	for _, g := range sel.GroupBy {
		out.Group = append(out.Group, one(g))
	}
	if sel.Having != nil {
		out.Having = one(sel.Having.Expr)
	}
	return out, faults
}

// isPlaceholder recognises the 1 in place of an empty select list: every literal of ours is a bind argument.
func isPlaceholder(e sqlparser.Expr) bool {
	v, ok := e.(*sqlparser.SQLVal)
	return ok && v.Type == sqlparser.IntVal
}

// faultsOf reads each expression of a block alone, but those that could not be lowered.
func (s *Source) faultsOf(l loweredSelect) diag.List {
	var faults diag.List
	for _, low := range l.all() {
		if len(low.pieces) == 0 {
			continue
		}
		if _, err := s.lone(low); err != nil {
			faults = append(faults, err)
		}
	}
	return faults
}

// lonePrefix goes before a lone expression: after WHERE no alias can swallow a fault, so positions are exact.
const lonePrefix = "select 1 from dual where "

// lone parses and raises one expression.
func (s *Source) lone(low lowered) (ast.Expr, *diag.Error) {
	sel, err := parseText(lonePrefix + low.text())
	if err != nil {
		return nil, s.refusal(low, err)
	}
	if sel.Where == nil || len(sel.GroupBy) > 0 || sel.Having != nil {
		return nil, s.unexpected(low.after)
	}
	return s.raise(sel.Where.Expr)
}

// parseText calls sqlparser. A panic there becomes an error: no text may end the process.
func parseText(text string) (sel *sqlparser.Select, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = diag.New(diag.Internal, "the expression grammar gave up: %v", r)
		}
	}()
	stmt, err := sqlparser.Parse(text)
	if err != nil {
		return nil, err
	}
	sel, ok := stmt.(*sqlparser.Select)
	if !ok {
		return nil, diag.New(diag.Internal, "the expression grammar read something other than a SELECT")
	}
	return sel, nil
}

// refusal turns sqlparser's error into ours. It says how many bytes it had read when it gave up: the piece that ends
// there is the one it refuses.
func (s *Source) refusal(low lowered, err error) *diag.Error {
	offset, ok := errorOffset(err)
	if !ok {
		return diag.At(diag.Internal, s.Tokens[low.pieces[0].tok].Span, "%v", err)
	}
	end := len(lonePrefix)
	tok := low.after
	for _, p := range low.pieces {
		if end += len(p.text); end >= offset {
			tok = p.tok
			break
		}
	}
	if offset > end {
		tok = low.after
	}
	if t := s.Tokens[tok]; chains[t.Word] || t.Kind == opKind && comparisons[t.Text] {
		return diag.At(diag.NeedsParentheses, t.Span, "%s cannot directly follow a comparison", t.Describe()).
			WithHint("put parentheses around what belongs together")
	}
	return s.unexpected(tok)
}

// chains are the words and marks of predicates: where sqlparser refuses one, two predicates are chained.
var (
	chains      = map[string]bool{"IS": true, "IN": true, "LIKE": true, "SIMILAR": true, "BETWEEN": true, "NOT": true}
	comparisons = map[string]bool{"=": true, "<>": true, "!=": true, "<": true, "<=": true, ">": true, ">=": true}
)

// errorOffset reads the count of bytes from "… at position N …": N−1 of them were consumed.
func errorOffset(err error) (int, bool) {
	_, tail, found := strings.Cut(err.Error(), "at position ")
	if !found {
		return 0, false
	}
	number, _, _ := strings.Cut(tail, " ")
	n, convErr := strconv.Atoi(number)
	return n - 1, convErr == nil
}
