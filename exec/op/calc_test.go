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

// calcTest is spec over rows, in one epoch.
func calcTest(name string, spec CalcSpec, rows, want []tuple) opTest {
	return opTest{
		name: name, ports: []port{{schema: spec.In}}, out: spec.Out,
		make:   func() (Operator, error) { return NewCalc(spec), nil },
		epochs: []epoch{one(7, rows, want)}, ordered: true, rowwise: true, retracts: true,
	}
}

func TestCalcModes(t *testing.T) {
	rows := []tuple{
		{1, []any{1, 5, "one"}}, {2, []any{0, 5, "bad filter"}}, {3, []any{2, 0, "bad value"}},
		{4, []any{-1, 0, "filtered"}},
		{5, []any{nil, 0, "unknown"}}, {6, []any{3, nil, "null"}}, {7, []any{10, 7, "last"}},
	}
	want := []tuple{{1, []any{"one", int64(20)}}, {6, []any{"null", nil}}, {7, []any{"last", int64(14)}}}
	letter := func(row int) tuple {
		return tuple{1, []any{fmt.Sprintf("{raw %d}", row), "port0", "p", fmt.Sprint("port0 row ", row),
			"division-by-zero", "division by zero", time.UnixMilli(1).UnixMicro(), nil}}
	}
	log := calcTest("log", quotients(deadletter.Log, true), rows, want)
	log.counted = Counters{RowErrors: 2}
	log.run(t)

	dlq := calcTest("dlq", quotients(deadletter.DLQ, true), rows, want)
	dlq.counted, dlq.epochs[0].dead = log.counted, []tuple{letter(1), letter(2)}
	dlq.run(t)

	fail := calcTest("fail", quotients(deadletter.Fail, true), rows, nil)
	fail.fails, fail.says = diag.DivisionByZero, []string{"division by zero", "port0 row 1", "epoch 1"}
	fail.run(t)
}

// TestCalcFaultHasItsPlace: the error of a row names the division in the query, and ends with the code for data.
func TestCalcFaultHasItsPlace(t *testing.T) {
	c, _ := openCalc(t, quotients(deadletter.Fail, false))
	err := c.Process(0, batchOf(numbers, []tuple{{1, []any{1, 0, "apple"}}}), &sink{})
	var e *diag.Error
	if !errors.As(err, &e) || e.Span != (diag.Span{Start: 10, End: 15}) || diag.ExitOf(err) != diag.ExitData {
		t.Errorf("%v, want it at the division", err)
	}
	// After an aggregate rows have no position; they are described by their columns.
	if err == nil || !strings.Contains(err.Error(), "a=1, b=0, s='apple'") {
		t.Error(err)
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
