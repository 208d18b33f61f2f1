package bind

import (
	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
)

// caseOf binds both forms of CASE; the branches get their common type.
func (x *expression) caseOf(e *ast.Case) scalar.Expr {
	var operand scalar.Expr
	ok := true
	if e.Operand != nil {
		operand = x.value(e.Operand)
		ok = operand != nil
	}
	var conds, results []scalar.Expr
	for _, w := range e.Whens {
		cond := x.caseCondition(operand, e.Operand != nil, w.Cond)
		result := x.value(w.Result)
		ok = ok && cond != nil && result != nil
		conds, results = append(conds, cond), append(results, result)
	}
	var last scalar.Expr = scalar.Const{Node: scalar.Node{T: sqltype.NullType, At: e.Span}}
	if e.Else != nil {
		last = x.value(e.Else)
	}
	if !ok || last == nil {
		return nil
	}
	results = append(results, last)
	types := make([]sqltype.Type, len(results))
	for i, r := range results {
		types[i] = r.Type()
	}
	common, err := function.CommonType(types)
	if err != nil {
		x.b.at(diag.TypeMismatch, e.Span, "CASE: %v", err).WithHint("use CAST to give all results one type")
		return nil
	}
	out := scalar.Case{Node: scalar.Node{T: common, At: e.Span}, Else: coerce(last, common)}
	for i, c := range conds {
		out.Whens = append(out.Whens, scalar.When{Cond: c, Then: coerce(results[i], common)})
	}
	return out
}

// caseCondition is the condition of one branch; with an operand it compares.
func (x *expression) caseCondition(operand scalar.Expr, compares bool, cond ast.Expr) scalar.Expr {
	v := x.value(cond)
	switch {
	case v == nil:
		return nil
	case compares:
		return x.resolve("=", cond.Pos(), literalAs(operand, v), literalAs(v, operand))
	}
	return x.boolean(v, "WHEN")
}
