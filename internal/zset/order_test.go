package zset

import (
	"slices"
	"testing"
)

// TestOrder: phase, number of the emission, way and lane decide, in that order.
func TestOrder(t *testing.T) {
	sorted := []Order{
		{}, {Lane: 1}, {Way: 1}, {Way: 1, Lane: 1}, {Seq: 1}, {Seq: 1, Lane: 2}, {Seq: 2}, {Phase: 1}, {Phase: 1, Seq: 9},
		{Phase: 2},
	}
	for i, a := range sorted {
		for j, b := range sorted {
			if got := a.Compare(b); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%+v against %+v: %d", a, b, got)
			}
		}
	}
	if !slices.IsSortedFunc(sorted, Order.Compare) {
		t.Error("not sorted")
	}
}
