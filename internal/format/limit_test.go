package format

import (
	"testing"

	"streamsql/internal/option"
)

// TestMaxRecord: the declared default and the one of formats without the option are the same; no limit is beyond what
// a chunk can address.
func TestMaxRecord(t *testing.T) {
	for text, want := range map[string]int{"": 16 << 20, "2mb": 2 << 20, "5gb": 1 << 30} {
		raw := map[string]string{}
		if text != "" {
			raw[MaxRecord.Key] = text
		}
		v, faults := option.Check(option.Set{MaxRecord}, raw)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if got := MaxRecordOf(v); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
		if got := v.Bytes(MaxRecord.Key); text == "" && got != int64(want) {
			t.Errorf("the declaration says %d", got)
		}
	}
	if got := MaxRecordOf(option.Values{}); got != 16<<20 {
		t.Errorf("%d without the option", got)
	}
}
