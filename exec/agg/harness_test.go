package agg

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/state"
)

// groups is a container with the accumulators of a Set, keyed by an INT.
type groups struct {
	t     testing.TB
	set   *Set
	table *state.Table
	enc   *rowkey.Encoder
	keys  rowkey.Keys
	gids  []uint32
}

func newGroups(t testing.TB, specs ...Spec) *groups {
	t.Helper()
	set, err := NewSet(specs, false)
	if err != nil {
		t.Fatal(err)
	}
	key := []sqltype.Type{sqltype.IntType}
	g := &groups{t: t, set: set, enc: rowkey.NewEncoder(key)}
	g.table = state.NewScratch(state.Decl{Operator: "test", Name: "groups", Version: 1, Key: key, Values: set.Columns()})
	return g
}

// gidsOf finds or makes the groups of some keys.
func (g *groups) gidsOf(keys []any) []uint32 {
	v := vec.Make(sqltype.IntType, keys...)
	g.enc.Encode([]*vec.Vec{v}, v.Len, &g.keys)
	g.gids = make([]uint32, v.Len)
	g.table.Upsert(&g.keys, g.gids)
	g.set.Bind(g.table, 0)
	return g.gids
}

func (g *groups) update(keys []any, cols []*vec.Vec, weights []int64) {
	g.set.Update(g.gidsOf(keys), cols, weights)
}

// mergedParts feeds rows in random order, cut at random into containers that are merged.
func mergedParts(t testing.TB, r *rand.Rand, specs []Spec, types []sqltype.Type, rows []row) *groups {
	t.Helper()
	merged := newGroups(t, specs...)
	for rest := shuffled(r, rows); len(rest) > 0; {
		n := 1 + r.IntN(len(rest))
		part := newGroups(t, specs...)
		part.feed(r, types, rest[:n])
		merged.merge(part)
		rest = rest[n:]
	}
	return merged
}

// merge adds everything that other holds.
func (g *groups) merge(other *groups) {
	all := other.table.Gids(nil)
	cols := make([]*vec.Vec, len(other.set.Columns()))
	for i := range cols {
		cols[i] = &vec.Vec{}
		other.table.Col(i).Gather(all, cols[i])
	}
	g.set.Merge(g.gidsOf(other.keysOf(all)), cols)
}

// unmerge takes back what merge has added.
func (g *groups) unmerge(other *groups) {
	all := other.table.Gids(nil)
	cols := make([]*vec.Vec, len(other.set.Columns()))
	for i := range cols {
		cols[i] = &vec.Vec{}
		other.table.Col(i).Gather(all, cols[i])
	}
	g.set.Unmerge(g.gidsOf(other.keysOf(all)), cols)
}

// checkUnmerged: whatever is merged and taken back, in any order, what is left has the bytes it had.
func checkUnmerged(t testing.TB, r *rand.Rand, specs []Spec, types []sqltype.Type, rows []row, want map[any]string) {
	t.Helper()
	g := mergedParts(t, r, specs, types, rows)
	var parts []*groups
	for range 1 + r.IntN(3) {
		part := newGroups(t, specs...)
		for _, x := range rows {
			if r.IntN(2) == 0 {
				part.feed(r, types, []row{x})
			}
		}
		g.merge(part)
		parts = append(parts, part)
	}
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	for _, part := range parts {
		g.unmerge(part)
	}
	sameMaps(t, "state bytes after unmerging", g.state(), want)
}

func (g *groups) keysOf(gids []uint32) []any {
	out := &vec.Vec{Type: sqltype.IntType}
	g.table.KeysOf(gids, &g.keys)
	g.enc.Decode(&g.keys, []*vec.Vec{out})
	keys := make([]any, len(gids))
	for i := range keys {
		keys[i] = out.Value(i)
	}
	return keys
}

// results gives every aggregate's result per key.
func (g *groups) results() map[any][]any {
	g.t.Helper()
	g.set.Bind(g.table, 0)
	all := g.table.Gids(nil)
	out := map[any][]any{}
	keys := g.keysOf(all)
	for i := range g.set.members {
		var v vec.Vec
		if e := g.set.Emit(i, all, &v); e != nil {
			g.t.Fatalf("aggregate %d, key %v: %s", i, keys[e.Row], e.Msg)
		}
		for r := range all {
			out[keys[r]] = append(out[keys[r]], v.Value(r))
		}
	}
	return out
}

// state is the bytes of every key's state.
func (g *groups) state() map[any]string {
	out := map[any]string{}
	all := g.table.Gids(nil)
	for r, key := range g.keysOf(all) {
		var b bytes.Buffer
		for i := range g.set.Columns() {
			var v vec.Vec
			g.table.Col(i).Gather(all[r:r+1], &v)
			fmt.Fprintf(&b, "%x %x;", v.Fixed, v.Bytes)
		}
		out[key] = b.String()
	}
	return out
}

func sameMaps[V any](t testing.TB, what string, got, want map[any]V) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d groups, want %d", what, len(got), len(want))
	}
	for k, w := range want {
		if fmt.Sprint(got[k]) != fmt.Sprint(w) {
			t.Fatalf("%s: key %v: %v, want %v", what, k, got[k], w)
		}
	}
}

// row is one input row of the tests.
type row struct {
	key    any
	values []any // one per column
	weight int64
}

// feed cuts rows into random batches.
func (g *groups) feed(r *rand.Rand, types []sqltype.Type, rows []row) {
	for len(rows) > 0 {
		n := 1 + r.IntN(min(len(rows), 200))
		part := rows[:n]
		rows = rows[n:]
		keys := make([]any, n)
		weights := make([]int64, n)
		ones := true
		cols := make([]*vec.Vec, len(types))
		for c, t := range types {
			values := make([]any, n)
			for i, x := range part {
				values[i] = x.values[c]
			}
			cols[c] = vec.Make(t, values...)
		}
		for i, x := range part {
			keys[i], weights[i] = x.key, x.weight
			ones = ones && x.weight == 1
		}
		if ones {
			weights = nil
		}
		g.update(keys, cols, weights)
	}
}

func shuffled(r *rand.Rand, rows []row) []row {
	out := append([]row(nil), rows...)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}
