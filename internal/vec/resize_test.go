package vec

import (
	"math"
	"testing"
)

func TestResize(t *testing.T) {
	s := Resize([]int32(nil), 3)
	s[2] = 7
	if shorter := Resize(s, 2); len(shorter) != 2 || &shorter[0] != &s[0] {
		t.Errorf("%v has moved", shorter)
	}
	if longer := Resize(s, 1000); len(longer) != 1000 {
		t.Errorf("%d values", len(longer))
	}
	if none := Resize(s, 0); len(none) != 0 {
		t.Errorf("%v", none)
	}
}

func TestNotFinite(t *testing.T) {
	for x, want := range map[float64]string{
		1: "", 0: "", -math.MaxFloat64: "", math.Inf(1): "Infinity", math.Inf(-1): "-Infinity",
	} {
		if got := NotFinite(x); got != want {
			t.Errorf("%v is %q", x, got)
		}
	}
	if got := NotFinite(math.NaN()); got != "NaN" {
		t.Errorf("NaN is %q", got)
	}
}
