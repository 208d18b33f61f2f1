package datagen

import (
	"strconv"
	"testing"

	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/sources"
	"streamsql/sources/sourcetest"
)

// values checks options, given as key, value, key, value …
func values(t testing.TB, columns sqltype.Schema, options ...string) (option.Values, []option.Problem) {
	t.Helper()
	raw := map[string]string{}
	for i := 0; i < len(options); i += 2 {
		raw[options[i]] = options[i+1]
	}
	v, problems := option.Check(Declaration.Options, raw)
	if len(problems) == 0 {
		problems = Declaration.Check(v, columns)
	}
	return v, problems
}

// source makes a table.
func source(t testing.TB, columns sqltype.Schema, options ...string) sources.Source {
	t.Helper()
	v, problems := values(t, columns, options...)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	s, err := New("t", v, "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// every is a table with a column of each type.
var every = sqltype.Schema{
	{Name: "boolean", Type: sqltype.BooleanType},
	{Name: "tiny", Type: sqltype.TinyIntType},
	{Name: "small", Type: sqltype.SmallIntType},
	{Name: "int", Type: sqltype.IntType},
	{Name: "big", Type: sqltype.BigIntType},
	{Name: "float", Type: sqltype.FloatType},
	{Name: "double", Type: sqltype.DoubleType},
	{Name: "decimal", Type: sqltype.DecimalType(10, 2)},
	{Name: "large", Type: sqltype.DecimalType(30, 5)},
	{Name: "char", Type: sqltype.Type{Kind: sqltype.Char, P: 4}},
	{Name: "varchar", Type: sqltype.Type{Kind: sqltype.Varchar, P: 20}},
	{Name: "string", Type: sqltype.StringType},
	{Name: "date", Type: sqltype.DateType},
	{Name: "time", Type: sqltype.TimestampType(3)},
	{Name: "zoned", Type: sqltype.TimestampLTZType(6)},
}

func TestContract(t *testing.T) {
	sourcetest.Run(t, func(t *testing.T) sourcetest.Input {
		columns := sqltype.Schema{{Name: "n", Type: sqltype.BigIntType}, {Name: "text", Type: sqltype.StringType}}
		return &sourcetest.Made{T: t, Columns: columns, New: func(rows int64) sources.Source {
			options := []string{"rows-per-second", "1"}
			if rows >= 0 {
				options = append(options, "number-of-rows", strconv.FormatInt(rows, 10))
			}
			return source(t, columns, options...)
		}}
	})
}
