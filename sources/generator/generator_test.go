package generator

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/sources"
)

func TestAnchor(t *testing.T) {
	for _, c := range []struct {
		a    Anchor
		row  int64
		want int64
	}{
		{Anchor{0, 1_000_000, 3}, 0, 1_000_000},
		{Anchor{0, 1_000_000, 3}, 1, 1_333_333},
		{Anchor{0, 1_000_000, 3}, 3, 2_000_000},
		{Anchor{10, -5, 1_000_000}, 12, -3},
		{Anchor{0, 0, math.MaxInt64}, math.MaxInt64, 1_000_000},
		{Anchor{0, 1, 1}, math.MaxInt64, 1<<61 + 1}, // beyond what a time can be, and no panic
	} {
		if got := c.a.At(c.row); got != c.want {
			t.Errorf("%+v at %d: %d, want %d", c.a, c.row, got, c.want)
		}
	}
}

func TestPace(t *testing.T) {
	for _, c := range []struct {
		p    Pace
		d    time.Duration
		want int64
	}{
		{Pace{10, 1}, 0, 0},
		{Pace{10, 1}, 99 * time.Millisecond, 0},
		{Pace{10, 1}, 100 * time.Millisecond, 1},
		{Pace{1, 60}, 59 * time.Second, 0},
		{Pace{1, 60}, time.Minute, 1},
		{Pace{math.MaxInt64, 1}, time.Hour, 1 << 61},
	} {
		if got := c.p.within(c.d); got != c.want {
			t.Errorf("%+v within %s: %d, want %d", c.p, c.d, got, c.want)
		}
	}
	for _, p := range []Pace{{7, 3}, {1, 10}, {1_000_000, 1}, {46_000, 50}} {
		for n := int64(1); n < 1000; n += 37 {
			if d := p.after(n); d < time.Hour && (p.within(d) < n || p.within(d-2*time.Microsecond) > n) {
				t.Errorf("%+v: %d rows after %s, %d within that", p, n, d, p.within(d))
			}
		}
	}
}

func TestSpan(t *testing.T) {
	for _, s := range []Span{{}, {2, 5, 9, Anchor{1, -2, 3}}, {0, math.MaxInt64 - 1, math.MaxInt64, Anchor{}}} {
		if got := Decode(s.encode()); got != s {
			t.Errorf("%+v came back as %+v", s, got)
		}
	}
	if got := Decode(nil); got != (Span{}) {
		t.Errorf("no data is %+v", got)
	}
}

// TestKeysAreFrozen: rows of every generated table follow from these numbers.
func TestKeysAreFrozen(t *testing.T) {
	k := NewKey(1, "orders", "id")
	got := []uint64{k.At(0), k.At(1), k.At(-1), k.Sub(3).At(0), NewKey(0).At(0), NewKey(1, "order", "sid").At(0)}
	want := []uint64{0xefc3305679336e8c, 0x819abc2e61d59b78, 0x4944e82bf75e4a91, 0x4a9efad1cad1568a,
		0x9b83da7d9a524ca6, 0x9f90e31aa8e03ec7}
	for i := range got {
		if i >= len(want) || got[i] != want[i] {
			t.Fatalf("%#x", got)
		}
	}
}

// TestKeysAreRandom: bits are even, and neighbours have nothing in common.
func TestKeysAreRandom(t *testing.T) {
	const n = 1 << 16
	var ones [64]int
	var same [64]int
	k := NewKey(7, "t")
	last := k.At(-1)
	for i := range int64(n) {
		x := k.At(i)
		for b := range 64 {
			ones[b] += int(x >> b & 1)
			same[b] += int((x ^ last) >> b & 1)
		}
		last = x
	}
	for b := range 64 {
		if slack := 5 * math.Sqrt(n/4); math.Abs(float64(ones[b])-n/2) > slack || math.Abs(float64(same[b])-n/2) > slack {
			t.Errorf("bit %d: %d ones, %d changes of %d", b, ones[b], same[b], n)
		}
	}
	if Below(math.MaxUint64, 10) != 9 || Below(0, 10) != 0 || Unit(math.MaxUint64) >= 1 || Unit(0) != 0 {
		t.Error("the ends of a range")
	}
}

// table is a table of numbers, without columns.
func table(change func(*Spec)) *Source {
	s := Spec{Table: "t", Connector: "test", Ends: []int64{Endless}, Pace: Pace{100, 1}, Of: "a",
		RowBytes: func(format.Config) int64 { return 8 }}
	if change != nil {
		change(&s)
	}
	return New(s)
}

func parts(n int) func(*Spec) {
	return func(s *Spec) {
		s.Ends = make([]int64, n)
		for i := range s.Ends {
			s.Ends[i] = 10
		}
	}
}

// TestRefusesPositions: a log that another table wrote is an error, and so is a range that would hold other rows.
func TestRefusesPositions(t *testing.T) {
	two := sources.Offset(`{"rows":{"0":3,"1":4},"of":"a"}`)
	for _, c := range []struct {
		name string
		src  *Source
		at   sources.Offset
		want string
	}{
		{"not JSON", table(nil), sources.Offset(`[`), "not one of a generated table"},
		{"files", table(nil), sources.Offset(`{"files":[],"total":{}}`), ""}, // nothing was read: a fresh start
		{"partitions", table(nil), two, "the table has 1 partition"},
		{"negative", table(nil), sources.Offset(`{"rows":{"0":-1}}`), "at row -1"},
		{"no anchor", table(func(s *Spec) { s.Timed = true }), sources.Offset(`{"rows":{"0":1}}`), "not one of"},
		{"a rate of 0", table(func(s *Spec) { s.Timed = true }),
			sources.Offset(`{"rows":{"0":1},"anchor":{"rate":0}}`), "not one of"},
		{"as written", table(parts(2)), two, ""},
	} {
		_, err := c.src.Open(t.Context(), c.at, sources.Scan{})
		var fault *diag.Error
		switch {
		case c.want == "" && err == nil:
		case !errors.As(err, &fault), fault.Code != diag.SourceOffset, fault.Hint == "", !strings.Contains(fault.Msg, c.want):
			t.Errorf("%s: %v", c.name, err)
		}
	}
	changed := table(func(s *Spec) { parts(2)(s); s.Of = "b" })
	_, err := changed.Replay(t.Context(), nil, two, sources.Scan{})
	if diag.CodeOf(err) != diag.SourceOffset || !strings.Contains(err.Error(), "options were changed") {
		t.Errorf("a replay with other options: %v", err)
	}
	if _, err := changed.Open(t.Context(), two, sources.Scan{}); err != nil {
		t.Error(err)
	}
	if n := changed.Notices(); len(n) != 1 || !strings.Contains(n[0], "new options") || len(changed.Notices()) != 0 {
		t.Errorf("notices %q", n)
	}
}

// TestGrown: a table that ended and now has more rows is noticed.
func TestGrown(t *testing.T) {
	for _, c := range []struct {
		ends int64
		want string
	}{
		{10, ""}, {4, ""}, {11, "partition 1 after row 10"},
		{Endless, "partition 0 after row 12, partition 1 after row 10"},
	} {
		src := table(func(s *Spec) { s.Ends = []int64{c.ends, c.ends} })
		grown, names, err := src.Grown(sources.Offset(`{"rows":{"0":12,"1":10},"of":"a"}`))
		if err != nil || grown != (c.want != "") || strings.Join(names, ", ") != c.want {
			t.Errorf("%d rows: %t, %q, %v", c.ends, grown, names, err)
		}
	}
}

// take gives the next n events as text.
func take(t *testing.T, f sources.Feed, n int) (out []string) {
	t.Helper()
	for range n {
		e, err := f.Next(t.Context())
		switch {
		case errors.Is(err, io.EOF):
			return append(out, "end")
		case err != nil:
			t.Fatal(err)
		case e.Mark != nil:
			out = append(out, "mark")
		case e.Chunk.Records == 0:
			out = append(out, "new "+e.Chunk.Partition)
		default:
			out = append(out, e.Chunk.Partition)
		}
	}
	return out
}

// TestPartitionsTakeTurns: they are announced before there are rows, and none waits for another.
func TestPartitionsTakeTurns(t *testing.T) {
	src := table(func(s *Spec) { parts(3)(s); s.Unpaced = true })
	f, err := src.Open(t.Context(), nil, sources.Scan{ChunkRows: 5})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(take(t, f, 20), ", "); got != "new 0, new 1, new 2, 0, 1, 2, 0, 1, 2, end" {
		t.Error(got)
	}
	f, err = src.Open(t.Context(), sources.Offset(`{"rows":{"0":10,"2":5},"of":"a"}`), sources.Scan{ChunkRows: 5})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(take(t, f, 20), ", "); got != "new 1, 1, 2, 1, end" {
		t.Error(got)
	}
}

// TestReplayKnowsItsPartitions: one that the epoch did not know is not announced by its replay.
func TestReplayKnowsItsPartitions(t *testing.T) {
	f, err := table(parts(3)).Replay(t.Context(), sources.Offset(`{"rows":{"0":5},"of":"a"}`),
		sources.Offset(`{"rows":{"0":7,"2":0},"of":"a"}`), sources.Scan{ChunkRows: 5})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(take(t, f, 20), ", "); got != "new 2, 0, end" {
		t.Error(got)
	}
}

// TestKeepAlive: the table stays open, silent, until somebody looks or leaves.
func TestKeepAlive(t *testing.T) {
	src := table(func(s *Spec) { parts(1)(s); s.KeepAlive, s.Unpaced = true, true })
	f, err := src.Open(t.Context(), nil, sources.Scan{ChunkRows: 50, Clock: clock.NewManual(time.UnixMilli(0))})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(take(t, f, 2), ", "); got != "0, mark" {
		t.Fatal(got)
	}
	f.Look()
	if got := strings.Join(take(t, f, 1), ", "); got != "mark" {
		t.Fatal(got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestChunksAreBounded: rows that are long come in fewer to a chunk.
func TestChunksAreBounded(t *testing.T) {
	src := table(func(s *Spec) {
		parts(1)(s)
		s.Ends[0], s.Unpaced = 1000, true
		s.RowBytes = func(format.Config) int64 { return 1 << 20 }
		s.Rows = func(format.Config) (func() format.Decoder, error) { return nil, nil }
	})
	if _, err := src.Rows(format.Config{}); err != nil {
		t.Fatal(err)
	}
	f, err := src.Open(t.Context(), nil, sources.Scan{ChunkRows: 8192})
	if err != nil {
		t.Fatal(err)
	}
	e, err := f.Next(t.Context())
	if err != nil || e.Chunk.Records != 4 || e.Chunk.Size != 4<<20 {
		t.Errorf("%+v, %v", e.Chunk, err)
	}
}
