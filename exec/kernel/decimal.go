package kernel

import (
	"math/big"
	"math/bits"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// A DECIMAL operand is int64 (up to 18 digits), 128 bits wide, or a BIGINT that exec/expr passes without casting it to
// DECIMAL(19, 0) first. Operations whose operands and result are int64 and cannot overflow by their types have loops of
// their own; all else goes through 128 bits row by row, and through math/big where an intermediate needs more.

// wideColumn reads any DECIMAL operand as 128 bits.
type wideColumn = column[vec.I128]

// decimals widens an operand, into scratch when it is int64.
func decimals(v *vec.Vec, scratch *[]vec.I128) wideColumn {
	if v.Type.Phys() == sqltype.PhysI128 {
		return columnOf[vec.I128](v)
	}
	x := vec.Of[int64](v)
	if cap(*scratch) < len(x) {
		*scratch = make([]vec.I128, len(x))
	}
	s := (*scratch)[:len(x)]
	for i, a := range x {
		s[i] = vec.I128Of(a)
	}
	return wideColumn{s, maskOf(v)}
}

// digits and scale of an operand type, BIGINT included.
func digitsOf(t sqltype.Type) (p, s int) {
	if t.IsInteger() {
		return int(t.IntegerDigits()), 0
	}
	return int(t.P), int(t.S)
}

func decimalOperators() {
	d := sqltype.Decimal
	define(id("+", d, d), func(s Spec) (body, error) { return decimalSum(s, false), nil })
	define(id("-", d, d), func(s Spec) (body, error) { return decimalSum(s, true), nil })
	define(id("*", d, d), func(s Spec) (body, error) { return decimalProduct(s), nil })
	define(id("/", d, d), func(Spec) (body, error) { return wideDecimals(quotient), nil })
	define(id("%", d, d), func(Spec) (body, error) { return wideDecimals(modulo), nil })
	simple(id("neg", d), decimalNegate)
}

func isNarrow(t sqltype.Type) bool { return t.Phys() == sqltype.PhysI64 }

// decimalSum in int64 when operands and result have at most 18 digits: then the scaled operands have too.
func decimalSum(s Spec, sub bool) body {
	op := sum
	if sub {
		op = difference
	}
	p1, s1 := digitsOf(s.Args[0])
	p2, s2 := digitsOf(s.Args[1])
	ps, ss := digitsOf(s.Result)
	if p1 > 18 || p2 > 18 || ps > 18 || ss != max(s1, s2) {
		return wideDecimals(op)
	}
	fx, fy := vec.Pow10Int64(ss-s1), vec.Pow10Int64(ss-s2)
	if sub {
		fy = -fy
	}
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		x, y, o := columnOf[int64](args[0]), columnOf[int64](args[1]), vec.Of[int64](out)[:out.Len]
		for i := range o {
			o[i] = x.at(i)*fx + y.at(i)*fy
		}
		return nil
	}
}

// decimalProduct multiplies int64 operands exactly when the result keeps every digit.
func decimalProduct(s Spec) body {
	_, s1 := digitsOf(s.Args[0])
	_, s2 := digitsOf(s.Args[1])
	ps, ss := digitsOf(s.Result)
	if !isNarrow(s.Args[0]) || !isNarrow(s.Args[1]) || ss != s1+s2 {
		return wideDecimals(product)
	}
	if ps <= 18 {
		return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
			x, y, o := columnOf[int64](args[0]), columnOf[int64](args[1]), vec.Of[int64](out)[:out.Len]
			for i := range o {
				o[i] = x.at(i) * y.at(i)
			}
			return nil
		}
	}
	return func(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
		x, y, o := columnOf[int64](args[0]), columnOf[int64](args[1]), vec.Of[vec.I128](out)[:out.Len]
		for i := range o {
			a, b := x.at(i), y.at(i)
			hi, lo := bits.Mul64(uint64(a), uint64(b))
			o[i] = vec.I128{lo, hi - uint64(a>>63&b) - uint64(b>>63&a)}
		}
		return nil
	}
}

// decimalOp computes one row. drop is what the exact result's scale exceeds the declared one by; see scaleOf.
type decimalOp func(a, b vec.I128, s scales) (v vec.I128, status opStatus)

// scales of operands and result.
type scales struct{ x, y, out int }

type opStatus uint8

const (
	opOK opStatus = iota
	opOverflow
	opZero
)

// wideDecimals runs op row by row over live rows and checks the precision of the result.
func wideDecimals(op decimalOp) body {
	var wide [2][]vec.I128
	return func(out *vec.Vec, args []*vec.Vec, live vec.Bitmap) *RowError {
		a, b := decimals(args[0], &wide[0]), decimals(args[1], &wide[1])
		_, sx := digitsOf(args[0].Type)
		_, sy := digitsOf(args[1].Type)
		s := scales{sx, sy, int(out.Type.S)}
		put := decimalWriter(out)
		for i := range out.Len {
			if !live.Get(i) {
				put(i, vec.I128{})
				continue
			}
			v, status := op(a.at(i), b.at(i), s)
			switch {
			case status == opZero:
				return divisionByZero(i)
			case status == opOverflow || !v.FitsDigits(int(out.Type.P)):
				return overflow(i, out.Type)
			}
			put(i, v)
		}
		return nil
	}
}

// decimalWriter stores 128-bit values that fit out's type.
func decimalWriter(out *vec.Vec) func(i int, v vec.I128) {
	if isNarrow(out.Type) {
		o := vec.Of[int64](out)
		return func(i int, v vec.I128) { o[i] = int64(v.Lo()) }
	}
	o := vec.Of[vec.I128](out)
	return func(i int, v vec.I128) { o[i] = v }
}

func sum(a, b vec.I128, s scales) (vec.I128, opStatus) {
	common := max(s.x, s.y)
	x, o1 := a.Rescale(common - s.x)
	y, o2 := b.Rescale(common - s.y)
	v, o3 := x.Add(y)
	if o1 || o2 || o3 {
		return rational(func(x, y *big.Int) *big.Int {
			return x.Add(x.Mul(x, pow10Big(common-s.x)), y.Mul(y, pow10Big(common-s.y)))
		}, a, b, s.out-common)
	}
	v, over := v.Rescale(s.out - common)
	return v, status(over)
}

func difference(a, b vec.I128, s scales) (vec.I128, opStatus) { return sum(a, b.Negate(), s) }

func product(a, b vec.I128, s scales) (vec.I128, opStatus) {
	v, over := a.Mul(b)
	if over {
		return rational(func(x, y *big.Int) *big.Int { return x.Mul(x, y) }, a, b, s.out-s.x-s.y)
	}
	v, over = v.Rescale(s.out - s.x - s.y)
	return v, status(over)
}

// quotient is a/b rounded half up at the scale of the result.
func quotient(a, b vec.I128, s scales) (vec.I128, opStatus) {
	if b.IsZero() {
		return b, opZero
	}
	by := s.out - s.x + s.y
	if by >= 0 {
		if n, over := a.Rescale(by); !over {
			return n.QuoHalfUp(b), opOK
		}
	}
	x, y := toBig(a), toBig(b)
	if by >= 0 {
		x.Mul(x, pow10Big(by))
	} else {
		y.Mul(y, pow10Big(-by))
	}
	return fromBig(quoHalfUp(x, y))
}

func modulo(a, b vec.I128, s scales) (vec.I128, opStatus) {
	if b.IsZero() {
		return b, opZero
	}
	common := max(s.x, s.y)
	x, o1 := a.Rescale(common - s.x)
	y, o2 := b.Rescale(common - s.y)
	if o1 || o2 {
		return rational(func(x, y *big.Int) *big.Int {
			return x.Rem(x.Mul(x, pow10Big(common-s.x)), y.Mul(y, pow10Big(common-s.y)))
		}, a, b, s.out-common)
	}
	_, r := x.QuoRem(y)
	r, over := r.Rescale(s.out - common)
	return r, status(over)
}

func status(over bool) opStatus {
	if over {
		return opOverflow
	}
	return opOK
}

// rational is the slow path: f in unlimited precision, then moved by a power of ten.
func rational(f func(x, y *big.Int) *big.Int, a, b vec.I128, by int) (vec.I128, opStatus) {
	v := f(toBig(a), toBig(b))
	if by >= 0 {
		return fromBig(v.Mul(v, pow10Big(by)))
	}
	return fromBig(quoHalfUp(v, pow10Big(-by)))
}

func pow10Big(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

func toBig(a vec.I128) *big.Int {
	m := a.Abs()
	x := new(big.Int).SetUint64(m[1])
	x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(m[0]))
	if a.Neg() {
		x.Neg(x)
	}
	return x
}

func fromBig(x *big.Int) (vec.I128, opStatus) {
	if x.BitLen() > 127 {
		return vec.I128{}, opOverflow
	}
	m := new(big.Int).Abs(x)
	v := vec.I128{new(big.Int).And(m, new(big.Int).SetUint64(1<<64-1)).Uint64(), new(big.Int).Rsh(m, 64).Uint64()}
	if x.Sign() < 0 {
		v = v.Negate()
	}
	return v, opOK
}

func quoHalfUp(x, y *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(x, y, new(big.Int))
	if r.Lsh(r.Abs(r), 1).Cmp(new(big.Int).Abs(y)) >= 0 {
		q.Add(q, big.NewInt(int64(x.Sign()*y.Sign())))
	}
	return q
}

func decimalNegate(out *vec.Vec, args []*vec.Vec, _ vec.Bitmap) *RowError {
	if isNarrow(out.Type) {
		o := vec.Of[int64](out)
		for i, a := range vec.Of[int64](args[0])[:out.Len] {
			o[i] = -a
		}
		return nil
	}
	o := vec.Of[vec.I128](out)
	for i, a := range vec.Of[vec.I128](args[0])[:out.Len] {
		o[i] = a.Negate()
	}
	return nil
}
