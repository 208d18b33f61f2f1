package exec

import (
	"context"
	"slices"
	"testing"
)

// TestASenderThatHasGoneHoldsNothingBack: its partition counts for the epoch that holds its end and for none after it;
// neither a restart nor a replay brings it back. The last one to go leaves the watermark where it had brought it.
func TestASenderThatHasGoneHoldsNothingBack(t *testing.T) {
	for _, restart := range []bool{false, true} {
		w := newWorld(t)
		ctx := context.Background()
		q := w.mustOpen(windowProgram(t))
		step := func() []string {
			t.Helper()
			before := len(w.o.all())
			if _, err := q.Step(ctx, true); err != nil {
				t.Fatal(err)
			}
			if restart {
				if err := q.Close(); err != nil {
					t.Fatal(err)
				}
				q = w.mustOpen(windowProgram(t))
			}
			return w.o.all()[before:]
		}
		in := w.o.input
		in.Feed("1", line(1, "a", 1))
		in.Feed("2", line(35, "b", 1))
		if got := step(); len(got) != 0 {
			t.Errorf("partition 1 held nothing back: %v", got)
		}
		in.Leave("1")
		if got := step(); len(got) != 1 {
			t.Errorf("partition 1 has gone, and its window did not fire: %v", got)
		}
		if got := q.tables[0].reader.Partitions(); !slices.Equal(got, []string{"2"}) {
			t.Errorf("partitions %v", got)
		}
		in.Feed("2", line(65, "b", 1))
		in.Leave("2")
		if got := step(); len(got) != 1 {
			t.Errorf("the last one came, went, and moved nothing: %v", got)
		}
		if got := q.tables[0].reader.Partitions(); len(got) != 0 {
			t.Errorf("partitions %v", got)
		}
		in.Feed("3", line(95, "c", 1))
		if got := step(); len(got) != 1 {
			t.Errorf("a new one: %v", got)
		}
		if err := q.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
