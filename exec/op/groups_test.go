package op

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

func textTable() *state.Table {
	return state.NewScratch(state.Decl{Operator: "t", Name: "t", Key: []sqltype.Type{sqltype.StringType}})
}

// TestGrouperByCode: dictionary and flat columns give the same groups, numbered alike.
func TestGrouperByCode(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	flatTable, dictTable := textTable(), textTable()
	flat, dict := newGrouper([]sqltype.Type{sqltype.StringType}), newGrouper([]sqltype.Type{sqltype.StringType})
	coded1 := 0
	for range 200 {
		values := make([]any, 1+r.IntN(50))
		for i := range values {
			if values[i] = any(fmt.Sprint("k", r.IntN(40))); r.IntN(10) == 0 {
				values[i] = nil
			}
		}
		v := vec.Make(sqltype.StringType, values...)
		d := coded(r, v)
		if d.Shape == vec.Dict {
			coded1++
		}
		want := slices.Clone(flat.find(flatTable, []*vec.Vec{v}, v.Len))
		if got := dict.find(dictTable, []*vec.Vec{d}, v.Len); !slices.Equal(got, want) {
			t.Fatalf("%v: groups %v, want %v", values, got, want)
		}
	}
	if coded1 < 50 {
		t.Fatal("hardly any dictionary drawn")
	}
}

// TestCanonicalOrder compares the scattering sort with a plain one, for many sizes and for hashes of one lane only.
func TestCanonicalOrder(t *testing.T) {
	enc := rowkey.NewEncoder([]sqltype.Type{sqltype.StringType})
	var order canonical
	for _, n := range []int{0, 1, 2, 255, 256, 257, 1000, 20_000} {
		table := textTable()
		values := make([]any, n)
		for i := range values {
			values[i] = fmt.Sprint("key", i)
		}
		var keys rowkey.Keys
		enc.Encode([]*vec.Vec{vec.Make(sqltype.StringType, values...)}, n, &keys)
		gids := make([]uint32, n)
		table.Upsert(&keys, gids)
		for _, lanes := range []int{1, 3} {
			var own []uint32
			for i, g := range gids {
				if rowkey.Lane(rowkey.KeyGroup(keys.Hash[i]), lanes) == lanes-1 {
					own = append(own, g)
				}
			}
			got := order.sort(table, own)
			if len(got) != len(own) {
				t.Fatalf("%d of %d", len(got), len(own))
			}
			seen := map[uint32]bool{}
			for i, h := range got {
				if h.hash != keys.Hash[own[h.index]] || seen[h.index] || (i > 0 && h.hash < got[i-1].hash) {
					t.Fatalf("%d groups, place %d: %v after %v", len(own), i, h, got[max(i-1, 0)])
				}
				seen[h.index] = true
			}
		}
	}
}

// TestTiesAreOrderedByKey: equal hashes do not occur in practice, so the tie-break is called directly.
func TestTiesAreOrderedByKey(t *testing.T) {
	for _, c := range []struct {
		typ    []sqltype.Type
		values []any
	}{
		{[]sqltype.Type{sqltype.StringType}, []any{"a", "b", "aa", "", "c"}},
		{[]sqltype.Type{sqltype.BigIntType.Required()}, []any{5, 3, 9, 1, 7}},
		{[]sqltype.Type{sqltype.BigIntType}, []any{5, nil, 9, 1, 7}},
	} {
		table := state.NewScratch(state.Decl{Operator: "t", Name: "t", Key: c.typ})
		var keys rowkey.Keys
		rowkey.NewEncoder(c.typ).Encode([]*vec.Vec{vec.Make(c.typ[0], c.values...)}, len(c.values), &keys)
		gids := make([]uint32, len(c.values))
		table.Upsert(&keys, gids)
		var want []hashed
		for round := range 10 {
			var order canonical
			for i := range gids {
				order.pairs = append(order.pairs, hashed{7, uint32(i)}) // as if all hashes were 7
			}
			rand.New(rand.NewPCG(uint64(round), 1)).Shuffle(len(gids), func(i, j int) {
				order.pairs[i], order.pairs[j] = order.pairs[j], order.pairs[i]
			})
			order.splitTies(table, gids)
			if want == nil {
				want = order.pairs
			} else if !slices.Equal(order.pairs, want) {
				t.Fatalf("%v, before %v", order.pairs, want)
			}
		}
	}
}

func TestSplitter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var s splitter
	for range 200 {
		v := make([]int64, 1+r.IntN(30))
		for i := range v {
			v[i] = r.Int64N(4) * r.Int64N(2)
		}
		distinct := slices.Compact(slices.Sorted(slices.Values(v)))
		if s.single(v) != (len(distinct) == 1) {
			t.Fatalf("single %v", v)
		}
		got := s.by(v)
		if !slices.Equal(got, distinct) {
			t.Fatalf("%v: %v", v, got)
		}
		total := 0
		for i, x := range got {
			total += len(s.rows[i])
			for k, row := range s.rows[i] {
				if v[row] != x || (k > 0 && s.rows[i][k-1] >= row) {
					t.Fatalf("%v: rows of %d are %v", v, x, s.rows[i])
				}
			}
		}
		if total != len(v) {
			t.Fatalf("%v: %d rows", v, total)
		}
	}
}
