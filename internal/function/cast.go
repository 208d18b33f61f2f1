package function

import (
	"fmt"

	"streamsql/internal/sqltype"
)

// The cost of an implicit widening; the sums decide between overloads. Steps among integers cost 1 each, so that the
// nearest integer wins; any DECIMAL beats FLOAT, any FLOAT beats DOUBLE when an integer has the choice.
const (
	costNull     = 1
	costDecimal  = 10
	costFloat    = 20
	costDouble   = 30
	costWiden    = 5 // FLOAT → DOUBLE, DATE → TIMESTAMP
	costZone     = 15
	costDecimalD = 25 // DECIMAL → DOUBLE; never to FLOAT
)

// widen is the cost of using a value of kind from where kind to is wanted.
func widen(from, to sqltype.Kind) (cost int, ok bool) {
	if from == sqltype.Char {
		from = sqltype.Varchar
	}
	if to == sqltype.Char {
		to = sqltype.Varchar
	}
	ft, tt := sqltype.Type{Kind: from}, sqltype.Type{Kind: to}
	switch {
	case from == to:
		return 0, true
	case from == sqltype.Null:
		return costNull, true
	case ft.IsInteger() && tt.IsInteger():
		return int(to) - int(from), to > from
	case ft.IsInteger() && to == sqltype.Decimal:
		return costDecimal, true
	case ft.IsInteger() && to == sqltype.Float:
		return costFloat, true
	case ft.IsInteger() && to == sqltype.Double:
		return costDouble, true
	case from == sqltype.Decimal && to == sqltype.Double:
		return costDecimalD, true
	case from == sqltype.Float && to == sqltype.Double:
		return costWiden, true
	case from == sqltype.Date && to == sqltype.Timestamp:
		return costWiden, true
	case from == sqltype.Date && to == sqltype.TimestampLTZ:
		return costWiden + costZone, true
	case from == sqltype.Timestamp && to == sqltype.TimestampLTZ:
		return costZone, true
	}
	return 0, false
}

// as is the type that an argument of type t is cast to for a parameter of kind k; widen(t.Kind, k) holds.
func as(t sqltype.Type, k sqltype.Kind) sqltype.Type {
	if t.Kind == k || (t.IsString() && k == sqltype.Varchar) {
		return t
	}
	out := sqltype.Type{Kind: k, NotNull: t.NotNull}
	switch k {
	case sqltype.Varchar:
		out.P = sqltype.MaxLength
	case sqltype.Decimal:
		out.P = max(t.IntegerDigits(), 1)
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		out.P = 3
		if t.IsTimestamp() {
			out.P = t.P
		}
	}
	return out
}

// CanCast reports whether a value of type from may be converted to type to: implicitly (the planner may insert the
// cast, no value fails) and explicitly (CAST, some values may fail).
func CanCast(from, to sqltype.Type) (implicit, explicit bool) {
	if from.Kind == sqltype.Null {
		return true, true
	}
	_, implicit = widen(from.Kind, to.Kind)
	if implicit && to.Kind == sqltype.Decimal {
		p, s := from.P, from.S
		if from.IsInteger() {
			p, s = from.IntegerDigits(), 0
		}
		implicit = to.S >= s && to.P-to.S >= p-s
	}
	if implicit && to.Kind == from.Kind && (to.IsTimestamp() || to.IsString()) {
		implicit = to.P >= from.P
	}
	return implicit, implicit || explicitCast(from, to)
}

// explicitCast is the matrix of CAST beyond the implicit widenings:
//
//	STRING ↔ everything · numbers ↔ numbers · BOOLEAN ↔ integers, FLOAT, DOUBLE, DECIMAL
//	DATE ↔ TIMESTAMP ↔ TIMESTAMP_LTZ · intervals only to STRING and to themselves
func explicitCast(from, to sqltype.Type) bool {
	temporal := func(t sqltype.Type) bool { return t.Kind == sqltype.Date || t.IsTimestamp() }
	numeric := func(t sqltype.Type) bool { return t.IsNumeric() || t.Kind == sqltype.Boolean }
	switch {
	case to.IsString():
		return true
	case from.IsString():
		return !to.IsInterval() && to.Kind != sqltype.Null
	case numeric(from):
		return numeric(to)
	case temporal(from):
		return temporal(to)
	}
	return from.Kind == to.Kind
}

// CommonType is the type that all of types widen to: of CASE branches, COALESCE, IN lists, UNION columns, VALUES. It is
// NOT NULL only when all are. Bare NULLs take the type of the others; NULLs alone give STRING.
func CommonType(types []sqltype.Type) (sqltype.Type, error) {
	out := sqltype.NullType
	notNull := true
	for _, t := range types {
		notNull = notNull && t.NotNull
		c, ok := common(out, t)
		if !ok {
			return out, fmt.Errorf("no common type for %s and %s", out.Nullable(), t.Nullable())
		}
		out = c
	}
	if out.Kind == sqltype.Null {
		out = sqltype.StringType
	}
	return out.WithNull(!notNull), nil
}

// common of two types; nullability is the caller's.
func common(a, b sqltype.Type) (sqltype.Type, bool) {
	switch {
	case a.Kind == sqltype.Null:
		return b, true
	case b.Kind == sqltype.Null || a.Same(b):
		return a, true
	case a.IsString() && b.IsString():
		return sqltype.Type{Kind: sqltype.Varchar, P: max(a.P, b.P)}, true
	case (a.Kind == sqltype.Decimal && b.Kind == sqltype.Float) || (a.Kind == sqltype.Float && b.Kind == sqltype.Decimal):
		return sqltype.DoubleType, true
	}
	if _, ok := widen(a.Kind, b.Kind); !ok {
		if _, ok = widen(b.Kind, a.Kind); !ok {
			return a, false
		}
		a, b = b, a
	}
	switch b.Kind { // a widens to b's kind
	case sqltype.Decimal:
		return unionDecimal(as(a, b.Kind), b), true
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		if a.IsTimestamp() {
			b.P = max(a.P, b.P)
		}
	}
	return b.Nullable(), true
}
