package op

import (
	"fmt"
	"math"
	"testing"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// judged is a batch around a watermark of 13 s: on time, without a time, late, on time.
func judged() *zset.Batch {
	b := batchOf(bids, []tuple{
		{1, []any{15 * second, "a", 1, 1.0}}, {2, []any{nil, "b", 1, 1.0}},
		{3, []any{second, "c", 1, 1.0}}, {1, []any{16 * second, "d", 1, 1.0}},
	})
	b.Rows = []int32{10, 11, 12, 13}
	b.Origin = &zset.Origin{Table: "bids"}
	mark := clock.EventTime(13 * second)
	b.Behind = []clock.EventTime{1, mark, mark, 1}
	return b
}

// TestLateRowsLeaveWhereTheyAreTaken: what is dropped leaves with its place in the input and the watermark that it was
// judged by; where nobody takes it, it is counted and no more.
func TestLateRowsLeaveWhereTheyAreTaken(t *testing.T) {
	for _, connected := range []bool{false, true} {
		setup := Setup{Counters: &Counters{}, Epoch: &EpochClock{}}
		if connected {
			setup.Connected = setup.Connected.With(LateRows)
		}
		var kept, late []string
		l, run := judging(t, setup, outbox(func(port int, b *zset.Batch) error {
			to := &kept
			if port == LateRows {
				to = &late
			}
			for i := range b.N {
				*to = append(*to, fmt.Sprint(b.Cols[1].Value(i), b.Weight(i), b.RowOf(i), int64(b.Behind[i])))
			}
			return nil
		}))
		l.Guard(clock.EventTime(second))
		if err := run.Emit(Rows, judged()); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(kept), "[a1 10 1 d1 13 1]"; got != want {
			t.Errorf("kept %s, want %s", got, want)
		}
		want := "[]"
		if connected {
			want = "[b2 11 13000000 c3 12 13000000]"
		}
		if got := fmt.Sprint(late); got != want {
			t.Errorf("connected %v: late %s, want %s", connected, got, want)
		}
		if c := setup.Counters; c.Late != 1 || c.NullTime != 1 {
			t.Errorf("%d late, %d without time", c.Late, c.NullTime)
		}
	}
}

// TestLateAlone: batches of which all rows go leave no empty batch, and the watermark never goes back.
func TestLateAlone(t *testing.T) {
	var c Counters
	var out sink
	l, run := judging(t, Setup{Counters: &c, Epoch: &EpochClock{}}, &out)
	l.Guard(clock.EventTime(40 * second))
	l.Guard(clock.EventTime(2 * second))
	if err := run.Emit(Rows, judged()); err != nil || out.batches != 0 || c.Late != 3 || c.NullTime != 1 {
		t.Fatal(out.batches, c, err)
	}
}

// TestTimesUnderNull: what lies under NULL has no window, and nobody asks for one.
func TestTimesUnderNull(t *testing.T) {
	for _, missing := range [][]int{{0}, {1, 2}, {0, 1, 2}} {
		b := batchOf(bids, []tuple{
			{1, []any{15 * second, "a", 1, 1.0}}, {1, []any{17 * second, "b", 1, 1.0}}, {1, []any{16 * second, "c", 1, 1.0}},
		})
		valid := vec.FullBitmap(b.N)
		for _, i := range missing {
			valid.Clear(i)
			vec.Of[int64](b.Cols[0])[i] = math.MaxInt64
		}
		b.Cols[0].Valid = valid
		for _, judge := range []bool{true, false} {
			var c Counters
			var out sink
			setup := Setup{Counters: &c, Epoch: &EpochClock{}}
			_, run := judging(t, setup, &out)
			if !judge {
				w, err := NewWindow(assignSpec(false))
				if err != nil {
					t.Fatal(err)
				}
				_ = w.Open(&setup)
				run.rest = []Operator{w}
			}
			if err := run.Emit(Rows, b); err != nil {
				t.Fatal(err)
			}
			if len(out.rows) != b.N-len(missing) || c.NullTime != int64(len(missing)) {
				t.Fatalf("%v (judged %v): %v, %d without time", missing, judge, out.rows, c.NullTime)
			}
			for _, r := range out.rows {
				if r.values[4] != 10*second || r.values[5] != 20*second {
					t.Fatalf("%v: %v", missing, r)
				}
			}
		}
	}
}

// TestSlicesGoNoFurtherThanLate: the query that reads no window column gets none.
func TestSlicesGoNoFurtherThanLate(t *testing.T) {
	in := append(append(sqltype.Schema{}, bids...), sqltype.Field{Name: "slice", Type: sqltype.TimestampType(3)})
	l, err := NewLate(LateSpec{Windows: tens, TimeCol: 0, SliceCol: len(bids), Schema: bids})
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Open(&Setup{Counters: &Counters{}, Connected: Ports(0).With(LateRows)})
	l.Guard(clock.EventTime(9 * second))
	rows := []tuple{{1, []any{second, "a", 1, 1.0, 10 * second}}, {1, []any{11 * second, "b", 1, 1.0, 20 * second}}}
	for _, some := range [][]tuple{rows[:1], rows[1:], rows} {
		seen := 0
		err := l.Process(0, batchOf(in, some), outbox(func(_ int, b *zset.Batch) error {
			seen += len(tuples(b))
			if len(b.Cols) != len(bids) {
				t.Errorf("%d columns", len(b.Cols))
			}
			return nil
		}))
		if err != nil || seen != len(some) {
			t.Fatalf("%d rows of %d: %v", seen, len(some), err)
		}
	}
}
