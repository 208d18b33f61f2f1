package flow

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/sources"
	"streamsql/sources/fed"
)

// fedReader reads a fed table, one record a chunk.
func fedReader(t *testing.T, table *fed.Table, sc sources.Scan) reading {
	t.Helper()
	sc.ChunkRows = 1
	feed, err := table.Source().Open(context.Background(), nil, sc)
	if err != nil {
		t.Fatal(err)
	}
	return startReader(t, graph(t, 1, &textSink{}, nil, false), feed, 2, 1<<20)
}

func content(c Cut) string {
	var out []string
	for _, m := range c.Morsels {
		if len(m.Chunk.Data) == 0 {
			continue // it announces a partition
		}
		out = append(out, m.Chunk.Partition+":"+strings.TrimSpace(string(m.Chunk.Data)))
	}
	return strings.Join(out, " ")
}

// TestMarksTravelInOrder: a gather that ends with the mark has every chunk before it, however workers overtake each
// other.
func TestMarksTravelInOrder(t *testing.T) {
	for round := range 200 {
		table := fed.NewTable()
		for i := range 20 {
			table.Feed("0", fmt.Sprint(i))
		}
		r := fedReader(t, table, sources.Scan{Ends: true})
		cut, err := r.cut(Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if len(cut.Morsels) != 20 || !r.CaughtUp() {
			t.Fatalf("round %d: %d of 20 chunks, caught up: %t", round, len(cut.Morsels), r.CaughtUp())
		}
	}
}

func TestEndsIsFixedAtTheStart(t *testing.T) {
	table := fed.NewTable()
	table.Feed("0", "a", "b")
	r := fedReader(t, table, sources.Scan{Ends: true})
	table.Feed("0", "c")
	cut, err := r.cut(Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := content(cut); got != "0:a 0:b" || !r.CaughtUp() {
		t.Fatalf("%q, caught up: %t", got, r.CaughtUp())
	}
}

func TestFreshTakesWhatExistsNow(t *testing.T) {
	table := fed.NewTable()
	r := fedReader(t, table, sources.Scan{})
	for i := range 100 {
		table.Feed("0", fmt.Sprint(i))
		cuts, err := Gather(context.Background(), []Share{{Reader: r.Reader}}, Gathering{Extent: Fresh, Wake: r.wake})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := content(cuts[0]), fmt.Sprintf("0:%d", i); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	}
}

// TestArrivalOrderIsThePartitions': whatever order partitions come in, an epoch has them one after the other.
func TestArrivalOrderIsThePartitions(t *testing.T) {
	for seed := range uint64(20) {
		table := fed.NewTable()
		table.Seed = seed
		for i := range 4 {
			table.Feed("p10", fmt.Sprint(i))
			table.Feed("p9", fmt.Sprint(i))
		}
		cut, err := fedReader(t, table, sources.Scan{Ends: true}).cut(Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := content(cut); got != "p9:0 p9:1 p9:2 p9:3 p10:0 p10:1 p10:2 p10:3" {
			t.Fatalf("seed %d: %s", seed, got)
		}
	}
}

// TestPartitionWithoutRowsHoldsTheWatermark: it is announced, and counts from then on.
func TestPartitionWithoutRowsHoldsTheWatermark(t *testing.T) {
	table := fed.NewTable()
	table.Feed("0", "a")
	table.Feed("1")
	r := fedReader(t, table, sources.Scan{Ends: true})
	cut, err := r.cut(Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range cut.Morsels {
		<-m.done
		if m.Max = clock.Min; len(m.Chunk.Data) > 0 {
			m.Max = 1000
		}
		r.enter(m, clock.Max)
	}
	if got := r.Maxima(); len(got) != 2 || got["0"] != 1000 || got["1"] != clock.Min {
		t.Fatalf("%v", got)
	}
}

// silent is a feed whose server does not answer.
type silent struct{ closed chan struct{} }

func (f silent) Next(ctx context.Context) (sources.Event, error) {
	select {
	case <-ctx.Done():
		return sources.Event{}, ctx.Err()
	case <-f.closed:
		return sources.Event{}, context.Canceled
	}
}
func (silent) Look() int64    { return 0 }
func (f silent) Close() error { close(f.closed); return nil }

// TestStarvingTableDoesNotHoldUpTheOthers: patience ends the wait for it, and so does a limit.
func TestStarvingTableDoesNotHoldUpTheOthers(t *testing.T) {
	for _, how := range []string{"patience", "limit"} {
		t.Run(how, func(t *testing.T) {
			table := fed.NewTable()
			table.Feed("0", "a", "b", "c")
			lively := fedReader(t, table, sources.Scan{})
			starving := startReader(t, graph(t, 1, &textSink{}, nil, false), silent{make(chan struct{})}, 1, 1<<20)
			for !lively.Pending() {
				<-lively.wake
			}
			g := Gathering{Extent: Known, Clock: clock.System{}, Wake: lively.wake}
			share := Share{Reader: lively.Reader}
			switch how {
			case "patience":
				g.Patience = time.Millisecond
			case "limit":
				share.Limits.Rows = 1
			}
			cuts, err := Gather(context.Background(), []Share{{Reader: starving.Reader}, share}, g)
			if err != nil {
				t.Fatal(err)
			}
			if len(cuts[1].Morsels) == 0 || len(cuts[0].Morsels) != 0 {
				t.Fatalf("%d and %d morsels", len(cuts[0].Morsels), len(cuts[1].Morsels))
			}
		})
	}
}

func TestCancelledGatherGivesItsMorselsBack(t *testing.T) {
	table := fed.NewTable()
	table.Feed("0", "a", "b")
	r := fedReader(t, table, sources.Scan{})
	starving := startReader(t, graph(t, 1, &textSink{}, nil, false), silent{make(chan struct{})}, 1, 1<<20)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Gather(ctx, []Share{{Reader: r.Reader}, {Reader: starving.Reader}},
		Gathering{Extent: Known, Wake: r.wake})
	if err == nil {
		t.Fatal("no error")
	}
}

func TestComparePartitions(t *testing.T) {
	want := []string{"", "0", "1", "2", "10", "a", "a-2", "a-10", "b-1"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, sources.ComparePartitions)
	if !slices.Equal(got, want) {
		t.Fatalf("%q", got)
	}
}
