package function

import "streamsql/internal/sqltype"

// comparedKinds have their own comparison; FLOAT is compared as DOUBLE.
var comparedKinds = []sqltype.Kind{
	sqltype.Boolean, sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt, sqltype.Decimal, sqltype.Double,
	sqltype.Varchar, sqltype.Date, sqltype.Timestamp, sqltype.TimestampLTZ, sqltype.IntervalMonths, sqltype.IntervalMicros,
}

func comparisonFamily(f *family) {
	for _, op := range []struct {
		name, doc string
		examples  []Example
	}{
		{"=", "Equality. NaN equals NaN and −0.0 equals 0.0.",
			examples(ex("true", 1, 1.0), ex("NULL", 1, nil), ex("false", "a", "a "))},
		{"<>", "Inequality.", examples(ex("true", 1, 2))},
		{"<", "Less. Strings compare by code point; FALSE is less than TRUE; NaN is greater than every number.",
			examples(ex("true", "Z", "a"), ex("true", dec(3, 2, "1.50"), dec(5, 4, "1.5001")))},
		{"<=", "Less or equal.", examples(ex("true", 2, 2))},
		{">", "Greater.", examples(ex("false", 2, 2))},
		{">=", "Greater or equal.", examples(ex("true", date("2024-02-29"), date("2024-02-28")))},
	} {
		for i, k := range comparedKinds {
			s := spec{}
			if i == 0 {
				s.Doc, s.Examples = op.doc, op.examples
			}
			f.add(op.name, of(k, k), always(sqltype.BooleanType), s)
		}
	}
	f.alias("<>", "!=")
	for _, op := range []struct{ name, doc, equal string }{
		{"IS DISTINCT FROM", "Inequality in which NULL equals NULL. Never NULL.", "false"},
		{"IS NOT DISTINCT FROM", "Equality in which NULL equals NULL. Never NULL.", "true"},
	} {
		other := map[string]string{"true": "false", "false": "true"}[op.equal]
		for i, k := range comparedKinds {
			s := spec{Nulls: Custom}
			if i == 0 {
				s.Doc, s.Examples = op.doc, examples(ex(op.equal, nil, nil), ex(other, 1, nil), ex(op.equal, 1, 1), ex(other, 1, 2))
			}
			f.add(op.name, of(k, k), always(sqltype.BooleanType.Required()), s)
		}
	}
}
