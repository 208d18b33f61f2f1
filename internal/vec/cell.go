package vec

import (
	"fmt"

	"streamsql/internal/sqltype"
)

// Value is row i of v as a Go value: nil, bool, int64 (every integer layout), float64, string or I128. It allocates;
// for tests, explanations and other cold paths.
func (v *Vec) Value(i int) any {
	p := v.Type.Phys()
	if v.IsNull(i) || p == sqltype.PhysNone {
		return nil
	}
	if p == sqltype.PhysBytes {
		return string(v.Str(i))
	}
	if v.Shape == Const {
		i = 0
	}
	switch p {
	case sqltype.PhysBool:
		return v.Bits().Get(i)
	case sqltype.PhysI8:
		return int64(Of[int8](v)[i])
	case sqltype.PhysI16:
		return int64(Of[int16](v)[i])
	case sqltype.PhysI32:
		return int64(Of[int32](v)[i])
	case sqltype.PhysI64:
		return Of[int64](v)[i]
	case sqltype.PhysF32:
		return float64(Of[float32](v)[i])
	case sqltype.PhysF64:
		return Of[float64](v)[i]
	default:
		return Of[I128](v)[i]
	}
}

// Make builds a flat Vec from Go values: nil is NULL, otherwise what Value gives (int is taken for int64 and, in a
// DECIMAL(>18), for its unscaled value). It panics on a value of the wrong kind. For tests and literals.
func Make(t sqltype.Type, values ...any) *Vec {
	v := New(t, len(values))
	clear(v.Fixed)
	for i, x := range values {
		if t.Phys() == sqltype.PhysBytes {
			if s, ok := x.(string); ok {
				v.Bytes = append(v.Bytes, s...)
			}
			v.Off[i+1] = int32(len(v.Bytes))
		}
		if x == nil {
			v.MakeValid().Clear(i)
			continue
		}
		v.put(i, x)
	}
	return v
}

// NewConst is a Const Vec of n rows that all hold value.
func NewConst(t sqltype.Type, n int, value any) *Vec {
	v := Make(t, value)
	v.Shape, v.Len = Const, n
	return v
}

// NewDict is a Dict Vec over the given entries; a negative code is NULL.
func NewDict(t sqltype.Type, entries []string, codes ...int32) *Vec {
	d := New(t, len(entries))
	for i, s := range entries {
		d.Bytes = append(d.Bytes, s...)
		d.Off[i+1] = int32(len(d.Bytes))
	}
	v := &Vec{Type: t, Len: len(codes), Shape: Dict, Dict: d, Codes: make([]int32, len(codes))}
	for i, c := range codes {
		if c < 0 {
			v.MakeValid().Clear(i)
			continue
		}
		v.Codes[i] = c
	}
	return v
}

func (v *Vec) put(i int, x any) {
	if n, ok := x.(int); ok {
		x = int64(n)
	}
	p := v.Type.Phys()
	switch x := x.(type) {
	case bool:
		if x {
			v.Bits().Set(i)
		}
		return
	case string:
		if p == sqltype.PhysBytes {
			return
		}
	case float64:
		switch p {
		case sqltype.PhysF32:
			Of[float32](v)[i] = float32(x)
			return
		case sqltype.PhysF64:
			Of[float64](v)[i] = x
			return
		}
	case I128:
		if p == sqltype.PhysI128 {
			Of[I128](v)[i] = x
			return
		}
	case int64:
		if v.putInt(i, x) {
			return
		}
	}
	panic(fmt.Sprintf("vec: a %T in a column of %s", x, v.Type))
}

func (v *Vec) putInt(i int, x int64) bool {
	switch v.Type.Phys() {
	case sqltype.PhysI8:
		Of[int8](v)[i] = int8(x)
	case sqltype.PhysI16:
		Of[int16](v)[i] = int16(x)
	case sqltype.PhysI32:
		Of[int32](v)[i] = int32(x)
	case sqltype.PhysI64:
		Of[int64](v)[i] = x
	case sqltype.PhysI128:
		Of[I128](v)[i] = I128Of(x)
	case sqltype.PhysF32:
		Of[float32](v)[i] = float32(x)
	case sqltype.PhysF64:
		Of[float64](v)[i] = float64(x)
	default:
		return false
	}
	return true
}
