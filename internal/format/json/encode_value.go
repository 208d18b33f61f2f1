package json

import (
	"math/bits"

	"streamsql/internal/format/columns"
	"streamsql/internal/vec"
)

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string; what is not ASCII stays as it is.
func appendString(dst, s []byte) []byte {
	dst = append(dst, '"')
	for {
		n := clean(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		switch c := s[n]; c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		s = s[n+1:]
	}
}

// clean is the number of leading bytes that need no escape.
func clean(s []byte) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if m := special(load(s, i)); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c == '"' || c == '\\' || c < ' ' {
			return i
		}
	}
	return i
}

// appendFloat appends a FLOAT or DOUBLE; what JSON has no number for becomes a string.
func appendFloat(dst []byte, x float64, single bool) []byte {
	if x-x != 0 { // NaN and the infinities
		dst = append(dst, '"')
		dst = columns.AppendFloat(dst, x, single)
		return append(dst, '"')
	}
	return columns.AppendFloat(dst, x, single)
}

// safeDigits is how many decimal digits every double keeps.
const safeDigits = 15

// appendDecimal appends a DECIMAL of at most 18 digits.
func appendDecimal(dst []byte, v int64, scale int) []byte {
	const most = 1e15 // 10^safeDigits
	if v >= most || v <= -most {
		return appendWide(dst, vec.I128Of(v), scale)
	}
	return columns.AppendDecimal(dst, v, scale)
}

// appendWide appends any DECIMAL; one with too many digits for a double as a string.
func appendWide(dst []byte, v vec.I128, scale int) []byte {
	if v.FitsDigits(safeDigits) {
		return v.AppendDecimal(dst, scale)
	}
	dst = append(dst, '"')
	dst = v.AppendDecimal(dst, scale)
	return append(dst, '"')
}
