package kernel

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"
	"unsafe"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// toText writes values as CAST does; CHAR(n) and VARCHAR(n) cut at n characters, CHAR(n) is filled up with spaces.
func toText(to sqltype.Type) caster {
	return func(out, x *vec.Vec, live vec.Bitmap, _ func(int) *RowError) *RowError {
		write := writerOf(x)
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			at := len(dst)
			dst = write(dst, i)
			if to.P == sqltype.MaxLength {
				return dst, true, nil
			}
			dst = dst[:at+skipRunes(dst[at:], int(to.P))]
			if to.Kind == sqltype.Char {
				for n := utf8.RuneCount(dst[at:]); n < int(to.P); n++ {
					dst = append(dst, ' ')
				}
			}
			return dst, true, nil
		})
	}
}

// appendValue is the text of one value that is not NULL.
func appendValue(dst []byte, x *vec.Vec, i int) []byte { return writerOf(x)(dst, i) }

// writerOf appends values of x as text.
func writerOf(x *vec.Vec) func(dst []byte, i int) []byte {
	t := x.Type
	switch {
	case t.IsString():
		col := textsOf(x)
		return func(dst []byte, i int) []byte { return append(dst, col.at(i)...) }
	case t.Kind == sqltype.Boolean:
		bits := x.Bits()
		return func(dst []byte, i int) []byte {
			if bits.Get(i) {
				return append(dst, "TRUE"...)
			}
			return append(dst, "FALSE"...)
		}
	case t.IsInteger():
		get := intAt(x)
		return func(dst []byte, i int) []byte { return strconv.AppendInt(dst, get(i), 10) }
	case t.IsApprox():
		get, width := floatAt(x), t.Phys().Width()*8
		return func(dst []byte, i int) []byte { return appendDouble(dst, get(i), width) }
	case t.Kind == sqltype.Decimal:
		var wide []vec.I128
		col := decimals(x, &wide)
		return func(dst []byte, i int) []byte { return col.at(i).AppendDecimal(dst, int(t.S)) }
	}
	return timeWriter(x)
}

func timeWriter(x *vec.Vec) func(dst []byte, i int) []byte {
	switch x.Type.Kind {
	case sqltype.Date:
		v := vec.Of[int32](x)
		return func(dst []byte, i int) []byte { return appendDate(dst, int64(v[i])) }
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		v, p := vec.Of[int64](x), int(x.Type.P)
		return func(dst []byte, i int) []byte { return appendTimestamp(dst, v[i], p) }
	case sqltype.IntervalMonths:
		v := vec.Of[int32](x)
		return func(dst []byte, i int) []byte { return appendMonths(dst, int64(v[i])) }
	case sqltype.IntervalMicros:
		v := vec.Of[int64](x)
		return func(dst []byte, i int) []byte { return appendMicros(dst, v[i]) }
	}
	return func(dst []byte, _ int) []byte { return dst }
}

func appendDate(dst []byte, days int64) []byte {
	y, m, d := civil(days)
	dst = append(pad0(dst, y, 4), '-')
	dst = append(pad0(dst, m, 2), '-')
	return pad0(dst, d, 2)
}

// appendTimestamp writes yyyy-MM-dd HH:mm:ss and exactly p digits of fraction.
func appendTimestamp(dst []byte, t int64, p int) []byte {
	dst = append(appendDate(dst, floorDiv(t, microsPerDay)), ' ')
	return appendClock(dst, floorMod(t, microsPerDay), p)
}

func appendClock(dst []byte, t int64, p int) []byte {
	dst = append(pad0(dst, t/microsPerHour, 2), ':')
	dst = append(pad0(dst, t/microsPerMinute%60, 2), ':')
	dst = pad0(dst, t/microsPerSecond%60, 2)
	if p > 0 {
		dst = fraction(append(dst, '.'), t%microsPerSecond, p)
	}
	return dst
}

// appendMonths writes +y-mm.
func appendMonths(dst []byte, n int64) []byte {
	dst, n = appendSign(dst, n)
	dst = append(strconv.AppendInt(dst, n/12, 10), '-')
	return pad0(dst, n%12, 2)
}

// appendMicros writes +d HH:mm:ss.SSS.
func appendMicros(dst []byte, t int64) []byte {
	dst, t = appendSign(dst, t)
	dst = append(strconv.AppendUint(dst, uint64(t)/uint64(microsPerDay), 10), ' ')
	return appendClock(dst, int64(uint64(t)%uint64(microsPerDay)), 3)
}

func appendSign(dst []byte, n int64) ([]byte, int64) {
	if n < 0 {
		return append(dst, '-'), -n
	}
	return append(dst, '+'), n
}

// appendDouble writes the shortest digits that read back the same: plain with a point for 1e-3 ≤ |x| < 1e7, else
// scientific, as Java and so Flink do.
func appendDouble(dst []byte, x float64, width int) []byte {
	if name := vec.NotFinite(x); name != "" {
		return append(dst, name...)
	}
	if abs := math.Abs(x); x == 0 || (abs >= 1e-3 && abs < 1e7) {
		at := len(dst)
		dst = strconv.AppendFloat(dst, x, 'f', -1, width)
		if bytes.IndexByte(dst[at:], '.') < 0 {
			dst = append(dst, '.', '0')
		}
		return dst
	}
	var buf [32]byte
	s := strconv.AppendFloat(buf[:0], x, 'e', -1, width)
	e := bytes.IndexByte(s, 'e')
	dst = append(dst, s[:e]...)
	if bytes.IndexByte(s[:e], '.') < 0 {
		dst = append(dst, '.', '0')
	}
	dst = append(dst, 'E')
	exp, _ := strconv.Atoi(string(s[e+1:]))
	return strconv.AppendInt(dst, int64(exp), 10)
}

// appendShortest writes a float as ParseDecimal reads it (not a number for NaN and infinities).
func appendShortest(dst []byte, x float64, width int) []byte {
	return strconv.AppendFloat(dst, x, 'e', -1, width)
}

// fromText reads values as CAST does: spaces around them do not count.
func fromText(to sqltype.Type) caster {
	switch {
	case to.Kind == sqltype.Boolean:
		return textToBool
	case to.IsInteger():
		return func(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
			col := textsOf(x)
			return eachInt(out, live, func(i int) (int64, bool) { return parseInt(trim(col.at(i))) }, refuse)
		}
	case to.IsApprox():
		return textToFloat
	case to.Kind == sqltype.Decimal:
		return func(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
			col := textsOf(x)
			return eachDecimal(out, live, func(i int) (vec.I128, bool) {
				return vec.ParseDecimal(trim(col.at(i)), int(to.P), int(to.S))
			}, refuse)
		}
	case to.Kind == sqltype.Date:
		return func(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
			col := textsOf(x)
			return eachInt(out, live, func(i int) (int64, bool) { return parseDate(trim(col.at(i))) }, refuse)
		}
	}
	unit := precisionUnit(to.P)
	return func(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
		col := textsOf(x)
		return eachInt(out, live, func(i int) (int64, bool) {
			t, ok := parseTimestamp(trim(col.at(i)))
			return t - floorMod(t, unit), ok
		}, refuse)
	}
}

// trim cuts the white space of ASCII off both ends; other blanks, such as U+00A0, make a text neither a number nor a
// time.
func trim(s []byte) []byte { return bytes.Trim(s, " \t\n\v\f\r") }

func textToBool(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
	col, bits := textsOf(x), out.Bits()
	for i := range out.Len {
		if !live.Get(i) {
			continue
		}
		v, ok := parseBool(trim(col.at(i)))
		if v {
			bits.Set(i)
		}
		if !ok {
			if err := refuse(i); err != nil {
				return err
			}
		}
	}
	return nil
}

func parseBool(s []byte) (v, ok bool) {
	for _, w := range []string{"true", "t", "yes", "y", "1"} {
		if bytes.EqualFold(s, []byte(w)) {
			return true, true
		}
	}
	for _, w := range []string{"false", "f", "no", "n", "0"} {
		if bytes.EqualFold(s, []byte(w)) {
			return false, true
		}
	}
	return false, false
}

func textToFloat(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
	col := textsOf(x)
	f32, f64 := vec.Of[float32](out), vec.Of[float64](out)
	width := out.Type.Phys().Width() * 8
	for i := range out.Len {
		var v float64
		ok := true
		if live.Get(i) {
			v, ok = parseFloat(trim(col.at(i)), width)
		}
		if width == 32 {
			f32[i] = float32(v)
		} else {
			f64[i] = v
		}
		if !ok {
			if err := refuse(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// parseFloat reads decimal notation and, in just this spelling, NaN, Infinity, +Infinity and -Infinity; not the other
// forms that Go knows (hexadecimal, underscores, "inf"). What is out of range is not ok, and infinite.
func parseFloat(s []byte, width int) (float64, bool) {
	for _, c := range s {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return parseNotFinite(s)
		}
	}
	v, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(s), len(s)), width)
	return v, err == nil
}

func parseNotFinite(s []byte) (float64, bool) {
	switch string(s) {
	case "NaN":
		return math.NaN(), true
	case "Infinity", "+Infinity":
		return math.Inf(1), true
	case "-Infinity":
		return math.Inf(-1), true
	}
	return 0, false
}

// parseInt reads an integer; a fraction is checked and cut off, as Flink does.
func parseInt(s []byte) (int64, bool) {
	i, neg := 0, false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg, i = s[0] == '-', 1
	}
	start := i
	var v uint64
	for ; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		d := uint64(s[i] - '0')
		if v > (1<<63-d)/10 { // keeps 10·v+d ≤ 2^63
			return 0, false
		}
		v = v*10 + d
	}
	// .5 is 0, but a point alone is nothing.
	if i == start && (i+1 >= len(s) || s[i] != '.' || s[i+1]-'0' > 9) {
		return 0, false
	}
	if i < len(s) && s[i] == '.' {
		for i++; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		}
	}
	if i != len(s) || (v == 1<<63 && !neg) {
		return 0, false
	}
	if neg {
		return -int64(v), true
	}
	return int64(v), true
}
