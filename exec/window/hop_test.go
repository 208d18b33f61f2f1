package window

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"streamsql/internal/clock"
)

var (
	_ = sample(Hop, func(r *rand.Rand) Spec {
		slide := milliseconds(r, 1e5)
		size := milliseconds(r, 3e5)
		if r.IntN(2) == 0 {
			return Spec{Kind: Hop, Size: slide * time.Duration(1+r.IntN(6)), Step: slide,
				Offset: 5000*time.Second - milliseconds(r, 1e7)}
		}
		return Spec{Kind: Hop, Size: size, Step: max(slide, size/300).Truncate(time.Millisecond) + time.Millisecond,
			Offset: 5000*time.Second - milliseconds(r, 1e7)}
	})
	_ = sample(Cumulate, func(r *rand.Rand) Spec {
		step := milliseconds(r, 1e5)
		return Spec{Kind: Cumulate, Size: step * time.Duration(1+r.IntN(40)), Step: step,
			Offset: 5000*time.Second - milliseconds(r, 1e7)}
	})
)

// window is a window by its bounds.
type bounds struct{ start, end int64 }

// windowsByTheBook are the windows that hold ts, by trying all that begin near it.
func windowsByTheBook(s Spec, ts int64) (out []bounds) {
	size, step := s.Size.Microseconds(), s.Step.Microseconds()
	length, apart := size, step
	if s.Kind == Cumulate {
		length, apart = step, size
	}
	for start := ts - floorMod(ts-s.Offset.Microseconds(), apart); start > ts-size; start -= apart {
		for l := length; l <= size; l += length {
			if ts < start+l {
				out = append(out, bounds{start, start + l})
			}
		}
	}
	slices.SortFunc(out, func(a, b bounds) int { return int(a.end - b.end) })
	return out
}

// TestWindowsByTheBook: the slice of a time has exactly the windows that hold the time.
func TestWindowsByTheBook(t *testing.T) {
	for _, kind := range []Kind{Hop, Cumulate} {
		r := rand.New(rand.NewPCG(uint64(kind), 11))
		for range 300 {
			spec := samples[kind](r)
			a, err := spec.Aligned()
			if err != nil {
				t.Fatalf("%+v: %v", spec, err)
			}
			for range 20 {
				ts := r.Int64N(4*spec.Size.Microseconds()) - 2*spec.Size.Microseconds()
				want := windowsByTheBook(spec, ts)
				var got []bounds
				var s [1]int64
				if a.Slices([]int64{ts}, s[:]); s[0] != None {
					for end, ok := a.Next(s[0], int64(clock.Min)); ok; end, ok = a.Next(s[0], end) {
						got = append(got, bounds{a.Start(end), end})
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%+v: %d is in %v, want %v", spec, ts, got, want)
				}
			}
		}
	}
}

func TestHopAtBoundaries(t *testing.T) {
	const s = int64(1_000_000)
	for _, c := range []struct {
		size, slide, offset time.Duration
		ts                  int64
		ends                []int64
	}{
		{6 * time.Second, 4 * time.Second, 0, 0, []int64{2 * s, 6 * s}},
		{6 * time.Second, 4 * time.Second, 0, 2*s - 1, []int64{2 * s, 6 * s}},
		{6 * time.Second, 4 * time.Second, 0, 2 * s, []int64{6 * s}},
		{6 * time.Second, 4 * time.Second, time.Second, 2*s - 1, []int64{3 * s, 7 * s}},
		{4 * time.Second, 2 * time.Second, 0, -1, []int64{0, 2 * s}},
		{2 * time.Second, 3 * time.Second, 0, 2 * s, nil},
		{2 * time.Second, 3 * time.Second, 0, 2*s - 1, []int64{2 * s}},
		{2 * time.Second, 3 * time.Second, 0, -1, nil},
	} {
		var got []int64
		for _, w := range windowsByTheBook(Spec{Kind: Hop, Size: c.size, Step: c.slide, Offset: c.offset}, c.ts) {
			got = append(got, w.end)
		}
		if !slices.Equal(got, c.ends) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestOverlappingSpecsRefuse(t *testing.T) {
	for _, s := range []Spec{
		{Kind: Hop, Size: time.Second}, {Kind: Hop, Step: time.Second}, {Kind: Hop, Size: time.Second, Step: -time.Second},
		{Kind: Hop, Size: time.Second, Step: time.Microsecond}, {Kind: Cumulate, Size: time.Second},
		{Kind: Hop, Size: 2 * time.Second, Step: time.Millisecond},
		{Kind: Cumulate, Size: 5 * time.Second, Step: 2 * time.Second},
		{Kind: Cumulate, Size: time.Second, Step: 2 * time.Second},
	} {
		if _, err := s.Assigner(); err == nil {
			t.Errorf("%+v is taken", s)
		}
	}
}
