package agg

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"streamsql/internal/sqltype"
)

var doubleSum = []Spec{
	{ID: "sum(DOUBLE)", Args: []int{0}, ArgTypes: []sqltype.Type{sqltype.DoubleType}, Filter: -1,
		Result: sqltype.DoubleType},
	{ID: "avg(DOUBLE)", Args: []int{0}, ArgTypes: []sqltype.Type{sqltype.DoubleType}, Filter: -1,
		Result: sqltype.DoubleType},
}

// draws makes float64 of several temperaments.
var draws = map[string]func(r *rand.Rand) float64{
	"prices": func(r *rand.Rand) float64 { return math.Round(r.Float64()*1e6) / 100 },
	"normal": func(r *rand.Rand) float64 { return r.NormFloat64() },
	"wide":   func(r *rand.Rand) float64 { return r.NormFloat64() * math.Exp2(float64(r.IntN(200)-100)) },
	"any":    func(r *rand.Rand) float64 { return finiteBits(r) },
	"tiny":   func(r *rand.Rand) float64 { return math.Float64frombits(r.Uint64() & (1<<53 - 1)) },
	"huge":   func(r *rand.Rand) float64 { return math.Copysign(math.MaxFloat64*(1-r.Float64()/8), r.Float64()-0.5) },
	"zeros":  func(r *rand.Rand) float64 { return math.Copysign(0, r.Float64()-0.5) },
	"cancel": func(r *rand.Rand) float64 { return float64(r.IntN(3)-1) * math.Exp2(float64(r.IntN(300)-150)) },
	"halfways": func(r *rand.Rand) float64 {
		return []float64{1, 0x1p-53, -0x1p-53, 0x1p-54, 0x1p53, 1 + 0x1p-52}[r.IntN(6)]
	},
}

func finiteBits(r *rand.Rand) float64 {
	for {
		if v := math.Float64frombits(r.Uint64()); !math.IsNaN(v) && !math.IsInf(v, 0) {
			return v
		}
	}
}

// bigSum is the sum rounded once, by unbounded arithmetic.
func bigSum(rows []row) (sum float64, n int64) {
	exact := new(big.Float).SetPrec(6000).SetMode(big.ToNearestEven)
	for _, x := range rows {
		v := new(big.Float).SetPrec(6000).SetFloat64(x.values[0].(float64))
		v.Mul(v, new(big.Float).SetPrec(6000).SetInt64(x.weight))
		exact.Add(exact, v)
		n += x.weight
	}
	sum, _ = exact.Float64()
	return sum + 0, n
}

func TestFloatSumsAreExact(t *testing.T) {
	for name, draw := range draws {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, uint64(len(name))))
			for range 60 {
				var rows []row
				for range 1 + r.IntN(60) {
					w := int64(1)
					if r.IntN(5) == 0 {
						w = 1 + r.Int64N(1<<uint(1+r.IntN(40)))
					}
					rows = append(rows, row{int64(0), []any{draw(r)}, w})
				}
				want, n := bigSum(rows)
				var first map[any]string
				for range 4 {
					g := newGroups(t, doubleSum...)
					g.feed(r, []sqltype.Type{sqltype.DoubleType}, shuffled(r, rows))
					got := g.results()[int64(0)]
					if math.Float64bits(got[0].(float64)) != math.Float64bits(want) {
						t.Fatalf("sum %v (%x), want %v (%x) of %v", got[0], got[0], want, want, rows)
					}
					if avg := want / float64(n); math.Float64bits(got[1].(float64)) != math.Float64bits(avg) {
						t.Fatalf("avg %v, want %v", got[1], avg)
					}
					if st := g.state(); first == nil {
						first = st
					} else {
						sameMaps(t, "state bytes under permutation", st, first)
					}
				}
				checkMergedAndRetracted(t, r, rows, first, draw)
			}
		})
	}
}

// checkMergedAndRetracted: sums that went through other tables, or had rows added and taken back, have the same bytes.
func checkMergedAndRetracted(
	t *testing.T, r *rand.Rand, rows []row, want map[any]string, draw func(*rand.Rand) float64,
) {
	t.Helper()
	types := []sqltype.Type{sqltype.DoubleType}
	merged := mergedParts(t, r, doubleSum, types, rows)
	sameMaps(t, "state bytes after merging", merged.state(), want)

	all := append([]row(nil), rows...)
	for range 1 + r.IntN(10) {
		v := draw(r)
		switch r.IntN(8) {
		case 0:
			v = math.NaN()
		case 1:
			v = math.Inf(1)
		case 2:
			v = math.Inf(-1)
		}
		w := 1 + r.Int64N(3)
		all = append(all, row{int64(0), []any{v}, w}, row{int64(0), []any{v}, -w})
	}
	g := newGroups(t, doubleSum...)
	g.feed(r, types, shuffled(r, all))
	sameMaps(t, "state bytes after retraction", g.state(), want)

	merged.merge(g)
	other := newGroups(t, doubleSum...)
	other.feed(r, types, shuffled(r, all[:len(rows)+1])) // its last row may be NaN
	merged.merge(other)
	merged.unmerge(g)
	merged.unmerge(other)
	sameMaps(t, "state bytes after unmerging", merged.state(), want)
	checkUnmerged(t, r, doubleSum, types, rows, want)
}

func TestFloatSpecials(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		in   []float64
		want float64
	}{
		{[]float64{1, inf}, inf}, {[]float64{-inf, 5}, -inf}, {[]float64{inf, -inf}, nan}, {[]float64{nan, 1, inf}, nan},
		{[]float64{math.MaxFloat64, math.MaxFloat64}, inf},
		{[]float64{math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64}, math.MaxFloat64},
		{[]float64{-math.MaxFloat64, -math.MaxFloat64}, -inf}, {[]float64{0, math.Copysign(0, -1)}, 0},
		{[]float64{1e308, 1e308, -1e308, -1e308, 1}, 1}, {[]float64{5e-324, 1, -1}, 5e-324},
	} {
		g := newGroups(t, doubleSum...)
		for _, v := range c.in {
			g.feed(rand.New(rand.NewPCG(1, 1)), []sqltype.Type{sqltype.DoubleType}, []row{{int64(0), []any{v}, 1}})
		}
		got := g.results()[int64(0)][0].(float64)
		if math.Float64bits(got) != math.Float64bits(c.want) && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("sum of %v = %v, want %v", c.in, got, c.want)
		}
	}
}

func TestSpillRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		var x, y exact
		for range r.IntN(5) {
			x.add(finiteBits(r), int64(r.Uint64())>>r.UintN(64))
		}
		if r.IntN(3) == 0 {
			x.nan, x.neg = r.Int64N(5), r.Int64N(5)
		}
		b := x.encode(nil)
		y.decode(b)
		if x != y {
			t.Fatalf("%x decodes to another number", b)
		}
	}
	for _, v := range []float64{5e-324, -5e-324, 1, -1, math.MaxFloat64, -math.MaxFloat64, 0} {
		var x, y exact
		x.add(v, 1)
		y.decode(x.encode(nil))
		if got := y.finite(); got != v {
			t.Errorf("%v comes back as %v", v, got)
		}
	}
}

func FuzzFloatSum(f *testing.F) {
	f.Add(1.0, 1e100, -1e100, 5e-324)
	f.Add(math.MaxFloat64, math.MaxFloat64, -1.0, 0.0)
	f.Fuzz(func(t *testing.T, a, b, c, d float64) {
		rows := []row{{int64(0), []any{a}, 1}, {int64(0), []any{b}, 1}, {int64(0), []any{c}, 1}, {int64(0), []any{d}, 1}}
		for _, x := range rows {
			if v := x.values[0].(float64); math.IsNaN(v) || math.IsInf(v, 0) {
				return
			}
		}
		want, _ := bigSum(rows)
		g := newGroups(t, doubleSum...)
		g.feed(rand.New(rand.NewPCG(1, 1)), []sqltype.Type{sqltype.DoubleType}, rows)
		if got := g.results()[int64(0)][0].(float64); math.Float64bits(got) != math.Float64bits(want) {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}
