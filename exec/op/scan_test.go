package op

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/deadletter"
	"streamsql/internal/diag"
	"streamsql/internal/scalar"
	"streamsql/internal/sqltype"
)

var events = sqltype.Schema{{Name: "ts", Type: sqltype.TimestampType(3)}, {Name: "d", Type: sqltype.BigIntType}}

func eventCol(i int) scalar.Expr {
	t := sqltype.BigIntType
	if i == 0 {
		t = events[0].Type
	}
	return scalar.Col{Node: scalar.Node{T: t}, Index: i}
}

// eventScan is: q AS 100 / d, q1 AS q + 1, WATERMARK FOR ts AS ts.
func eventScan(mode string) ScanSpec {
	big := sqltype.BigIntType
	return ScanSpec{
		In: events, Out: append(slices.Clone(events), sqltype.Field{Name: "q", Type: big},
			sqltype.Field{Name: "q1", Type: big}),
		Computed:  []scalar.Expr{call("/", big, constant(100), eventCol(1)), call("+", big, eventCol(2), constant(1))},
		Watermark: eventCol(0), TimeCol: 0, ErrorMode: mode,
	}
}

func newScan(t testing.TB, spec ScanSpec) *Scan {
	t.Helper()
	s, err := NewScan(spec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestScanComputesColumns(t *testing.T) {
	s := newScan(t, eventScan(deadletter.Fail))
	var m Scanned
	for round := range 3 { // a morsel's buffers are used again
		rows := []tuple{{1, []any{int64(round), 7}}, {1, []any{nil, nil}}}
		if err := s.Run(batchOf(events, rows), &m); err != nil {
			t.Fatal(err)
		}
		sameTuples(t, "rows", tuples(m.Rows),
			[]tuple{{1, []any{int64(round), int64(7), int64(14), int64(15)}}, {1, []any{nil, nil, nil, nil}}})
		if m.Max != clock.EventTime(round) {
			t.Fatalf("maximum %d", m.Max)
		}
	}
}

func TestScanErrors(t *testing.T) {
	for _, bad := range []int{1, 8, 9, 200} {
		s := newScan(t, eventScan(deadletter.DLQ))
		var rows, want []tuple
		for i := range 201 {
			d := int64(1)
			if i < bad {
				d = 0
			}
			rows = append(rows, tuple{1, []any{int64(1000 - i), d}})
			if d != 0 {
				want = append(want, tuple{1, []any{int64(1000 - i), d, int64(100), int64(101)}})
			}
		}
		var m Scanned
		for range 2 {
			if err := s.Run(positioned(batchOf(events, rows)), &m); err != nil {
				t.Fatal(err)
			}
			sameTuples(t, "rows", tuples(m.Rows), want)
			if m.Errors != int64(bad) || m.Max != clock.EventTime(1000-bad) {
				t.Fatalf("%d bad rows: %d dropped, maximum %d", bad, m.Errors, m.Max)
			}
			dead := tuples(m.Dead(time.UnixMilli(5)))
			if len(dead) != bad || dead[bad-1].values[0] != fmt.Sprintf("{raw %d}", 2*(bad-1)) ||
				dead[0].values[6] != int64(5000) {
				t.Fatalf("%d bad rows: dead letters %v", bad, dead)
			}
			if row := m.Rows.RowOf(0); row != 2*bad {
				t.Fatalf("the first good row is %d", row)
			}
		}
	}
	s := newScan(t, eventScan(deadletter.Fail))
	err := s.Run(positioned(batchOf(events, []tuple{{1, []any{int64(1), 0}}})), &Scanned{})
	if diag.CodeOf(err) != diag.DivisionByZero || !strings.Contains(err.Error(), "n.jsonl offset 0") ||
		strings.Contains(err.Error(), "epoch") {
		t.Fatal(err)
	}
}

// TestAttach compares with the definition: row i is behind the largest watermark before it; a morsel in which no row
// is at or below that carries nothing.
func TestAttach(t *testing.T) {
	spec := eventScan(deadletter.Fail)
	spec.Computed, spec.Out = nil, events
	s := newScan(t, spec)
	r := rand.New(rand.NewPCG(1, 2))
	clean := 0
	for range 2000 {
		var rows []tuple
		for i := range r.IntN(6) {
			ts := any(int64(i*10 + r.IntN(15)))
			if r.IntN(8) == 0 {
				ts = nil
			}
			rows = append(rows, tuple{1, []any{ts, 1}})
		}
		base := clock.EventTime(r.IntN(20) - 5)
		if r.IntN(4) == 0 {
			base = clock.Min
		}
		var want []clock.EventTime
		run, needed := base, false
		for _, x := range rows {
			want = append(want, run)
			if ts, ok := x.values[0].(int64); ok {
				needed = needed || clock.EventTime(ts) <= run
				run = max(run, clock.EventTime(ts))
			}
		}
		if !needed {
			want, clean = nil, clean+1
		}
		var m Scanned
		if err := s.Run(batchOf(events, rows), &m); err != nil {
			t.Fatal(err)
		}
		m.Attach(base)
		if !slices.Equal(m.Rows.Behind, want) {
			t.Fatalf("base %d rows %v: %v, want %v", base, rows, m.Rows.Behind, want)
		}
		if max(m.Max, base) != run {
			t.Fatalf("maximum %d, want %d", m.Max, run)
		}
	}
	if clean < 200 {
		t.Fatalf("only %d clean morsels drawn", clean)
	}
}

func TestScanWithoutWatermark(t *testing.T) {
	spec := eventScan(deadletter.Fail)
	spec.Watermark = nil
	s := newScan(t, spec)
	var m Scanned
	if err := s.Run(batchOf(events, []tuple{{1, []any{int64(5), 1}}}), &m); err != nil {
		t.Fatal(err)
	}
	m.Attach(clock.Max)
	if m.Rows.Behind != nil || m.Max != clock.Min {
		t.Fatalf("%v %v", m.Rows.Behind, m.Max)
	}
}

func TestScanRefusesTheClock(t *testing.T) {
	now := scalar.Clock{Node: scalar.Node{T: sqltype.TimestampType(3)}}
	spec := eventScan(deadletter.Fail)
	spec.Watermark = now
	if _, err := NewScan(spec); err == nil {
		t.Error("a watermark with the clock is taken")
	}
	spec = eventScan(deadletter.Fail)
	spec.Computed[1] = now
	if _, err := NewScan(spec); err == nil {
		t.Error("a computed column with the clock is taken")
	}
}

// TestSplitClock: q = 100/d, now, later = q + 1, after = a column over now. The scan keeps q and later.
func TestSplitClock(t *testing.T) {
	ts, big := sqltype.TimestampType(3), sqltype.BigIntType
	schema := append(slices.Clone(events), sqltype.Field{Name: "q", Type: big}, sqltype.Field{Name: "now", Type: ts},
		sqltype.Field{Name: "later", Type: big}, sqltype.Field{Name: "after", Type: big})
	col := func(i int) scalar.Expr { return scalar.Col{Node: scalar.Node{T: schema[i].Type}, Index: i} }
	computed := []scalar.Expr{
		call("/", big, constant(100), col(1)), scalar.Clock{Node: scalar.Node{T: ts}},
		call("+", big, col(2), constant(1)),
		call("+", big, scalar.Cast{Node: scalar.Node{T: big}, Arg: col(3)}, col(4)),
	}
	early, calc, rename := SplitClock(2, schema, computed)
	if fmt.Sprint(early, rename) != "[0 2] [0 1 2 -1 3 -1]" {
		t.Fatalf("early %v, rename %v", early, rename)
	}
	want := "[$0 $1 $2 clock:TIMESTAMP(3) $3 +(BIGINT,BIGINT)[cast[clock:TIMESTAMP(3) as BIGINT],$3]]"
	if got := fmt.Sprint(calc); got != want {
		t.Fatal(got)
	}
	if early, calc, _ = SplitClock(2, schema[:3], computed[:1]); len(early) != 1 || calc != nil {
		t.Fatalf("early %v, calc %v", early, calc)
	}
}
