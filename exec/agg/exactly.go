package agg

import (
	"fmt"
	"math"
	"math/bits"

	"streamsql/internal/invariants"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// exactly turns 192-bit sums and counts into results of SUM and AVG over exact numbers.
type exactly struct {
	avg   bool
	scale int // digits that the result's scale has more than the argument's; only AVG of DECIMAL has any
	out   *vec.Vec
}

// put writes row i; false means that the result does not fit.
func (e *exactly) put(i int, sum [3]uint64, n int64) bool {
	if n <= 0 {
		invariants.Check(n == 0, "agg: more rows taken back than were given")
		setNull(e.out, i)
		return e.store(i, vec.I128{})
	}
	v, ok := narrow(sum)
	if e.avg {
		v, ok = e.mean(sum, uint64(n))
	}
	return ok && e.store(i, v)
}

// narrow is the sum in 128 bits.
func narrow(s [3]uint64) (vec.I128, bool) {
	return vec.I128{s[0], s[1]}, int64(s[2]) == int64(s[1])>>63
}

// mean divides: integers truncate toward zero, DECIMAL rounds half away from zero at the result's scale.
func (e *exactly) mean(sum [3]uint64, n uint64) (vec.I128, bool) {
	neg := int64(sum[2]) < 0
	if neg {
		sum = negate192(sum)
	}
	var r uint64
	top := sum[2] / n
	r = sum[2] % n
	hi, r := bits.Div64(r, sum[1], n)
	lo, r := bits.Div64(r, sum[0], n)
	q := vec.I128{lo, hi}
	if top != 0 || q.Neg() {
		return q, false
	}
	if e.out.Type.Kind == sqltype.Decimal {
		// q·10^s + round(r·10^s / n): r < n < 2^63 and s ≤ 6, so the second product has at most 83 bits.
		shifted, over := q.Mul(vec.Pow10(e.scale))
		if over {
			return q, false
		}
		part, _ := (vec.I128{r, 0}).Mul(vec.Pow10(e.scale))
		if q, over = shifted.Add(part.QuoHalfUp(vec.I128{n, 0})); over {
			return q, false
		}
	}
	if neg {
		q = q.Negate()
	}
	return q, true
}

func negate192(s [3]uint64) [3]uint64 {
	var b uint64
	s[0], b = bits.Sub64(0, s[0], 0)
	s[1], b = bits.Sub64(0, s[1], b)
	s[2], _ = bits.Sub64(0, s[2], b)
	return s
}

// store writes a value in the layout of the result type.
func (e *exactly) store(i int, v vec.I128) bool {
	if e.out.Type.Kind == sqltype.Decimal && !v.FitsDigits(int(e.out.Type.P)) {
		return false
	}
	p := e.out.Type.Phys()
	if p == sqltype.PhysI128 {
		vec.Of[vec.I128](e.out)[i] = v
		return true
	}
	x, ok := v.Int64()
	switch p {
	case sqltype.PhysI8:
		vec.Of[int8](e.out)[i] = int8(x)
		return ok && x == int64(int8(x))
	case sqltype.PhysI16:
		vec.Of[int16](e.out)[i] = int16(x)
		return ok && x == int64(int16(x))
	case sqltype.PhysI32:
		vec.Of[int32](e.out)[i] = int32(x)
		return ok && x >= math.MinInt32 && x <= math.MaxInt32
	}
	vec.Of[int64](e.out)[i] = x
	return ok
}

func (e *exactly) overflow(i int) *GroupError {
	name := "SUM"
	if e.avg {
		name = "AVG"
	}
	return &GroupError{Row: i, Msg: fmt.Sprintf("%s does not fit %s", name, e.out.Type.Nullable())}
}
