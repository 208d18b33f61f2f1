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

// SQL writes a bound expression as SQL text, over the columns of a schema, for EXPLAIN and messages. Operands of
// operators that are operators themselves are in brackets.
func SQL(e scalar.Expr, in sqltype.Schema) string {
	s := &sqlText{in: in}
	s.expr(e)
	return string(s.b)
}

// sqlText writes one expression over a schema, into one buffer: its cost is the length of the text.
type sqlText struct {
	in sqltype.Schema
	b  []byte
}

// word writes text as it is.
func (s *sqlText) word(parts ...string) {
	for _, p := range parts {
		s.b = append(s.b, p...)
	}
}

func (s *sqlText) expr(e scalar.Expr) {
	switch e := e.(type) {
	case scalar.Const:
		s.word(constant(e))
	case scalar.Col:
		s.word(s.column(e.Index))
	case scalar.Clock:
		s.word(clockName(e.T))
	case scalar.Call:
		s.call(e)
	case scalar.Cast:
		s.cast(e)
	case scalar.Case:
		s.caseOf(e)
	case scalar.Coalesce:
		s.function("COALESCE", e.Args)
	case scalar.And:
		s.chain(e.Args, " AND ")
	case scalar.Or:
		s.chain(e.Args, " OR ")
	case scalar.Not:
		s.word("NOT ")
		s.operand(e.Arg)
	case scalar.IsNull:
		s.test(e.Arg, e.Negate, "NULL")
	case scalar.IsTruth:
		s.test(e.Arg, e.Negate, strings.ToUpper(strconv.FormatBool(e.Want)))
	case scalar.In:
		s.among(e)
	}
}

func (s *sqlText) cast(e scalar.Cast) {
	if e.Try {
		s.word("TRY_")
	}
	s.word("CAST(")
	s.expr(e.Arg)
	s.word(" AS ", e.T.Nullable().String(), ")")
}

// test writes IS and what the operand is compared with.
func (s *sqlText) test(arg scalar.Expr, negate bool, with string) {
	s.operand(arg)
	if negate {
		s.word(" IS NOT ", with)
		return
	}
	s.word(" IS ", with)
}

func (s *sqlText) caseOf(e scalar.Case) {
	s.word("CASE")
	for _, w := range e.Whens {
		s.word(" WHEN ")
		s.expr(w.Cond)
		s.word(" THEN ")
		s.expr(w.Then)
	}
	s.word(" ELSE ")
	s.expr(e.Else)
	s.word(" END")
}

// column is the name at a position.
func (s *sqlText) column(i int) string {
	if i < len(s.in) {
		return s.in[i].Name
	}
	return fmt.Sprintf("$%d", i)
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

func (s *sqlText) among(e scalar.In) {
	parts := make([]string, len(e.List))
	for i, c := range e.List {
		parts[i] = constant(c)
	}
	s.operand(e.Arg)
	if e.Negate {
		s.word(" NOT")
	}
	s.word(" IN (", strings.Join(parts, ", "), ")")
}

// function writes a name and arguments between brackets.
func (s *sqlText) function(name string, args []scalar.Expr) {
	s.word(name, "(")
	for i, a := range args {
		if i > 0 {
			s.word(", ")
		}
		s.expr(a)
	}
	s.word(")")
}

// chain writes operands with a word between them.
func (s *sqlText) chain(args []scalar.Expr, word string) {
	for i, a := range args {
		if i > 0 {
			s.word(word)
		}
		s.operand(a)
	}
}

// call writes operators between their operands, functions before them.
func (s *sqlText) call(e scalar.Call) {
	o, ok := function.ByID(e.Overload)
	switch {
	case !ok:
		s.word(e.String())
	case o.Name == "neg":
		s.word("-")
		s.operand(e.Args[0])
	case o.IsOperator() && len(e.Args) == 2:
		s.chain(e.Args, " "+o.Name+" ")
	case o.Name == "LIKE" && len(e.Args) == 3:
		s.chain(e.Args[:2], " LIKE ")
		s.word(" ESCAPE ")
		s.operand(e.Args[2])
	default:
		s.function(o.Name, e.Args)
	}
}

// operand writes an expression with brackets when it is more than a name, a literal or a call.
func (s *sqlText) operand(e scalar.Expr) {
	if !compound(e) {
		s.expr(e)
		return
	}
	s.word("(")
	s.expr(e)
	s.word(")")
}

// compound reports whether e is written with an operator.
func compound(e scalar.Expr) bool {
	switch e := e.(type) {
	case scalar.Call:
		o, ok := function.ByID(e.Overload)
		return ok && o.IsOperator()
	case scalar.And, scalar.Or, scalar.Not, scalar.IsNull, scalar.IsTruth, scalar.In:
		return true
	case scalar.Const, scalar.Col, scalar.Cast, scalar.Case, scalar.Coalesce, scalar.Clock:
	}
	return false
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
