package exec

import (
	"strings"
	"testing"

	"streamsql/internal/budget"
	"streamsql/internal/diag"
)

// The message names what holds most.
func TestWithinBudget(t *testing.T) {
	b := budget.New(3 << 20)
	b.Open("read t").Set(1 << 20)
	b.Open("state aggregate-1/groups").Set(2 << 20)
	if err := withinBudget(b); err != nil {
		t.Fatal(err)
	}
	b.Open("sink o").Set(1)
	err := withinBudget(b)
	if diag.CodeOf(err) != diag.MemoryLimit || !strings.Contains(err.Error(), "2.0 MiB, is state aggregate-1/groups") {
		t.Errorf("got %v", err)
	}
}
