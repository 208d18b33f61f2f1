package vec

import (
	"math"
	"strconv"
	"time"

	"streamsql/internal/sqltype"
)

// Text is row i as people read it; see AppendText.
func Text(v *Vec, i int) string { return string(AppendText(nil, v, i)) }

// AppendText appends row i as people read it: NULL, true, 42, 1.50 (DECIMAL with all digits of its scale), the shortest
// double, strings bare, `2026-01-01 12:00:00.123` with as many digits as TIMESTAMP(p) has. Cold paths only: it looks at
// the type once per value.
func AppendText(dst []byte, v *Vec, i int) []byte {
	if v.Type.Kind == sqltype.Null || v.IsNull(i) {
		return append(dst, "NULL"...)
	}
	if v.Type.Phys() == sqltype.PhysBytes {
		return append(dst, v.Str(i)...)
	}
	switch x := v.Value(i).(type) {
	case bool:
		return strconv.AppendBool(dst, x)
	case float64:
		return AppendFloat(dst, x, v.Type.Kind == sqltype.Float)
	case I128:
		return x.AppendDecimal(dst, int(v.Type.S))
	case int64:
		return appendInteger(dst, x, v.Type)
	}
	return dst
}

func appendInteger(dst []byte, x int64, t sqltype.Type) []byte {
	switch t.Kind {
	case sqltype.Decimal:
		return I128Of(x).AppendDecimal(dst, int(t.S))
	case sqltype.Date:
		return time.Unix(x*86400, 0).UTC().AppendFormat(dst, "2006-01-02")
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		return AppendTimestamp(dst, x, t.P)
	}
	return strconv.AppendInt(dst, x, 10)
}

// AppendTimestamp appends microseconds since 1970 as `2026-01-01 12:00:00` and p fractional digits (p ≤ 6).
func AppendTimestamp(dst []byte, micros int64, p int32) []byte {
	t := time.UnixMicro(micros).UTC()
	dst = t.AppendFormat(dst, "2006-01-02 15:04:05")
	if p > 0 {
		frac := strconv.Itoa(1_000_000 + t.Nanosecond()/1000)
		dst = append(append(dst, '.'), frac[1:1+min(p, 6)]...)
	}
	return dst
}

// NotFinite is the name of a number that has no digits, as Java and so Flink write it; "" for every other.
func NotFinite(x float64) string {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return "Infinity"
	case math.IsInf(x, -1):
		return "-Infinity"
	}
	return ""
}

// AppendFloat appends the shortest text that reads back as x; Infinity, -Infinity and NaN by name.
func AppendFloat(dst []byte, x float64, single bool) []byte {
	if name := NotFinite(x); name != "" {
		return append(dst, name...)
	}
	bits := 64
	if single {
		bits = 32
	}
	if a := math.Abs(x); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(dst, x, 'e', -1, bits)
	}
	return strconv.AppendFloat(dst, x, 'f', -1, bits)
}
