package kernel

import (
	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// A column that is flat or constant is read without a branch: the row number is masked, with 0 for a constant.

// column reads fixed-width values.
type column[T any] struct {
	v    []T
	mask int
}

func columnOf[T vec.Element](v *vec.Vec) column[T] { return column[T]{vec.Of[T](v), maskOf(v)} }

func maskOf(v *vec.Vec) int {
	if v.Shape == vec.Const {
		return 0
	}
	return -1
}

func (c column[T]) at(i int) T { return c.v[i&c.mask] }

// texts reads strings.
type texts struct {
	off   []int32
	bytes []byte
	mask  int
}

func textsOf(v *vec.Vec) texts { return texts{v.Off, v.Bytes, maskOf(v)} }

func (t texts) at(i int) []byte {
	i &= t.mask
	return t.bytes[t.off[i]:t.off[i+1]]
}

// flatValues is the values of a fixed-width argument for every row: a constant is spread into scratch.
func flatValues[T vec.Element](v *vec.Vec, scratch *[]T) []T {
	x := vec.Of[T](v)
	if v.Shape != vec.Const {
		return x[:v.Len]
	}
	if cap(*scratch) < v.Len {
		*scratch = make([]T, v.Len)
	}
	s := (*scratch)[:v.Len]
	c := x[0]
	for i := range s {
		s[i] = c
	}
	return s
}

// textResult writes strings row by row: for each live row, fn appends to dst. ok false makes the row NULL.
func textResult(out *vec.Vec, live vec.Bitmap,
	fn func(dst []byte, i int) (b []byte, ok bool, err *RowError)) *RowError {
	buf := out.Bytes[:0]
	nulls := vec.Bitmap(nil)
	for i := range out.Len {
		if live.Get(i) {
			b, ok, err := fn(buf, i)
			if err != nil {
				return err
			}
			if ok {
				switch start := len(buf); {
				case grown(b, start):
					return tooLong(i)
				case len(b) > maxBatchText:
					return tooWide(i)
				}
				buf = b
			} else {
				nulls = addBit(nulls, i, out.Len)
			}
		}
		out.Off[i+1] = int32(len(buf))
	}
	out.Bytes = buf
	clearBits(out, nulls)
	return nil
}

// addBit sets bit i of a bitmap that is made when first needed.
func addBit(b vec.Bitmap, i, n int) vec.Bitmap {
	if b == nil {
		b = make(vec.Bitmap, vec.Words(n))
	}
	b.Set(i)
	return b
}

// clearBits makes the rows of nulls NULL, in a bitmap of its own.
func clearBits(out *vec.Vec, nulls vec.Bitmap) {
	if nulls != nil {
		out.Valid = vec.AndNot(nil, out.Valid, nulls, out.Len)
	}
}

// boolResult computes a BOOLEAN for each live row.
func boolResult(out *vec.Vec, live vec.Bitmap, fn func(i int) bool) {
	bits := out.Bits()
	for i := range out.Len {
		if live.Get(i) && fn(i) {
			bits.Set(i)
		}
	}
}

// intResult computes an INT for each live row.
func intResult(out *vec.Vec, live vec.Bitmap, fn func(i int) int32) {
	v := vec.Of[int32](out)
	for i := range v[:out.Len] {
		v[i] = 0
		if live.Get(i) {
			v[i] = fn(i)
		}
	}
}

// constText is the value of a constant string argument; ok is false when it varies or is NULL.
func constText(s Spec, i int) (text string, ok bool) {
	c := s.Const[i]
	if c == nil || c.IsNull(0) {
		return "", false
	}
	return string(c.Str(0)), true
}

// keyword is the value of a keyword argument; the binder guarantees a constant.
func keyword(s Spec, i int) (string, error) {
	text, ok := constText(s, i)
	if !ok {
		return "", diag.New(diag.BadArgument, "argument %d of %s must be a keyword", i+1, s.Overload)
	}
	return text, nil
}

// id is function.ID, by a short name for the tables of this package.
func id(name string, kinds ...sqltype.Kind) string { return function.ID(name, kinds...) }
