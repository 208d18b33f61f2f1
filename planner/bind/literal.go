package bind

import (
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
)

// literal binds a literal to a constant.
func (x *expression) literal(e ast.Expr) scalar.Expr {
	switch l := e.(type) {
	case *ast.Number:
		return x.number(l)
	case *ast.String:
		x.b.literalVariables(l)
		n := int32(max(utf8.RuneCountInString(l.Value), 1)) //nolint:gosec // the text has at most 1 MiB
		return constant(l.Value, sqltype.Type{Kind: sqltype.Varchar, P: n}, l.Span)
	case *ast.Bool:
		if l.Unknown {
			return scalar.Const{Node: scalar.Node{T: sqltype.BooleanType, At: l.Span}}
		}
		return constant(l.Value, sqltype.BooleanType, l.Span)
	case *ast.Null:
		return scalar.Const{Node: scalar.Node{T: sqltype.NullType, At: l.Span}}
	case *ast.DateTime:
		return x.dateTime(l)
	case *ast.Interval:
		return x.interval(l)
	}
	return nil
}

func constant(v any, t sqltype.Type, at diag.Span) scalar.Expr {
	return scalar.Const{Node: scalar.Node{T: t.Required(), At: at}, Value: v}
}

// number types a literal as Flink does: the least of INT and BIGINT that holds it, else DECIMAL; with an exponent
// DOUBLE.
func (x *expression) number(l *ast.Number) scalar.Expr {
	if strings.ContainsAny(l.Text, "eE") {
		f, err := strconv.ParseFloat(l.Text, 64)
		if err != nil {
			return x.badLiteral(l.Span, "the number "+l.Text+" is out of range", "a DOUBLE reaches 1.8E308")
		}
		return constant(f, sqltype.DoubleType, l.Span)
	}
	whole, fraction, _ := strings.Cut(l.Text, ".")
	if fraction == "" { // 10. is a whole number too
		if n, err := strconv.ParseInt(whole, 10, 64); err == nil {
			if int64(int32(n)) == n { //nolint:gosec // asks whether it fits
				return constant(n, sqltype.IntType, l.Span)
			}
			return constant(n, sqltype.BigIntType, l.Span)
		}
	}
	unscaled, ok := new(big.Int).SetString(whole+fraction, 10)
	// Every digit that is written counts: 0.1 is DECIMAL(2, 1), and a division by it keeps a digit more.
	p := max(len(strings.TrimPrefix(whole+fraction, "-")), 1)
	if !ok || p > 38 {
		return x.badLiteral(l.Span, "the number has more than 38 digits", "write it as a DOUBLE: 1.5E40")
	}
	return decimalConst(unscaled, int32(p), int32(len(fraction)), l.Span) //nolint:gosec // both at most 38
}

// decimalConst is a DECIMAL constant in its physical form.
func decimalConst(unscaled *big.Int, p, s int32, at diag.Span) scalar.Expr {
	return constant(decimalValue(unscaled, p), sqltype.DecimalType(p, s), at)
}

func decimalValue(unscaled *big.Int, p int32) any {
	if p <= 18 {
		return unscaled.Int64()
	}
	lo := new(big.Int).And(unscaled, new(big.Int).SetUint64(1<<64-1)).Uint64()
	hi := new(big.Int).Rsh(unscaled, 64).Int64()
	return scalar.Int128{Hi: hi, Lo: lo}
}

func (x *expression) badLiteral(at diag.Span, msg, hint string) scalar.Expr {
	x.b.at(diag.BadLiteral, at, "%s", msg).WithHint("%s", hint)
	return nil
}

// dateTime binds DATE '…' and TIMESTAMP '…'. A timestamp's precision is the number of its fraction's digits.
func (x *expression) dateTime(l *ast.DateTime) scalar.Expr {
	text := strings.TrimSpace(l.Text.Value)
	switch l.Kind {
	case "DATE":
		t, err := time.Parse("2006-01-02", text)
		if err != nil {
			return x.badLiteral(l.Text.Span, "not a date: "+quote(text), "write it as DATE '2026-01-31'")
		}
		return constant(t.Unix()/86400, sqltype.DateType, l.Span)
	case "TIMESTAMP":
		return x.timestamp(l, text)
	}
	x.b.refuse(l.Span, "type TIME is", "use TIMESTAMP")
	return nil
}

func (x *expression) timestamp(l *ast.DateTime, text string) scalar.Expr {
	t, err := time.Parse("2006-01-02 15:04:05.999999999", text)
	if err != nil {
		return x.badLiteral(l.Text.Span, "not a timestamp: "+quote(text), "write it as TIMESTAMP '2026-01-31 12:00:00.123'")
	}
	_, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > 6 {
		x.b.refuse(l.Text.Span, "a timestamp with more than 6 digits of a second is", "times are kept in microseconds")
		return nil
	}
	return constant(t.UnixMicro(), sqltype.TimestampType(int32(len(fraction))), l.Span) //nolint:gosec // at most 6
}

// units are the parts of an interval from the largest, with their length in the smallest part of their family: months,
// or microseconds.
var units = []struct {
	name   string
	months bool
	size   int64
	least  int64 // how many make one of the unit above, for the parts after the first
}{
	{"YEAR", true, 12, 0}, {"QUARTER", true, 3, 0}, {"MONTH", true, 1, 12},
	{"WEEK", false, 7 * 24 * 3600e6, 0}, {"DAY", false, 24 * 3600e6, 0}, {"HOUR", false, 3600e6, 24},
	{"MINUTE", false, 60e6, 60}, {"SECOND", false, 1e6, 60},
}

func unit(name string) int {
	for i, u := range units {
		if u.name == name {
			return i
		}
	}
	return -1
}

// interval binds INTERVAL '5' SECOND, INTERVAL '1 02:30' DAY TO MINUTE.
func (x *expression) interval(l *ast.Interval) scalar.Expr {
	from, to := unit(l.From), unit(l.From)
	if l.To != "" {
		to = unit(l.To)
	}
	if from < 0 || to < from || units[from].months != units[to].months {
		return x.badLiteral(l.Span, "there is no interval "+l.From+" TO "+l.To,
			"for instance INTERVAL '10' SECOND, INTERVAL '1 02:30:00' DAY TO SECOND")
	}
	text := strings.TrimSpace(l.Text.Value)
	negative := l.Negative
	if rest, minus := strings.CutPrefix(text, "-"); minus {
		text, negative = rest, !negative
	}
	n, ok := intervalValue(text, from, to)
	if !ok {
		units := strings.TrimSuffix(l.From+" TO "+l.To, " TO ")
		return x.badLiteral(l.Text.Span, "not an interval of "+units+": "+quote(l.Text.Value),
			"for instance INTERVAL '10' SECOND, INTERVAL '1 02:30:00' DAY TO SECOND")
	}
	if negative {
		n = -n
	}
	kind := sqltype.IntervalMicros
	if units[from].months {
		kind = sqltype.IntervalMonths
	}
	return constant(n, sqltype.Type{Kind: kind}, l.Span)
}

// intervalValue reads the parts of units[from] … units[to]: years-months, days hours:minutes:seconds.
func intervalValue(text string, from, to int) (int64, bool) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '-' || r == ' ' || r == ':' })
	var wanted []int
	for i := from; i <= to; i++ {
		if i == from || (units[i].name != "QUARTER" && units[i].name != "WEEK") {
			wanted = append(wanted, i)
		}
	}
	if len(parts) != len(wanted) {
		return 0, false
	}
	var sum int64
	for k, i := range wanted {
		n, ok := part(parts[k], i, k > 0)
		if !ok || sum > 1<<62-n {
			return 0, false
		}
		sum += n
	}
	return sum, !units[from].months || int64(int32(sum)) == sum //nolint:gosec // asks whether it fits
}

// part reads one number of an interval; only seconds have a fraction.
func part(text string, i int, inner bool) (int64, bool) {
	u := units[i]
	whole, fraction, dot := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || n > (1<<62)/u.size || (inner && n >= u.least) {
		return 0, false
	}
	out := n * u.size
	if !dot {
		return out, true
	}
	if u.name != "SECOND" || len(fraction) > 6 || fraction == "" {
		return 0, false
	}
	f, err := strconv.ParseUint(fraction+strings.Repeat("0", 6-len(fraction)), 10, 32)
	return out + int64(f), err == nil //nolint:gosec // below a million
}
