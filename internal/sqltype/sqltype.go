// Package sqltype is the type system of the dialect: what a column can be, how it is stored, and the derivation rules
// that planner and kernels share.
//
// A Type is a comparable value. Its Phys says how a column of it is laid out in memory:
//
//	BOOLEAN                         bitmap, least significant bit first
//	TINYINT SMALLINT INT BIGINT     int8 int16 int32 int64
//	FLOAT DOUBLE                    float32 float64
//	DECIMAL(p,s)  p ≤ 18            int64, the unscaled value
//	DECIMAL(p,s)  p ≤ 38            16 bytes little endian, two's complement (Arrow's decimal128)
//	STRING, VARCHAR(n), CHAR(n)     int32 offsets and UTF-8 bytes
//	DATE                            int32 days since 1970-01-01
//	TIMESTAMP(p), TIMESTAMP_LTZ(p)  int64 microseconds since 1970-01-01 00:00 UTC, truncated to p digits; p ≤ 6
//	INTERVAL YEAR/MONTH             int32 months
//	INTERVAL DAY … SECOND           int64 microseconds
package sqltype

import (
	"fmt"
	"strings"
)

// Kind is the SQL type without its parameters.
type Kind uint8

// The kinds. Part of the state format since v1: never renumber.
const (
	Null Kind = iota // the type of a bare NULL before it is coerced
	Boolean
	TinyInt
	SmallInt
	Int
	BigInt
	Float
	Double
	Decimal
	Char
	Varchar // STRING is VARCHAR(2147483647)
	Date
	Timestamp
	TimestampLTZ
	IntervalMonths // INTERVAL YEAR, MONTH, YEAR TO MONTH
	IntervalMicros // INTERVAL DAY … SECOND
)

// MaxLength is the length of STRING.
const MaxLength = 1<<31 - 1

// Type is a SQL type. P is the precision (DECIMAL, TIMESTAMP) or the length (CHAR, VARCHAR), S the scale. Comparable.
type Type struct {
	Kind    Kind
	P       int32
	S       int32
	NotNull bool
}

// The parameterless types, nullable.
var (
	NullType     = Type{Kind: Null}
	BooleanType  = Type{Kind: Boolean}
	TinyIntType  = Type{Kind: TinyInt}
	SmallIntType = Type{Kind: SmallInt}
	IntType      = Type{Kind: Int}
	BigIntType   = Type{Kind: BigInt}
	FloatType    = Type{Kind: Float}
	DoubleType   = Type{Kind: Double}
	StringType   = Type{Kind: Varchar, P: MaxLength}
	DateType     = Type{Kind: Date}
)

// DecimalType is DECIMAL(p,s).
func DecimalType(p, s int32) Type { return Type{Kind: Decimal, P: p, S: s} }

// TimestampType is TIMESTAMP(p).
func TimestampType(p int32) Type { return Type{Kind: Timestamp, P: p} }

// TimestampLTZType is TIMESTAMP_LTZ(p).
func TimestampLTZType(p int32) Type { return Type{Kind: TimestampLTZ, P: p} }

// Phys is the physical layout of a column.
type Phys uint8

// The layouts.
const (
	PhysNone  Phys = iota
	PhysBool       // bitmap
	PhysI8         // int8
	PhysI16        // int16
	PhysI32        // int32
	PhysI64        // int64
	PhysF32        // float32
	PhysF64        // float64
	PhysI128       // 16 bytes, little endian
	PhysBytes      // int32 offsets + bytes
)

// Width is the bytes per value of a fixed layout; 0 for bitmap and bytes.
func (p Phys) Width() int {
	switch p {
	case PhysI8:
		return 1
	case PhysI16:
		return 2
	case PhysI32, PhysF32:
		return 4
	case PhysI64, PhysF64:
		return 8
	case PhysI128:
		return 16
	}
	return 0
}

// Phys returns the layout of t.
func (t Type) Phys() Phys {
	//exhaustive:enforce
	switch t.Kind {
	case Boolean:
		return PhysBool
	case TinyInt:
		return PhysI8
	case SmallInt:
		return PhysI16
	case Int, Date, IntervalMonths:
		return PhysI32
	case BigInt, Timestamp, TimestampLTZ, IntervalMicros:
		return PhysI64
	case Float:
		return PhysF32
	case Double:
		return PhysF64
	case Decimal:
		if t.P <= 18 {
			return PhysI64
		}
		return PhysI128
	case Char, Varchar:
		return PhysBytes
	case Null:
	}
	return PhysNone
}

// Nullable returns t without NOT NULL.
func (t Type) Nullable() Type { t.NotNull = false; return t }

// Required returns t with NOT NULL.
func (t Type) Required() Type { t.NotNull = true; return t }

// WithNull sets NOT NULL unless nullable.
func (t Type) WithNull(nullable bool) Type { t.NotNull = !nullable; return t }

// Same compares without regard to nullability.
func (t Type) Same(o Type) bool { return t.Nullable() == o.Nullable() }

// IsInteger reports whether t is one of: TINYINT … BIGINT.
func (t Type) IsInteger() bool { return t.Kind >= TinyInt && t.Kind <= BigInt }

// IsApprox reports whether t is one of: FLOAT, DOUBLE.
func (t Type) IsApprox() bool { return t.Kind == Float || t.Kind == Double }

// IsNumeric reports whether t is one of: integers, DECIMAL, FLOAT, DOUBLE.
func (t Type) IsNumeric() bool { return t.Kind >= TinyInt && t.Kind <= Decimal }

// IsString reports whether t is one of: CHAR, VARCHAR, STRING.
func (t Type) IsString() bool { return t.Kind == Char || t.Kind == Varchar }

// IsTimestamp reports whether t is one of: TIMESTAMP, TIMESTAMP_LTZ.
func (t Type) IsTimestamp() bool { return t.Kind == Timestamp || t.Kind == TimestampLTZ }

// IsInterval reports whether t is one of: both interval families.
func (t Type) IsInterval() bool { return t.Kind == IntervalMonths || t.Kind == IntervalMicros }

// IntegerDigits is the DECIMAL precision that holds every value of an integer type; 0 for other types.
func (t Type) IntegerDigits() int32 {
	switch t.Kind {
	case TinyInt:
		return 3
	case SmallInt:
		return 5
	case Int:
		return 10
	case BigInt:
		return 19 // 20 digits are never needed: the range ends at 9223372036854775807
	}
	return 0
}

// String prints the type as SQL, canonically: it is part of fingerprints.
func (t Type) String() string {
	var s string
	switch t.Kind {
	case Null:
		s = "NULL"
	case Boolean:
		s = "BOOLEAN"
	case TinyInt:
		s = "TINYINT"
	case SmallInt:
		s = "SMALLINT"
	case Int:
		s = "INT"
	case BigInt:
		s = "BIGINT"
	case Float:
		s = "FLOAT"
	case Double:
		s = "DOUBLE"
	case Decimal:
		s = fmt.Sprintf("DECIMAL(%d, %d)", t.P, t.S)
	case Char:
		s = fmt.Sprintf("CHAR(%d)", t.P)
	case Varchar:
		if t.P == MaxLength {
			s = "STRING"
		} else {
			s = fmt.Sprintf("VARCHAR(%d)", t.P)
		}
	case Date:
		s = "DATE"
	case Timestamp:
		s = fmt.Sprintf("TIMESTAMP(%d)", t.P)
	case TimestampLTZ:
		s = fmt.Sprintf("TIMESTAMP_LTZ(%d)", t.P)
	case IntervalMonths:
		s = "INTERVAL MONTH"
	case IntervalMicros:
		s = "INTERVAL SECOND"
	default:
		s = fmt.Sprintf("Kind(%d)", t.Kind)
	}
	if t.NotNull {
		s += " NOT NULL"
	}
	return s
}

// Field is a named column.
type Field struct {
	Name string
	Type Type
}

// Schema is an ordered list of columns.
type Schema []Field

// Index finds a column by its exact name, or returns -1.
func (s Schema) Index(name string) int {
	for i, f := range s {
		if f.Name == name {
			return i
		}
	}
	return -1
}

// String prints `(a INT, b STRING NOT NULL)`.
func (s Schema) String() string {
	parts := make([]string, len(s))
	for i, f := range s {
		parts[i] = f.Name + " " + f.Type.String()
	}
	return "(" + strings.Join(parts, ", ") + ")"
}
