package format

import (
	"testing"

	"streamsql/internal/option"
)

// TestMaxRecord: the declared default and the one without values are the same; no limit is beyond what
// a chunk can address.
func TestMaxRecord(t *testing.T) {
	limit := MaxRecord("csv")
	for text, want := range map[string]int{"": 16 << 20, "2mb": 2 << 20, "5gb": 1 << 30} {
		raw := map[string]string{}
		if text != "" {
			raw[limit.Key] = text
		}
		v, faults := option.Check(option.Set{limit}, raw)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if got := MaxRecordOf("csv", v); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
		if got := v.Bytes(limit.Key); text == "" && got != int64(want) {
			t.Errorf("the declaration says %d", got)
		}
	}
	if got := MaxRecordOf("csv", option.Values{}); got != 16<<20 {
		t.Errorf("%d without the option", got)
	}
}
