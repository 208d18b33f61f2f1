package op

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/sqltype"
	"streamsql/internal/zset"
)

// inWindows gives bids the columns that Window adds.
func inWindows(rows []tuple) []tuple {
	out := make([]tuple, len(rows))
	for i, r := range rows {
		ts, _ := r.values[0].(int64)
		start := ts - ((ts%(10*second))+10*second)%(10*second)
		out[i] = tuple{r.weight, append(slices.Clone(r.values), start, start+10*second, start+10*second-1000)}
	}
	return out
}

// TestWindowAlone: along every cut, lane, restart and dress a row gets its own window, and keeps its place.
func TestWindowAlone(t *testing.T) {
	rows := randomBids(rand.New(rand.NewPCG(1, 9)), 60)
	timed := func(rows []tuple) []tuple {
		return slices.DeleteFunc(slices.Clone(rows), func(r tuple) bool { return r.values[0] == nil })
	}
	c := opTest{
		ports: []port{{schema: bids}}, out: assignSpec(false).Schema, ordered: true, rowwise: true, retracts: true,
		make: func() (Operator, error) { return NewWindow(assignSpec(false)) },
		model: func(epochs []epoch) (out [][]tuple) {
			for _, e := range epochs {
				out = append(out, inWindows(timed(portRows(e, 0))))
			}
			return out
		},
		epochs: []epoch{one(clock.EventTime(20*second), rows[:25], nil), one(clock.EventTime(40*second), rows[25:], nil)},
	}
	c.counted.NullTime = int64(len(rows) - len(timed(rows)))
	c.run(t)
}

// TestLateAgainstModel: along every cut, lane, restart and dress the same rows are late, and the others keep their
// place.
func TestLateAgainstModel(t *testing.T) {
	for _, lean := range []bool{false, true} {
		epochs := windowEpochs(rand.New(rand.NewPCG(2, 9)), randomBids(rand.New(rand.NewPCG(3, 9)), 150), lean)
		for _, e := range epochs {
			for p := range e.rows {
				e.rows[p] = inWindows(e.rows[p])
			}
		}
		schema := assignSpec(true).Schema
		c := opTest{
			name: fmt.Sprintf("lean %v", lean), ports: []port{{schema: schema, never: []int{4, 5, 6}}}, out: schema,
			ordered: true, rowwise: true, retracts: true, byEpoch: true,
			make: func() (Operator, error) {
				return NewLate(LateSpec{Windows: tens, TimeCol: 0, SliceCol: 5, Schema: schema})
			},
			model:  func(epochs []epoch) [][]tuple { kept, _, _ := lateModel(epochs); return kept },
			epochs: epochs,
		}
		_, late, null := lateModel(epochs)
		c.counted = Counters{Late: late, NullTime: null}
		c.run(t)
	}
}

// lateModel is the answer by the book.
func lateModel(epochs []epoch) (kept [][]tuple, late, null int64) {
	reached := clock.Min
	for _, e := range epochs {
		var rows []tuple
		for i, r := range portRows(e, 0) {
			switch {
			case r.values[0] == nil:
				null++
			case clock.EventTime(r.values[5].(int64)-1000) <= max(reached, e.behind[0][i]):
				late++
			default:
				rows = append(rows, r)
			}
		}
		if e.marks != nil {
			reached = e.marks[0]
		}
		kept = append(kept, rows)
	}
	return kept, late, null
}

// judged is a batch around a watermark: on time, without a time, late, on time.
func judged(at int64) *zset.Batch {
	b := batchOf(bids, []tuple{
		{1, []any{15 * second, "a", 1, 1.0}}, {2, []any{nil, "b", 1, 1.0}},
		{3, []any{second, "c", 1, 1.0}}, {1, []any{16 * second, "d", 1, 1.0}},
	})
	b.Rows = []int32{10, 11, 12, 13}
	b.Origin = &zset.Origin{Table: "bids"}
	mark := clock.EventTime(at)
	b.Behind = []clock.EventTime{1, mark, mark, 1}
	return b
}

// TestLateRowsLeaveWhereTheyAreTaken: what is dropped leaves with its place in the input and the watermark that it was
// judged by; where nobody takes it, it is counted and no more.
func TestLateRowsLeaveWhereTheyAreTaken(t *testing.T) {
	for _, connected := range []bool{false, true} {
		own, given := 13*second, second
		if connected {
			given = 14 * second // the later of the two is what the rows are judged by
		}
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
		l.Guard(clock.EventTime(given))
		if err := run.Emit(Rows, judged(own)); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(kept), "[a1 10 1 d1 13 1]"; got != want {
			t.Errorf("kept %s, want %s", got, want)
		}
		want := "[]"
		if connected {
			want = "[b2 11 14000000 c3 12 14000000]"
		}
		if got := fmt.Sprint(late); got != want {
			t.Errorf("connected %v: late %s, want %s", connected, got, want)
		}
		if c := setup.Counters; c.Late != 1 || c.NullTime != 1 {
			t.Errorf("%d late, %d without time", c.Late, c.NullTime)
		}
	}
}

// lateTest is the pair over bids; what it drops is taken.
func lateTest(t *testing.T, name string) opTest {
	return opTest{
		name: name, ports: []port{{schema: bids}}, out: bids, connected: Ports(0).With(LateRows),
		ordered: true, rowwise: true, retracts: true,
		make: func() (Operator, error) {
			w, _ := judgedWindow(t)
			l, err := NewLate(LateSpec{Windows: tens, TimeCol: 0, SliceCol: len(bids) + 1, Schema: bids})
			return pipe{w, l}, err
		},
	}
}

// tooLate is the definition: the window of ts has closed at the watermark.
func tooLate(ts int64, mark clock.EventTime) bool {
	start := int64(math.Floor(float64(ts)/1e7)) * 10 * second
	return clock.EventTime(start+10*second-1000) <= mark
}

// TestLateBoundaries judges rows around watermarks that have just closed a window, or are about to: by the watermark of
// each row's partition, and by that of the operator after the epoch before.
func TestLateBoundaries(t *testing.T) {
	const ms = int64(1000)
	own := lateTest(t, "by the row's own watermark")
	all := epoch{rows: [][]tuple{nil}, behind: [][]clock.EventTime{nil}}
	for _, mark := range []int64{10*second - 2*ms, 10*second - ms, 10 * second, 12 * second, 20*second - 2*ms,
		20*second - ms} {
		given := lateTest(t, fmt.Sprint("by what was given: ", mark))
		given.byEpoch = true
		e := epoch{rows: [][]tuple{nil}}
		for _, ts := range []any{-1 * ms, int64(0), 10*second - ms, 10 * second, 10*second + ms, 20*second - ms, 20 * second,
			mark - ms, mark, mark + ms, nil} {
			row := tuple{1, []any{ts, "a", int64(1), 1.0}}
			e.rows[0], all.rows[0] = append(e.rows[0], row), append(all.rows[0], row)
			all.behind[0] = append(all.behind[0], clock.EventTime(mark))
			v, timed := ts.(int64)
			switch {
			case !timed:
				given.counted.NullTime++
				own.counted.NullTime++
			case tooLate(v, clock.EventTime(mark)):
				given.counted.Late++
				own.counted.Late++
			default:
				e.want, all.want = append(e.want, row), append(all.want, row)
				continue
			}
			e.late, all.late = append(e.late, row), append(all.late, row)
		}
		given.epochs = []epoch{{marks: []clock.EventTime{clock.EventTime(mark)}}, e}
		given.run(t)
	}
	own.epochs = []epoch{all}
	own.run(t)
}

func TestLateJudgesByTheWatermarkItIsGiven(t *testing.T) {
	var c Counters
	var out sink
	late, run := judging(t, Setup{Counters: &c, Epoch: &EpochClock{}}, &out)
	late.Guard(clock.EventTime(12 * second))
	if _, err := late.Advance(Tick{Watermark: clock.EventTime(30 * second)}, nil); err != nil {
		t.Fatal(err) // that of its own place says nothing
	}
	if err := run.Emit(Rows, batchOf(bids, []tuple{{1, []any{9 * second, "a", 1, 1.0}},
		{1, []any{11 * second, "b", 1, 1.0}}})); err != nil {
		t.Fatal(err)
	}
	if c.Late != 1 || len(out.rows) != 1 || out.rows[0].values[1] != "b" {
		t.Fatalf("%d late, %v", c.Late, out.rows)
	}
}

func TestLateSample(t *testing.T) {
	day := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC).UnixMicro()
	for _, c := range []struct {
		ts, mark int64
		want     string
	}{
		{day + 2*second, day + 11*second, "behind watermark 12:00:11 by 9s, window [12:00:00, 12:00:10)"},
		{day + 2*second + 500_000, day + 70*second, "behind watermark 12:01:10 by 1m7.5s, window [12:00:00, 12:00:10)"},
		{day - 86400*second, day,
			"behind watermark 2026-01-01 12:00:00 by 24h0m0s, window [2025-12-31 12:00:00, 2025-12-31 12:00:10)"},
	} {
		var n Counters
		_, run := judging(t, Setup{Counters: &n, Epoch: &EpochClock{}}, &sink{})
		b := batchOf(bids, []tuple{{1, []any{c.ts, "a", 1, 1.0}}, {1, []any{c.ts, "b", 1, 1.0}}})
		b.Behind = []clock.EventTime{clock.EventTime(c.mark), clock.EventTime(c.mark)}
		if err := run.Emit(Rows, b); err != nil {
			t.Fatal(err)
		}
		if n.LateSample != c.want || n.Late != 2 {
			t.Errorf("%d late: %q\nwant %q", n.Late, n.LateSample, c.want)
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
	if err := run.Emit(Rows, judged(13*second)); err != nil || out.batches != 0 || c.Late != 3 || c.NullTime != 1 {
		t.Fatal(out.batches, c, err)
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
