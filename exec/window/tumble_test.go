package window

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"
)

var _ = sample(Tumble, func(r *rand.Rand) Spec {
	return Spec{Kind: Tumble, Size: milliseconds(r, 1e6), Offset: 5000*time.Second - milliseconds(r, 1e7)}
})

func tumbling(t testing.TB, size, offset time.Duration) tumble {
	t.Helper()
	w, err := Spec{Kind: Tumble, Size: size, Offset: offset}.Aligned()
	if err != nil {
		t.Fatal(err)
	}
	return w.(tumble)
}

func TestTumbleAtBoundaries(t *testing.T) {
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
		got, ok := tumbling(t, c.size, c.offset).end(c.ts)
		if !ok || got != c.end {
			t.Errorf("size %s offset %s: end of %d is %d (%v), want %d", c.size, c.offset, c.ts, got, ok, c.end)
		}
	}
}

// TestTumbleAgainstBigArithmetic compares with unbounded integers, at the ends of event time too.
func TestTumbleAgainstBigArithmetic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	lo, hi := big.NewInt(math.MinInt64), big.NewInt(math.MaxInt64)
	for range 20000 {
		size := time.Duration(1+r.Int64N(1<<uint(1+r.IntN(40)))) * time.Millisecond
		if size <= 0 || size%time.Millisecond != 0 {
			continue
		}
		offset := time.Duration(r.Int64N(1<<40)-1<<39) * time.Microsecond * 1000
		w := tumbling(t, size, offset)
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
		got, ok := w.end(ts)
		if ok != want || (ok && got != end.Int64()) {
			t.Fatalf("size %s offset %s ts %d: %d %v, want %s %v", size, offset, ts, got, ok, end, want)
		}
	}
}

// TestSlicesGoOnAfterABadRow: the first row without a window is named, and those after it are right.
func TestSlicesGoOnAfterABadRow(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	w := tumbling(t, 10*time.Second, time.Second)
	ts := make([]int64, 1000)
	for i := range ts {
		ts[i] = r.Int64N(100_000_000) - 50_000_000
	}
	ts[500], ts[700] = math.MaxInt64, math.MinInt64
	ends := make([]int64, len(ts))
	if bad := w.Slices(ts, ends); bad != 500 {
		t.Fatalf("bad row %d, want 500", bad)
	}
	for i, v := range ts {
		if e, ok := w.end(v); ok && (ends[i] != e || v < w.Start(e) || v >= e) {
			t.Fatalf("row %d: %d is in [%d, %d), want the end %d", i, v, w.Start(ends[i]), ends[i], e)
		}
	}
}

func TestSpecRefuses(t *testing.T) {
	for _, s := range []Spec{
		{}, {Size: -time.Second}, {Size: time.Microsecond}, {Size: time.Second, Offset: time.Microsecond},
		{Size: time.Second, Step: time.Second}, {Kind: 200, Size: time.Second},
	} {
		if _, err := s.Assigner(); err == nil {
			t.Errorf("%+v is taken", s)
		}
	}
}

func BenchmarkSlices(b *testing.B) {
	w := tumbling(b, 10*time.Second, 0)
	ts, ends := make([]int64, 8192), make([]int64, 8192)
	for i := range ts {
		ts[i] = int64(i) * 10_000
	}
	b.SetBytes(8192)
	for b.Loop() {
		w.Slices(ts, ends)
	}
}
