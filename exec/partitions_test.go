package exec

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// TestResultsDependOnPartitionsOnly: what a query gives is a function of each partition's rows. How the partitions come
// interleaved, how they are cut into epochs, how their records are framed, how many lanes there are and whether the
// process starts again in between change nothing.
func TestResultsDependOnPartitionsOnly(t *testing.T) {
	partitions := []string{"0", "1", "2", "10"}
	var want []string
	for seed := range uint64(24) {
		w := newWorld(t)
		w.o.input.Seed, w.o.input.Framed = seed, seed%2 == 1
		w.lanes, w.rows = 1+int(seed%3), 1+int(seed%7)
		for _, p := range partitions {
			w.o.input.Feed(p) // all exist from the start: one that appears later may find its first rows late
		}
		if seed%4 > 0 {
			w.env = func(e *Env) { e.MaxRows = int64(10 * seed) }
		}
		q := w.mustOpen(windowProgram(t))
		for i, l := range sample() {
			w.o.input.Feed(partitions[(i*i+i/3)%len(partitions)], l)
			if seed%5 == 0 && i%97 == 96 {
				if _, err := q.Step(context.Background(), true); err != nil {
					t.Fatal(err)
				}
				if err := q.Close(); err != nil {
					t.Fatal(err)
				}
				q = w.mustOpen(windowProgram(t))
			}
		}
		w.o.finish()
		if err := settle(q); err != nil {
			t.Fatal(err)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
		if got := w.o.all(); want == nil {
			want = got
		} else if !slices.Equal(got, want) {
			t.Errorf("seed %d: %s", seed, difference(got, want))
		}
	}
	if len(want) < 50 {
		t.Fatalf("%d rows only: the test shows nothing", len(want))
	}
}

// difference lists what only one of two results has.
func difference(got, want []string) string {
	var out []string
	for _, r := range got {
		if !slices.Contains(want, r) {
			out = append(out, "+ "+r)
		}
	}
	for _, r := range want {
		if !slices.Contains(got, r) {
			out = append(out, "- "+r)
		}
	}
	return strings.Join(out, "\n")
}
