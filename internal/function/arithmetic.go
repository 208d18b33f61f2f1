package function

import "streamsql/internal/sqltype"

var (
	integerKinds = []sqltype.Kind{sqltype.TinyInt, sqltype.SmallInt, sqltype.Int, sqltype.BigInt}
	approxKinds  = []sqltype.Kind{sqltype.Float, sqltype.Double}

	months = sqltype.Type{Kind: sqltype.IntervalMonths}
	micros = sqltype.Type{Kind: sqltype.IntervalMicros}
)

func arithmeticFamily(f *family) {
	arithmeticOperator(f, "+", addDecimal, spec{
		Doc: "Sum; also of a time and an interval. Overflow is an error.",
		Examples: examples(ex("3", 1, 2), ex("4.10", dec(3, 2, "1.60"), dec(2, 1, "2.5")),
			ex("2024-03-02", date("2024-02-29"), Lit{micros, "2 00:00:00"})),
	})
	arithmeticOperator(f, "-", addDecimal, spec{Doc: "Difference; also of a time and an interval. Overflow is an error.",
		Examples: examples(ex("-1", 1, 2), ex("2024-02-29", date("2024-03-31"), Lit{months, "0-1"}))})
	arithmeticOperator(f, "*", mulDecimal, spec{Doc: "Product; also of an interval and an integer. Overflow is an error.",
		Examples: examples(ex("6", 2, 3), ex("4.5400", dec(3, 2, "2.27"), dec(3, 2, "2.00")))})
	arithmeticOperator(f, "/", divDecimal, spec{
		Doc: "Quotient. Integers divide to an integer, truncated toward zero; DECIMAL rounds half up to the scale of " +
			"the result; FLOAT and DOUBLE follow IEEE 754. Division of integers or DECIMAL by zero is an error.",
		Examples: examples(ex("-2", -7, 3), ex("3.5", 7, 2.0), ex("0.333333333333", dec(2, 1, "1.0"), 3)),
	})
	arithmeticOperator(f, "%", modDecimal, spec{
		Doc: "Remainder of the division that truncates toward zero: it has the sign of the dividend. " +
			"Zero as divisor of integers or DECIMAL is an error.",
		Examples: examples(ex("-1", -7, 3), exs("MOD(7, -3)", "1", 7, -3)),
	})
	f.alias("%", "MOD")
	negation(f)
	intervalArithmetic(f)
}

func arithmeticOperator(f *family, op string, derive func(a, b sqltype.Type) sqltype.Type, s spec) {
	for _, k := range integerKinds {
		s.CanFail = true
		f.add(op, of(k, k), always(sqltype.Type{Kind: k}), s)
		s.Doc, s.Examples = "", nil
	}
	f.add(op, of(sqltype.Decimal, sqltype.Decimal), binaryDecimal(derive), spec{CanFail: true})
	for _, k := range approxKinds {
		f.add(op, of(k, k), always(sqltype.Type{Kind: k}), spec{})
	}
}

func negation(f *family) {
	s := spec{
		CanFail:  true,
		Doc:      "Unary minus. The least integer has no negative: an error.",
		Examples: examples(exs("-(5)", "-5", 5)),
	}
	for _, k := range integerKinds {
		f.add("neg", of(k), likeArg(0), s)
		s.Doc, s.Examples = "", nil
	}
	f.add("neg", of(sqltype.Decimal), likeArg(0), spec{})
	for _, k := range approxKinds {
		f.add("neg", of(k), likeArg(0), spec{})
	}
	f.add("neg", of(sqltype.IntervalMonths), likeArg(0), spec{CanFail: true})
	f.add("neg", of(sqltype.IntervalMicros), likeArg(0), spec{CanFail: true})
}

// intervalArithmetic declares time ± interval, interval ± interval, interval × integer. The result has the precision of
// the time.
func intervalArithmetic(f *family) {
	fail := spec{CanFail: true}
	intervals := []sqltype.Kind{sqltype.IntervalMonths, sqltype.IntervalMicros}
	for _, i := range intervals {
		for _, t := range []sqltype.Kind{sqltype.Date, sqltype.Timestamp, sqltype.TimestampLTZ} {
			f.add("+", of(t, i), likeArg(0), fail)
			f.add("+", of(i, t), likeArg(1), fail)
			f.add("-", of(t, i), likeArg(0), fail)
		}
		f.add("+", of(i, i), likeArg(0), fail)
		f.add("-", of(i, i), likeArg(0), fail)
		f.add("*", of(i, sqltype.BigInt), likeArg(0), fail)
		f.add("*", of(sqltype.BigInt, i), likeArg(1), fail)
	}
}
