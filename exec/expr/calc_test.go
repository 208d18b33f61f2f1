package expr

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/invariants"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

func init() { invariants.On = true }

// calcInput has a BIGINT id, a divisor, a text and the same text as dictionary.
func calcInput(n int, weighted bool) *zset.Batch {
	big := sqltype.BigIntType
	schema := sqltype.Schema{{Name: "id", Type: big}, {Name: "d", Type: big}, {Name: "s", Type: text},
		{Name: "k", Type: text}}
	ids, ds, ss, codes := make([]any, n), make([]any, n), make([]any, n), make([]int32, n)
	for i := range n {
		ids[i], ds[i], codes[i] = int64(i), int64(i%5-2), int32(i%3-1)
		if i%4 != 1 {
			ss[i] = []string{"x", "yy", ""}[i%3]
		}
	}
	b := &zset.Batch{Schema: schema, N: n,
		Cols: []*vec.Vec{vec.Make(big, ids...), vec.Make(big, ds...), vec.Make(text, ss...),
			vec.NewDict(text, []string{"p", "q"}, codes...)}, Origin: &zset.Origin{Table: "t"}, Order: zset.Order{Seq: 7}}
	for i := range n {
		if weighted {
			b.Weights = append(b.Weights, int64(i%3-1))
		}
		b.Behind = append(b.Behind, clock.EventTime(i*10))
	}
	return b
}

func big(i int) scalar.Expr { return scalar.Col{Node: typed(sqltype.BigIntType), Index: i} }

func lessThan(limit int64) scalar.Expr {
	return scalar.Call{Node: typed(boolean), Overload: "<(BIGINT,BIGINT)",
		Args: []scalar.Expr{big(0), scalar.Const{Node: typed(sqltype.BigIntType), Value: limit}}}
}

var calcOut = sqltype.Schema{{Name: "id", Type: sqltype.BigIntType}, {Name: "s", Type: text}, {Name: "k", Type: text}}

func TestCalcKeepsWhatBelongsToRows(t *testing.T) {
	project := []scalar.Expr{big(0), scalar.Col{Node: typed(text), Index: 2}, scalar.Col{Node: typed(text), Index: 3}}
	for _, n := range []int{0, 1, 64, 65, 200} {
		for _, limit := range []int64{0, 1, 63, 100, 1000} {
			for _, weighted := range []bool{false, true} {
				c, err := NewCalc(lessThan(limit), project, calcInput(0, false).Schema, calcOut, nil)
				if err != nil {
					t.Fatal(err)
				}
				for range 2 { // the second time with used buffers
					b := calcInput(n, weighted)
					out, err := c.Run(b, nil)
					if err != nil {
						t.Fatal(err)
					}
					checkCalc(t, b, out, int(min(limit, int64(n))))
				}
			}
		}
	}
}

func checkCalc(t *testing.T, b, out *zset.Batch, n int) {
	t.Helper()
	if n == 0 {
		if out != nil {
			t.Fatalf("%d rows, want none", out.N)
		}
		return
	}
	if out.N != n || out.Order != b.Order || out.Origin != b.Origin ||
		!slices.EqualFunc(out.Schema, calcOut, func(x, y sqltype.Field) bool { return x == y }) {
		t.Fatalf("%d rows %v", out.N, out.Schema)
	}
	for i := range n {
		if out.Cols[0].Value(i) != int64(i) || vec.Flatten(out.Cols[1]).Value(i) != b.Cols[2].Value(i) ||
			vec.Flatten(out.Cols[2]).Value(i) != vec.Flatten(b.Cols[3]).Value(i) {
			t.Fatalf("row %d differs", i)
		}
		if out.Weight(i) != b.Weight(i) || out.RowOf(i) != i || out.Behind[i] != b.Behind[i] {
			t.Fatalf("row %d: weight %d, ordinal %d, behind %d", i, out.Weight(i), out.RowOf(i), out.Behind[i])
		}
	}
}

// TestCalcErrors: every failing row is reported once with its row in the input, the others come out.
func TestCalcErrors(t *testing.T) {
	// 100 / d fails for i%5 == 2, in the filter and in the projection.
	div := func(by scalar.Expr) scalar.Expr {
		return scalar.Call{Node: spanned(sqltype.BigIntType, 4, 8), Overload: "/(BIGINT,BIGINT)",
			Args: []scalar.Expr{scalar.Const{Node: typed(sqltype.BigIntType), Value: int64(100)}, by}}
	}
	odd := scalar.Call{Node: typed(boolean), Overload: "<>(BIGINT,BIGINT)", Args: []scalar.Expr{
		scalar.Call{Node: typed(sqltype.BigIntType), Overload: "%(BIGINT,BIGINT)",
			Args: []scalar.Expr{big(0), scalar.Const{Node: typed(sqltype.BigIntType), Value: int64(2)}}},
		scalar.Const{Node: typed(sqltype.BigIntType), Value: int64(0)}}}
	inFilter := scalar.And{Node: typed(boolean),
		Args: []scalar.Expr{odd, scalar.Call{Node: typed(boolean), Overload: "<(BIGINT,BIGINT)", Args: []scalar.Expr{
			div(big(1)), scalar.Const{Node: typed(sqltype.BigIntType), Value: int64(1000)}}}}}
	for name, c := range map[string]struct {
		filter  scalar.Expr
		project []scalar.Expr
		counts  func(i int) bool
	}{
		"filter":                {inFilter, []scalar.Expr{big(0)}, func(i int) bool { return i%2 == 1 }},
		"projection":            {nil, []scalar.Expr{big(0), div(big(1))}, func(int) bool { return true }},
		"projection and filter": {odd, []scalar.Expr{big(0), div(big(1))}, func(i int) bool { return i%2 == 1 }},
	} {
		t.Run(name, func(t *testing.T) {
			b := calcInput(130, true)
			calc, err := NewCalc(c.filter, c.project, b.Schema, calcOut[:len(c.project)], nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = calc.Run(b, nil)
			var rowErr *RowError
			if !errors.As(err, &rowErr) || rowErr.Code != diag.DivisionByZero || !c.counts(rowErr.Row) ||
				rowErr.Row%5 != 2 || rowErr.Span.Start != 4 {
				t.Fatal(err)
			}
			var bad, wantBad, got, want []int
			out, err := calc.Run(b, func(e *RowError) error { bad = append(bad, e.Row); return nil })
			if err != nil {
				t.Fatal(err)
			}
			for i := range 130 {
				switch {
				case !c.counts(i):
				case i%5 == 2:
					wantBad = append(wantBad, i)
				default:
					want = append(want, i)
				}
			}
			for i := range out.N {
				id := out.Cols[0].Value(i).(int64)
				got = append(got, int(id))
				if out.RowOf(i) != int(id) || out.Weight(i) != b.Weight(int(id)) || out.Behind[i] != b.Behind[id] {
					t.Fatalf("row %d: ordinal %d weight %d", id, out.RowOf(i), out.Weight(i))
				}
			}
			if !slices.Equal(bad, wantBad) || !slices.Equal(got, want) {
				t.Fatalf("errors %v\nwant %v\nrows %v\nwant %v", bad, wantBad, got, want)
			}
			stop := errors.New("stop")
			if _, err := calc.Run(b, func(*RowError) error { return stop }); !errors.Is(err, stop) {
				t.Fatal(err)
			}
		})
	}
}

func TestFilterSelect(t *testing.T) {
	f, err := CompileFilter(lessThan(70), calcInput(0, false).Schema, nil)
	if err != nil {
		t.Fatal(err)
	}
	b := calcInput(130, false)
	active := vec.FullBitmap(130)
	active.Clear(3)
	sel, rowErr := f.Select(b, active)
	if rowErr != nil || len(sel) != 69 || sel[3] != 4 || sel[68] != 69 {
		t.Fatal(sel, rowErr)
	}
	for _, v := range []any{true, false, nil} {
		k, err := CompileFilter(scalar.Const{Node: typed(boolean), Value: v}, b.Schema, nil)
		if err != nil {
			t.Fatal(err)
		}
		sel, rowErr := k.Select(b, nil)
		if want := map[any]int{true: 130}[v]; rowErr != nil || len(sel) != want {
			t.Fatal(v, len(sel), rowErr)
		}
	}
	if _, err := CompileFilter(big(0), b.Schema, nil); err == nil {
		t.Fatal("a filter of BIGINT")
	}
}

// TestSteadyStateDoesNotAllocate: after the first batches an Eval of fixed-width expressions allocates nothing.
func TestSteadyStateDoesNotAllocate(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	b := randomBatch(r, 1000)
	e := scalar.Case{Node: typed(integer), Whens: []scalar.When{{
		Cond: scalar.Call{Node: typed(boolean), Overload: "<(INT,INT)",
			Args: []scalar.Expr{scalar.Col{Node: typed(integer), Index: 6}, scalar.Col{Node: typed(integer), Index: 7}}},
		Then: scalar.Col{Node: typed(integer), Index: 6}}},
		Else: scalar.Call{Node: typed(integer), Overload: "+(INT,INT)",
			Args: []scalar.Expr{scalar.Col{Node: typed(integer), Index: 8}, scalar.Col{Node: typed(integer), Index: 9}}}}
	p, err := Compile([]scalar.Expr{e}, input, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(20, func() {
		if _, err := p.Eval(b, nil); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations per batch", n)
	}
}
