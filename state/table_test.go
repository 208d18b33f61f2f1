package state

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"streamsql/internal/rowkey"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// decls has one declaration per key layout.
var decls = map[string]Decl{
	"w8": {Operator: "agg-1", Name: "groups", Version: 1, Key: []sqltype.Type{sqltype.BigIntType.Required()},
		Values: values},
	"w16": {Operator: "agg-2", Name: "groups", Version: 1, Key: []sqltype.Type{sqltype.BigIntType}, Values: values},
	"var": {Operator: "agg-3", Name: "groups", Version: 1, Key: []sqltype.Type{sqltype.StringType, sqltype.IntType},
		Values: values},
}

var values = []Column{
	{Name: "n", Type: sqltype.BigIntType}, {Name: "has", Type: sqltype.BooleanType},
	{Name: "text", Type: sqltype.StringType},
	{Name: "sum", Type: sqltype.DecimalType(38, 0)}, {Name: "x", Type: sqltype.DoubleType},
}

// row is the model of a group's values; n means a key of any layout.
type row struct {
	n    int64
	text string
}

// keyColumns makes the columns of the keys that the numbers mean.
func keyColumns(d Decl, nums []int64) []*vec.Vec {
	cols := make([]*vec.Vec, len(d.Key))
	for c, t := range d.Key {
		vals := make([]any, len(nums))
		for i, n := range nums {
			switch {
			case n == 0 && !t.NotNull:
				vals[i] = nil
			case t.Phys() == sqltype.PhysBytes:
				vals[i] = fmt.Sprintf("key %d", n)
			case t.Kind == sqltype.Int:
				vals[i] = n % 3
			default:
				vals[i] = n
			}
		}
		cols[c] = vec.Make(t, vals...)
	}
	return cols
}

func keysOf(d Decl, nums []int64) *rowkey.Keys {
	var k rowkey.Keys
	rowkey.NewEncoder(d.Key).Encode(keyColumns(d, nums), len(nums), &k)
	return &k
}

func upsertRows(t *Table, nums []int64) []uint32 {
	gids := make([]uint32, len(nums))
	t.Upsert(keysOf(t.decl, nums), gids)
	return gids
}

// put stores what the model says of a group in every column.
func put(t *Table, gid uint32, r row) {
	t.Col(0).I64()[gid] = r.n
	t.Col(1).I8()[gid] = uint8(r.n & 1)
	t.Col(2).Set(gid, []byte(r.text))
	t.Col(3).I128()[gid] = [2]uint64{uint64(r.n), uint64(r.n >> 63)}
	t.Col(4).F64()[gid] = float64(r.n) / 2
}

func get(t *Table, gid uint32) row {
	n := t.Col(0).I64()[gid]
	if t.Col(1).I8()[gid] != uint8(n&1) || t.Col(3).I128()[gid] != [2]uint64{uint64(n), uint64(n >> 63)} ||
		t.Col(4).F64()[gid] != float64(n)/2 {
		return row{n: -1 << 40, text: "columns disagree"}
	}
	return row{n, string(t.Col(2).Get(gid))}
}

// content reads a table back by its keys.
func content(t *Table) map[string]row {
	out := map[string]row{}
	gids := t.Gids(nil)
	var k rowkey.Keys
	t.KeysOf(gids, &k)
	cols := make([]*vec.Vec, len(t.decl.Key))
	for i := range cols {
		cols[i] = &vec.Vec{}
	}
	rowkey.NewEncoder(t.decl.Key).Decode(&k, cols)
	for i, g := range gids {
		out[keyText(cols, i)] = get(t, g)
	}
	return out
}

func keyText(cols []*vec.Vec, i int) string {
	s := ""
	for _, c := range cols {
		s += fmt.Sprint(c.Value(i), "|")
	}
	return s
}

func modelText(d Decl, model map[int64]row) map[string]row {
	out := map[string]row{}
	for n, r := range model {
		out[keyText(keyColumns(d, []int64{n}), 0)] = r
	}
	return out
}

// truncated weakens the hashes: collisions everywhere.
func truncated(k *rowkey.Keys, mask uint64) *rowkey.Keys {
	for i := range k.Hash {
		k.Hash[i] &= mask
	}
	return k
}

// A table does what a map does, in every layout, also when all hashes collide.
func TestTableAgainstMap(t *testing.T) {
	for name, d := range decls {
		for _, mask := range []uint64{^uint64(0), 0xf << 53, 0} {
			t.Run(fmt.Sprintf("%s/%x", name, mask), func(t *testing.T) { againstMap(t, d, mask) })
		}
	}
}

func againstMap(t *testing.T, d Decl, mask uint64) {
	r := rand.New(rand.NewPCG(7, mask))
	table, model := newTable(d, nil), map[int64]row{}
	touched := map[int64]bool{}
	space, rounds := int64(40_000), 120
	if mask != ^uint64(0) {
		space = 300
	}
	for round := range rounds {
		nums := make([]int64, r.IntN(900))
		for i := range nums {
			nums[i] = r.Int64N(space)
		}
		gids := make([]uint32, len(nums))
		keys := truncated(keysOf(d, nums), mask)
		table.Find(keys, gids)
		for i, n := range nums {
			want, ok := model[n]
			if ok != (gids[i] != NoGroup) || ok && get(table, gids[i]) != want {
				t.Fatalf("round %d: find %d gives group %d, want %v", round, n, gids[i], want)
			}
		}
		switch r.IntN(6) {
		case 0:
			deleteSome(table, model, touched, nums, gids)
		case 1:
			table.settle()
			clear(touched)
		default:
			table.Upsert(keys, gids)
			checkFresh(t, table.Touch(gids), touched, nums, gids)
			for i, n := range nums {
				old, ok := model[n]
				if !ok && get(table, gids[i]) != (row{}) {
					t.Fatalf("round %d: new group %d is not zero: %v", round, gids[i], get(table, gids[i]))
				}
				old.n += int64(i)
				old.text = fmt.Sprintf("%s%d", old.text[:min(len(old.text), r.IntN(20))], i)
				model[n] = old
				put(table, gids[i], old)
			}
		}
		if table.Len() != len(model) || len(table.Touched()) != len(touched) {
			t.Fatalf("round %d: %d groups and %d touched, want %d and %d", round, table.Len(),
				len(table.Touched()), len(model), len(touched))
		}
	}
	if got, want := content(table), modelText(d, model); !maps.Equal(got, want) {
		t.Fatalf("content differs: %d rows, want %d", len(got), len(want))
	}
}

func deleteSome(table *Table, model map[int64]row, touched map[int64]bool, nums []int64, gids []uint32) {
	var gone []uint32
	for i, n := range nums {
		if gids[i] != NoGroup {
			gone = append(gone, gids[i])
			delete(model, n)
			touched[n] = true
		}
	}
	table.Delete(gone)
}

func checkFresh(t *testing.T, fresh []uint32, touched map[int64]bool, nums []int64, gids []uint32) {
	t.Helper()
	var want []uint32
	for i, n := range nums {
		if !touched[n] {
			touched[n] = true
			want = append(want, gids[i])
		}
	}
	if !slices.Equal(fresh, want) {
		t.Fatalf("fresh %v, want %v", fresh, want)
	}
}

func TestScratch(t *testing.T) {
	for name, d := range decls {
		s := NewScratch(d)
		for round, size := range []int{5, 8192, 1, 0, 100, 30_000, 3} {
			nums := make([]int64, size)
			for i := range nums {
				nums[i] = int64(i*7 + round)
			}
			gids := upsertRows(s, append(nums, nums...))
			for i, g := range gids {
				if int(g) != i%size || i < size && get(s, g) != (row{}) {
					t.Fatalf("%s round %d: row %d has group %d with %v", name, round, i, g, get(s, g))
				}
				put(s, g, row{int64(g) + 1, fmt.Sprint(g)})
			}
			if s.Len() != size {
				t.Fatalf("%s: %d groups, want %d", name, s.Len(), size)
			}
			s.Delete(gids[:size/2])
			if s.Len() != size-size/2 {
				t.Fatalf("%s: %d groups after delete", name, s.Len())
			}
			s.Reset()
		}
	}
}

func TestGlobalAggregateHasOneGroup(t *testing.T) {
	s := NewScratch(Decl{Values: values[:1]})
	var k rowkey.Keys
	rowkey.NewEncoder(nil).Encode(nil, 3, &k)
	gids := make([]uint32, 3)
	s.Upsert(&k, gids)
	if !slices.Equal(gids, []uint32{0, 0, 0}) || s.Len() != 1 {
		t.Fatalf("groups %v", gids)
	}
}

func TestReuseOfDeletedGroups(t *testing.T) {
	table := newTable(decls["var"], nil)
	gids := upsertRows(table, []int64{1, 2, 3})
	put(table, gids[1], row{5, "five"})
	table.Touch(gids)
	table.settle()
	table.Delete(gids[1:2])
	if again := upsertRows(table, []int64{2}); again[0] != gids[1] || get(table, again[0]) != (row{}) || table.Len() != 3 {
		t.Fatalf("a key that comes back in its epoch must get its group back, empty: %v", again)
	}
	table.Delete(gids[1:2])
	if other := upsertRows(table, []int64{9}); other[0] != 3 {
		t.Fatalf("a deleted id was reused before the capture: %v", other)
	}
	table.settle()
	if other := upsertRows(table, []int64{10}); other[0] != gids[1] {
		t.Fatalf("a deleted id was not reused after the capture: %v", other)
	}
}

func TestStringGarbageIsCompacted(t *testing.T) {
	table := newTable(decls["w8"], nil)
	gids := upsertRows(table, []int64{1, 2, 3})
	for i := range 20_000 {
		table.Col(2).Set(gids[i%3], make([]byte, i%700))
	}
	if n := cap(table.Col(2).text.buf); n > 64<<10 {
		t.Fatalf("3 strings of up to 700 bytes take %d", n)
	}
}

func TestGatherScatter(t *testing.T) {
	from, to := newTable(decls["w8"], nil), newTable(decls["w16"], nil)
	a, b := upsertRows(from, []int64{4, 5, 6}), upsertRows(to, []int64{1, 2, 3, 4})
	for i, g := range a {
		put(from, g, row{int64(i) + 7, fmt.Sprint("s", i)})
	}
	for c := range values {
		var v vec.Vec
		from.Col(c).Gather(a, &v)
		to.Col(c).Scatter(b[1:], &v)
	}
	for i, g := range b[1:] {
		if want := (row{int64(i) + 7, fmt.Sprint("s", i)}); get(to, g) != want {
			t.Fatalf("row %d: %v, want %v", i, get(to, g), want)
		}
	}
}

func TestPanes(t *testing.T) {
	s := New(1, nil)
	p := s.Panes(0, decls["w8"])
	for _, at := range []int64{30, 10, 20, 40} {
		gids := upsertRows(p.At(at), []int64{at, at + 1})
		p.At(at).Touch(gids)
	}
	if p.Len() != 4 || p.Rows() != 8 || s.Rows() != 8 {
		t.Fatalf("%d panes, %d rows", p.Len(), p.Rows())
	}
	if got := p.DueThrough(20); !slices.Equal(got, []int64{10, 20}) {
		t.Fatalf("due %v", got)
	}
	p.Drop(20)
	p.Drop(25)
	if _, ok := p.Peek(20); ok || !slices.Equal(p.Times(), []int64{10, 30, 40}) {
		t.Fatalf("times %v", p.Times())
	}
	if got := p.At(50); got.Len() != 0 || len(got.Touched()) != 0 {
		t.Fatalf("a pane begins with %d rows", got.Len())
	}
}

func TestClaims(t *testing.T) {
	s := New(2, nil)
	s.Table(0, decls["w8"])
	s.Table(1, decls["w8"])
	other := decls["w8"]
	other.Version++
	for name, claim := range map[string]func(){
		"twice":     func() { s.Table(0, decls["w8"]) },
		"kind":      func() { s.Panes(1, decls["w8"]) },
		"otherwise": func() { New(2, nil).Table(0, decls["w8"]); s.Table(1, other) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("claiming %s is accepted", name)
				}
			}()
			claim()
		}()
	}
}

func BenchmarkUpsert(b *testing.B) {
	for _, name := range []string{"w8", "w16", "var"} {
		for _, n := range []int{1_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) { benchUpsert(b, name, n) })
		}
	}
}

// benchUpsert looks random keys up in batches of 8 K rows and counts.
func benchUpsert(b *testing.B, name string, n int) {
	d := decls[name]
	d.Values = d.Values[:1]
	if name == "var" {
		d.Key = d.Key[:1]
	}
	table := newTable(d, nil)
	r := rand.New(rand.NewPCG(1, 2))
	const rows, batches = 8192, 32
	for at := 0; at < n; at += rows {
		nums := make([]int64, min(rows, n-at))
		for i := range nums {
			nums[i] = int64(at + i + 1)
		}
		upsertRows(table, nums)
	}
	keys := make([]*rowkey.Keys, batches)
	for i := range keys {
		nums := make([]int64, rows)
		for j := range nums {
			nums[j] = r.Int64N(int64(n)) + 1
		}
		keys[i] = keysOf(d, nums)
	}
	gids := make([]uint32, rows)
	i := 0
	for b.Loop() {
		table.Upsert(keys[i%batches], gids)
		counts := table.Col(0).I64()
		for _, g := range gids {
			counts[g]++
		}
		i++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}

// BenchmarkScratch is pre-aggregation of a morsel: 8 K rows of 1 K keys into an empty table.
func BenchmarkScratch(b *testing.B) {
	for _, name := range []string{"w8", "w16", "var"} {
		b.Run(name, func(b *testing.B) {
			s := NewScratch(decls[name])
			nums := make([]int64, 8192)
			for i := range nums {
				nums[i] = int64(i * 7919 % 1000)
			}
			keys, gids := keysOf(decls[name], nums), make([]uint32, 8192)
			for b.Loop() {
				s.Reset()
				s.Upsert(keys, gids)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/8192, "ns/row")
		})
	}
}
