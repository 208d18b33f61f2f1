package window

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"streamsql/internal/clock"
)

func tumble(t testing.TB, size, offset time.Duration) Tumble {
	t.Helper()
	w, err := NewTumble(size, offset)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestEndAtBoundaries(t *testing.T) {
	const s = int64(1_000_000)
	for _, c := range []struct {
		size, offset time.Duration
		ts, end      int64
	}{
		{10 * time.Second, 0, 0, 10 * s},
		{10 * time.Second, 0, -1, 0},
		{10 * time.Second, 0, 10*s - 1, 10 * s},
		{10 * time.Second, 0, 10 * s, 20 * s},
		{10 * time.Second, 0, 10*s + 1, 20 * s},
		{10 * time.Second, 0, -10 * s, 0},
		{10 * time.Second, 0, -10*s - 1, -10 * s},
		{10 * time.Second, 3 * time.Second, 0, 3 * s},
		{10 * time.Second, 3 * time.Second, 3 * s, 13 * s},
		{10 * time.Second, -7 * time.Second, 3*s - 1, 3 * s},
		{10 * time.Second, 23 * time.Second, 3 * s, 13 * s},
		{time.Millisecond, 0, 1999, 2000},
	} {
		got, ok := tumble(t, c.size, c.offset).End(c.ts)
		if !ok || got != c.end {
			t.Errorf("size %s offset %s: end of %d is %d (%v), want %d", c.size, c.offset, c.ts, got, ok, c.end)
		}
	}
}

// TestEndAgainstBigArithmetic compares with unbounded integers, at the ends of event time too.
func TestEndAgainstBigArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	lo, hi := big.NewInt(math.MinInt64), big.NewInt(math.MaxInt64)
	for range 20000 {
		size := time.Duration(1+r.Int64N(1<<uint(1+r.IntN(40)))) * time.Millisecond
		if size <= 0 || size%time.Millisecond != 0 {
			continue
		}
		offset := time.Duration(r.Int64N(1<<40)-1<<39) * time.Microsecond * 1000
		w := tumble(t, size, offset)
		ts := int64(r.Uint64()) >> r.UintN(64)
		switch r.IntN(6) {
		case 0:
			ts = math.MaxInt64 - r.Int64N(1<<45)
		case 1:
			ts = math.MinInt64 + r.Int64N(1<<45)
		}
		// start = floor((ts-offset)/size)*size + offset
		sz, off := big.NewInt(size.Microseconds()), big.NewInt(offset.Microseconds())
		q := new(big.Int).Sub(big.NewInt(ts), off)
		q.Sub(q, new(big.Int).Mod(q, sz)) // Mod is Euclidean: floored for a positive modulus
		start := q.Add(q, off)
		end := new(big.Int).Add(start, sz)
		want := start.Cmp(lo) > 0 && end.Cmp(hi) < 0
		got, ok := w.End(ts)
		if ok != want || (ok && got != end.Int64()) {
			t.Fatalf("size %s offset %s ts %d: %d %v, want %s %v", size, offset, ts, got, ok, end, want)
		}
	}
}

func TestEndsAgreesWithEnd(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	w := tumble(t, 10*time.Second, time.Second)
	ts := make([]int64, 1000)
	for i := range ts {
		ts[i] = r.Int64N(100_000_000) - 50_000_000
	}
	ts[500], ts[700] = math.MaxInt64, math.MinInt64
	ends := make([]int64, len(ts))
	least, bad := w.Ends(ts, ends)
	if bad != 500 {
		t.Fatalf("bad row %d, want 500", bad)
	}
	want := int64(clock.Max)
	for i, v := range ts {
		e, ok := w.End(v)
		if !ok {
			continue
		}
		want = min(want, e)
		if ends[i] != e {
			t.Fatalf("row %d: %d, want %d", i, ends[i], e)
		}
		if v < w.Start(e) || v >= e {
			t.Fatalf("%d is outside [%d, %d)", v, w.Start(e), e)
		}
	}
	if least != want {
		t.Fatalf("least %d, want %d", least, want)
	}
	if least, bad = w.Ends(nil, nil); least != int64(clock.Max) || bad != -1 {
		t.Fatalf("no rows: %d %d", least, bad)
	}
}

func TestClosed(t *testing.T) {
	end := int64(10_000_000)
	for _, c := range []struct {
		wm   int64
		want bool
	}{{end - 1001, false}, {end - 1000, true}, {end - 999, true}, {end, true}, {int64(clock.Min), false}, {int64(clock.Max), true}} {
		if got := Closed(end, clock.EventTime(c.wm)); got != c.want {
			t.Errorf("watermark %d: %v", c.wm, got)
		}
	}
}

func TestNewTumbleRefuses(t *testing.T) {
	for _, c := range [][2]time.Duration{{0, 0}, {-time.Second, 0}, {time.Microsecond, 0}, {time.Second, time.Microsecond}} {
		if _, err := NewTumble(c[0], c[1]); err == nil {
			t.Errorf("%v is taken", c)
		}
	}
}

func BenchmarkEnds(b *testing.B) {
	w := tumble(b, 10*time.Second, 0)
	ts, ends := make([]int64, 8192), make([]int64, 8192)
	for i := range ts {
		ts[i] = int64(i) * 10_000
	}
	b.SetBytes(8192)
	for b.Loop() {
		w.Ends(ts, ends)
	}
}
