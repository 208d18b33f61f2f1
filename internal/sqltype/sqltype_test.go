package sqltype

import "testing"

// The kinds are part of the state format since v1.
func TestKindsAreFrozen(t *testing.T) {
	for want, k := range []Kind{Null, Boolean, TinyInt, SmallInt, Int, BigInt, Float, Double, Decimal,
		Char, Varchar, Date, Timestamp,
		TimestampLTZ, IntervalMonths, IntervalMicros} {
		if int(k) != want {
			t.Errorf("%s has number %d, frozen is %d", Type{Kind: k}, k, want)
		}
	}
}

func TestLayoutAndText(t *testing.T) {
	for _, c := range []struct {
		in    Type
		phys  Phys
		width int
		text  string
	}{
		{NullType, PhysNone, 0, "NULL"},
		{BooleanType, PhysBool, 0, "BOOLEAN"},
		{TinyIntType, PhysI8, 1, "TINYINT"},
		{SmallIntType, PhysI16, 2, "SMALLINT"},
		{IntType, PhysI32, 4, "INT"},
		{BigIntType, PhysI64, 8, "BIGINT"},
		{FloatType, PhysF32, 4, "FLOAT"},
		{DoubleType, PhysF64, 8, "DOUBLE"},
		{DecimalType(1, 0), PhysI64, 8, "DECIMAL(1, 0)"},
		{DecimalType(18, 3), PhysI64, 8, "DECIMAL(18, 3)"},
		{DecimalType(19, 3), PhysI128, 16, "DECIMAL(19, 3)"},
		{DecimalType(38, 38), PhysI128, 16, "DECIMAL(38, 38)"},
		{Type{Kind: Char, P: 3}, PhysBytes, 0, "CHAR(3)"},
		{Type{Kind: Varchar, P: 10}, PhysBytes, 0, "VARCHAR(10)"},
		{StringType, PhysBytes, 0, "STRING"},
		{DateType, PhysI32, 4, "DATE"},
		{TimestampType(3), PhysI64, 8, "TIMESTAMP(3)"},
		{TimestampLTZType(6), PhysI64, 8, "TIMESTAMP_LTZ(6)"},
		{Type{Kind: IntervalMonths}, PhysI32, 4, "INTERVAL MONTH"},
		{Type{Kind: IntervalMicros}, PhysI64, 8, "INTERVAL SECOND"},
		{Type{Kind: 200}, PhysNone, 0, "Kind(200)"},
	} {
		if got := c.in.Phys(); got != c.phys {
			t.Errorf("%s: layout %d, want %d", c.text, got, c.phys)
		}
		if got := c.in.Phys().Width(); got != c.width {
			t.Errorf("%s: width %d, want %d", c.text, got, c.width)
		}
		if got := c.in.String(); got != c.text {
			t.Errorf("prints %q, want %q", got, c.text)
		}
		if got := c.in.Required().String(); got != c.text+" NOT NULL" {
			t.Errorf("prints %q, want %q", got, c.text+" NOT NULL")
		}
	}
}

func TestFamilies(t *testing.T) {
	const (
		integer = 1 << iota
		approx
		numeric
		text
		timestamp
		interval
	)
	want := map[Kind]int{
		TinyInt: integer | numeric, SmallInt: integer | numeric, Int: integer | numeric, BigInt: integer | numeric,
		Float: approx | numeric, Double: approx | numeric, Decimal: numeric, Char: text, Varchar: text,
		Timestamp: timestamp, TimestampLTZ: timestamp, IntervalMonths: interval, IntervalMicros: interval,
	}
	for k := Null; k <= IntervalMicros; k++ {
		ty, got := Type{Kind: k}, 0
		for bit, is := range map[int]bool{integer: ty.IsInteger(), approx: ty.IsApprox(), numeric: ty.IsNumeric(),
			text:      ty.IsString(),
			timestamp: ty.IsTimestamp(), interval: ty.IsInterval()} {
			if is {
				got |= bit
			}
		}
		if got != want[k] {
			t.Errorf("%s: families %06b, want %06b", ty, got, want[k])
		}
	}
}

// Every value of an integer type fits DECIMAL of that precision, and not one digit less.
func TestIntegerDigits(t *testing.T) {
	for ty, largest := range map[Type]uint64{TinyIntType: 1 << 7, SmallIntType: 1 << 15, IntType: 1 << 31,
		BigIntType: 1 << 63} {
		digits := int32(0)
		for v := largest; v > 0; v /= 10 {
			digits++
		}
		if got := ty.IntegerDigits(); got != digits {
			t.Errorf("%s: %d digits, want %d", ty, got, digits)
		}
	}
	if DoubleType.IntegerDigits() != 0 || DecimalType(10, 0).IntegerDigits() != 0 {
		t.Error("a type that is not an integer has integer digits")
	}
}

func TestNullability(t *testing.T) {
	if !IntType.Same(IntType.Required()) || IntType == IntType.Required() {
		t.Error("Same looks at nullability, or == does not")
	}
	if DecimalType(10, 2).Same(DecimalType(10, 3)) || DecimalType(10, 2).Same(DecimalType(11, 2)) {
		t.Error("Same does not look at the parameters")
	}
	if IntType.WithNull(false) != IntType.Required() || IntType.Required().WithNull(true) != IntType ||
		IntType.Required().Nullable() != IntType {
		t.Error("WithNull, Required and Nullable disagree")
	}
}

func TestSchema(t *testing.T) {
	s := Schema{{"a", IntType}, {"b", StringType.Required()}, {"A", DateType}}
	if got := s.String(); got != "(a INT, b STRING NOT NULL, A DATE)" {
		t.Errorf("prints %s", got)
	}
	for name, want := range map[string]int{"a": 0, "b": 1, "A": 2, "B": -1, "": -1} {
		if got := s.Index(name); got != want {
			t.Errorf("Index(%q) = %d, want %d", name, got, want)
		}
	}
}
