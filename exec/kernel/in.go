package kernel

import (
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// fewMembers is the number of members up to which an IN list is searched in line: comparing beats hashing for a
// handful.
const fewMembers = 6

// NewIn makes the kernel of `x IN (list)` or NOT IN. list is a flat Vec of x's type without NULL.
func NewIn(list *vec.Vec, negate bool) Kernel {
	has := membership(list)
	return strict(func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		has(out, args[0], live)
		if negate {
			bits := out.Bits()
			for w := range bits {
				bits[w] = ^bits[w]
			}
		}
		return nil
	})
}

// membership sets the bit of each row whose value is in the list.
func membership(list *vec.Vec) func(out, x *vec.Vec, live vec.Bitmap) {
	switch list.Type.Phys() {
	case sqltype.PhysBool:
		return boolMembers(list)
	case sqltype.PhysI8:
		return members[int8](list)
	case sqltype.PhysI16:
		return members[int16](list)
	case sqltype.PhysI32:
		return members[int32](list)
	case sqltype.PhysI64:
		return members[int64](list)
	case sqltype.PhysF32:
		return floatMembers[float32](list)
	case sqltype.PhysF64:
		return floatMembers[float64](list)
	case sqltype.PhysI128:
		return members[vec.I128](list)
	}
	return textMembers(list)
}

func members[T interface {
	vec.Element
	comparable
}](list *vec.Vec) func(out, x *vec.Vec, live vec.Bitmap) {
	values := vec.Of[T](list)[:list.Len]
	if len(values) <= fewMembers {
		return func(out, x *vec.Vec, _ vec.Bitmap) {
			bits := out.Bits()
			for i, v := range vec.Of[T](x)[:out.Len] {
				var hit uint64
				for _, m := range values {
					hit |= bit(v == m)
				}
				bits[i/64] |= hit << (i % 64)
			}
		}
	}
	set := make(map[T]struct{}, len(values))
	for _, v := range values {
		set[v] = struct{}{}
	}
	return func(out, x *vec.Vec, _ vec.Bitmap) {
		bits := out.Bits()
		for i, v := range vec.Of[T](x)[:out.Len] {
			_, hit := set[v]
			bits[i/64] |= bit(hit) << (i % 64)
		}
	}
}

// floatMembers: NaN is in a list that names NaN.
func floatMembers[T approx](list *vec.Vec) func(out, x *vec.Vec, live vec.Bitmap) {
	set := map[T]struct{}{}
	nan := false
	for _, v := range floats[T](list)[:list.Len] {
		nan = nan || v != v
		set[v] = struct{}{}
	}
	return func(out, x *vec.Vec, _ vec.Bitmap) {
		bits := out.Bits()
		for i, v := range floats[T](x)[:out.Len] {
			_, hit := set[v]
			bits[i/64] |= bit(hit || nan && v != v) << (i % 64)
		}
	}
}

func boolMembers(list *vec.Vec) func(out, x *vec.Vec, live vec.Bitmap) {
	var has [2]bool
	for i := range list.Len {
		has[bit(list.Bits().Get(i))] = true
	}
	return func(out, x *vec.Vec, _ vec.Bitmap) {
		in := x.Bits()
		for i := range out.Len {
			if has[bit(in.Get(i))] {
				out.Bits().Set(i)
			}
		}
	}
}

func textMembers(list *vec.Vec) func(out, x *vec.Vec, live vec.Bitmap) {
	set := make(map[string]struct{}, list.Len)
	for i := range list.Len {
		set[string(list.Str(i))] = struct{}{}
	}
	return func(out, x *vec.Vec, live vec.Bitmap) {
		col, bits := textsOf(x), out.Bits()
		for i := range out.Len {
			if live.Get(i) {
				_, hit := set[string(col.at(i))]
				bits[i/64] |= bit(hit) << (i % 64)
			}
		}
	}
}
