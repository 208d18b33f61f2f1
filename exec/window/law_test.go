package window

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"streamsql/internal/clock"
)

// samples makes random windows of each kind, for the laws that hold for all of them. The test file of a kind adds it.
var samples = map[Kind]func(*rand.Rand) Spec{}

// sample registers a kind.
func sample(k Kind, fn func(*rand.Rand) Spec) Kind {
	samples[k] = fn
	return k
}

// milliseconds is between 1 and most, more often little than much.
func milliseconds(r *rand.Rand, most int64) time.Duration {
	return time.Duration(1+r.Int64N(1+r.Int64N(most))) * time.Millisecond
}

// TestEveryKindKeepsTheLaws checks what Assigner and Aligned promise against nothing but each other.
func TestEveryKindKeepsTheLaws(t *testing.T) {
	for k := range Kind(len(kinds)) {
		random, ok := samples[k]
		if !ok {
			t.Errorf("%s has no sample", k)
			continue
		}
		t.Run(k.String(), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(k), 7))
			for range 300 {
				spec := random(r)
				a, err := spec.Assigner()
				if err != nil {
					t.Fatalf("%+v: %v", spec, err)
				}
				l := laws{t, spec, a}
				l.batches(r)
				if w, ok := a.(Aligned); ok {
					l.windows(r, w)
				}
			}
		})
	}
}

// laws is one definition under test.
type laws struct {
	*testing.T
	spec Spec
	a    Assigner
}

// times are random ones around 1970 and others close to what bounds the windows of these.
func (l laws) times(r *rand.Rand) []int64 {
	size := l.spec.Size.Microseconds()
	var out []int64
	for range 20 {
		ts := r.Int64N(8*size) - 4*size
		s := l.slice(ts)
		if s == None {
			out = append(out, ts)
			continue
		}
		start, end := l.a.Last(s)
		out = append(out, ts, s-1, s, s+1, start-1, start, start+1, end-1, end, end+1)
	}
	return out
}

func (l laws) slice(ts int64) int64 {
	var out [1]int64
	if bad := l.a.Slices([]int64{ts}, out[:]); bad != -1 {
		l.Fatalf("%+v: %d has no window", l.spec, ts)
	}
	return out[0]
}

// batches: a row's slice does not depend on its neighbours, and a time is in its slice's last window.
func (l laws) batches(r *rand.Rand) {
	ts := l.times(r)
	out, lasts := make([]int64, len(ts)), make([]int64, len(ts))
	if bad := l.a.Slices(ts, out); bad != -1 {
		l.Fatalf("%+v: row %d, %d, has no window", l.spec, bad, ts[bad])
	}
	lasts = l.a.Lasts(out, lasts)
	for i, v := range ts {
		if one := l.slice(v); one != out[i] {
			l.Fatalf("%+v: %d is in slice %d alone and in %d among others", l.spec, v, one, out[i])
		}
		if out[i] == None {
			continue
		}
		start, end := l.a.Last(out[i])
		if v >= out[i] || v < start || out[i] > end || end != lasts[i] {
			l.Fatalf("%+v: %d in slice %d, last window [%d, %d) or %d", l.spec, v, out[i], start, end, lasts[i])
		}
	}
	if bad := l.a.Slices(nil, nil); bad != -1 {
		l.Fatalf("row %d of none", bad)
	}
}

// windows: the windows of a time's slice are those that hold the time, and no others.
func (l laws) windows(r *rand.Rand, w Aligned) {
	ts := l.times(r)
	var all []int64
	for _, v := range ts {
		all = append(all, l.of(w, v)...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	starts := make([]int64, len(all))
	w.Starts(all, starts)
	for _, v := range ts {
		var want []int64
		for i, end := range all {
			if starts[i] != w.Start(end) {
				l.Fatalf("%+v: window %d starts at %d or %d", l.spec, end, starts[i], w.Start(end))
			}
			if starts[i] <= v && v < end {
				want = append(want, end)
			}
		}
		got := l.of(w, v)
		if !slices.Equal(got, want) {
			l.Fatalf("%+v: %d is in the windows %v, its slice in %v", l.spec, v, want, got)
		}
		if w.Disjoint() && len(got) > 0 && (len(got) != 1 || got[0] != l.slice(v)) {
			l.Fatalf("%+v: %d is in %v", l.spec, v, got)
		}
	}
}

// of lists the windows of a time's slice, and checks that Next steps over none and Last is the last.
func (l laws) of(w Aligned, ts int64) (out []int64) {
	s := l.slice(ts)
	if s == None {
		return nil
	}
	for end, ok := w.Next(s, int64(clock.Min)); ok; end, ok = w.Next(s, end) {
		if len(out) > 0 && end <= out[len(out)-1] {
			l.Fatalf("%+v: window %d of slice %d comes after %v", l.spec, end, s, out)
		}
		if again, ok := w.Next(s, end-1); !ok || again != end {
			l.Fatalf("%+v: after %d comes %d, and %d after %d", l.spec, end-1, again, end, s)
		}
		out = append(out, end)
	}
	if !slices.IsSorted(out) || len(out) == 0 {
		l.Fatalf("%+v: the windows of %d are %v", l.spec, s, out)
	}
	if start, end := w.Last(s); end != out[len(out)-1] || start != w.Start(end) {
		l.Fatalf("%+v: the last window of %d is [%d, %d) of %v", l.spec, s, start, end, out)
	}
	return out
}

// TestNoWindowWraps: a window that reaches beyond event time is reported, for every kind.
func TestNoWindowWraps(t *testing.T) {
	for k, random := range samples {
		r := rand.New(rand.NewPCG(uint64(k), 8))
		for range 300 {
			spec := random(r)
			a, err := spec.Assigner()
			if err != nil {
				t.Fatal(err)
			}
			near := r.Int64N(2 * spec.Size.Microseconds())
			for _, ts := range []int64{
				int64(clock.Min), int64(clock.Min) + near, int64(clock.Max) - near, int64(clock.Max),
			} {
				var s [1]int64
				if a.Slices([]int64{ts}, s[:]) == 0 {
					continue
				}
				if s[0] == None {
					continue
				}
				start, end := a.Last(s[0])
				if start > ts || end <= ts || start == int64(clock.Min) || end == int64(clock.Max) {
					t.Fatalf("%+v: %d is in [%d, %d)", spec, ts, start, end)
				}
			}
			for _, ts := range []int64{int64(clock.Min), int64(clock.Max)} {
				if a.Slices([]int64{0, ts, ts}, []int64{0, 0, 0}) != 1 {
					t.Fatalf("%+v: %d has a window", spec, ts)
				}
			}
		}
	}
}

func TestClosedAndDue(t *testing.T) {
	end := int64(10_000_000)
	for _, c := range []struct {
		mark int64
		want bool
	}{
		{end - 1001, false}, {end - 1000, true}, {end - 999, true}, {end, true},
		{int64(clock.Min), false}, {int64(clock.Max), true},
	} {
		mark := clock.EventTime(c.mark)
		if got := Closed(end, mark); got != c.want || end <= Due(mark) != c.want {
			t.Errorf("watermark %d: %v, due to %d", c.mark, got, Due(mark))
		}
	}
	for _, mark := range []clock.EventTime{clock.Max, clock.Max - 1, clock.Max - 999} {
		if Due(mark) != int64(clock.Max) {
			t.Errorf("due to %d at %d", Due(mark), mark)
		}
	}
}

func TestColumns(t *testing.T) {
	w, err := Spec{Size: 10 * time.Second}.Aligned()
	if err != nil {
		t.Fatal(err)
	}
	ends, to := []int64{20_000_000, 0}, make([]int64, 2)
	for c, want := range map[Col][]int64{
		ColStart: {10_000_000, -10_000_000}, ColEnd: {20_000_000, 0}, ColTime: {19_999_000, -1000},
	} {
		if c.Of(w, ends, to); !slices.Equal(to, want) {
			t.Errorf("%s: %v, want %v", c, to, want)
		}
	}
}
