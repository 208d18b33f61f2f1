package exec

import (
	"context"
	"testing"
	"time"

	"streamsql/internal/clock"
)

// setClock is a clock that can be set; what it is asked to wait for is noted and fires at once.
type setClock struct {
	now   time.Time
	waits []time.Duration
}

func (c *setClock) Now() time.Time { return c.now }
func (c *setClock) After(d time.Duration) <-chan time.Time {
	c.waits = append(c.waits, d)
	c.now = c.now.Add(d)
	fired := make(chan time.Time, 1)
	fired <- c.now
	return fired
}

var _ clock.Clock = (*setClock)(nil)

// A clock that is set back does not stop the trigger; one that is a little early does not double a tick.
func TestGridWhenTheClockIsSetBack(t *testing.T) {
	start := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		back, longest time.Duration
	}{
		{time.Hour, time.Second}, {1500 * time.Millisecond, 2 * time.Second},
		{time.Millisecond, 1001 * time.Millisecond}, {-time.Hour, 0},
	} {
		k := &setClock{now: start}
		q := &Query{env: Env{Clock: k}}
		for range 3 {
			if r := q.waitGrid(context.Background(), time.Second, nil); r != due {
				t.Fatal(r)
			}
		}
		k.now, k.waits = k.now.Add(-c.back), nil
		ticks := []time.Time{q.lastTick}
		for range 3 {
			q.waitGrid(context.Background(), time.Second, nil)
			ticks = append(ticks, q.lastTick)
		}
		if k.waits[0] > c.longest && c.longest > 0 {
			t.Errorf("set back by %s: waited %s", c.back, k.waits[0])
		}
		for i := 2; i < len(ticks); i++ {
			if ticks[i].Sub(ticks[i-1]) != time.Second {
				t.Errorf("set back by %s: ticks %v", c.back, ticks)
			}
		}
	}
}
