package function

import (
	"slices"
	"strings"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
)

// ResolvedAgg is a chosen aggregate.
type ResolvedAgg struct {
	ID     string         // "count(*)", "count(x)", "sum(BIGINT)", "min(STRING)" …: part of the state format since v1
	Args   []sqltype.Type // what each argument must be cast to
	Result sqltype.Type
}

// Aggregate documents an aggregate function.
type Aggregate struct {
	Name string
	// Kinds the argument may have; nil takes any.
	Kinds  []sqltype.Kind
	Result func(arg sqltype.Type) sqltype.Type
	Doc    string
}

var orderedKinds = []sqltype.Kind{
	sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt, sqltype.Decimal, sqltype.Float, sqltype.Double,
	sqltype.Varchar, sqltype.Date, sqltype.Timestamp, sqltype.TimestampLTZ,
}

var numericKinds = orderedKinds[:7]

var aggregates = []Aggregate{
	{"COUNT", nil, func(sqltype.Type) sqltype.Type { return sqltype.BigIntType.Required() },
		"COUNT(*) is the number of rows, COUNT(x) of those where x is not NULL. Never NULL."},
	{"SUM", numericKinds, sumType,
		"The sum of the values that are not NULL; NULL without any. Integers keep their type; DECIMAL(p,s) gives " +
			"DECIMAL(38,s). Overflow is an error. FLOAT and DOUBLE are summed exactly and rounded once, so the result " +
			"does not depend on the order of rows."},
	{"AVG", numericKinds, avgType,
		"SUM divided by COUNT; NULL without values. Integers keep their type and truncate toward zero; DECIMAL(p,s) gives " +
			"DECIMAL(38,max(6,s)), rounded half up."},
	{"MIN", orderedKinds, func(t sqltype.Type) sqltype.Type { return t },
		"The least value that is not NULL; NULL without any."},
	{"MAX", orderedKinds, func(t sqltype.Type) sqltype.Type { return t },
		"The greatest value that is not NULL; NULL without any."},
}

func sumType(t sqltype.Type) sqltype.Type {
	if t.Kind == sqltype.Decimal {
		return sqltype.DecimalType(38, t.S)
	}
	return t
}

func avgType(t sqltype.Type) sqltype.Type {
	if t.Kind == sqltype.Decimal {
		return sqltype.DecimalType(38, max(6, t.S))
	}
	return t
}

// Aggregates lists the aggregate functions in the order of the documentation.
func Aggregates() []Aggregate { return slices.Clone(aggregates) }

// AggregateNames lists their names.
func AggregateNames() []string {
	out := make([]string, len(aggregates))
	for i, a := range aggregates {
		out[i] = a.Name
	}
	return out
}

// IsAggregate reports whether name (any case) is an aggregate function.
func IsAggregate(name string) bool { return slices.Contains(AggregateNames(), strings.ToUpper(name)) }

// ResolveAggregate chooses an aggregate; star means COUNT(*). The errors are *diag.Error without a span.
func ResolveAggregate(name string, args []sqltype.Type, star bool) (ResolvedAgg, error) {
	upper := strings.ToUpper(name)
	at := slices.IndexFunc(aggregates, func(a Aggregate) bool { return a.Name == upper })
	if at < 0 {
		return ResolvedAgg{}, unknownFunction(name)
	}
	a := aggregates[at]
	if star {
		if a.Name != "COUNT" || len(args) != 0 {
			return ResolvedAgg{}, diag.New(diag.NoOverload, "%s does not take *", a.Name).WithHint("only COUNT(*) counts rows")
		}
		return ResolvedAgg{ID: "count(*)", Result: a.Result(sqltype.NullType)}, nil
	}
	if len(args) != 1 {
		return ResolvedAgg{}, diag.New(diag.NoOverload, "%s takes one argument, not %d", a.Name, len(args))
	}
	if a.Name == "COUNT" {
		return ResolvedAgg{ID: "count(x)", Args: args, Result: a.Result(args[0])}, nil
	}
	arg := args[0]
	if arg.Kind == sqltype.Null {
		arg = as(arg, sqltype.BigInt)
	}
	kind := arg.Kind
	if arg.IsString() {
		kind = sqltype.Varchar
	}
	if !slices.Contains(a.Kinds, kind) {
		return ResolvedAgg{}, diag.New(diag.NoOverload, "%s does not take %s", a.Name, arg.Nullable()).
			WithHint("use CAST to convert the argument")
	}
	id := strings.ToLower(a.Name) + "(" + kindName(kind) + ")"
	return ResolvedAgg{ID: id, Args: []sqltype.Type{arg}, Result: a.Result(arg).Nullable()}, nil
}
