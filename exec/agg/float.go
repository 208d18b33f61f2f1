package agg

import (
	"math"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

// floatSum is SUM and AVG of FLOAT and DOUBLE (see exact.go). AVG divides the rounded sum by the count.
type floatSum struct {
	avg              bool
	arg, result      sqltype.Type
	rows             rows
	hi, lo, n, spill *state.Col

	x, y exact  // scratch of the slow path
	buf  []byte // encoded spill
}

func (s *floatSum) Rule() string { return "sum" }
func (s *floatSum) Columns() []state.Column {
	return []state.Column{
		{Name: "hi", Type: sqltype.DoubleType}, {Name: "lo", Type: sqltype.DoubleType},
		{Name: "n", Type: sqltype.BigIntType}, {Name: "spill", Type: sqltype.StringType},
	}
}

func (s *floatSum) Bind(cols []*state.Col) {
	s.hi, s.lo, s.n, s.spill = cols[0], cols[1], cols[2], cols[3]
}

func (s *floatSum) Update(gids []uint32, args []*vec.Vec, weights []int64, active vec.Bitmap) {
	v := args[0]
	sel, dense := s.rows.pick(v.Valid, active, len(gids))
	if v.Type.Phys() == sqltype.PhysF32 {
		addFloats(s, gids, vec.Of[float32](v), weights, sel, dense)
		return
	}
	addFloats(s, gids, vec.Of[float64](v), weights, sel, dense)
}

func addFloats[T float32 | float64](s *floatSum, gids []uint32, v []T, weights []int64, sel []int32, dense bool) {
	hi, lo, n := s.hi.F64(), s.lo.F64(), s.n.I64()
	if dense && weights == nil {
		v = v[:len(gids)]
		for i, g := range gids {
			n[g]++
			if h, l, ok := addPair(hi[g], lo[g], float64(v[i])); ok {
				hi[g], lo[g] = h, l
			} else {
				s.slow(hi, lo, g, float64(v[i]), 1)
			}
		}
		return
	}
	if dense {
		sel = vec.SelectionOf(nil, len(gids), s.rows.sel)
		s.rows.sel = sel
	}
	for _, i := range sel {
		g, x, w := gids[i], float64(v[i]), int64(1)
		if weights != nil {
			w = weights[i]
		}
		n[g] += w
		ok := w == 1 || w == -1
		var h, l float64
		if ok {
			if w < 0 {
				h, l, ok = addPair(hi[g], lo[g], -x)
			} else {
				h, l, ok = addPair(hi[g], lo[g], x)
			}
		}
		if ok {
			hi[g], lo[g] = h, l
		} else {
			s.slow(hi, lo, g, x, w)
		}
	}
}

// slow adds v to group g, w times, by way of the unbounded form.
func (s *floatSum) slow(hi, lo []float64, g uint32, v float64, w int64) {
	s.x.load(hi[g], lo[g], s.spill.Get(g))
	s.x.add(v, w)
	s.keep(hi, lo, g)
}

// keep stores x as the sum of group g in its canonical form.
func (s *floatSum) keep(hi, lo []float64, g uint32) {
	spilled := hi[g] != hi[g]
	if h, l, ok := s.x.pair(); ok {
		hi[g], lo[g] = h, l
		if spilled {
			s.spill.Set(g, nil)
		}
		return
	}
	hi[g], lo[g] = math.NaN(), 0
	s.buf = s.x.encode(s.buf[:0])
	s.spill.Set(g, s.buf)
}

func (s *floatSum) Merge(gids []uint32, other []*vec.Vec) {
	hi, lo := s.hi.F64(), s.lo.F64()
	oh, ol := vec.Of[float64](other[0]), vec.Of[float64](other[1])
	for i, g := range gids {
		h, l, ok := addPair(hi[g], lo[g], oh[i])
		if ok {
			h, l, ok = addPair(h, l, ol[i])
		}
		if ok {
			hi[g], lo[g] = h, l
			continue
		}
		s.x.load(hi[g], lo[g], s.spill.Get(g))
		s.y.load(oh[i], ol[i], other[3].Str(i))
		s.x.merge(&s.y)
		s.keep(hi, lo, g)
	}
	addTo(s.n.I64(), gids, vec.Of[int64](other[2]))
}

// Unmerge implements Linear: sums are exact, so nothing is left of what goes.
func (s *floatSum) Unmerge(gids []uint32, other []*vec.Vec) {
	hi, lo := s.hi.F64(), s.lo.F64()
	oh, ol := vec.Of[float64](other[0]), vec.Of[float64](other[1])
	for i, g := range gids {
		h, l, ok := addPair(hi[g], lo[g], -oh[i])
		if ok {
			h, l, ok = addPair(h, l, -ol[i])
		}
		if ok {
			hi[g], lo[g] = h, l
			continue
		}
		s.x.load(hi[g], lo[g], s.spill.Get(g))
		s.y.load(oh[i], ol[i], other[3].Str(i))
		s.x.unmerge(&s.y)
		s.keep(hi, lo, g)
	}
	takeFrom(s.n.I64(), gids, vec.Of[int64](other[2]))
}

func (s *floatSum) Emit(gids []uint32, out *vec.Vec) *GroupError {
	out.Reset(s.result, len(gids))
	n := s.n.I64()
	for i, g := range gids {
		v := 0.0
		if n[g] > 0 {
			v = s.value(g)
			if s.avg {
				v /= float64(n[g])
			}
		} else {
			setNull(out, i)
		}
		if out.Type.Phys() == sqltype.PhysF32 {
			vec.Of[float32](out)[i] = float32(v)
		} else {
			vec.Of[float64](out)[i] = v
		}
	}
	return nil
}

// value is the sum of group g, rounded once.
func (s *floatSum) value(g uint32) float64 {
	if h := s.hi.F64()[g]; h == h {
		return h
	}
	s.x.load(math.NaN(), 0, s.spill.Get(g))
	return s.x.value()
}
