package state

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"streamsql/internal/rowkey"
)

// The order of groups depends on their keys only: not on ids, and not on what the hashes are worth.
func TestSortDependsOnKeysOnly(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for name, d := range decls {
		for _, mask := range []uint64{^uint64(0), 0x3f << 40, 0} {
			for _, n := range []int{0, 1, smallSort - 1, 5000} {
				var first *rowkey.Keys
				for round := range 2 {
					table := newTable(d, nil)
					for _, i := range r.Perm(n) {
						table.Upsert(truncated(keysOf(d, []int64{int64(i)}), mask), make([]uint32, 1))
					}
					gids := table.Gids(nil)
					table.Sort(gids)
					var k rowkey.Keys
					table.KeysOf(gids, &k)
					if !slices.IsSorted(k.Hash) {
						t.Fatalf("%s %x %d: hashes are not sorted", name, mask, n)
					}
					if round == 0 {
						first = &k
					} else if fmt.Sprint(first.W8, first.W16, first.Bytes) != fmt.Sprint(k.W8, k.W16, k.Bytes) {
						t.Fatalf("%s %x %d: the order depends on ids", name, mask, n)
					}
				}
			}
		}
	}
}

func BenchmarkSort(b *testing.B) {
	s := New(1, nil)
	t := filled(s, 0, 1, 500_000)
	gids := t.Gids(nil)
	for b.Loop() {
		t.Sort(gids)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/500_000, "ns/row")
}
