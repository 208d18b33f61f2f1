package live

import (
	"testing"
	"time"
)

func TestRate(t *testing.T) {
	var r rate
	start := time.Unix(1000, 0)
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	near := func(what string, got, want float64) {
		t.Helper()
		if got < want*0.99-0.01 || got > want*1.01+0.01 {
			t.Errorf("%s: %.1f rows/s, want %.1f", what, got, want)
		}
	}
	near("nothing yet", r.perSecond(at(0)), 0)
	r.add(at(0), 0)
	for i := 1; i <= 20; i++ {
		r.add(at(float64(i)), int64(i)*100)
	}
	near("steady", r.perSecond(at(20)), 100)
	near("half idle", r.perSecond(at(22)), 60)
	near("idle", r.perSecond(at(26)), 0)
	r.add(at(86), 8000)
	near("an epoch of a minute", r.perSecond(at(86)), 6000.0/66)
	for i := range 100_000 {
		r.add(at(100+float64(i)/1000), 8000+int64(i))
		r.perSecond(at(100 + float64(i)/1000))
	}
	if len(r.marks) > 5100 {
		t.Errorf("%d marks are kept", len(r.marks))
	}
}
