package expr

import (
	"sync"
	"testing"

	"streamsql/internal/function"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// TestProgramsSideBySide runs every example in several goroutines at once, each with programs of its own, the first
// argument as a column and the others as constants: kernels of one overload share nothing that a call writes. The race
// detector sees what the results may hide.
func TestProgramsSideBySide(t *testing.T) {
	for _, o := range function.All() {
		for _, x := range o.Examples {
			if len(x.Args) == 0 || o.Params[0].Keywords != nil {
				continue
			}
			args := make([]scalar.Expr, len(x.Args))
			for i, a := range x.Args {
				args[i] = literal(t, a)
			}
			call := callOf(t, o.Name, args...)
			if call.Args[0].Type().Kind == sqltype.Null {
				continue
			}
			sideBySide(t, exampleSQL(o, x), call, x.Want)
		}
	}
}

func sideBySide(t *testing.T, name string, call scalar.Call, want string) {
	t.Helper()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			batch := &zset.Batch{N: 70}
			p, err := Compile([]scalar.Expr{call.Args[0]}, nil, nil)
			if err != nil {
				t.Error(err)
				return
			}
			v, fault := p.Eval(batch, nil)
			if fault != nil {
				t.Error(fault)
				return
			}
			batch.Schema = sqltype.Schema{{Name: "0", Type: call.Args[0].Type()}}
			batch.Cols = append(batch.Cols, v[0])
			mine := call
			mine.Args = append([]scalar.Expr{scalar.Col{Node: scalar.Node{T: call.Args[0].Type()}}}, call.Args[1:]...)
			if p, err = Compile([]scalar.Expr{bound(mine, lastOf(mine.Args))}, batch.Schema, nil); err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			for range 5 {
				res, fault := p.Eval(batch, nil)
				if fault != nil {
					t.Errorf("%s: %v", name, fault)
					return
				}
				if got := show(res[0], 69); got != want {
					t.Errorf("%s = %s, want %s", name, got, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

// TestConstantsDoNotMeet: two programs of one overload with different constants, at the same time.
func TestConstantsDoNotMeet(t *testing.T) {
	ts := sqltype.TimestampType(3)
	interval := sqltype.Type{Kind: sqltype.IntervalMicros, NotNull: true}
	var wg sync.WaitGroup
	for _, step := range []int64{1_000_000, 7_000_000} {
		wg.Go(func() {
			call := callOf(t, "+", scalar.Col{Node: scalar.Node{T: ts}},
				scalar.Const{Node: scalar.Node{T: interval}, Value: step})
			schema := sqltype.Schema{{Name: "ts", Type: ts}}
			p, err := Compile([]scalar.Expr{call}, schema, nil)
			if err != nil {
				t.Error(err)
				return
			}
			batch := times(4096)
			for range 300 {
				res, fault := p.Eval(batch, nil)
				if fault != nil {
					t.Error(fault)
					return
				}
				for i := range 4096 {
					if got := res[0].Value(i).(int64); got != int64(i)*1000+step {
						t.Errorf("row %d: %d, want %d", i, got, int64(i)*1000+step)
						return
					}
				}
			}
		})
	}
	wg.Wait()
}

// times is n rows of one TIMESTAMP column, a millisecond apart.
func times(n int) *zset.Batch {
	v := vec.New(sqltype.TimestampType(3), n)
	for i, ts := 0, vec.Of[int64](v); i < n; i++ {
		ts[i] = int64(i) * 1000
	}
	return &zset.Batch{Schema: sqltype.Schema{{Name: "ts", Type: v.Type}}, N: n, Cols: []*vec.Vec{v}}
}
