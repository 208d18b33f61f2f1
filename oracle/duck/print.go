package duck

import (
	"fmt"
	"strings"

	"streamsql/planner/ast"
)

// Refusal is the printer's error for what it cannot express exactly in DuckDB's dialect. Refusals are counted, so
// that a law test that refuses everything does not look green.
type Refusal struct{ What string }

// Error names what cannot be expressed.
func (r Refusal) Error() string { return "cannot be expressed in DuckDB's dialect: " + r.What }

// Printer turns a SELECT of ours into DuckDB's dialect.
type Printer struct {
	// Integer tells which columns hold integers: `/` and AVG mean something else there.
	Integer map[string]bool
	// From names the relation to read in place of a table.
	From map[string]string
	err  error
}

// Select prints one SELECT block.
func (p *Printer) Select(s *ast.Select) (string, error) {
	var b strings.Builder
	b.WriteString("SELECT ")
	for i, item := range s.Items {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.expr(item.Expr))
		if item.Alias != nil {
			b.WriteString(" AS " + quote(item.Alias.Name))
		}
	}
	b.WriteString(" FROM " + p.from(s.From))
	if s.Where != nil {
		b.WriteString(" WHERE " + p.expr(s.Where))
	}
	for i, g := range s.Group {
		b.WriteString([]string{" GROUP BY ", ", "}[min(i, 1)] + p.expr(g))
	}
	if s.Having != nil {
		b.WriteString(" HAVING " + p.expr(s.Having))
	}
	return b.String(), p.err
}

func (p *Printer) refuse(what string) string {
	if p.err == nil {
		p.err = Refusal{what}
	}
	return "NULL"
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func (p *Printer) from(f ast.FromItem) string {
	switch f := f.(type) {
	case *ast.TableRef:
		name := f.Name.Parts[len(f.Name.Parts)-1].Name
		if r, ok := p.From[name]; ok {
			return r
		}
		return quote(name)
	case *ast.WindowTVF:
		if f.Kind != ast.Tumble || f.Offset != nil {
			return p.refuse(f.Kind.String())
		}
		ts, size := quote(f.TimeCol.Parts[0].Name), p.expr(f.Size)
		start := fmt.Sprintf("time_bucket(%s, %s, TIMESTAMP '1970-01-01')", size, ts)
		return fmt.Sprintf("(SELECT *, %s AS window_start, %s + %s AS window_end, "+
			"%s + %s - INTERVAL 1 MILLISECOND AS window_time FROM %s WHERE %s IS NOT NULL)",
			start, start, size, start, size, p.from(f.Input), ts)
	}
	return p.refuse(fmt.Sprintf("%T", f))
}

func (p *Printer) expr(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Name:
		return quote(e.Parts[len(e.Parts)-1].Name)
	case *ast.Star:
		return "*"
	case *ast.Number:
		return e.Text
	case *ast.String:
		return "'" + strings.ReplaceAll(e.Value, "'", "''") + "'"
	case *ast.Bool:
		return map[bool]string{true: "TRUE", false: "FALSE"}[e.Value]
	case *ast.Null:
		return "NULL"
	case *ast.Interval:
		if e.To != "" || e.Negative {
			return p.refuse("a compound interval")
		}
		return fmt.Sprintf("INTERVAL '%s %s'", e.Text.Value, e.From)
	case *ast.Unary:
		return "(" + e.Op.String() + " " + p.expr(e.X) + ")"
	case *ast.Binary:
		return p.binary(e)
	case *ast.Is:
		return p.is(e)
	case *ast.Between:
		return fmt.Sprintf("(%s %sBETWEEN %s AND %s)", p.expr(e.X), not(e.Not), p.expr(e.Lo), p.expr(e.Hi))
	case *ast.InList:
		return fmt.Sprintf("(%s %sIN (%s))", p.expr(e.X), not(e.Not), p.list(e.List))
	case *ast.LikeExpr:
		if e.Similar || e.Escape != nil {
			return p.refuse("SIMILAR TO or ESCAPE")
		}
		return fmt.Sprintf("(%s %sLIKE %s)", p.expr(e.X), not(e.Not), p.expr(e.Pattern))
	case *ast.Case:
		return p.caseOf(e)
	case *ast.Call:
		return p.call(e)
	}
	return p.refuse(fmt.Sprintf("%T", e))
}

func not(n bool) string {
	if n {
		return "NOT "
	}
	return ""
}

func (p *Printer) list(l []ast.Expr) string {
	out := make([]string, len(l))
	for i, e := range l {
		out[i] = p.expr(e)
	}
	return strings.Join(out, ", ")
}

func (p *Printer) binary(e *ast.Binary) string {
	op := e.Op.String()
	if e.Op == ast.Div && p.integer(e.L) && p.integer(e.R) {
		op = "//" // both truncate towards zero
	}
	return "(" + p.expr(e.L) + " " + op + " " + p.expr(e.R) + ")"
}

func (p *Printer) is(e *ast.Is) string {
	what := e.What.String()
	if e.What == ast.IsUnknown {
		what = "NULL"
	}
	return fmt.Sprintf("(%s IS %s%s)", p.expr(e.X), not(e.Not), what)
}

func (p *Printer) caseOf(e *ast.Case) string {
	var b strings.Builder
	b.WriteString("CASE")
	if e.Operand != nil {
		b.WriteString(" " + p.expr(e.Operand))
	}
	for _, w := range e.Whens {
		fmt.Fprintf(&b, " WHEN %s THEN %s", p.expr(w.Cond), p.expr(w.Result))
	}
	if e.Else != nil {
		b.WriteString(" ELSE " + p.expr(e.Else))
	}
	return b.String() + " END"
}

// same are functions that mean the same under the same name.
var same = map[string]bool{
	"COUNT": true, "SUM": true, "MIN": true, "MAX": true, "COALESCE": true, "NULLIF": true,
	"UPPER": true, "LOWER": true, "ABS": true, "MOD": true, "CHAR_LENGTH": true,
}

func (p *Printer) call(e *ast.Call) string {
	name := strings.ToUpper(e.Name.Parts[0].Name)
	filter := ""
	if e.Filter != nil {
		filter = " FILTER (WHERE " + p.expr(e.Filter) + ")"
	}
	if name == "AVG" && p.integer(e.Args[0]) {
		x := p.expr(e.Args[0])
		return fmt.Sprintf("(sum(%s)%s // count(%s)%s)", x, filter, x, filter)
	}
	if !same[name] || e.Distinct || e.Over != nil {
		return p.refuse("function " + name)
	}
	if name == "CHAR_LENGTH" {
		name = "length"
	}
	return name + "(" + p.list(e.Args) + ")" + filter
}

// integer reports whether an expression is of an integer type.
func (p *Printer) integer(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Name:
		return p.Integer[e.Parts[len(e.Parts)-1].Name]
	case *ast.Number:
		return !strings.ContainsAny(e.Text, ".eE")
	case *ast.Unary:
		return p.integer(e.X)
	case *ast.Binary:
		return !e.Op.Comparison() && p.integer(e.L) && p.integer(e.R)
	case *ast.Case:
		return p.integer(e.Whens[0].Result)
	case *ast.Call:
		switch name := strings.ToUpper(e.Name.Parts[0].Name); name {
		case "COUNT", "CHAR_LENGTH":
			return true
		default:
			return len(e.Args) > 0 && p.integer(e.Args[0])
		}
	}
	return false
}
