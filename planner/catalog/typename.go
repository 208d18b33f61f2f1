package catalog

import (
	"fmt"
	"slices"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/planner/ast"
	"streamsql/planner/mistake"
)

// Type gives the meaning of a type as written.
func Type(t *ast.TypeName) (sqltype.Type, *diag.Error) {
	out, err := typeOf(t)
	return out.WithNull(!t.NotNull), err
}

// simple are the types without parameters.
var simple = map[string]sqltype.Type{
	"BOOLEAN": sqltype.BooleanType, "TINYINT": sqltype.TinyIntType, "SMALLINT": sqltype.SmallIntType,
	"INT":    sqltype.IntType,
	"BIGINT": sqltype.BigIntType, "FLOAT": sqltype.FloatType, "DOUBLE": sqltype.DoubleType, "STRING": sqltype.StringType,
	"DATE": sqltype.DateType,
}

// later are types of the dialect that are not supported.
var later = []string{"ARRAY", "MAP", "MULTISET", "ROW", "RAW", "TIME", "BINARY", "VARBINARY", "BYTES",
	"INTERVAL", "VARIANT", "NULL",
	"TIMESTAMP WITH TIME ZONE"}

// parameterised are the other types that exist, for "did you mean".
var parameterised = []string{"DECIMAL", "CHAR", "VARCHAR", "TIMESTAMP", "TIMESTAMP_LTZ"}

func typeOf(t *ast.TypeName) (sqltype.Type, *diag.Error) {
	if out, ok := simple[t.Name]; ok {
		if len(t.Params) > 0 {
			return out, diag.At(diag.TypeParameter, t.Span, "%s takes no parameter", t.Name)
		}
		return out, nil
	}
	switch t.Name {
	case "DECIMAL":
		return decimalType(t)
	case "CHAR", "VARCHAR":
		return textType(t)
	case "TIMESTAMP", "TIMESTAMP_LTZ":
		return timestampType(t)
	}
	if slices.Contains(later, t.Name) || len(t.Args) > 0 || len(t.Fields) > 0 {
		return sqltype.NullType, diag.At(diag.NotInThisRelease, t.Span, "type %s is not supported", t.Name).
			WithHint("docs/sql/differences.md lists the supported types")
	}
	e := diag.At(diag.UnknownType, t.Span, "no type %s", t.Name)
	if hint := mistake.Hint(mistake.Type, t.Name); hint != "" {
		return sqltype.NullType, e.WithHint("%s", hint)
	}
	names := slices.Clone(parameterised)
	for n := range simple {
		names = append(names, n)
	}
	if near := option.Nearest(t.Name, names); near != "" {
		e = e.WithHint("did you mean %s?", near)
	}
	return sqltype.NullType, e
}

// params checks the number of parameters and gives each missing one its default.
func params(t *ast.TypeName, defaults ...int) ([]int, *diag.Error) {
	if len(t.Params) > len(defaults) {
		return nil, diag.At(diag.TypeParameter, t.Span, "%s takes at most %s", t.Name,
			diag.Plural(len(defaults), "parameter"))
	}
	out := slices.Clone(defaults)
	for i, p := range t.Params {
		out[i] = p.Value
	}
	return out, nil
}

// outside reports a parameter beyond its range.
func outside(t *ast.TypeName, i int, what string, value, least, most int) *diag.Error {
	if value >= least && value <= most {
		return nil
	}
	at := t.Span
	if i < len(t.Params) {
		at = t.Params[i].Span
	}
	return diag.At(diag.TypeParameter, at, "%s of %s must be between %d and %d, not %d", what, t.Name, least, most, value)
}

func decimalType(t *ast.TypeName) (sqltype.Type, *diag.Error) {
	p, err := params(t, 10, 0)
	if err != nil {
		return sqltype.DecimalType(10, 0), err
	}
	if err = outside(t, 0, "the precision", p[0], 1, 38); err == nil {
		err = outside(t, 1, "the scale", p[1], 0, p[0])
	}
	return sqltype.DecimalType(int32(p[0]), int32(p[1])), err
}

func textType(t *ast.TypeName) (sqltype.Type, *diag.Error) {
	// Flink's parser, unlike its documentation, and other engines take VARCHAR alone as text of any length.
	if t.Name == "VARCHAR" && len(t.Params) == 0 {
		return sqltype.StringType, nil
	}
	kind := sqltype.Varchar
	if t.Name == "CHAR" {
		kind = sqltype.Char
	}
	p, err := params(t, 1)
	if err != nil {
		return sqltype.StringType, err
	}
	err = outside(t, 0, "the length", p[0], 1, sqltype.MaxLength)
	return sqltype.Type{Kind: kind, P: int32(p[0])}, err
}

func timestampType(t *ast.TypeName) (sqltype.Type, *diag.Error) {
	of := sqltype.TimestampType
	if t.Name == "TIMESTAMP_LTZ" {
		of = sqltype.TimestampLTZType
	}
	p, err := params(t, 6)
	if err != nil {
		return of(6), err
	}
	if p[0] >= 7 && p[0] <= 9 {
		return of(6), diag.At(diag.NotInThisRelease, t.Params[0].Span, "%s(%d) is not supported", t.Name, p[0]).
			WithHint("times are kept in microseconds: use %s", fmt.Sprintf("%s(6)", t.Name))
	}
	err = outside(t, 0, "the precision", p[0], 0, 6)
	return of(int32(p[0])), err
}
