package op

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"streamsql/internal/function"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

const second = int64(1_000_000)

// tuple is one row with its weight.
type tuple struct {
	weight int64
	values []any
}

func (t tuple) String() string { return fmt.Sprintf("%+d %v", t.weight, t.values) }

// sink collects what an operator emits, copying it.
type sink struct {
	rows    []tuple
	orders  []zset.Order // of each row
	dead    []tuple
	batches int
}

func (s *sink) Emit(port int, b *zset.Batch) error {
	if port == Dead {
		s.dead = append(s.dead, tuples(b)...)
		return nil
	}
	s.batches++
	rows := tuples(b)
	s.rows = append(s.rows, rows...)
	for range rows {
		s.orders = append(s.orders, b.Order)
	}
	return nil
}

func tuples(b *zset.Batch) []tuple {
	if len(b.Cols) != len(b.Schema) {
		panic(fmt.Sprintf("%d columns for schema %s", len(b.Cols), b.Schema))
	}
	out := make([]tuple, b.N)
	for i := range out {
		out[i].weight = b.Weight(i)
		for k, c := range b.Cols {
			if c.Len != b.N || c.Type.Phys() != b.Schema[k].Type.Phys() {
				panic(fmt.Sprintf("column %s: %d rows of %s in a batch of %d %s", b.Schema[k].Name, c.Len, c.Type, b.N,
					b.Schema[k].Type))
			}
			out[i].values = append(out[i].values, c.Value(i))
		}
	}
	return out
}

// batchOf builds a batch; weights stay nil when all are 1.
func batchOf(schema sqltype.Schema, rows []tuple) *zset.Batch {
	b := &zset.Batch{Schema: schema, N: len(rows)}
	for k, f := range schema {
		values := make([]any, len(rows))
		for i, r := range rows {
			values[i] = r.values[k]
		}
		b.Cols = append(b.Cols, vec.Make(f.Type, values...))
	}
	for i, r := range rows {
		if r.weight != 1 && b.Weights == nil {
			b.Weights = make([]int64, len(rows))
			for k := range i {
				b.Weights[k] = 1
			}
		}
		if b.Weights != nil {
			b.Weights[i] = r.weight
		}
	}
	return b
}

// resolve makes an aggregate call like the planner does.
func resolve(t testing.TB, in sqltype.Schema, name string, arg, filter int) Agg {
	t.Helper()
	var args []sqltype.Type
	a := Agg{Filter: filter}
	if arg >= 0 {
		args, a.Args = []sqltype.Type{in[arg].Type}, []int{arg}
	}
	r, err := function.ResolveAggregate(name, args, arg < 0)
	if err != nil {
		t.Fatal(err)
	}
	a.ID, a.Type = r.ID, r.Result
	return a
}

// chain feeds a batch through operators to out.
type chain struct {
	rest []Operator
	out  Collector
}

func (c chain) Emit(port int, b *zset.Batch) error {
	if port != Rows || len(c.rest) == 0 {
		return c.out.Emit(port, b)
	}
	return c.rest[0].Process(0, b, chain{c.rest[1:], c.out})
}

type outbox func(port int, b *zset.Batch) error

func (f outbox) Emit(port int, b *zset.Batch) error { return f(port, b) }

func sameTuples(t testing.TB, what string, got, want []tuple) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || fmt.Sprint(got[i]) != fmt.Sprint(want[i]) {
			g, w := "nothing", "nothing"
			if i < len(got) {
				g = got[i].String()
			}
			if i < len(want) {
				w = want[i].String()
			}
			t.Fatalf("%s: row %d of %d: %s\nwant (of %d): %s", what, i, len(got), g, len(want), w)
		}
	}
}

// cuts divides n into random runs.
func cuts(r *rand.Rand, n, longest int) []int {
	var out []int
	for n > 0 {
		k := 1 + r.IntN(min(n, longest))
		out = append(out, k)
		n -= k
	}
	return out
}

// coded makes a text column a dictionary column now and then, with an unused entry and one that occurs twice.
func coded(r *rand.Rand, v *vec.Vec) *vec.Vec {
	if r.IntN(2) == 0 {
		return v
	}
	entries := []string{"unused"}
	at := map[string][]int32{}
	codes := make([]int32, v.Len)
	for i := range codes {
		x, ok := v.Value(i).(string)
		if !ok {
			codes[i] = -1
			continue
		}
		if len(at[x]) == 0 || (len(at[x]) == 1 && r.IntN(4) == 0) {
			at[x] = append(at[x], int32(len(entries)))
			entries = append(entries, x)
		}
		codes[i] = at[x][r.IntN(len(at[x]))]
	}
	return vec.NewDict(v.Type, entries, codes...)
}
