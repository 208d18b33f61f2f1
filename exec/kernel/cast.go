package kernel

import (
	"math"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// caster converts the live rows of x. A row that cannot be converted is given to refuse, whose result, if not nil, ends
// the conversion.
type caster func(out, x *vec.Vec, live vec.Bitmap, refuse func(row int) *RowError) *RowError

// NewCast makes the kernel of CAST or, with try, TRY_CAST. Its one argument has type from; out must have type to.
func NewCast(from, to sqltype.Type, try bool) (Kernel, error) {
	if _, ok := function.CanCast(from, to); !ok {
		return nil, diag.New(diag.InvalidCast, "cannot cast %s to %s", from.Nullable(), to.Nullable())
	}
	c := casterOf(from, to)
	return strict(func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x := args[0]
		if !try {
			return c(out, x, live, func(i int) *RowError { return castFailed(x, i, to) })
		}
		nulls := vec.Bitmap(nil)
		err := c(out, x, live, func(i int) *RowError {
			nulls = addBit(nulls, i, out.Len)
			return nil
		})
		clearBits(out, nulls)
		return err
	}), nil
}

// CastIsView reports that a cast changes no byte of the column, only its type.
func CastIsView(from, to sqltype.Type) bool {
	switch {
	case from.Kind == sqltype.Null:
		return false
	case from.Same(to):
		return true
	case from.IsString() && to.IsString():
		return to.Kind == sqltype.Varchar && to.P >= from.P
	case from.IsTimestamp() && to.IsTimestamp():
		return to.P >= from.P
	}
	return false
}

// castFailed describes a value that the target type cannot hold.
func castFailed(x *vec.Vec, i int, to sqltype.Type) *RowError {
	const shown = 60
	text := string(appendValue(nil, x, i))
	if len(text) > shown {
		text = text[:shown] + "…"
	}
	code := diag.CastFailed
	if x.Type.IsNumeric() {
		return fail(i, code, "%s %s does not fit %s", x.Type.Nullable(), text, to.Nullable())
	}
	return fail(i, code, "%q is not a %s", text, to.Nullable())
}

func casterOf(from, to sqltype.Type) caster {
	switch {
	case to.IsString():
		return toText(to)
	case from.IsString():
		return fromText(to)
	case from.Kind == sqltype.Null:
		return func(*vec.Vec, *vec.Vec, vec.Bitmap, func(int) *RowError) *RowError { return nil }
	case from.Kind == sqltype.Boolean && to.Kind == sqltype.Boolean:
		return copyFixed
	case from.Kind == sqltype.Boolean || to.Kind == sqltype.Boolean:
		return boolCaster(from, to)
	case from.IsNumeric():
		return numberCaster(from, to)
	}
	return timeCaster(from, to)
}

func numberCaster(from, to sqltype.Type) caster {
	switch {
	case from.IsInteger() && to.IsInteger():
		return intToInt(from, to)
	case from.IsInteger() && to.IsApprox():
		return intToFloat(from, to)
	case from.IsApprox() && to.IsApprox():
		return floatToFloat(from, to)
	case from.IsApprox() && to.IsInteger():
		return floatToInt
	case from.Kind == sqltype.Decimal && to.Kind == sqltype.Decimal && from.S == to.S && isNarrow(from) &&
		isNarrow(to) && from.P <= to.P:
		return copyFixed
	case from.IsApprox():
		return floatToDecimal
	case to.IsApprox():
		return decimalToFloat
	case to.IsInteger():
		return decimalToInt
	}
	return toDecimal(from, to)
}

// intToInt picks the loop by both element types.
func intToInt(from, to sqltype.Type) caster {
	switch from.Phys() {
	case sqltype.PhysI8:
		return intFrom[int8](to)
	case sqltype.PhysI16:
		return intFrom[int16](to)
	case sqltype.PhysI32:
		return intFrom[int32](to)
	}
	return intFrom[int64](to)
}

func intFrom[A integer](to sqltype.Type) caster {
	switch to.Phys() {
	case sqltype.PhysI8:
		return convertInts[A, int8]
	case sqltype.PhysI16:
		return convertInts[A, int16]
	case sqltype.PhysI32:
		return convertInts[A, int32]
	}
	return convertInts[A, int64]
}

// convertInts looks at single rows only when some value did not survive the way there and back.
func convertInts[A, B integer](out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
	a, b := vec.Of[A](x)[:out.Len], vec.Of[B](out)[:out.Len]
	var lost int64
	for i, v := range a {
		b[i] = B(v)
		lost |= int64(v) ^ int64(B(v))
	}
	if lost == 0 {
		return nil
	}
	for i, v := range a {
		if int64(v) != int64(B(v)) && live.Get(i) {
			if err := refuse(i); err != nil {
				return err
			}
		}
	}
	return nil
}

func intToFloat(from, to sqltype.Type) caster {
	switch from.Phys() {
	case sqltype.PhysI8:
		return floatFrom[int8](to)
	case sqltype.PhysI16:
		return floatFrom[int16](to)
	case sqltype.PhysI32:
		return floatFrom[int32](to)
	}
	return floatFrom[int64](to)
}

func floatToFloat(from, to sqltype.Type) caster {
	if from.Phys() == sqltype.PhysF32 {
		return floatFrom[float32](to)
	}
	return floatFrom[float64](to)
}

type number interface{ integer | approx }

func floatFrom[A number](to sqltype.Type) caster {
	if to.Phys() == sqltype.PhysF32 {
		return convertFloats[A, float32]
	}
	return convertFloats[A, float64]
}

func convertFloats[A number, B approx](out, x *vec.Vec, _ vec.Bitmap, _ func(int) *RowError) *RowError {
	b := vec.Of[B](out)
	for i, v := range vec.Of[A](x)[:out.Len] {
		b[i] = B(v)
	}
	return nil
}

// floatAt reads FLOAT or DOUBLE.
func floatAt(x *vec.Vec) func(i int) float64 {
	if x.Type.Kind == sqltype.Float {
		v := vec.Of[float32](x)
		return func(i int) float64 { return float64(v[i]) }
	}
	v := vec.Of[float64](x)
	return func(i int) float64 { return v[i] }
}

// intAt reads any integer layout.
func intAt(x *vec.Vec) func(i int) int64 {
	switch x.Type.Phys() {
	case sqltype.PhysI8:
		v := vec.Of[int8](x)
		return func(i int) int64 { return int64(v[i]) }
	case sqltype.PhysI16:
		v := vec.Of[int16](x)
		return func(i int) int64 { return int64(v[i]) }
	case sqltype.PhysI32:
		v := vec.Of[int32](x)
		return func(i int) int64 { return int64(v[i]) }
	}
	v := vec.Of[int64](x)
	return func(i int) int64 { return v[i] }
}

// intTo writes any integer layout; ok is false when v does not fit.
func intTo(out *vec.Vec) func(i int, v int64) (ok bool) {
	switch out.Type.Phys() {
	case sqltype.PhysI8:
		o := vec.Of[int8](out)
		return func(i int, v int64) bool { o[i] = int8(v); return int64(o[i]) == v }
	case sqltype.PhysI16:
		o := vec.Of[int16](out)
		return func(i int, v int64) bool { o[i] = int16(v); return int64(o[i]) == v }
	case sqltype.PhysI32:
		o := vec.Of[int32](out)
		return func(i int, v int64) bool { o[i] = int32(v); return int64(o[i]) == v }
	}
	o := vec.Of[int64](out)
	return func(i int, v int64) bool { o[i] = v; return true }
}

// eachInt converts live rows to integers; get's ok false, or a value that does not fit, refuses the row.
func eachInt(out *vec.Vec, live vec.Bitmap, get func(i int) (int64, bool), refuse func(int) *RowError) *RowError {
	put := intTo(out)
	for i := range out.Len {
		if !live.Get(i) {
			put(i, 0)
			continue
		}
		v, ok := get(i)
		if fits := put(i, v); !ok || !fits {
			if err := refuse(i); err != nil {
				return err
			}
		}
	}
	return nil
}

// eachDecimal converts live rows to DECIMAL.
func eachDecimal(out *vec.Vec, live vec.Bitmap, get func(i int) (vec.I128, bool),
	refuse func(int) *RowError) *RowError {
	put := decimalWriter(out)
	for i := range out.Len {
		put(i, vec.I128{})
		if !live.Get(i) {
			continue
		}
		v, ok := get(i)
		if !ok || !v.FitsDigits(int(out.Type.P)) {
			if err := refuse(i); err != nil {
				return err
			}
			continue
		}
		put(i, v)
	}
	return nil
}

// floatToInt truncates toward zero; NaN and what is outside the range is refused.
func floatToInt(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
	get := floatAt(x)
	return eachInt(out, live, func(i int) (int64, bool) {
		f := math.Trunc(get(i))
		if !(f >= -1<<63 && f < 1<<63) {
			return 0, false
		}
		return int64(f), true
	}, refuse)
}

func floatToDecimal(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
	get := floatAt(x)
	width := x.Type.Phys().Width() * 8
	var buf []byte
	return eachDecimal(out, live, func(i int) (vec.I128, bool) {
		buf = appendShortest(buf[:0], get(i), width)
		return vec.ParseDecimal(buf, int(out.Type.P), int(out.Type.S))
	}, refuse)
}

func decimalToInt(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
	var wide []vec.I128
	col := decimals(x, &wide)
	unit := vec.Pow10(int(x.Type.S))
	return eachInt(out, live, func(i int) (int64, bool) {
		q, _ := col.at(i).QuoRem(unit)
		return q.Int64()
	}, refuse)
}

// toDecimal converts integers and DECIMAL, rounding half up.
func toDecimal(from, to sqltype.Type) caster {
	if from.Kind == sqltype.Decimal {
		by := int(to.S - from.S)
		return func(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
			var wide []vec.I128
			col := decimals(x, &wide)
			return eachDecimal(out, live, func(i int) (vec.I128, bool) {
				v, over := col.at(i).Rescale(by)
				return v, !over
			}, refuse)
		}
	}
	if isNarrow(to) && from.IntegerDigits()+to.S <= to.P {
		return intToNarrow(from, vec.Pow10Int64(int(to.S)))
	}
	return func(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
		get := intAt(x)
		return eachDecimal(out, live, func(i int) (vec.I128, bool) {
			v, over := vec.I128Of(get(i)).Rescale(int(to.S))
			return v, !over
		}, refuse)
	}
}

// intToNarrow scales integers that are sure to fit.
func intToNarrow(from sqltype.Type, unit int64) caster {
	switch from.Phys() {
	case sqltype.PhysI8:
		return scaleInts[int8](unit)
	case sqltype.PhysI16:
		return scaleInts[int16](unit)
	}
	return scaleInts[int32](unit) // BIGINT never fits 18 digits for sure
}

func scaleInts[A integer](unit int64) caster {
	return func(out, x *vec.Vec, _ vec.Bitmap, _ func(int) *RowError) *RowError {
		o := vec.Of[int64](out)
		for i, v := range vec.Of[A](x)[:out.Len] {
			o[i] = int64(v) * unit
		}
		return nil
	}
}

// boolCaster: TRUE is 1, FALSE is 0; a number is TRUE unless it is zero.
func boolCaster(from, to sqltype.Type) caster {
	if from.Kind != sqltype.Boolean {
		return func(out, x *vec.Vec, live vec.Bitmap, _ func(int) *RowError) *RowError {
			nonZero := nonZeroOf(x)
			boolResult(out, live, nonZero)
			return nil
		}
	}
	return func(out, x *vec.Vec, live vec.Bitmap, refuse func(int) *RowError) *RowError {
		bits := x.Bits()
		one := func(i int) int64 { return int64(bit(bits.Get(i))) }
		switch {
		case to.IsInteger():
			return eachInt(out, live, func(i int) (int64, bool) { return one(i), true }, refuse)
		case to.Kind == sqltype.Decimal:
			return eachDecimal(out, live, func(i int) (vec.I128, bool) {
				v, _ := vec.I128Of(one(i)).Rescale(int(to.S))
				return v, true
			}, refuse)
		}
		f32, f64 := vec.Of[float32](out), vec.Of[float64](out)
		for i := range out.Len {
			if to.Kind == sqltype.Float {
				f32[i] = float32(one(i))
			} else {
				f64[i] = float64(one(i))
			}
		}
		return nil
	}
}

func nonZeroOf(x *vec.Vec) func(i int) bool {
	switch {
	case x.Type.IsApprox():
		get := floatAt(x)
		return func(i int) bool { return get(i) != 0 }
	case x.Type.Kind == sqltype.Decimal:
		var wide []vec.I128
		col := decimals(x, &wide)
		return func(i int) bool { return !col.at(i).IsZero() }
	}
	get := intAt(x)
	return func(i int) bool { return get(i) != 0 }
}

// timeCaster: DATE, TIMESTAMP, TIMESTAMP_LTZ (in UTC) and intervals to themselves.
func timeCaster(from, to sqltype.Type) caster {
	switch {
	case from.Kind == sqltype.Date && to.IsTimestamp():
		return func(out, x *vec.Vec, _ vec.Bitmap, _ func(int) *RowError) *RowError {
			o := vec.Of[int64](out)
			for i, d := range vec.Of[int32](x)[:out.Len] {
				o[i] = int64(d) * microsPerDay
			}
			return nil
		}
	case from.IsTimestamp() && to.Kind == sqltype.Date:
		return func(out, x *vec.Vec, _ vec.Bitmap, _ func(int) *RowError) *RowError {
			o := vec.Of[int32](out)
			for i, t := range vec.Of[int64](x)[:out.Len] {
				o[i] = int32(floorDiv(t, microsPerDay))
			}
			return nil
		}
	case from.IsTimestamp() && to.P < from.P:
		unit := precisionUnit(to.P)
		return func(out, x *vec.Vec, _ vec.Bitmap, _ func(int) *RowError) *RowError {
			o := vec.Of[int64](out)
			for i, t := range vec.Of[int64](x)[:out.Len] {
				o[i] = t - floorMod(t, unit)
			}
			return nil
		}
	}
	return copyFixed
}

func copyFixed(out, x *vec.Vec, _ vec.Bitmap, _ func(int) *RowError) *RowError {
	copy(out.Fixed, x.Fixed)
	return nil
}
