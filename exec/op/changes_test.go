package op

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// valuesOf gives values of each type of column, no two alike; the first of a float is NaN.
var valuesOf = map[sqltype.Type][]any{
	sqltype.BooleanType:         {true, false},
	sqltype.TinyIntType:         {1, -1, 127},
	sqltype.SmallIntType:        {1, -1, 256},
	sqltype.IntType:             {1, -1, 65536},
	sqltype.BigIntType:          {1, -1, int64(math.MaxInt64)},
	sqltype.FloatType:           {math.NaN(), 1.5, -1.5},
	sqltype.DoubleType:          {math.NaN(), 1.5, 1e300},
	sqltype.DecimalType(10, 2):  {100, -100, 7},
	sqltype.DecimalType(38, 0):  {vec.I128Of(1), vec.I128Of(-1), vec.I128{0, 1}},
	sqltype.StringType:          {"", "a", "ab"},
	sqltype.DateType:            {1, 2},
	sqltype.TimestampType(3):    {1000, 2000},
	sqltype.TimestampLTZType(3): {1000, 2000},
}

// TestMarkDifferent: for columns of every type, NULL differs from each value, values differ from each other, nothing
// differs from itself, and what lies under NULL is not looked at.
func TestMarkDifferent(t *testing.T) {
	for typ, values := range valuesOf {
		values = append(slices.Clone(values), nil)
		var left, right []any
		var want []bool
		for i, a := range values {
			for k, b := range values {
				left, right, want = append(left, a), append(right, b), append(want, i != k)
			}
		}
		a, b := vec.Make(typ, left...), vec.Make(typ, right...)
		noise(a)
		differs := make([]bool, len(want))
		markDifferent(differs, a, b)
		if !slices.Equal(differs, want) {
			t.Errorf("%s: %v\nand %v\ndiffer %v, want %v", typ, left, right, differs, want)
		}
	}
}

// TestGroupsOfEveryType: keys and results of each type come back as they went in, and a change of a result alone is
// one.
func TestGroupsOfEveryType(t *testing.T) {
	for typ, values := range valuesOf {
		in := sqltype.Schema{{Name: "k", Type: typ}, {Name: "v", Type: typ}}
		spec := GroupAggregateSpec{
			GroupSpec: GroupSpec{Node: "group", In: in, EndCol: -1, Keys: []int{0}, Aggs: []Agg{resolve(t, in, "COUNT", 1, -1)}},
			Out:       sqltype.Schema{{Name: "k", Type: typ}, {Name: "n", Type: sqltype.BigIntType}},
		}
		c := opTest{
			name: typ.String(), out: spec.Out, make: func() (Operator, error) { return NewGroupAggregate(spec) },
			ports: []port{{schema: in, routed: true, keys: []int{0}}}, retracts: true, undoes: true,
			watermark: groupTest(t, true, false, false).watermark, groups: int64(len(values)) + 1,
		}
		var first, second epoch
		first.rows, second.rows = [][]tuple{nil}, [][]tuple{nil}
		shown := func(v any) any { return vec.Make(typ, v).Value(0) }
		for _, v := range append(slices.Clone(values), nil) {
			first.rows[0] = append(first.rows[0], tuple{1, []any{v, values[0]}})
			second.rows[0] = append(second.rows[0], tuple{1, []any{v, values[1]}})
			first.want = append(first.want, tuple{1, []any{shown(v), int64(1)}})
			second.want = append(second.want, tuple{-1, []any{shown(v), int64(1)}}, tuple{1, []any{shown(v), int64(2)}})
		}
		c.epochs = []epoch{first, second}
		c.run(t)
	}
}

// TestExtremesOfEveryType: MAX gives the greatest value of its type, with NaN as the greatest float, and its change is
// emitted although nothing else of the group has changed.
func TestExtremesOfEveryType(t *testing.T) {
	for _, c := range []struct {
		typ          sqltype.Type
		less, more   any
		first, after string
	}{
		{sqltype.TinyIntType, -1, 1, "-1", "1"},
		{sqltype.SmallIntType, -1, 256, "-1", "256"},
		{sqltype.IntType, -1, 65536, "-1", "65536"},
		{sqltype.FloatType, 1.5, math.NaN(), "1.5", "NaN"},
		{sqltype.DoubleType, 1.5, 1e300, "1.5", "1e+300"},
		{sqltype.DecimalType(10, 2), -100, 7, "-100", "7"},
		{sqltype.DecimalType(38, 0), vec.I128Of(-1), vec.I128{0, 1}, "", ""},
		{sqltype.StringType, "a", "ab", "a", "ab"},
		{sqltype.DateType, 1, 2, "1", "2"},
		{sqltype.TimestampType(3), 1000, 2000, "1000", "2000"},
	} {
		in := sqltype.Schema{{Name: "v", Type: c.typ}}
		spec := GroupAggregateSpec{
			GroupSpec: GroupSpec{Node: "group", In: in, EndCol: -1, Aggs: []Agg{resolve(t, in, "MAX", 0, -1)}},
			Out:       sqltype.Schema{{Name: "m", Type: c.typ}},
		}
		shown := func(v any) any { return vec.Make(c.typ, v).Value(0) }
		if got := fmt.Sprint(shown(c.less), " ", shown(c.more)); c.first != "" && got != c.first+" "+c.after {
			t.Fatalf("%s: %s", c.typ, got)
		}
		row := func(w int64, v any) tuple { return tuple{w, []any{v}} }
		opTest{
			name: c.typ.String(), out: spec.Out, make: func() (Operator, error) { return NewGroupAggregate(spec) },
			ports: []port{{schema: in, routed: true}}, groups: 1, ordered: true,
			watermark: groupTest(t, true, false, false).watermark,
			epochs: []epoch{
				{rows: [][]tuple{{row(1, c.less), row(1, nil)}}, want: []tuple{row(1, shown(c.less))}},
				{rows: [][]tuple{{row(1, c.less)}}},
				{rows: [][]tuple{{row(1, c.more), row(1, c.less)}},
					want: []tuple{row(-1, shown(c.less)), row(1, shown(c.more))}},
			},
		}.run(t)
	}
}
