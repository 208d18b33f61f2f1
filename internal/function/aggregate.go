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
	// AppendOnly says that rows cannot be taken back: what is left without them is not kept.
	AppendOnly bool
}

var orderedKinds = []sqltype.Kind{
	sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt, sqltype.Decimal, sqltype.Float, sqltype.Double,
	sqltype.Varchar, sqltype.Date, sqltype.Timestamp, sqltype.TimestampLTZ,
}

var numericKinds = orderedKinds[:7]

var aggregates = []Aggregate{
	{"COUNT", nil, func(sqltype.Type) sqltype.Type { return sqltype.BigIntType.Required() },
		"COUNT(*) is the number of rows, COUNT(x) of those where x is not NULL. Never NULL.", false},
	{"SUM", numericKinds, sumType,
		"The sum of the values that are not NULL; NULL without any. Integers keep their type; DECIMAL(p,s) gives " +
			"DECIMAL(38,s). Overflow is an error. FLOAT and DOUBLE are summed exactly and rounded once, so the result " +
			"does not depend on the order of rows.", false},
	{"AVG", numericKinds, avgType,
		"SUM divided by COUNT; NULL without values. Integers keep their type and truncate toward zero; DECIMAL(p,s) gives " +
			"DECIMAL(38,max(6,s)), rounded half up.", false},
	{"MIN", orderedKinds, sameType, "The least value that is not NULL; NULL without any.", true},
	{"MAX", orderedKinds, sameType, "The greatest value that is not NULL; NULL without any.", true},
}

func sameType(t sqltype.Type) sqltype.Type { return t }

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

// AppendOnly reports whether the aggregate of an ID cannot take rows back. One that is not known cannot.
func AppendOnly(id string) bool {
	a := aggregateOf(NameOf(id))
	return a == nil || a.AppendOnly
}

// Retracting lists the names of the aggregates that take rows back.
func Retracting() []string {
	return slices.DeleteFunc(AggregateNames(), func(name string) bool { return aggregateOf(name).AppendOnly })
}

// aggregateOf is the aggregate of a name in any case, or nil.
func aggregateOf(name string) *Aggregate {
	upper := strings.ToUpper(name)
	for i := range aggregates {
		if aggregates[i].Name == upper {
			return &aggregates[i]
		}
	}
	return nil
}

// IsAggregate reports whether name (any case) is an aggregate function.
func IsAggregate(name string) bool { return aggregateOf(name) != nil }

// ResolveAggregate chooses an aggregate; star means COUNT(*). The errors are *diag.Error without a span.
func ResolveAggregate(name string, args []sqltype.Type, star bool) (ResolvedAgg, error) {
	a := aggregateOf(name)
	if a == nil {
		return ResolvedAgg{}, unknownFunction(name)
	}
	if star {
		if a.Name != "COUNT" || len(args) != 0 {
			return ResolvedAgg{}, diag.New(diag.NoOverload, "%s does not take *", a.Name).WithHint("only COUNT(*) counts rows")
		}
		return ResolvedAgg{ID: CountRows, Result: a.Result(sqltype.NullType)}, nil
	}
	if len(args) != 1 {
		return ResolvedAgg{}, diag.New(diag.NoOverload, "%s takes one argument, not %d", a.Name, len(args))
	}
	if a.Name == "COUNT" {
		return ResolvedAgg{ID: countValues, Args: args, Result: a.Result(args[0])}, nil
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
	return ResolvedAgg{ID: ID(a.Name, kind), Args: []sqltype.Type{arg}, Result: a.Result(arg).Nullable()}, nil
}
