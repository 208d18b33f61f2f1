package op

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"streamsql/internal/deadletter"
	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
)

var numbers = sqltype.Schema{{Name: "a", Type: sqltype.BigIntType}, {Name: "b", Type: sqltype.BigIntType},
	{Name: "s", Type: sqltype.StringType}}

func num(i int) scalar.Expr {
	return scalar.Col{Node: scalar.Node{T: numbers[i].Type}, Index: i}
}

// call is a function of two BIGINTs; its span is 10…15.
func call(op string, result sqltype.Type, args ...scalar.Expr) scalar.Expr {
	return scalar.Call{Node: scalar.Node{T: result, At: diag.Span{Start: 10, End: 15}}, Overload: op +
		"(BIGINT,BIGINT)", Args: args}
}

func constant(v int64) scalar.Expr {
	return scalar.Const{Node: scalar.Node{T: sqltype.BigIntType}, Value: v}
}

// quotients is SELECT s, 100 / b WHERE 10 / a > 0.
func quotients(mode string, filter bool) CalcSpec {
	spec := CalcSpec{
		Exprs: []scalar.Expr{num(2), call("/", sqltype.BigIntType, constant(100), num(1))}, ErrorMode: mode,
		In:  numbers,
		Out: sqltype.Schema{numbers[2], {Name: "q", Type: sqltype.BigIntType}},
	}
	if filter {
		spec.Filter = call(">", sqltype.BooleanType, call("/", sqltype.BigIntType, constant(10), num(0)), constant(0))
	}
	return spec
}

func openCalc(t testing.TB, spec CalcSpec) (*Calc, *Counters) {
	t.Helper()
	c := NewCalc(spec)
	n := &Counters{}
	if err := c.Open(&Setup{Counters: n, Epoch: &EpochClock{Epoch: 3, Now: time.UnixMilli(1234)}}); err != nil {
		t.Fatal(err)
	}
	return c, n
}

// positioned gives a batch the places of a file, skipping every other row.
func positioned(b *zset.Batch) *zset.Batch {
	b.Origin = &zset.Origin{
		Table: "numbers", Partition: "p",
		Offset: func(row int) string { return fmt.Sprintf("n.jsonl offset %d", row*10) },
		Raw:    func(row int) []byte { return []byte(fmt.Sprintf("{raw %d}", row)) },
	}
	for i := range b.N {
		b.Rows = append(b.Rows, int32(2*i))
	}
	return b
}

func TestCalcModes(t *testing.T) {
	rows := []tuple{
		{1, []any{1, 5, "one"}}, {2, []any{0, 5, "bad filter"}}, {3, []any{2, 0, "bad value"}},
		{4, []any{-1, 0, "filtered"}},
		{5, []any{nil, 0, "unknown"}}, {6, []any{3, nil, "null"}}, {7, []any{10, 7, "last"}},
	}
	want := []tuple{{1, []any{"one", int64(20)}}, {6, []any{"null", nil}}, {7, []any{"last", int64(14)}}}
	for _, mode := range []string{deadletter.Log, deadletter.DLQ} {
		c, n := openCalc(t, quotients(mode, true))
		var out sink
		if err := c.Process(0, positioned(batchOf(numbers, rows)), &out); err != nil {
			t.Fatal(err)
		}
		sameTuples(t, mode, out.rows, want)
		if n.RowErrors != 2 {
			t.Errorf("%s: %d row errors", mode, n.RowErrors)
		}
		var dead []tuple
		if mode == deadletter.DLQ {
			at := time.UnixMilli(1234).UnixMicro()
			dead = []tuple{
				{1, []any{"{raw 2}", "numbers", "p", "n.jsonl offset 20", "division-by-zero", "division by zero", at,
					nil}},
				{1, []any{"{raw 4}", "numbers", "p", "n.jsonl offset 40", "division-by-zero", "division by zero", at,
					nil}},
			}
		}
		sameTuples(t, mode+" dead letters", out.dead, dead)
	}
	c, _ := openCalc(t, quotients(deadletter.Fail, true))
	err := c.Process(0, positioned(batchOf(numbers, rows)), &sink{})
	if diag.CodeOf(err) != diag.DivisionByZero || diag.ExitOf(err) != diag.ExitData {
		t.Fatal(err)
	}
	for _, part := range []string{"division by zero", "n.jsonl offset 20", "epoch 3"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v lacks %q", err, part)
		}
	}
	var e *diag.Error
	if !errors.As(err, &e) || e.Span != (diag.Span{Start: 10, End: 15}) {
		t.Errorf("%v, want it at the division", err)
	}
}

// TestCalcBehindAnAggregate: rows without a position are described by their columns.
func TestCalcBehindAnAggregate(t *testing.T) {
	c, _ := openCalc(t, quotients(deadletter.Fail, false))
	err := c.Process(0, batchOf(numbers, []tuple{{1, []any{1, 0, "apple"}}}), &sink{})
	if err == nil || !strings.Contains(err.Error(), "a=1, b=0, s='apple'") {
		t.Fatal(err)
	}
}

func TestCalcCarriesPositions(t *testing.T) {
	c, _ := openCalc(t, quotients(deadletter.Log, true))
	rows := []tuple{{1, []any{0, 1, "x"}}, {5, []any{1, 1, "a"}}, {1, []any{-1, 1, "x"}}, {6, []any{1, 0, "x"}},
		{7, []any{1, 2, "b"}}}
	seen := false
	err := c.Process(0, positioned(batchOf(numbers, rows)), outbox(func(_ int, b *zset.Batch) error {
		seen = true
		if fmt.Sprint(b.Rows, b.Weights) != "[2 8] [5 7]" || b.Origin.Table != "numbers" {
			t.Errorf("%v %v", b.Rows, b.Weights)
		}
		return nil
	}))
	if err != nil || !seen {
		t.Fatal(seen, err)
	}
}

// TestCalcManyErrors: a batch of mostly bad rows is dropped row by row, each counted once.
func TestCalcManyErrors(t *testing.T) {
	for _, bad := range []int{8, 9, 64, 999} {
		var rows, want []tuple
		for i := range 1000 {
			b := int64(i + 1)
			if i%1000 < bad {
				b = 0
			}
			rows = append(rows, tuple{1, []any{1, b, fmt.Sprint(i)}})
			if b != 0 {
				want = append(want, tuple{1, []any{fmt.Sprint(i), 100 / b}})
			}
		}
		c, n := openCalc(t, quotients(deadletter.DLQ, true))
		var out sink
		if err := c.Process(0, positioned(batchOf(numbers, rows)), &out); err != nil {
			t.Fatal(err)
		}
		sameTuples(t, "rows", out.rows, want)
		if n.RowErrors != int64(bad) || len(out.dead) != bad {
			t.Fatalf("%d bad rows: %d counted, %d dead letters", bad, n.RowErrors, len(out.dead))
		}
		for i, d := range out.dead {
			if d.values[0] != fmt.Sprintf("{raw %d}", 2*i) {
				t.Fatalf("letter %d is %v", i, d.values)
			}
		}
	}
}
