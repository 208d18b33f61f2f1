package op

import (
	"strings"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// letters is what the operators of these tests read and write.
var letters = sqltype.Schema{{Name: "s", Type: sqltype.StringType}, {Name: "n", Type: sqltype.BigIntType}}

// faulty passes rows on, with one fault of the kind that operators have had.
type faulty struct {
	process func(f *faulty, b *zset.Batch, out Collector) error
	advance func(f *faulty, t Tick, out Collector) (clock.EventTime, error)
	kept    []*zset.Batch
	sel     zset.Selection
	total   int64
	counts  *Counters
}

func (f *faulty) Open(s *Setup) error { f.counts = s.Counters; return nil }

func (f *faulty) Process(_ int, b *zset.Batch, out Collector) error {
	if f.process == nil {
		return out.Emit(Rows, b)
	}
	return f.process(f, b, out)
}

func (f *faulty) Advance(t Tick, out Collector) (clock.EventTime, error) {
	if f.advance == nil {
		return t.Watermark, nil
	}
	return f.advance(f, t, out)
}

func (f *faulty) NextDue() (time.Time, bool) { return time.Time{}, false }
func (f *faulty) Close() error               { return nil }

// selectRows gives the rows that keep accepts.
func (f *faulty) selectRows(b *zset.Batch, keep func(i int) bool) *zset.Batch {
	var sel []int32
	for i := range b.N {
		if keep(i) {
			sel = append(sel, int32(i))
		}
	}
	return f.sel.Take(b, sel)
}

// passed is a test of an operator that should pass on every row.
func passed(o faulty) opTest {
	rows := func(at int64) []tuple {
		return []tuple{{1, []any{"a", at}}, {1, []any{"b", at + 1}}, {2, []any{nil, at + 2}}, {1, []any{"a", at + 3}}}
	}
	return opTest{
		ports: []port{{schema: letters}}, out: letters, make: func() (Operator, error) { f := o; return &f, nil },
		epochs: []epoch{one(10, rows(0), rows(0)), one(20, rows(100), rows(100))}, ordered: true, rowwise: true,
		retracts: true,
	}
}

// TestHarnessFindsFaults plants one fault after the other: each is found, and the operator without any passes.
func TestHarnessFindsFaults(t *testing.T) {
	if err := new(passed(faulty{})).check(); err != nil {
		t.Fatalf("an operator without a fault: %v", err)
	}
	for _, c := range []struct {
		name string
		op   faulty
		want string // part of what the harness says
	}{
		{"keeps a borrowed batch", faulty{
			process: func(f *faulty, b *zset.Batch, _ Collector) error {
				f.kept = append(f.kept, b)
				return nil
			},
			advance: func(f *faulty, t Tick, out Collector) (clock.EventTime, error) {
				for _, b := range f.kept {
					if err := out.Emit(Rows, b); err != nil {
						return 0, err
					}
				}
				f.kept = nil
				return t.Watermark, nil
			},
		}, "#"},
		{"selects a wrong row", faulty{process: func(f *faulty, b *zset.Batch, out Collector) error {
			return out.Emit(Rows, f.selectRows(b, func(i int) bool { return i < 3 }))
		}}, "batches of 7 rows"},
		{"loses the place of selected rows", faulty{process: func(f *faulty, b *zset.Batch, out Collector) error {
			b2 := *f.selectRows(b, func(int) bool { return true })
			b2.Rows = nil
			return out.Emit(Rows, &b2)
		}}, "from port0 row 0"},
		{"forgets weights", faulty{process: func(_ *faulty, b *zset.Batch, out Collector) error {
			b2 := *b
			b2.Weights = nil
			return out.Emit(Rows, &b2)
		}}, "+1 [<nil> 2]"},
		{"changes what it was lent", faulty{process: func(_ *faulty, b *zset.Batch, out Collector) error {
			err := out.Emit(Rows, b)
			if b.N > 0 {
				vec.Of[int64](b.Cols[1])[0]++
			}
			return err
		}}, "a lent batch was changed"},
		{"continues after an error", faulty{process: func(_ *faulty, b *zset.Batch, out Collector) error {
			_ = out.Emit(Rows, b)
			return nil
		}}, "the receiver's error is lost"},
		{"emits after an error", faulty{process: func(_ *faulty, b *zset.Batch, out Collector) error {
			err := out.Emit(Rows, b)
			if err != nil {
				_ = out.Emit(Rows, b)
			}
			return err
		}}, "emits after the receiver refused"},
		{"holds the watermark back", faulty{advance: func(_ *faulty, t Tick, _ Collector) (clock.EventTime, error) {
			return t.Watermark - 1, nil
		}}, "output watermark"},
		{"breaks on NULL", faulty{process: func(_ *faulty, b *zset.Batch, out Collector) error {
			for i := range b.N {
				_ = b.Cols[1].Value(i).(int64)
			}
			return out.Emit(Rows, b)
		}}, "n is NULL"},
		{"reads validity where there is none", faulty{process: func(_ *faulty, b *zset.Batch, out Collector) error {
			if b.Cols[1].Valid != nil && b.Cols[1].Valid[0] == 0 {
				return nil
			}
			return out.Emit(Rows, b)
		}}, "NULL"},
		{"emits other columns than it declares", faulty{process: func(_ *faulty, b *zset.Batch, out Collector) error {
			return out.Emit(Rows, &zset.Batch{Schema: b.Schema, N: b.N, Cols: b.Cols[:1]})
		}}, "1 columns"},
		{"takes a dictionary for its rows", faulty{process: func(_ *faulty, b *zset.Batch, out Collector) error {
			if b.Cols[0].Shape != vec.Dict {
				return out.Emit(Rows, b)
			}
			b2 := *b
			b2.Cols = []*vec.Vec{vec.New(sqltype.StringType, b.N), b.Cols[1]}
			return out.Emit(Rows, &b2)
		}}, "dictionaries"},
		{"counts groups that it does not hold", faulty{advance: func(f *faulty, t Tick, _ Collector) (clock.EventTime,
			error,
		) {
			f.counts.StateRows = 7
			return t.Watermark, nil
		}}, "the gauge says 7"},
		{"emits an epoch once more after a restart", faulty{
			process: func(f *faulty, b *zset.Batch, out Collector) error {
				f.total += int64(b.N)
				return out.Emit(Rows, b)
			},
			advance: func(f *faulty, t Tick, out Collector) (clock.EventTime, error) {
				if f.total == 4 && t.Epoch == 2 { // the first epoch is forgotten
					return t.Watermark, out.Emit(Rows, batchOf(letters, []tuple{{1, []any{"again", int64(0)}}}))
				}
				return t.Watermark, nil
			},
		}, "restart"},
	} {
		test := passed(c.op)
		err := test.check()
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("an operator that %s: %v, want it to say %q", c.name, err, c.want)
		}
	}
}

// TestHarnessFindsFaultsOfPorts: with two ports, the order of arrival and the watermark of each are looked at.
func TestHarnessFindsFaultsOfPorts(t *testing.T) {
	rows := []tuple{{1, []any{"a", int64(1)}}, {1, []any{"b", int64(2)}}}
	both := append(append([]tuple{}, rows...), rows...)
	for _, c := range []struct {
		name string
		op   faulty
		want string
	}{
		{"takes the first port's watermark", faulty{
			advance: func(_ *faulty, t Tick, _ Collector) (clock.EventTime, error) { return t.In[0], nil },
		}, "output watermark"},
		{"forgets what came before the last port", faulty{
			process: func(f *faulty, b *zset.Batch, _ Collector) error {
				if f.total += int64(b.N); f.total > 2 {
					f.kept = append(f.kept, b.Copy())
				}
				return nil
			},
			advance: func(f *faulty, t Tick, out Collector) (clock.EventTime, error) {
				for _, b := range f.kept {
					if err := out.Emit(Rows, b); err != nil {
						return 0, err
					}
				}
				f.kept, f.total = nil, 0
				return t.Watermark, nil
			},
		}, "as declared"},
		{"counts on the ports' order", faulty{process: func(f *faulty, b *zset.Batch, out Collector) error {
			if f.total += int64(b.N); f.total <= 2 && b.N > 0 && b.Cols[0].Type.NotNull {
				return nil
			}
			return out.Emit(Rows, b)
		}}, "row 2 of 2"},
	} {
		second := append(sqltype.Schema{}, letters...)
		second[0].Type = second[0].Type.Required()
		test := opTest{
			ports: []port{{schema: letters}, {schema: second}}, out: letters,
			make:   func() (Operator, error) { f := c.op; return &f, nil },
			epochs: []epoch{{rows: [][]tuple{rows, rows}, marks: []clock.EventTime{9, 3}, want: both}},
		}
		if err := test.check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("an operator that %s: %v, want it to say %q", c.name, err, c.want)
		}
	}
}

// TestHarnessFindsIllegalChanges: what is inserted before the row that it replaces is taken back is found.
func TestHarnessFindsIllegalChanges(t *testing.T) {
	newest := func(f *faulty, b *zset.Batch, _ Collector) error {
		for i := range b.N {
			f.total += b.Weight(i)
		}
		return nil
	}
	total := func(w, n int64) tuple { return tuple{w, []any{"total", n}} }
	test := opTest{
		ports: []port{{schema: letters, routed: true}}, out: letters,
		make: func() (Operator, error) {
			return &faulty{process: newest, advance: func(f *faulty, t Tick, out Collector) (clock.EventTime, error) {
				return t.Watermark, out.Emit(Rows, batchOf(letters, []tuple{total(-1, f.total-1), total(1, f.total)}))
			}}, nil
		},
		epochs: []epoch{one(1, []tuple{{1, []any{"a", 1}}}, []tuple{total(-1, 0), total(1, 1)})},
	}
	if err := test.check(); err == nil || !strings.Contains(err.Error(), "takes back what is not there") {
		t.Error(err)
	}
}
