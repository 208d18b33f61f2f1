package agg

import (
	"testing"

	"streamsql/internal/sqltype"
)

// Four aggregates over one BIGINT column stay within the budget of 48 bytes per group beyond its key.
func TestBytesPerGroup(t *testing.T) {
	arg := []sqltype.Type{sqltype.BigIntType}
	set, err := NewSet([]Spec{
		{ID: "count(*)", Result: sqltype.BigIntType, Filter: -1},
		{ID: "max(BIGINT)", Args: []int{0}, ArgTypes: arg, Result: sqltype.BigIntType, Filter: -1},
		{ID: "avg(BIGINT)", Args: []int{0}, ArgTypes: arg, Result: sqltype.BigIntType, Filter: -1},
		{ID: "sum(BIGINT)", Args: []int{0}, ArgTypes: arg, Result: sqltype.BigIntType, Filter: -1},
	}, false)
	if err != nil {
		t.Fatal(err)
	}
	bytes := 0
	for _, c := range set.Columns() {
		bytes += c.Type.Phys().Width()
	}
	if bytes > 48 || bytes < 32 {
		t.Fatalf("%d bytes per group", bytes)
	}
	t.Logf("%d bytes per group", bytes)
}
