package kernel

import (
	"bytes"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// Every comparison is "less" or "equal", with sides swapped and the bits inverted as needed. Bits are made 64 rows at a
// time without branches.

// relation is a comparison operator in that form.
type relation struct {
	equal  bool // equality, else less
	swap   bool // compare (y, x)
	invert bool
}

var relations = map[string]relation{
	"=": {equal: true}, "<>": {equal: true, invert: true},
	"<": {}, ">=": {invert: true}, ">": {swap: true}, "<=": {swap: true, invert: true},
}

func comparisonFamily() {
	for op, r := range relations {
		for kind, compare := range map[sqltype.Kind]func(relation) body{
			sqltype.Boolean: compareBools, sqltype.TinyInt: compareFixed[int8], sqltype.SmallInt: compareFixed[int16],
			sqltype.Int: compareFixed[int32], sqltype.BigInt: compareFixed[int64], sqltype.Decimal: compareDecimals,
			sqltype.Double: compareDoubles, sqltype.Varchar: compareTexts, sqltype.Date: compareFixed[int32],
			sqltype.Timestamp: compareFixed[int64], sqltype.TimestampLTZ: compareFixed[int64],
			sqltype.IntervalMonths: compareFixed[int32], sqltype.IntervalMicros: compareFixed[int64],
		} {
			fresh(id(op, kind, kind), func() body { return compare(r) })
			switch op {
			case "=":
				fresh(id("is not distinct from", kind, kind), func() body { return distinct(compare(r), true) })
			case "<>":
				fresh(id("is distinct from", kind, kind), func() body { return distinct(compare(r), false) })
			}
		}
	}
}

// distinct turns a comparison (equality when same, else inequality) into one where NULL equals NULL.
func distinct(compare body, same bool) body {
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		if err := compare(out, args, live); err != nil {
			return err
		}
		bits, x, y := out.Bits(), args[0].Valid, args[1].Valid
		for w := range bits {
			vx, vy := word(x, w), word(y, w)
			if same {
				bits[w] = (bits[w] & vx & vy) | ^(vx | vy)
			} else {
				bits[w] = (bits[w] & vx & vy) | (vx ^ vy)
			}
		}
		return nil
	}
}

// word is word w of a bitmap in which nil has every bit.
func word(b vec.Bitmap, w int) uint64 {
	if b == nil {
		return ^uint64(0)
	}
	return b[w]
}

// sides orders the operands of a relation.
func (r relation) sides(args []*vec.Vec) (x, y *vec.Vec) {
	if r.swap {
		return args[1], args[0]
	}
	return args[0], args[1]
}

// finish inverts the bits if the relation says so.
func (r relation) finish(bits vec.Bitmap) {
	if r.invert {
		for i := range bits {
			bits[i] = ^bits[i]
		}
	}
}

func compareFixed[T integer](r relation) body {
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		x, y := r.sides(args)
		xs, ys := vec.Of[T](x), vec.Of[T](y)
		bits := out.Bits()
		switch {
		case x.Shape == vec.Const && r.equal:
			equalConst(bits, ys[:y.Len], xs[0])
		case x.Shape == vec.Const:
			greaterConst(bits, ys[:y.Len], xs[0])
		case y.Shape == vec.Const && r.equal:
			equalConst(bits, xs[:x.Len], ys[0])
		case y.Shape == vec.Const:
			lessConst(bits, xs[:x.Len], ys[0])
		case r.equal:
			equalPairs(bits, xs[:x.Len], ys[:x.Len])
		default:
			lessPairs(bits, xs[:x.Len], ys[:x.Len])
		}
		r.finish(bits)
		return nil
	}
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// The loops: whole words eight rows at a time, then the rest row by row. The operator is written out in each: handed in
// as a function, or as a method of a type parameter, it is a call per row.

func lessConst[T integer](dst vec.Bitmap, x []T, c T) {
	w := 0
	for ; len(x) >= 64; w++ {
		var m uint64
		for j := 0; j < 64; j += 8 {
			p := x[j : j+8 : j+8]
			m |= (bit(p[0] < c) | bit(p[1] < c)<<1 | bit(p[2] < c)<<2 | bit(p[3] < c)<<3 |
				bit(p[4] < c)<<4 | bit(p[5] < c)<<5 | bit(p[6] < c)<<6 | bit(p[7] < c)<<7) << j
		}
		dst[w] = m
		x = x[64:]
	}
	for j, v := range x {
		dst[w] |= bit(v < c) << j
	}
}

func greaterConst[T integer](dst vec.Bitmap, x []T, c T) {
	w := 0
	for ; len(x) >= 64; w++ {
		var m uint64
		for j := 0; j < 64; j += 8 {
			p := x[j : j+8 : j+8]
			m |= (bit(p[0] > c) | bit(p[1] > c)<<1 | bit(p[2] > c)<<2 | bit(p[3] > c)<<3 |
				bit(p[4] > c)<<4 | bit(p[5] > c)<<5 | bit(p[6] > c)<<6 | bit(p[7] > c)<<7) << j
		}
		dst[w] = m
		x = x[64:]
	}
	for j, v := range x {
		dst[w] |= bit(v > c) << j
	}
}

func equalConst[T integer](dst vec.Bitmap, x []T, c T) {
	w := 0
	for ; len(x) >= 64; w++ {
		var m uint64
		for j := 0; j < 64; j += 8 {
			p := x[j : j+8 : j+8]
			m |= (bit(p[0] == c) | bit(p[1] == c)<<1 | bit(p[2] == c)<<2 | bit(p[3] == c)<<3 |
				bit(p[4] == c)<<4 | bit(p[5] == c)<<5 | bit(p[6] == c)<<6 | bit(p[7] == c)<<7) << j
		}
		dst[w] = m
		x = x[64:]
	}
	for j, v := range x {
		dst[w] |= bit(v == c) << j
	}
}

func lessPairs[T integer](dst vec.Bitmap, x, y []T) {
	w := 0
	y = y[:len(x)]
	for ; len(x) >= 64; w++ {
		var m uint64
		for j := 0; j < 64; j += 8 {
			p, q := x[j:j+8:j+8], y[j:j+8:j+8]
			m |= (bit(p[0] < q[0]) | bit(p[1] < q[1])<<1 | bit(p[2] < q[2])<<2 | bit(p[3] < q[3])<<3 |
				bit(p[4] < q[4])<<4 | bit(p[5] < q[5])<<5 | bit(p[6] < q[6])<<6 | bit(p[7] < q[7])<<7) << j
		}
		dst[w] = m
		x, y = x[64:], y[64:]
	}
	for j, v := range x {
		dst[w] |= bit(v < y[j]) << j
	}
}

func equalPairs[T integer](dst vec.Bitmap, x, y []T) {
	w := 0
	y = y[:len(x)]
	for ; len(x) >= 64; w++ {
		var m uint64
		for j := 0; j < 64; j += 8 {
			p, q := x[j:j+8:j+8], y[j:j+8:j+8]
			m |= (bit(p[0] == q[0]) | bit(p[1] == q[1])<<1 | bit(p[2] == q[2])<<2 | bit(p[3] == q[3])<<3 |
				bit(p[4] == q[4])<<4 | bit(p[5] == q[5])<<5 | bit(p[6] == q[6])<<6 | bit(p[7] == q[7])<<7) << j
		}
		dst[w] = m
		x, y = x[64:], y[64:]
	}
	for j, v := range x {
		dst[w] |= bit(v == y[j]) << j
	}
}

// compareDoubles orders NaN above everything and equal to itself.
func compareDoubles(r relation) body {
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		x, y := r.sides(args)
		xs, ys := columnOf[float64](x), columnOf[float64](y)
		bits := out.Bits()
		if r.equal {
			for i := range out.Len {
				a, b := xs.at(i), ys.at(i)
				bits[i/64] |= (bit(a == b) | bit(a != a)&bit(b != b)) << (i % 64)
			}
		} else {
			for i := range out.Len {
				a, b := xs.at(i), ys.at(i)
				bits[i/64] |= (bit(a < b) | bit(a == a)&bit(b != b)) << (i % 64)
			}
		}
		r.finish(bits)
		return nil
	}
}

func compareBools(r relation) body {
	var sx, sy vec.Vec
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		x, y := r.sides(args)
		xs, ys := flatBits(x, &sx), flatBits(y, &sy)
		bits := out.Bits()
		for w := range bits {
			if r.equal {
				bits[w] = ^(xs[w] ^ ys[w])
			} else {
				bits[w] = ^xs[w] & ys[w]
			}
		}
		r.finish(bits)
		return nil
	}
}

// flatBits is the value bits for every row.
func flatBits(v *vec.Vec, scratch *vec.Vec) vec.Bitmap {
	if v.Shape == vec.Const {
		vec.FlattenInto(scratch, v)
		v = scratch
	}
	return v.Bits()
}

func compareTexts(r relation) body {
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		x, y := r.sides(args)
		xs, ys := textsOf(x), textsOf(y)
		bits := out.Bits()
		switch {
		case r.equal && y.Shape == vec.Const:
			equalText(bits, xs, ys.at(0), out.Len)
		case r.equal && x.Shape == vec.Const:
			equalText(bits, ys, xs.at(0), out.Len)
		case r.equal:
			for i := range out.Len {
				bits[i/64] |= bit(bytes.Equal(xs.at(i), ys.at(i))) << (i % 64)
			}
		default:
			for i := range out.Len {
				bits[i/64] |= bit(bytes.Compare(xs.at(i), ys.at(i)) < 0) << (i % 64)
			}
		}
		r.finish(bits)
		return nil
	}
}

// equalText looks at the bytes only where the length is right.
func equalText(bits vec.Bitmap, x texts, c []byte, n int) {
	off := x.off[:n+1]
	for i := range n {
		from, to := off[i], off[i+1]
		if int(to-from) == len(c) && string(x.bytes[from:to]) == string(c) {
			bits[i/64] |= 1 << (i % 64)
		}
	}
}

// compareDecimals compares across scales: as integers when the scales are equal and 64 bits are enough.
func compareDecimals(r relation) body {
	narrow := compareFixed[int64](r)
	var wide [2][]vec.I128
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		x, y := r.sides(args)
		if x.Type.S == y.Type.S && x.Type.Phys() == sqltype.PhysI64 && y.Type.Phys() == sqltype.PhysI64 {
			return narrow(out, args, live)
		}
		a, b := decimals(x, &wide[0]), decimals(y, &wide[1])
		bits := out.Bits()
		by := int(y.Type.S - x.Type.S)
		for i := range out.Len {
			c := cmpScaled(a.at(i), b.at(i), by)
			hit := c < 0
			if r.equal {
				hit = c == 0
			}
			bits[i/64] |= bit(hit) << (i % 64)
		}
		r.finish(bits)
		return nil
	}
}

// cmpScaled compares a·10^by with b (or a with b·10^-by). A product too large decides by its sign.
func cmpScaled(a, b vec.I128, by int) int {
	if by < 0 {
		return -cmpScaled(b, a, -by)
	}
	p, over := a.Rescale(by)
	if over {
		if a.Neg() {
			return -1
		}
		return 1
	}
	return p.Cmp(b)
}
