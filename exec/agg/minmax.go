package agg

import (
	"bytes"
	"math"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

// extreme is MIN and MAX over rows that are never taken back. Of floats NaN is the greatest, and -0.0 is 0.0; strings
// compare by their bytes.
type extreme struct {
	max         bool
	arg, result sqltype.Type
	column      sqltype.Type
	rows        rows
	has, value  *state.Col
}

// newExtreme returns nil for a type that has no order here.
func newExtreme(max bool, arg, result sqltype.Type) *extreme {
	x := &extreme{max: max, arg: arg, result: result}
	switch arg.Phys() {
	case sqltype.PhysI8, sqltype.PhysI16, sqltype.PhysI32, sqltype.PhysI64:
		x.column = sqltype.BigIntType
	case sqltype.PhysF32, sqltype.PhysF64:
		x.column = sqltype.DoubleType
	case sqltype.PhysI128:
		x.column = sqltype.DecimalType(38, 0)
	case sqltype.PhysBytes:
		x.column = sqltype.StringType
	default:
		return nil
	}
	return x
}

func (x *extreme) Rule() string {
	if x.max {
		return "max"
	}
	return "min"
}

func (x *extreme) Columns() []state.Column {
	return []state.Column{{Name: "has", Type: sqltype.TinyIntType}, {Name: "value", Type: x.column}}
}

func (x *extreme) Bind(cols []*state.Col) { x.has, x.value = cols[0], cols[1] }

func (x *extreme) Update(gids []uint32, args []*vec.Vec, _ []int64, active vec.Bitmap) {
	x.apply(gids, args[0], x.rows.list(args[0].Valid, active, len(gids)))
}

// Merge takes the other table's values where it has any.
func (x *extreme) Merge(gids []uint32, other []*vec.Vec) {
	sel := x.rows.sel[:0]
	for i, h := range vec.Of[uint8](other[0])[:len(gids)] {
		if h != 0 {
			sel = append(sel, int32(i))
		}
	}
	x.rows.sel = sel
	x.apply(gids, other[1], sel)
}

func (x *extreme) apply(gids []uint32, v *vec.Vec, sel []int32) {
	switch v.Type.Phys() {
	case sqltype.PhysI8:
		extremeInts(x, gids, vec.Of[int8](v), sel)
	case sqltype.PhysI16:
		extremeInts(x, gids, vec.Of[int16](v), sel)
	case sqltype.PhysI32:
		extremeInts(x, gids, vec.Of[int32](v), sel)
	case sqltype.PhysI64:
		extremeInts(x, gids, vec.Of[int64](v), sel)
	case sqltype.PhysF32:
		extremeFloats(x, gids, vec.Of[float32](v), sel)
	case sqltype.PhysF64:
		extremeFloats(x, gids, vec.Of[float64](v), sel)
	case sqltype.PhysI128:
		x.decimals(gids, vec.Of[vec.I128](v), sel)
	default:
		x.strings(gids, v, sel)
	}
}

func extremeInts[T integer](x *extreme, gids []uint32, v []T, sel []int32) {
	has, best := x.has.I8(), x.value.I64()
	if x.max {
		for _, i := range sel {
			if a, g := int64(v[i]), gids[i]; a > best[g] || has[g] == 0 {
				best[g], has[g] = a, 1
			}
		}
		return
	}
	for _, i := range sel {
		if a, g := int64(v[i]), gids[i]; a < best[g] || has[g] == 0 {
			best[g], has[g] = a, 1
		}
	}
}

func extremeFloats[T float32 | float64](x *extreme, gids []uint32, v []T, sel []int32) {
	has, best := x.has.I8(), x.value.F64()
	for _, i := range sel {
		a, g := float64(v[i])+0, gids[i] // + 0 makes 0.0 of -0.0
		if a != a {
			a = math.NaN() // the one NaN
		}
		if has[g] == 0 || above(a, best[g]) == x.max && a != best[g] {
			best[g], has[g] = a, 1
		}
	}
}

// above orders floats with NaN as the greatest.
func above(a, b float64) bool { return a > b || (a != a && b == b) }

func (x *extreme) decimals(gids []uint32, v []vec.I128, sel []int32) {
	has, best := x.has.I8(), x.value.I128()
	want := -1
	if x.max {
		want = 1
	}
	for _, i := range sel {
		g := gids[i]
		if has[g] == 0 || v[i].Cmp(vec.I128(best[g])) == want {
			best[g], has[g] = v[i], 1
		}
	}
}

func (x *extreme) strings(gids []uint32, v *vec.Vec, sel []int32) {
	has := x.has.I8()
	want := -1
	if x.max {
		want = 1
	}
	for _, i := range sel {
		g, a := gids[i], v.Bytes[v.Off[i]:v.Off[i+1]]
		if has[g] == 0 || bytes.Compare(a, x.value.Get(g)) == want {
			x.value.Set(g, a)
			has[g] = 1
		}
	}
}

// Emit writes the extremes; groups without a value are NULL.
func (x *extreme) Emit(gids []uint32, out *vec.Vec) *GroupError {
	out.Reset(x.result, len(gids))
	has := x.has.I8()
	for i, g := range gids {
		if has[g] == 0 {
			setNull(out, i)
		}
	}
	switch x.result.Phys() {
	case sqltype.PhysI8:
		put(vec.Of[int8](out), gids, x.value.I64())
	case sqltype.PhysI16:
		put(vec.Of[int16](out), gids, x.value.I64())
	case sqltype.PhysI32:
		put(vec.Of[int32](out), gids, x.value.I64())
	case sqltype.PhysI64:
		put(vec.Of[int64](out), gids, x.value.I64())
	case sqltype.PhysF32:
		put(vec.Of[float32](out), gids, x.value.F64())
	case sqltype.PhysF64:
		put(vec.Of[float64](out), gids, x.value.F64())
	case sqltype.PhysI128:
		best, to := x.value.I128(), vec.Of[vec.I128](out)
		for i, g := range gids {
			to[i] = best[g]
		}
	default:
		for i, g := range gids {
			if has[g] != 0 {
				out.Bytes = append(out.Bytes, x.value.Get(g)...)
			}
			out.Off[i+1] = int32(len(out.Bytes))
		}
	}
	return nil
}

// put narrows the values of the groups to the result's layout.
func put[D integer | float32 | float64, S int64 | float64](to []D, gids []uint32, from []S) {
	for i, g := range gids {
		to[i] = D(from[g])
	}
}
