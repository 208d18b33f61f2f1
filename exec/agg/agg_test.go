package agg

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// spec resolves a call like the planner does. filter is a column, −1 for none.
func spec(t testing.TB, name string, arg, filter int, types ...sqltype.Type) Spec {
	t.Helper()
	var args []sqltype.Type
	var cols []int
	if arg >= 0 {
		args, cols = []sqltype.Type{types[arg]}, []int{arg}
	}
	r, err := function.ResolveAggregate(name, args, arg < 0)
	if err != nil {
		t.Fatal(err)
	}
	return Spec{ID: r.ID, Args: cols, ArgTypes: r.Args, Filter: filter, Result: r.Result}
}

// model computes an aggregate over the rows of one key the obvious way. Integers are big.Int throughout.
func model(s Spec, rows []row) any {
	n := new(big.Int)
	sum := new(big.Int)
	var best any
	for _, x := range rows {
		if s.Filter >= 0 && x.values[s.Filter] != true {
			continue
		}
		w := big.NewInt(x.weight)
		if len(s.Args) == 0 {
			n.Add(n, w)
			continue
		}
		v := x.values[s.Args[0]]
		if v == nil {
			continue
		}
		n.Add(n, w)
		if i, ok := asBig(v); ok {
			sum.Add(sum, new(big.Int).Mul(i, w))
		}
		if best == nil || less(v, best) == strings.HasPrefix(s.ID, "min") {
			best = v
		}
	}
	switch {
	case strings.HasPrefix(s.ID, "count"):
		return n.Int64()
	case n.Sign() == 0:
		return nil
	case strings.HasPrefix(s.ID, "min"), strings.HasPrefix(s.ID, "max"):
		return best
	case strings.HasPrefix(s.ID, "sum"):
		return fromBig(s.Result, sum)
	}
	if s.Result.Kind != sqltype.Decimal {
		return fromBig(s.Result, new(big.Int).Quo(sum, n))
	}
	sum.Mul(sum, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(s.Result.S-s.ArgTypes[0].S)), nil))
	q, r := new(big.Int).QuoRem(sum, n, new(big.Int))
	if r.Abs(r).Lsh(r, 1).Cmp(n) >= 0 {
		q.Add(q, big.NewInt(int64(sum.Sign())))
	}
	return fromBig(s.Result, q)
}

func asBig(v any) (*big.Int, bool) {
	switch v := v.(type) {
	case int64:
		return big.NewInt(v), true
	case vec.I128:
		i, _ := new(big.Int).SetString(string(v.AppendDecimal(nil, 0)), 10)
		return i, true
	}
	return nil, false
}

func fromBig(t sqltype.Type, i *big.Int) any {
	if t.Phys() == sqltype.PhysI128 {
		v, ok := vec.ParseDecimal([]byte(i.String()), 38, 0)
		if !ok {
			return "overflow"
		}
		return v
	}
	return i.Int64()
}

func less(a, b any) bool {
	switch a := a.(type) {
	case int64:
		return a < b.(int64)
	case float64:
		b := b.(float64)
		return a < b || (!math.IsNaN(a) && math.IsNaN(b))
	case string:
		return a < b.(string)
	default:
		return a.(vec.I128).Cmp(b.(vec.I128)) < 0
	}
}

// value draws a value of a type, sometimes NULL.
func value(r *rand.Rand, t sqltype.Type) any {
	if !t.NotNull && r.IntN(6) == 0 {
		return nil
	}
	switch t.Phys() {
	case sqltype.PhysBool:
		return r.IntN(2) == 0
	case sqltype.PhysI8:
		return int64(int8(r.Uint32()))
	case sqltype.PhysI16:
		return int64(int16(r.Uint32()))
	case sqltype.PhysI32:
		return int64(int32(r.Uint32())) >> r.UintN(32)
	case sqltype.PhysI64:
		v := int64(r.Uint64()) >> r.UintN(64)
		if t.Kind == sqltype.Decimal {
			v %= vec.Pow10Int64(int(t.P))
		}
		return v
	case sqltype.PhysF32:
		return float64(float32(r.NormFloat64()))
	case sqltype.PhysF64:
		return r.NormFloat64()
	case sqltype.PhysI128:
		v := vec.I128{r.Uint64(), uint64(int64(r.Uint64()) >> r.UintN(64))}
		_, v = v.QuoRem(vec.Pow10(int(t.P) - 2)) // sums stay within 38 digits
		return v
	}
	return strings.Repeat("é", r.IntN(3)) + fmt.Sprint(r.IntN(100))
}

func TestAgainstModel(t *testing.T) {
	types := []sqltype.Type{
		sqltype.TinyIntType, sqltype.SmallIntType, sqltype.IntType, sqltype.BigIntType, sqltype.BigIntType.Required(),
		sqltype.DecimalType(12, 2), sqltype.DecimalType(30, 4), sqltype.DecimalType(38, 10),
		sqltype.FloatType, sqltype.DoubleType,
		sqltype.StringType, sqltype.DateType, sqltype.TimestampType(3), sqltype.BooleanType,
	}
	filter := len(types) - 1
	for arg, typ := range types[:filter] {
		t.Run(typ.String(), func(t *testing.T) {
			var specs []Spec
			for _, f := range []int{-1, filter} {
				specs = append(specs, spec(t, "COUNT", -1, f), spec(t, "COUNT", arg, f, types...),
					spec(t, "MIN", arg, f, types...), spec(t, "MAX", arg, f, types...))
				if typ.Kind == sqltype.Decimal || typ.Kind == sqltype.TinyInt || typ.Kind == sqltype.BigInt {
					specs = append(specs, spec(t, "AVG", arg, f, types...))
				}
				if typ.Kind == sqltype.Decimal {
					specs = append(specs, spec(t, "SUM", arg, f, types...))
				}
			}
			checkModel(t, types, specs, false)
			exactOnes := specs[:0:0]
			for _, s := range specs {
				if !strings.HasPrefix(s.ID, "m") {
					exactOnes = append(exactOnes, s)
				}
			}
			checkModel(t, types, exactOnes, true)
		})
	}
}

// checkModel feeds random rows, in other orders and cuts and by way of other tables, and compares with the model.
func checkModel(t *testing.T, types []sqltype.Type, specs []Spec, retract bool) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 8 {
		var rows []row
		perKey := map[any][]row{}
		for range r.IntN(400) {
			x := row{key: int64(r.IntN(5)), weight: 1}
			for _, typ := range types {
				x.values = append(x.values, value(r, typ))
			}
			if r.IntN(4) == 0 {
				x.weight = 1 + r.Int64N(3)
			}
			rows = append(rows, x)
			perKey[x.key] = append(perKey[x.key], x)
			if retract && r.IntN(2) == 0 {
				back := x
				back.weight = -x.weight
				rows = append(rows, back)
				perKey[x.key] = perKey[x.key][:len(perKey[x.key])-1]
				if len(perKey[x.key]) == 0 {
					perKey[x.key] = []row{}
				}
			}
		}
		want := map[any][]any{}
		for k, xs := range perKey {
			for _, s := range specs {
				want[k] = append(want[k], model(s, xs))
			}
		}
		g := newGroups(t, specs...)
		g.feed(r, types, shuffled(r, rows))
		sameMaps(t, "results", g.results(), want)

		merged := mergedParts(t, r, specs, types, rows)
		sameMaps(t, "merged results", merged.results(), want)
		sameMaps(t, "merged state", merged.state(), g.state())
		if g.set.Linear() != retract {
			t.Fatalf("linear %v of %v", g.set.Linear(), specs)
		}
		if retract {
			checkUnmerged(t, r, specs, types, rows, g.state())
		}
	}
}

// TestSumOverflow: what counts is the result, not the way to it.
func TestSumOverflow(t *testing.T) {
	big18 := vec.Pow10(37)
	for _, c := range []struct {
		typ  sqltype.Type
		name string
		in   []any
		want any // nil: overflow
	}{
		{sqltype.BigIntType, "SUM", []any{int64(math.MaxInt64), int64(1), int64(-1)}, int64(math.MaxInt64)},
		{sqltype.BigIntType, "SUM", []any{int64(math.MaxInt64), int64(1)}, nil},
		{sqltype.BigIntType, "SUM", []any{int64(math.MinInt64), int64(-1)}, nil},
		{sqltype.BigIntType, "AVG", []any{int64(math.MaxInt64), int64(math.MaxInt64)}, int64(math.MaxInt64)},
		{sqltype.BigIntType, "AVG", []any{int64(math.MinInt64), int64(math.MinInt64)}, int64(math.MinInt64)},
		{sqltype.TinyIntType, "SUM", []any{int64(127), int64(1)}, nil},
		{sqltype.TinyIntType, "SUM", []any{int64(-128), int64(0)}, int64(-128)},
		{sqltype.SmallIntType, "SUM", []any{int64(32767), int64(1)}, nil},
		{sqltype.IntType, "SUM", []any{int64(math.MaxInt32), int64(1)}, nil},
		{sqltype.IntType, "AVG", []any{int64(-3), int64(-4)}, int64(-3)},
		{sqltype.DecimalType(38, 0), "SUM", []any{big18, big18, big18, big18, big18, big18, big18, big18, big18, big18}, nil},
		{sqltype.DecimalType(38, 0), "SUM", repeat(big18, 9), must(big18.Mul(vec.I128Of(9)))},
		{sqltype.DecimalType(38, 6), "AVG", repeat(big18, 40), big18},
		{sqltype.DecimalType(38, 0), "AVG", repeat(big18, 1), nil}, // six more digits do not fit
	} {
		g := newGroups(t, spec(t, c.name, 0, -1, c.typ))
		for _, v := range c.in {
			g.update([]any{1}, []*vec.Vec{vec.Make(c.typ, v)}, nil)
		}
		var out vec.Vec
		e := g.set.Emit(0, []uint32{0}, &out)
		if (e == nil) != (c.want != nil) {
			t.Errorf("%s of %v: %v", c.name, c.in, e)
			continue
		}
		if e == nil && out.Value(0) != c.want {
			t.Errorf("%s of %v = %v, want %v", c.name, c.in, out.Value(0), c.want)
		}
		if e != nil && !strings.Contains(e.Msg, c.name) {
			t.Errorf("message %q", e.Msg)
		}
	}
}

func repeat(v any, n int) (out []any) {
	for range n {
		out = append(out, v)
	}
	return out
}

func must(v vec.I128, over bool) vec.I128 {
	if over {
		panic("overflow")
	}
	return v
}

// TestWideSumsTravelBeyond128Bits: 10^38-sized values summed up and down, with weights.
func TestWideSumsTravelBeyond128Bits(t *testing.T) {
	typ := sqltype.DecimalType(38, 0)
	most, _ := vec.Pow10(38).Sub(vec.I128Of(1))
	least := most.Negate()
	g := newGroups(t, spec(t, "SUM", 0, -1, typ))
	g.update([]any{1, 1, 1}, []*vec.Vec{vec.Make(typ, most, least, most)}, []int64{1 << 40, 1 << 39, 1})
	g.update([]any{1, 1}, []*vec.Vec{vec.Make(typ, most, least)}, []int64{-(1 << 40), -(1 << 39)})
	if got := g.results()[int64(1)][0]; got != most {
		t.Fatalf("got %v, want %v", got, most)
	}
}

func TestExtremesOfFloats(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		in       []any
		min, max float64
	}{
		{[]any{nan, 1.0, -2.0}, -2, nan}, {[]any{nan, nan}, nan, nan},
		{[]any{math.Copysign(0, -1)}, 0, 0}, {[]any{math.Inf(1), math.Inf(-1)}, math.Inf(-1), math.Inf(1)},
	} {
		typ := sqltype.DoubleType
		g := newGroups(t, spec(t, "MIN", 0, -1, typ), spec(t, "MAX", 0, -1, typ))
		for _, v := range c.in {
			g.update([]any{1}, []*vec.Vec{vec.Make(typ, v)}, nil)
		}
		got := g.results()[int64(1)]
		for i, want := range []float64{c.min, c.max} {
			v := got[i].(float64)
			if math.Float64bits(v) != math.Float64bits(want) && !(math.IsNaN(v) && math.IsNaN(want)) {
				t.Errorf("%v: %v, want %v", c.in, v, want)
			}
		}
	}
}

func TestSharedState(t *testing.T) {
	bigint := sqltype.BigIntType.Required()
	types := []sqltype.Type{bigint, bigint, sqltype.BooleanType}
	specs := []Spec{
		spec(t, "COUNT", -1, -1), spec(t, "MAX", 0, -1, types...), spec(t, "AVG", 0, -1, types...),
		spec(t, "SUM", 0, -1, types...),
	}
	set, err := NewSet(specs, true)
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for _, c := range set.Columns() {
		size += max(c.Type.Phys().Width(), 1)
	}
	if size > 48 {
		t.Errorf("%d bytes a group for count, max, avg, sum: %v", size, set.Columns())
	}
	if n := len(set.keepers); n != 3 {
		t.Errorf("%d states, want 3: COUNT(*) with the row count, MAX, SUM with AVG", n)
	}
	apart, err := NewSet([]Spec{
		spec(t, "SUM", 0, -1, types...), spec(t, "SUM", 1, -1, types...), spec(t, "SUM", 0, 2, types...),
		spec(t, "MIN", 0, -1, types...),
		spec(t, "MAX", 0, -1, types...),
	}, false)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(apart.keepers); n != 5 {
		t.Errorf("%d states, want 5: other columns, filters or rules share nothing", n)
	}
}

// TestAppendOnly: a set with an append-only aggregate refuses to take rows back, by name; one without does it.
func TestAppendOnly(t *testing.T) {
	typ := sqltype.BigIntType
	take := func(names ...string) (refused any) {
		var specs []Spec
		for _, n := range names {
			specs = append(specs, spec(t, n, 0, -1, typ))
		}
		defer func() { refused = recover() }()
		newGroups(t, specs...).update([]any{1, 1}, []*vec.Vec{vec.Make(typ, int64(5), int64(5))}, []int64{1, -1})
		return nil
	}
	if r := take("COUNT", "SUM", "AVG"); r != nil {
		t.Error(r)
	}
	if r := take("SUM", "MAX", "MIN"); r != "agg: max(BIGINT) cannot take rows back" {
		t.Error(r)
	}
}

// TestDictionaryArguments: a scanner's dictionary column is read like a flat one.
func TestDictionaryArguments(t *testing.T) {
	typ := sqltype.StringType
	g := newGroups(t, spec(t, "MAX", 0, -1, typ), spec(t, "COUNT", 0, -1, typ))
	g.update([]any{1, 1, 1, 2}, []*vec.Vec{vec.NewDict(typ, []string{"b", "a"}, 1, 0, -1, -1)}, nil)
	sameMaps(t, "results", g.results(), map[any][]any{int64(1): {"b", int64(2)}, int64(2): {nil, int64(0)}})
}

func TestNewRefuses(t *testing.T) {
	for _, id := range []string{"median(BIGINT)", "sum(STRING)", "min(BOOLEAN)"} {
		arg := sqltype.StringType
		if strings.Contains(id, "BOOLEAN") {
			arg = sqltype.BooleanType
		}
		if _, err := New(id, []sqltype.Type{arg}, arg); err == nil {
			t.Errorf("%s is taken", id)
		}
	}
}

// TestEveryDeclaredAggregate: what the planner may resolve has an accumulator.
func TestEveryDeclaredAggregate(t *testing.T) {
	for _, a := range function.Aggregates() {
		for _, kind := range a.Kinds {
			typ := sqltype.Type{Kind: kind, P: 30, S: 2}
			if typ.IsTimestamp() || typ.Kind == sqltype.Varchar {
				typ.P, typ.S = 3, 0
			}
			s := spec(t, a.Name, 0, -1, typ)
			if _, err := New(s.ID, s.ArgTypes, s.Result); err != nil {
				t.Errorf("%s(%s): %v", a.Name, typ, err)
			}
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	const n, groupsN = 8192, 10_000
	r := rand.New(rand.NewPCG(1, 2))
	keys, ints, floats := make([]any, groupsN), make([]any, n), make([]any, n)
	for i := range keys {
		keys[i] = i
	}
	for i := range n {
		ints[i], floats[i] = r.Int64N(1e6), math.Round(r.Float64()*1e6)/100
	}
	types := []sqltype.Type{sqltype.BigIntType.Required(), sqltype.DoubleType.Required()}
	cols := []*vec.Vec{vec.Make(types[0], ints...), vec.Make(types[1], floats...)}
	for _, c := range []struct {
		name string
		arg  int
	}{{"COUNT", -1}, {"SUM", 0}, {"MAX", 0}, {"SUM", 1}} {
		label := c.name
		if c.arg >= 0 {
			label += "/" + types[c.arg].Nullable().String()
		}
		b.Run(label, func(b *testing.B) {
			g := newGroups(b, spec(b, c.name, c.arg, -1, types...))
			g.gidsOf(keys)
			gids := make([]uint32, n)
			for i := range gids {
				gids[i] = uint32(r.IntN(groupsN))
			}
			b.ReportAllocs()
			for b.Loop() {
				g.set.Update(gids, cols, nil)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
		})
	}
}

// TestExtremesRefuseRetractions: a wrong MAX would be silent, so it is a panic, which fails the epoch.
func TestExtremesRefuseRetractions(t *testing.T) {
	typ := sqltype.BigIntType
	g := newGroups(t, spec(t, "MAX", 0, -1, typ))
	defer func() {
		if recover() == nil {
			t.Fatal("a retraction is taken")
		}
	}()
	g.update([]any{1}, []*vec.Vec{vec.Make(typ, 5)}, []int64{-1})
}
