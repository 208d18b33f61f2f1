package kernel

import (
	"math"

	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

func dateFormatFamily() {
	for _, k := range times {
		define(id("date_format", k, str), formatTimes)
	}
	define(id("date_format", str, str), formatTexts)
	simple(id("to_timestamp", str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		readTimes(out, args, live, parseTimestamp)
		return nil
	})
	define(id("to_timestamp", str, str), withPattern(readTime, readTimesBy))
	simple(id("to_date", str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		readDates(out, args, live, func(s []byte) (int64, bool) { return parseDate(trim(s)) })
		return nil
	})
	define(id("to_date", str, str), withPattern(readText, readDatesBy))
	simple(id("to_timestamp_ltz", i64), epochTimes)
	simple(id("to_timestamp_ltz", i64, i32), epochTimes)
	simple(id("unix_timestamp", str), func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		readSeconds(out, args, live, parseTimestamp)
		return nil
	})
	define(id("unix_timestamp", str, str), withPattern(readText, readSecondsBy))
	define(id("from_unixtime", i64), func(Spec) (body, error) {
		p, err := parsePattern("yyyy-MM-dd HH:mm:ss", writeText)
		return fromUnixtime(func([]byte) (*datePattern, error) { return p, nil }), err
	})
	define(id("from_unixtime", i64, str), withPattern(writeText, fromUnixtime))
}

// patternSource gives the compiled pattern for the text of a row.
type patternSource func(text []byte) (*datePattern, error)

// withPattern compiles the pattern, the second argument: a constant once, varying ones as they change.
func withPattern(use dateUse, make func(patternSource) body) factory {
	return func(s Spec) (body, error) {
		if text, ok := constText(s, 1); ok {
			p, err := parsePattern(text, use)
			if err != nil {
				return nil, &ArgError{1, err}
			}
			return make(func([]byte) (*datePattern, error) { return p, nil }), nil
		}
		var last string
		var cur *datePattern
		return make(func(text []byte) (*datePattern, error) {
			if cur == nil || last != string(text) {
				p, err := parsePattern(string(text), use)
				if err != nil {
					return nil, err
				}
				last, cur = string(text), p
			}
			return cur, nil
		}), nil
	}
}

func formatTimes(s Spec) (body, error) {
	return withPattern(writeTime, func(source patternSource) body {
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			t, text := columnOf[int64](args[0]), textsOf(args[1])
			return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
				p, err := source(text.at(i))
				if err != nil {
					return dst, false, badPattern(i, err)
				}
				return p.append(dst, t.at(i)), true, nil
			})
		}
	})(s)
}

// formatTexts reads a time in the default form first; NULL when it is not one.
func formatTexts(s Spec) (body, error) {
	return withPattern(writeText, func(source patternSource) body {
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			x, text := textsOf(args[0]), textsOf(args[1])
			return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
				p, err := source(text.at(i))
				if err != nil {
					return dst, false, badPattern(i, err)
				}
				t, ok := parseTimestamp(x.at(i))
				if !ok {
					return dst, false, nil
				}
				return p.append(dst, t), true, nil
			})
		}
	})(s)
}

// readTimes parses each live text to microseconds; NULL where that fails.
func readTimes(out *vec.Vec, args []*vec.Vec, live vec.Bitmap, parse func([]byte) (int64, bool)) {
	x, o := textsOf(args[0]), vec.Of[int64](out)
	unit := precisionUnit(out.Type.P)
	nulls := vec.Bitmap(nil)
	for i := range o[:out.Len] {
		o[i] = 0
		if !live.Get(i) {
			continue
		}
		t, ok := parse(x.at(i))
		if !ok {
			nulls = addBit(nulls, i, out.Len)
			continue
		}
		o[i] = t - floorMod(t, unit)
	}
	clearBits(out, nulls)
}

func readDates(out *vec.Vec, args []*vec.Vec, live vec.Bitmap, parse func([]byte) (int64, bool)) {
	x, o := textsOf(args[0]), vec.Of[int32](out)
	nulls := vec.Bitmap(nil)
	for i := range o[:out.Len] {
		o[i] = 0
		if !live.Get(i) {
			continue
		}
		d, ok := parse(x.at(i))
		if !ok {
			nulls = addBit(nulls, i, out.Len)
		}
		o[i] = int32(d)
	}
	clearBits(out, nulls)
}

// unreadable is what UNIX_TIMESTAMP gives for text that is not a time, as Flink does.
const unreadable = math.MinInt64

func readSeconds(out *vec.Vec, args []*vec.Vec, live vec.Bitmap, parse func([]byte) (int64, bool)) {
	x, o := textsOf(args[0]), vec.Of[int64](out)
	for i := range o[:out.Len] {
		if o[i] = unreadable; live.Get(i) {
			if t, ok := parse(x.at(i)); ok {
				o[i] = floorDiv(t, microsPerSecond)
			}
		}
	}
}

// byPattern adapts a reader to patterns given per row. The reader visits rows in order, so a cursor over the live rows
// shows which pattern is due.
func byPattern(read func(*vec.Vec, []*vec.Vec, vec.Bitmap, func([]byte) (int64, bool)),
	days bool) func(patternSource) body {
	return func(source patternSource) body {
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			text := textsOf(args[1])
			var failed *RowError
			row := -1
			read(out, args, live, func(s []byte) (int64, bool) {
				for row++; !live.Get(row); row++ {
				}
				p, err := source(text.at(row))
				if err != nil {
					if failed == nil {
						failed = badPattern(row, err)
					}
					return 0, false
				}
				t, ok := p.parse(s)
				if days {
					t = floorDiv(t, microsPerDay)
				}
				return t, ok
			})
			return failed
		}
	}
}

var (
	readTimesBy   = byPattern(readTimes, false)
	readDatesBy   = byPattern(readDates, true)
	readSecondsBy = byPattern(readSeconds, false)
)

// epochTimes counts milliseconds, or seconds when the second argument is 0.
func epochTimes(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
	x, o := columnOf[int64](args[0]), vec.Of[int64](out)
	precision := column[int32]{v: []int32{3}}
	if len(args) == 2 {
		precision = columnOf[int32](args[1])
	}
	for i := range o[:out.Len] {
		unit := int64(1000)
		switch precision.at(i) {
		case 0:
			unit = microsPerSecond
		case 3:
		default:
			if live.Get(i) {
				return fail(i, diag.BadArgument, "TO_TIMESTAMP_LTZ takes precision 0 or 3, not %d", precision.at(i))
			}
		}
		v, ok := shiftMicros(0, x.at(i), unit)
		if o[i] = v; !ok && live.Get(i) {
			return overflow(i, out.Type)
		}
	}
	return nil
}

func fromUnixtime(source patternSource) body {
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, text := columnOf[int64](args[0]), texts{off: []int32{0, 0}}
		if len(args) == 2 {
			text = textsOf(args[1])
		}
		return textResult(out, live, func(dst []byte, i int) ([]byte, bool, *RowError) {
			t, ok := shiftMicros(0, x.at(i), microsPerSecond)
			if !ok {
				return dst, false, overflow(i, sqltype.TimestampType(0))
			}
			p, err := source(text.at(i))
			if err != nil {
				return dst, false, badPattern(i, err)
			}
			return p.append(dst, t), true, nil
		})
	}
}
