package budget

import (
	"slices"
	"sync"
	"testing"
)

func TestReportIsLargestFirstThenByName(t *testing.T) {
	var b Budget
	b.Open("scan bids").Set(100)
	b.Open("state b").Set(300)
	b.Open("state a").Set(300)
	b.Open("idle")
	want := []Line{{"state a", 300}, {"state b", 300}, {"scan bids", 100}, {"idle", 0}}
	if got := b.Report(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAccount(t *testing.T) {
	a := (&Budget{}).Open("x")
	a.Set(10)
	if got := a.Add(-4); got != 6 || a.Bytes() != 6 {
		t.Errorf("after Add: %d, %d, want 6", got, a.Bytes())
	}
	a.Set(2)
	if a.Bytes() != 2 {
		t.Errorf("after Set: %d, want 2", a.Bytes())
	}
}

// Code under test may run without a budget: its accounts count, and nobody adds them up.
func TestNilBudgetGivesAccounts(t *testing.T) {
	var b *Budget
	a := b.Open("x")
	if got := a.Add(5); got != 5 {
		t.Errorf("got %d", got)
	}
	if got := b.Report(); len(got) != 0 {
		t.Errorf("nobody's accounts are reported: %v", got)
	}
}

func TestNilAccountTakesFigures(t *testing.T) {
	var a *Account
	a.Set(5)
	if got := a.Add(5); got != 0 {
		t.Errorf("got %d, want 0", got)
	}
	if got := a.Bytes(); got != 0 {
		t.Errorf("it holds %d, want 0", got)
	}
}

func TestConcurrentUse(t *testing.T) {
	const holders, turns = 8, 500
	var b Budget
	shared := b.Open("shared")
	var wg sync.WaitGroup
	for range holders {
		wg.Go(func() {
			own := b.Open("own")
			for range turns {
				shared.Add(3)
				own.Add(1)
				shared.Add(-1)
			}
		})
	}
	wg.Wait()
	report := b.Report()
	if len(report) != holders+1 || report[0] != (Line{"shared", 2 * holders * turns}) ||
		report[1] != (Line{"own", turns}) {
		t.Errorf("report %v", report)
	}
}
