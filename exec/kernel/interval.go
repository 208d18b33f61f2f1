package kernel

import (
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// intervalOperators implements arithmetic among intervals, and of times and intervals (declared in arithmetic.go of
// package function).
func intervalOperators() {
	intervalNumbers[int32](sqltype.IntervalMonths)
	intervalNumbers[int64](sqltype.IntervalMicros)
	for _, k := range append([]sqltype.Kind{sqltype.Date}, times...) {
		for _, i := range []sqltype.Kind{sqltype.IntervalMonths, sqltype.IntervalMicros} {
			move := moveTime
			if k == sqltype.Date {
				move = moveDate
			}
			months := i == sqltype.IntervalMonths
			fresh(id("+", k, i), func() body { return move(0, 1, months, 1) })
			fresh(id("+", i, k), func() body { return move(1, 0, months, 1) })
			fresh(id("-", k, i), func() body { return move(0, 1, months, -1) })
		}
	}
}

func intervalNumbers[T integer](k sqltype.Kind) {
	define(id("+", k, k), binaryInts(addInts[T]))
	define(id("-", k, k), binaryInts(subInts[T]))
	simple(id("neg", k), negateInts[T])
	fresh(id("*", k, sqltype.BigInt), func() body { return timesInterval[T](0, 1) })
	fresh(id("*", sqltype.BigInt, k), func() body { return timesInterval[T](1, 0) })
}

func timesInterval[T integer](interval, factor int) body {
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, n, o := columnOf[T](args[interval]), columnOf[int64](args[factor]), vec.Of[T](out)
		for i := range o[:out.Len] {
			p, over := vec.I128Of(int64(x.at(i))).Mul(vec.I128Of(n.at(i)))
			v, ok := p.Int64()
			o[i] = T(v)
			if (over || !ok || int64(o[i]) != v) && live.Get(i) {
				return overflow(i, out.Type)
			}
		}
		return nil
	}
}

// moveTime adds sign times the interval to the time. The result keeps the precision of the time: a finer interval is
// cut off downward.
func moveTime(time, interval int, months bool, sign int64) body {
	if months {
		return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
			t, n, o := columnOf[int64](args[time]), columnOf[int32](args[interval]), vec.Of[int64](out)
			for i := range o[:out.Len] {
				v, ok := shiftMonths(t.at(i), sign*int64(n.at(i)), 1)
				if o[i] = v; !ok && live.Get(i) {
					return overflow(i, out.Type)
				}
			}
			return nil
		}
	}
	var spread []int64
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		t, d, o := columnOf[int64](args[time]), flatValues(args[interval], &spread), vec.Of[int64](out)[:out.Len]
		low, high := minDay*microsPerDay, (maxDay+1)*microsPerDay
		// Of an interval only what the time can hold counts, and at least milliseconds; what is finer must not take a
		// whole unit away when it is subtracted.
		unit, part := precisionUnit(out.Type.P), precisionUnit(max(out.Type.P, 3))
		var bad, fine int64
		for i := range o {
			a, b := t.at(i), sign*(d[i]-d[i]%part)
			v := a + b
			o[i] = v
			bad |= (a^v)&(b^v) | (v - low) | (high - 1 - v)
			fine |= b % unit
		}
		if fine != 0 {
			for i, v := range o {
				o[i] = v - floorMod(v, unit)
			}
		}
		if bad >= 0 {
			return nil
		}
		for i := range o {
			if _, ok := shiftMicros(t.at(i), sign, d[i]-d[i]%part); !ok && live.Get(i) {
				return overflow(i, out.Type)
			}
		}
		return nil
	}
}

// moveDate adds sign times the interval to the date; an interval of seconds must be whole days.
func moveDate(date, interval int, months bool, sign int64) body {
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		d, o := columnOf[int32](args[date]), vec.Of[int32](out)
		var n column[int32]
		var micros column[int64]
		if months {
			n = columnOf[int32](args[interval])
		} else {
			micros = columnOf[int64](args[interval])
		}
		for i := range o[:out.Len] {
			var v int64
			var ok bool
			if months {
				v, ok = addMonths(int64(d.at(i)), sign*int64(n.at(i)))
			} else {
				m := micros.at(i)
				if m%microsPerDay != 0 && live.Get(i) {
					return fail(i, diag.BadArgument,
						"the interval is not a whole number of days, so it cannot move a DATE")
				}
				v, ok = shiftDays(int64(d.at(i)), sign*(m/microsPerDay), 1)
			}
			if o[i] = int32(v); !ok && live.Get(i) {
				return overflow(i, out.Type)
			}
		}
		return nil
	}
}
