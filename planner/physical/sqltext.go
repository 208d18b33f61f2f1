package physical

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
)

// SQL writes a bound expression for people, over the columns of a schema. Operands of operators that are operators
// themselves stand in brackets.
func SQL(e scalar.Expr, in sqltype.Schema) string { return sqlText{in}.expr(e) }

// sqlText writes expressions over a schema.
type sqlText struct{ in sqltype.Schema }

func (s sqlText) expr(e scalar.Expr) string {
	switch e := e.(type) {
	case scalar.Const:
		return constant(e)
	case scalar.Col:
		return s.column(e.Index)
	case scalar.Call:
		return s.call(e)
	case scalar.Cast:
		name := "CAST"
		if e.Try {
			name = "TRY_CAST"
		}
		return fmt.Sprintf("%s(%s AS %s)", name, s.expr(e.Arg), e.T.Nullable())
	case scalar.Case:
		var b strings.Builder
		b.WriteString("CASE")
		for _, w := range e.Whens {
			fmt.Fprintf(&b, " WHEN %s THEN %s", s.expr(w.Cond), s.expr(w.Then))
		}
		return b.String() + " ELSE " + s.expr(e.Else) + " END"
	case scalar.Coalesce:
		return "COALESCE(" + s.list(e.Args) + ")"
	case scalar.And:
		return s.chain(e.Args, " AND ")
	case scalar.Or:
		return s.chain(e.Args, " OR ")
	case scalar.Not:
		return "NOT " + s.operand(e.Arg)
	case scalar.IsNull:
		return s.operand(e.Arg) + is(e.Negate) + "NULL"
	case scalar.IsTruth:
		return s.operand(e.Arg) + is(e.Negate) + strings.ToUpper(strconv.FormatBool(e.Want))
	case scalar.In:
		return s.among(e)
	case scalar.Clock:
		return clockName(e.T)
	}
	return e.String()
}

// column is the name at a position.
func (s sqlText) column(i int) string {
	if i < len(s.in) {
		return s.in[i].Name
	}
	return fmt.Sprintf("$%d", i)
}

func is(negate bool) string {
	if negate {
		return " IS NOT "
	}
	return " IS "
}

func clockName(t sqltype.Type) string {
	switch t.Kind {
	case sqltype.Date:
		return "CURRENT_DATE"
	case sqltype.Timestamp:
		return "LOCALTIMESTAMP"
	}
	return "CURRENT_TIMESTAMP"
}

func (s sqlText) among(e scalar.In) string {
	parts := make([]string, len(e.List))
	for i, c := range e.List {
		parts[i] = constant(c)
	}
	word := " IN ("
	if e.Negate {
		word = " NOT IN ("
	}
	return s.operand(e.Arg) + word + strings.Join(parts, ", ") + ")"
}

func (s sqlText) list(args []scalar.Expr) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = s.expr(a)
	}
	return strings.Join(parts, ", ")
}

func (s sqlText) chain(args []scalar.Expr, word string) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = s.operand(a)
	}
	return strings.Join(parts, word)
}

// call writes operators between their operands, functions before them.
func (s sqlText) call(e scalar.Call) string {
	o, ok := function.ByID(e.Overload)
	switch {
	case !ok:
		return e.String()
	case o.Name == "neg":
		return "-" + s.operand(e.Args[0])
	case operator(o.Name) && len(e.Args) == 2:
		return s.operand(e.Args[0]) + " " + o.Name + " " + s.operand(e.Args[1])
	case o.Name == "LIKE" && len(e.Args) == 3:
		return s.operand(e.Args[0]) + " LIKE " + s.operand(e.Args[1]) + " ESCAPE " + s.operand(e.Args[2])
	}
	return o.Name + "(" + s.list(e.Args) + ")"
}

// operator tells whether a name stands between its operands.
func operator(name string) bool {
	return name == "LIKE" || strings.HasPrefix(name, "IS ") && strings.HasSuffix(name, " FROM") || name[0] < 'A' || name[0] > 'Z' && name[0] != '_'
}

// operand writes an expression with brackets when it is more than a name, a literal or a call.
func (s sqlText) operand(e scalar.Expr) string {
	text := s.expr(e)
	switch e := e.(type) {
	case scalar.Call:
		if o, ok := function.ByID(e.Overload); ok && (operator(o.Name) || o.Name == "neg") {
			return "(" + text + ")"
		}
	case scalar.And, scalar.Or, scalar.Not, scalar.IsNull, scalar.IsTruth, scalar.In:
		return "(" + text + ")"
	}
	return text
}

// constant writes a literal as SQL has it.
func constant(c scalar.Const) string {
	switch v := c.Value.(type) {
	case nil:
		return "NULL"
	case bool:
		return strings.ToUpper(strconv.FormatBool(v))
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case float64:
		return strings.ToUpper(strconv.FormatFloat(v, 'g', -1, 64))
	case int64:
		return integerConstant(v, c.T)
	case scalar.Int128:
		n := new(big.Int).Lsh(big.NewInt(v.Hi), 64)
		return point(n.Add(n, new(big.Int).SetUint64(v.Lo)).String(), c.T.S)
	}
	return c.String()
}

func integerConstant(v int64, t sqltype.Type) string {
	switch t.Kind {
	case sqltype.Decimal:
		return point(strconv.FormatInt(v, 10), t.S)
	case sqltype.Date:
		return "DATE '" + time.Unix(v*86400, 0).UTC().Format("2006-01-02") + "'"
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		return "TIMESTAMP '" + time.UnixMicro(v).UTC().Format("2006-01-02 15:04:05.999999") + "'"
	case sqltype.IntervalMonths:
		return fmt.Sprintf("INTERVAL '%d' MONTH", v)
	case sqltype.IntervalMicros:
		return microsInterval(v)
	}
	return strconv.FormatInt(v, 10)
}

// microsInterval writes an interval in the largest unit that needs no fraction.
func microsInterval(v int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{86400e6, "DAY"}, {3600e6, "HOUR"}, {60e6, "MINUTE"}, {1e6, "SECOND"}} {
		if v != 0 && v%u.size == 0 {
			return fmt.Sprintf("INTERVAL '%d' %s", v/u.size, u.name)
		}
	}
	return "INTERVAL '" + point(strconv.FormatInt(v, 10), 6) + "' SECOND"
}

// point puts a decimal point s digits before the end.
func point(digits string, s int32) string {
	if s == 0 {
		return digits
	}
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for len(digits) <= int(s) {
		digits = "0" + digits
	}
	at := len(digits) - int(s)
	return sign + digits[:at] + "." + digits[at:]
}
