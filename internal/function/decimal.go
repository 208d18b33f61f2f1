package function

import "streamsql/internal/sqltype"

// The derivation of DECIMAL(p,s) follows Flink: the exact type while it has at most 38 digits; beyond that the scale
// gives way, but keeps at least min(s, 6) digits.

func fitDecimal(p, s int32) sqltype.Type {
	if p <= 38 {
		return sqltype.DecimalType(p, s)
	}
	digits := p - s
	return sqltype.DecimalType(38, max(38-digits, min(s, 6)))
}

func addDecimal(a, b sqltype.Type) sqltype.Type {
	s := max(a.S, b.S)
	return fitDecimal(max(a.P-a.S, b.P-b.S)+s+1, s)
}

func mulDecimal(a, b sqltype.Type) sqltype.Type { return fitDecimal(a.P+b.P+1, a.S+b.S) }

func divDecimal(a, b sqltype.Type) sqltype.Type {
	s := max(6, a.S+b.P+1)
	return fitDecimal(a.P-a.S+b.S+s, s)
}

func modDecimal(a, b sqltype.Type) sqltype.Type {
	s := max(a.S, b.S)
	return fitDecimal(min(a.P-a.S, b.P-b.S)+s, s)
}

// unionDecimal holds every value of both.
func unionDecimal(a, b sqltype.Type) sqltype.Type {
	s := max(a.S, b.S)
	return fitDecimal(max(a.P-a.S, b.P-b.S)+s, s)
}

// binaryDecimal lifts a derivation over two DECIMAL arguments to a result function.
func binaryDecimal(f func(a, b sqltype.Type) sqltype.Type) result {
	return func(args []sqltype.Type) (sqltype.Type, error) { return f(args[0], args[1]), nil }
}
