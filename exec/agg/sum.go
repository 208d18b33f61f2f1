package agg

import (
	"math/bits"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

type integer interface{ int8 | int16 | int32 | int64 }

// intSum is SUM and AVG of integers and of DECIMAL up to 18 digits: a 128-bit sum, which 2^63 rows cannot overflow.
type intSum struct {
	avg         bool
	arg, result sqltype.Type
	rows        rows
	sum, n      *state.Col
}

func (s *intSum) Rule() string { return "sum" }
func (s *intSum) Columns() []state.Column {
	return []state.Column{{Name: "sum", Type: sqltype.DecimalType(38, 0)}, {Name: "n", Type: sqltype.BigIntType}}
}

func (s *intSum) Bind(cols []*state.Col) { s.sum, s.n = cols[0], cols[1] }

func (s *intSum) Update(gids []uint32, args []*vec.Vec, weights []int64, active vec.Bitmap) {
	v := args[0]
	sel, dense := s.rows.pick(v.Valid, active, len(gids))
	if !dense && len(sel) == 0 {
		return
	}
	switch v.Type.Phys() {
	case sqltype.PhysI8:
		addInts(s, gids, vec.Of[int8](v), weights, sel, dense)
	case sqltype.PhysI16:
		addInts(s, gids, vec.Of[int16](v), weights, sel, dense)
	case sqltype.PhysI32:
		addInts(s, gids, vec.Of[int32](v), weights, sel, dense)
	default:
		addInts(s, gids, vec.Of[int64](v), weights, sel, dense)
	}
}

func addInts[T integer](s *intSum, gids []uint32, v []T, weights []int64, sel []int32, dense bool) {
	sum, n := s.sum.I128(), s.n.I64()
	switch {
	case weights != nil:
		if dense {
			sel = vec.SelectionOf(nil, len(gids), s.rows.sel)
			s.rows.sel = sel
		}
		for _, i := range sel {
			hi, lo := mulSigned(int64(v[i]), weights[i])
			p := &sum[gids[i]]
			var c uint64
			p[0], c = bits.Add64(p[0], lo, 0)
			p[1] += hi + c
			n[gids[i]] += weights[i]
		}
	case dense:
		v = v[:len(gids)]
		for i, g := range gids {
			x := int64(v[i])
			p := &sum[g]
			lo, c := bits.Add64(p[0], uint64(x), 0)
			p[0], p[1] = lo, p[1]+uint64(x>>63)+c
			n[g]++
		}
	default:
		for _, i := range sel {
			x, g := int64(v[i]), gids[i]
			p := &sum[g]
			lo, c := bits.Add64(p[0], uint64(x), 0)
			p[0], p[1] = lo, p[1]+uint64(x>>63)+c
			n[g]++
		}
	}
}

// mulSigned is a·b as 128 bits, two's complement.
func mulSigned(a, b int64) (hi, lo uint64) {
	hi, lo = bits.Mul64(uint64(a), uint64(b))
	hi -= uint64(a>>63)&uint64(b) + uint64(b>>63)&uint64(a)
	return hi, lo
}

func (s *intSum) Merge(gids []uint32, other []*vec.Vec) {
	sum, from := s.sum.I128(), vec.Of[vec.I128](other[0])
	for i, g := range gids {
		p, q := &sum[g], from[i]
		lo, c := bits.Add64(p[0], q[0], 0)
		p[0], p[1] = lo, p[1]+q[1]+c
	}
	addTo(s.n.I64(), gids, vec.Of[int64](other[1]))
}

// Unmerge implements Linear.
func (s *intSum) Unmerge(gids []uint32, other []*vec.Vec) {
	sum, from := s.sum.I128(), vec.Of[vec.I128](other[0])
	for i, g := range gids {
		p, q := &sum[g], from[i]
		lo, b := bits.Sub64(p[0], q[0], 0)
		p[0], p[1] = lo, p[1]-q[1]-b
	}
	takeFrom(s.n.I64(), gids, vec.Of[int64](other[1]))
}

func (s *intSum) Emit(gids []uint32, out *vec.Vec) *GroupError {
	out.Reset(s.result, len(gids))
	sum, n := s.sum.I128(), s.n.I64()
	e := exactly{avg: s.avg, scale: int(s.result.S - s.arg.S), out: out}
	for i, g := range gids {
		p := sum[g]
		if !e.put(i, [3]uint64{p[0], p[1], uint64(int64(p[1]) >> 63)}, n[g]) {
			return e.overflow(i)
		}
	}
	return nil
}

// wideSum is SUM and AVG of DECIMAL beyond 18 digits: 192 bits, since a sum may leave 128 on its way to a result that
// fits, and whether it does would depend on the order of the rows.
type wideSum struct {
	avg           bool
	arg, result   sqltype.Type
	rows          rows
	sum, carry, n *state.Col
}

func (s *wideSum) Rule() string { return "sum" }
func (s *wideSum) Columns() []state.Column {
	return []state.Column{
		{Name: "sum", Type: sqltype.DecimalType(38, 0)}, {Name: "carry", Type: sqltype.BigIntType},
		{Name: "n", Type: sqltype.BigIntType},
	}
}

func (s *wideSum) Bind(cols []*state.Col) { s.sum, s.carry, s.n = cols[0], cols[1], cols[2] }

func (s *wideSum) Update(gids []uint32, args []*vec.Vec, weights []int64, active vec.Bitmap) {
	sum, carry, n := s.sum.I128(), s.carry.I64(), s.n.I64()
	v := vec.Of[vec.I128](args[0])
	sel := s.rows.list(args[0].Valid, active, len(gids))
	if weights == nil {
		for _, i := range sel {
			g, x := gids[i], v[i]
			add192(&sum[g], &carry[g], x[0], x[1], uint64(int64(x[1])>>63))
			n[g]++
		}
		return
	}
	for _, i := range sel {
		g, x, w := gids[i], v[i], weights[i]
		// x·w over three words: the low word is unsigned, the high one signed.
		h0, l0 := bits.Mul64(x[0], uint64(w))
		h0 -= uint64(w>>63) & x[0]
		h1, l1 := mulSigned(int64(x[1]), w)
		mid, c := bits.Add64(h0, l1, 0)
		add192(&sum[g], &carry[g], l0, mid, h1+c+uint64(int64(h0)>>63))
		n[g] += w
	}
}

func add192(p *[2]uint64, carry *int64, lo, mid, hi uint64) {
	var c uint64
	p[0], c = bits.Add64(p[0], lo, 0)
	p[1], c = bits.Add64(p[1], mid, c)
	*carry += int64(hi + c)
}

func (s *wideSum) Merge(gids []uint32, other []*vec.Vec) {
	sum, carry := s.sum.I128(), s.carry.I64()
	from, top := vec.Of[vec.I128](other[0]), vec.Of[int64](other[1])
	for i, g := range gids {
		add192(&sum[g], &carry[g], from[i][0], from[i][1], uint64(top[i]))
	}
	addTo(s.n.I64(), gids, vec.Of[int64](other[2]))
}

// Unmerge implements Linear.
func (s *wideSum) Unmerge(gids []uint32, other []*vec.Vec) {
	sum, carry := s.sum.I128(), s.carry.I64()
	from, top := vec.Of[vec.I128](other[0]), vec.Of[int64](other[1])
	for i, g := range gids {
		p, q := &sum[g], from[i]
		var b uint64
		p[0], b = bits.Sub64(p[0], q[0], 0)
		p[1], b = bits.Sub64(p[1], q[1], b)
		carry[g] -= top[i] + int64(b) //nolint:gosec // 0 or 1
	}
	takeFrom(s.n.I64(), gids, vec.Of[int64](other[2]))
}

func (s *wideSum) Emit(gids []uint32, out *vec.Vec) *GroupError {
	out.Reset(s.result, len(gids))
	sum, carry, n := s.sum.I128(), s.carry.I64(), s.n.I64()
	e := exactly{avg: s.avg, scale: int(s.result.S - s.arg.S), out: out}
	for i, g := range gids {
		if !e.put(i, [3]uint64{sum[g][0], sum[g][1], uint64(carry[g])}, n[g]) {
			return e.overflow(i)
		}
	}
	return nil
}
