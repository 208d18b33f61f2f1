package exec

import (
	"testing"
	"time"

	"streamsql/internal/diag"
)

// A row that comes alone hardly waits; while the input stays ahead the wait doubles up to a bound, and is short again
// as soon as an epoch took all there was.
func TestPace(t *testing.T) {
	var p pace
	if p.patience() != leastPace {
		t.Errorf("at first: %s", p.patience())
	}
	for range 20 {
		before := p.patience()
		p.after(false)
		if got := p.patience(); got != min(2*before, mostPace) {
			t.Errorf("after %s: %s", before, got)
		}
	}
	p.after(true)
	if p.patience() != leastPace {
		t.Errorf("caught up: %s", p.patience())
	}
}

func TestParseTrigger(t *testing.T) {
	for text, want := range map[string]Trigger{
		"": {}, "once": {Kind: Once}, "available-now": {Kind: AvailableNow},
		"1m30s": {Kind: Interval, Every: 90 * time.Second},
	} {
		got, err := ParseTrigger(text)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
		if again, err := ParseTrigger(got.String()); text != "" && (err != nil || again != got) {
			t.Errorf("%q does not read its own text %q: %v", text, got, err)
		}
	}
	for _, bad := range []string{"0s", "-1s", "1", "now"} {
		if _, err := ParseTrigger(bad); diag.CodeOf(err) != diag.Usage {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
