package clock

import (
	"testing"
	"time"
)

func TestMillisFloors(t *testing.T) {
	for _, c := range []struct {
		in   EventTime
		want int64
	}{
		{0, 0}, {1, 0}, {999, 0}, {1000, 1}, {1999, 1}, {-1, -1}, {-999, -1}, {-1000, -1}, {-1001, -2},
		{Min, int64(Min)}, {Max, int64(Max)}, {Max - 1, 9223372036854775},
	} {
		if got := c.in.Millis(); got != c.want {
			t.Errorf("%d: got %d, want %d", c.in, got, c.want)
		}
	}
}

func TestEventTimeText(t *testing.T) {
	at := Of(time.Date(2026, 1, 1, 12, 0, 11, 0, time.UTC))
	for _, c := range []struct {
		in   EventTime
		want string
	}{
		{at, "2026-01-01 12:00:11"},
		{at + 500_000, "2026-01-01 12:00:11.5"},
		{at + 1, "2026-01-01 12:00:11.000001"},
		{0, "1970-01-01 00:00:00"},
		{-1, "1969-12-31 23:59:59.999999"},
		{Min, "-inf"},
		{Max, "+inf"},
	} {
		if got := c.in.String(); got != c.want {
			t.Errorf("%d: got %s, want %s", int64(c.in), got, c.want)
		}
	}
}

func TestTimeAndOf(t *testing.T) {
	zone := time.FixedZone("somewhere", 2*3600)
	for _, at := range []time.Time{
		time.Date(2026, 1, 1, 0, 0, 0, 123456000, time.UTC),
		time.Date(1901, 5, 6, 7, 8, 9, 999999000, zone),
	} {
		got := Of(at).Time()
		if !got.Equal(at) || got.Location() != time.UTC {
			t.Errorf("%s came back as %s", at, got)
		}
	}
	if !Min.Time().IsZero() || !Max.Time().IsZero() {
		t.Error("the ends of event time have a date")
	}
}

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// sent reports whether a timer has fired, and with which time.
func sent(ch <-chan time.Time) (time.Time, bool) {
	select {
	case at := <-ch:
		return at, true
	default:
		return time.Time{}, false
	}
}

func TestManualFiresWhenItsTimeHasCome(t *testing.T) {
	m := NewManual(start)
	long, short := m.After(30*time.Second), m.After(10*time.Second)
	m.Advance(9 * time.Second)
	if _, ok := sent(short); ok {
		t.Error("fired before its time")
	}
	m.Advance(time.Second)
	if at, ok := sent(short); !ok || !at.Equal(start.Add(10*time.Second)) {
		t.Errorf("at its time: %s, %t", at, ok)
	}
	if _, ok := sent(long); ok {
		t.Error("the longer timer fired with the shorter")
	}
	m.Advance(time.Hour)
	if at, ok := sent(long); !ok || !at.Equal(m.Now()) {
		t.Errorf("past its time: %s, %t", at, ok)
	}
	m.Advance(time.Hour)
	if _, ok := sent(long); ok {
		t.Error("fired twice")
	}
	if want := start.Add(2*time.Hour + 10*time.Second); !m.Now().Equal(want) {
		t.Errorf("now %s, want %s", m.Now(), want)
	}
}

func TestManualFiresAtOnceForNoTime(t *testing.T) {
	m := NewManual(start)
	for _, d := range []time.Duration{0, -time.Second} {
		if at, ok := sent(m.After(d)); !ok || !at.Equal(start) {
			t.Errorf("after %s: %s, %t", d, at, ok)
		}
	}
}

func TestSystem(t *testing.T) {
	var c Clock = System{}
	before := time.Now()
	if got := c.Now(); got.Before(before) {
		t.Errorf("now %s is before %s", got, before)
	}
	if at := <-c.After(0); at.Before(before) {
		t.Errorf("a timer fired at %s, before it was made", at)
	}
}

func TestWatch(t *testing.T) {
	w := Start()
	first := w.Elapsed()
	if first < 0 || w.Elapsed() < first || w.Millis() < first.Milliseconds() {
		t.Error("a watch ran backwards")
	}
}
