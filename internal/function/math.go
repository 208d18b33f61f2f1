package function

import "streamsql/internal/sqltype"

func mathFamily(f *family) {
	absAndSign(f)
	rounding(f)
	doubleFunctions(f)
}

func absAndSign(f *family) {
	numbers := append(append([]sqltype.Kind{}, integerKinds...), sqltype.Decimal, sqltype.Float, sqltype.Double)
	abs := spec{
		CanFail:  true,
		Doc:      "Absolute value. The least integer has none: an error.",
		Examples: examples(ex("3", -3), ex("1.50", dec(3, 2, "-1.50"))),
	}
	sign := spec{
		Doc:      "−1, 0 or 1 by the sign, in the type of the argument.",
		Examples: examples(ex("-1", -3), ex("0", 0.0)),
	}
	for _, k := range numbers {
		a := abs
		a.CanFail = sqltype.Type{Kind: k}.IsInteger()
		f.add("ABS", of(k), likeArg(0), a)
		f.add("SIGN", of(k), likeArg(0), sign)
		abs.Doc, abs.Examples, sign.Doc, sign.Examples = "", nil, "", nil
	}
}

// rounding: DECIMAL results keep every digit before the point; ROUND may carry into one more.
func rounding(f *family) {
	whole := func(args []sqltype.Type) (sqltype.Type, error) { return sqltype.DecimalType(args[0].P, 0), nil }
	for _, r := range []struct {
		name, doc string
		examples  []Example
	}{
		{"FLOOR", "The greatest whole number not above the argument. FLOOR(time TO unit) cuts a time down to the unit.",
			examples(ex("-2", dec(2, 1, "-1.5")), ex("1", 1.5))},
		{"CEIL", "The least whole number not below the argument. CEIL(time TO unit) moves a time up to the unit.",
			examples(ex("-1", dec(2, 1, "-1.5")), ex("2", 1.5))},
	} {
		s := spec{Doc: r.doc, Examples: r.examples}
		for _, k := range integerKinds {
			f.add(r.name, of(k), likeArg(0), s)
			s = spec{}
		}
		f.add(r.name, of(sqltype.Decimal), whole, s)
		f.add(r.name, of(sqltype.Float), likeArg(0), s)
		f.add(r.name, of(sqltype.Double), likeArg(0), s)
	}
	f.alias("CEIL", "CEILING")
	round := func(args []sqltype.Type) (sqltype.Type, error) { return RoundedDecimal(args[0], 0), nil }
	digits := func(args []sqltype.Type) (sqltype.Type, error) {
		return sqltype.DecimalType(min(38, args[0].P+1), args[0].S), nil
	}
	s := spec{
		CanFail: true,
		Doc: "ROUND(x [, digits]) rounds half away from zero to that many digits after the point (before it, " +
			"when negative). For a DECIMAL, constant digits are the scale of the result; " +
			"digits that vary leave the scale as it is.",
		Examples: examples(ex("3", dec(2, 1, "2.5")), ex("1.24", dec(4, 3, "1.235"), 2), ex("-3", -2.5),
			ex("1200", 1234, -2)),
	}
	for _, k := range integerKinds {
		f.add("ROUND", of(k), likeArg(0), spec{Doc: s.Doc, Examples: s.Examples})
		f.add("ROUND", of(k, sqltype.Int), likeArg(0), spec{CanFail: true})
		s.Doc, s.Examples = "", nil
	}
	f.add("ROUND", of(sqltype.Decimal), round, s)
	f.add("ROUND", of(sqltype.Decimal, sqltype.Int), digits, s)
	f.add("ROUND", of(sqltype.Double), likeArg(0), spec{})
	f.add("ROUND", of(sqltype.Double, sqltype.Int), likeArg(0), spec{})
	f.add("ROUND", of(sqltype.Float), likeArg(0), spec{})
	f.add("ROUND", of(sqltype.Float, sqltype.Int), likeArg(0), spec{})
	cut := spec{
		Doc:      "TRUNCATE(x [, digits]) cuts toward zero to that many digits after the point (before it, when negative).",
		Examples: examples(ex("-1.23", dec(4, 3, "-1.239"), 2), ex("1", 1.9), ex("1230", 1239, -1)),
	}
	for _, k := range append(append([]sqltype.Kind{}, integerKinds...), sqltype.Decimal, sqltype.Float, sqltype.Double) {
		one := likeArg(0)
		if k == sqltype.Decimal {
			one = round
		}
		f.add("TRUNCATE", of(k), one, cut)
		cut = spec{}
		f.add("TRUNCATE", of(k, sqltype.Int), likeArg(0), spec{})
	}
}

// RoundedDecimal is the type of ROUND(x, digits) and TRUNCATE(x, digits) of a DECIMAL when the digits are constant: no
// more of them after the point than were asked for, and one more before it, for the carry. With digits that vary by row
// the scale of x stays, since a column has one type.
func RoundedDecimal(t sqltype.Type, digits int64) sqltype.Type {
	if digits >= int64(t.S) {
		return t
	}
	s := int32(max(digits, 0)) //nolint:gosec // below the scale
	return sqltype.DecimalType(min(38, t.P-t.S+1+s), s).WithNull(!t.NotNull)
}

// doubleFunctions follow IEEE 754: outside of their domain they give NaN or an infinity, never an error.
func doubleFunctions(f *family) {
	one, two := of(sqltype.Double), of(sqltype.Double, sqltype.Double)
	for _, d := range []struct {
		name   string
		params []Param
		doc    string
		ex     Example
	}{
		{"POWER", two, "x to the power y.", ex("8", 2, 3)},
		{"SQRT", one, "Square root; NaN below zero.", ex("1.5", 2.25)},
		{"EXP", one, "e to the power x.", ex("1", 0)},
		{"LN", one, "Natural logarithm.", ex("0", 1)},
		{"LOG10", one, "Logarithm to base 10.", ex("3", 1000)},
		{"LOG2", one, "Logarithm to base 2.", ex("10", 1024)},
		{"LOG", one, "LOG(x) is the natural logarithm, LOG(base, x) that to a base.", ex("0", 1)},
		{"LOG", two, "", ex("3", 2, 8)},
		{"SIN", one, "Sine of radians.", ex("0", 0)},
		{"COS", one, "Cosine of radians.", ex("1", 0)},
		{"TAN", one, "Tangent of radians.", ex("0", 0)},
		{"COT", one, "Cotangent of radians.", ex("Infinity", 0)},
		{"ASIN", one, "Arc sine.", ex("0", 0)},
		{"ACOS", one, "Arc cosine.", ex("0", 1)},
		{"ATAN", one, "Arc tangent.", ex("0", 0)},
		{"ATAN2", two, "Angle of the point (x, y) for ATAN2(y, x).", ex("0", 0, 1)},
		{"SINH", one, "Hyperbolic sine.", ex("0", 0)},
		{"COSH", one, "Hyperbolic cosine.", ex("1", 0)},
		{"TANH", one, "Hyperbolic tangent.", ex("0", 0)},
		{"DEGREES", one, "Radians to degrees.", ex("0", 0)},
		{"RADIANS", one, "Degrees to radians.", ex("0", 0)},
	} {
		f.add(d.name, d.params, always(sqltype.DoubleType), spec{Doc: d.doc, Examples: examples(d.ex)})
	}
	f.add("PI", nil, always(sqltype.DoubleType), spec{Doc: "π.", Examples: examples(ex("3.141592653589793"))})
	f.add("E", nil, always(sqltype.DoubleType), spec{
		Doc:      "The base of natural logarithms.",
		Examples: examples(ex("2.718281828459045")),
	})
}
