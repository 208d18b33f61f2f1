package kernel

import (
	"math"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// times are the kinds that hold microseconds.
var times = []sqltype.Kind{sqltype.Timestamp, sqltype.TimestampLTZ}

func temporalFamily() {
	fields := map[string]string{"year": "YEAR", "quarter": "QUARTER", "month": "MONTH", "week": "WEEK",
		"dayofyear":  "DOY",
		"dayofmonth": "DAY", "dayofweek": "DOW", "hour": "HOUR", "minute": "MINUTE", "second": "SECOND"}
	for _, k := range times {
		for name, unit := range fields {
			fresh(id(name, k), func() body { return extractUnit(extractors[unit]) })
		}
		define("extract(KEYWORD,"+function.KindName(k)+")", extract)
		define("floor("+function.KindName(k)+",KEYWORD)", truncateTime(false))
		define("ceil("+function.KindName(k)+",KEYWORD)", truncateTime(true))
		define("timestampadd(KEYWORD,BIGINT,"+function.KindName(k)+")", timestampAdd)
		define("timestampdiff(KEYWORD,"+function.KindName(k)+","+function.KindName(k)+")", timestampDiff)
	}
	define("floor(DATE,KEYWORD)", truncateDate(false))
	define("ceil(DATE,KEYWORD)", truncateDate(true))
	define("timestampadd(KEYWORD,BIGINT,DATE)", timestampAddDate)
}

// extractors compute one field of a time. A table of functions: the call per row costs less than the calendar.
var extractors = map[string]func(micros int64) int64{
	"EPOCH":   func(t int64) int64 { return floorDiv(t, microsPerSecond) },
	"YEAR":    func(t int64) int64 { y, _, _ := civil(floorDiv(t, microsPerDay)); return y },
	"ISOYEAR": func(t int64) int64 { y, _ := isoWeek(floorDiv(t, microsPerDay)); return y },
	"QUARTER": func(t int64) int64 { _, m, _ := civil(floorDiv(t, microsPerDay)); return (m + 2) / 3 },
	"MONTH":   func(t int64) int64 { _, m, _ := civil(floorDiv(t, microsPerDay)); return m },
	"WEEK":    func(t int64) int64 { _, w := isoWeek(floorDiv(t, microsPerDay)); return w },
	"DOY":     func(t int64) int64 { return dayOfYear(floorDiv(t, microsPerDay)) },
	"DAY":     func(t int64) int64 { _, _, d := civil(floorDiv(t, microsPerDay)); return d },
	"DOW":     func(t int64) int64 { return (weekday(floorDiv(t, microsPerDay))+1)%7 + 1 },
	"ISODOW":  func(t int64) int64 { return weekday(floorDiv(t, microsPerDay)) + 1 },
	"HOUR":    func(t int64) int64 { return floorMod(t, microsPerDay) / microsPerHour },
	"MINUTE":  func(t int64) int64 { return floorMod(t, microsPerHour) / microsPerMinute },
	"SECOND":  func(t int64) int64 { return floorMod(t, microsPerMinute) / microsPerSecond },
}

func extract(s Spec) (body, error) {
	unit, err := keyword(s, 0)
	if err != nil {
		return nil, err
	}
	f := extractors[unit]
	if f == nil {
		return nil, diag.New(diag.BadArgument, "EXTRACT does not know the unit %s", unit)
	}
	inner := extractUnit(f)
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError { return inner(out, args[1:], live) }, nil
}

func extractUnit(f func(int64) int64) body {
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		o := vec.Of[int64](out)
		for i, t := range vec.Of[int64](args[0])[:out.Len] {
			o[i] = f(t)
		}
		return nil
	}
}

// fixedUnits have a length; the others are calendar months.
var fixedUnits = map[string]int64{
	"SECOND": microsPerSecond, "MINUTE": microsPerMinute, "HOUR": microsPerHour, "DAY": microsPerDay,
	"WEEK": 7 * microsPerDay,
}

var monthUnits = map[string]int64{"MONTH": 1, "QUARTER": 3, "YEAR": 12}

// floorMonths is the first day of the unit of n months that holds a day.
func floorMonths(days, n int64) int64 {
	y, m, _ := civil(days)
	return daysOf(y, (m-1)/n*n+1, 1)
}

// truncateTime is FLOOR and CEIL of a time to a unit.
func truncateTime(up bool) factory {
	return func(s Spec) (body, error) {
		unit, err := keyword(s, 1)
		if err != nil {
			return nil, err
		}
		length, n := fixedUnits[unit], monthUnits[unit]
		if length == 0 && n == 0 || unit == "WEEK" {
			return nil, diag.New(diag.BadArgument, "cannot cut a time to %s", unit)
		}
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			o := vec.Of[int64](out)
			for i, t := range vec.Of[int64](args[0])[:out.Len] {
				var v int64
				if length != 0 {
					if v = t - floorMod(t, length); up && v != t {
						v += length
					}
				} else {
					first := floorMonths(floorDiv(t, microsPerDay), n)
					if v = first * microsPerDay; up && v != t {
						next, _ := addMonths(first, n)
						v = next * microsPerDay
					}
				}
				if o[i] = v; (!inRange(v) || v < t && up) && live.Get(i) {
					return overflow(i, out.Type)
				}
			}
			return nil
		}, nil
	}
}

func truncateDate(up bool) factory {
	return func(s Spec) (body, error) {
		unit, err := keyword(s, 1)
		if err != nil {
			return nil, err
		}
		n := monthUnits[unit]
		if n == 0 && unit != "DAY" {
			return nil, diag.New(diag.BadArgument, "cannot cut a date to %s", unit)
		}
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			o := vec.Of[int32](out)
			for i, d := range vec.Of[int32](args[0])[:out.Len] {
				if o[i] = d; n == 0 {
					continue
				}
				first := floorMonths(int64(d), n)
				if up && first != int64(d) {
					next, ok := addMonths(first, n)
					if !ok && live.Get(i) {
						return overflow(i, out.Type)
					}
					first = next
				}
				o[i] = int32(first)
			}
			return nil
		}, nil
	}
}

func timestampAdd(s Spec) (body, error) {
	unit, err := keyword(s, 0)
	if err != nil {
		return nil, err
	}
	length, months := fixedUnits[unit], monthUnits[unit]
	if length == 0 && months == 0 {
		return nil, diag.New(diag.BadArgument, "TIMESTAMPADD does not know the unit %s", unit)
	}
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		n, t, o := columnOf[int64](args[1]), columnOf[int64](args[2]), vec.Of[int64](out)
		for i := range o[:out.Len] {
			var v int64
			var ok bool
			if length != 0 {
				v, ok = shiftMicros(t.at(i), n.at(i), length)
			} else {
				v, ok = shiftMonths(t.at(i), n.at(i), months)
			}
			if o[i] = v; !ok && live.Get(i) {
				return overflow(i, out.Type)
			}
		}
		return nil
	}, nil
}

// shiftMicros is t + n·unit; ok is false outside of the supported years.
func shiftMicros(t, n, unit int64) (int64, bool) {
	d, over := vec.I128Of(n).Mul(vec.I128Of(unit))
	if over {
		return 0, false
	}
	d, _ = d.Add(vec.I128Of(t))
	v, ok := d.Int64()
	return v, ok && inRange(v)
}

// shiftMonths moves a time by n·unit months and keeps its time of day.
func shiftMonths(t, n, unit int64) (int64, bool) {
	if n > 12*maxYear || n < -12*maxYear {
		return 0, false
	}
	days, ok := addMonths(floorDiv(t, microsPerDay), n*unit)
	return days*microsPerDay + floorMod(t, microsPerDay), ok
}

func timestampAddDate(s Spec) (body, error) {
	unit, err := keyword(s, 0)
	if err != nil {
		return nil, err
	}
	length, months := fixedUnits[unit]/microsPerDay, monthUnits[unit]
	if length == 0 && months == 0 {
		return nil, diag.New(diag.BadArgument, "TIMESTAMPADD(%s, …) needs a TIMESTAMP, not a DATE", unit)
	}
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		n, d, o := columnOf[int64](args[1]), columnOf[int32](args[2]), vec.Of[int32](out)
		for i := range o[:out.Len] {
			var v int64
			var ok bool
			if length != 0 {
				v, ok = shiftDays(int64(d.at(i)), n.at(i), length)
			} else {
				v, ok = shiftMonths(int64(d.at(i))*microsPerDay, n.at(i), months)
				v = floorDiv(v, microsPerDay)
			}
			if o[i] = int32(v); !ok && live.Get(i) {
				return overflow(i, out.Type)
			}
		}
		return nil
	}, nil
}

func shiftDays(day, n, unit int64) (int64, bool) {
	if n > 7_000_000 || n < -7_000_000 {
		return 0, false
	}
	day += n * unit
	return day, day >= minDay && day <= maxDay
}

// timestampDiff counts whole units from the first time to the second.
func timestampDiff(s Spec) (body, error) {
	unit, err := keyword(s, 0)
	if err != nil {
		return nil, err
	}
	length, months := fixedUnits[unit], monthUnits[unit]
	if length == 0 && months == 0 {
		return nil, diag.New(diag.BadArgument, "TIMESTAMPDIFF does not know the unit %s", unit)
	}
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		a, b, o := columnOf[int64](args[1]), columnOf[int64](args[2]), vec.Of[int32](out)
		for i := range o[:out.Len] {
			var v int64
			if length != 0 {
				v = (b.at(i) - a.at(i)) / length
			} else {
				v = monthsBetween(a.at(i), b.at(i)) / months
			}
			if o[i] = int32(v); (v > math.MaxInt32 || v < math.MinInt32) && live.Get(i) {
				return overflow(i, out.Type)
			}
		}
		return nil
	}, nil
}

// monthsBetween counts the whole months from a to b. Backward it is the months from b to a, negative: a month end that
// was cut on the way there (March 31 − 1 month is February 29) is still a whole month back.
func monthsBetween(a, b int64) int64 {
	if a > b {
		return -monthsBetween(b, a)
	}
	y1, m1, _ := civil(floorDiv(a, microsPerDay))
	y2, m2, _ := civil(floorDiv(b, microsPerDay))
	n := (y2-y1)*12 + m2 - m1
	if moved, ok := shiftMonths(a, n, 1); ok && moved > b {
		return n - 1
	}
	return n
}
