package rowkey

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

var (
	str    = sqltype.StringType
	bigint = sqltype.BigIntType
)

func TestLayouts(t *testing.T) {
	for _, c := range []struct {
		types []sqltype.Type
		want  Layout
	}{
		{nil, W8},
		{[]sqltype.Type{bigint.Required()}, W8},
		{[]sqltype.Type{bigint}, W16},
		{[]sqltype.Type{sqltype.IntType, sqltype.SmallIntType, sqltype.BooleanType}, W8},
		{[]sqltype.Type{bigint.Required(), sqltype.TimestampType(3).Required()}, W16},
		{[]sqltype.Type{bigint, bigint}, Var},
		{[]sqltype.Type{sqltype.DecimalType(38, 2).Required()}, W16},
		{[]sqltype.Type{sqltype.DecimalType(38, 2)}, Var},
		{[]sqltype.Type{str.Required()}, Var},
		{[]sqltype.Type{sqltype.NullType}, W8},
	} {
		if got := NewEncoder(c.types).Layout(); got != c.want {
			t.Errorf("%v: layout %v, want %v", c.types, got, c.want)
		}
	}
}

// The hash is on disk: these values never change.
func TestHashIsFrozen(t *testing.T) {
	for _, c := range []struct {
		name string
		cols []*vec.Vec
		want uint64
	}{
		{"nothing", nil, 0},
		{"zero", []*vec.Vec{vec.Make(bigint.Required(), 0)}, frozen[0]},
		{"one", []*vec.Vec{vec.Make(bigint.Required(), 1)}, frozen[1]},
		{"minus one", []*vec.Vec{vec.Make(sqltype.TinyIntType, -1)}, frozen[2]},
		{"null", []*vec.Vec{vec.Make(bigint, nil)}, frozen[3]},
		{"empty", []*vec.Vec{vec.Make(str, "")}, frozen[4]},
		{"abc", []*vec.Vec{vec.Make(str, "abc")}, frozen[5]},
		{"long", []*vec.Vec{vec.Make(str, "the quick brown fox jumps over the lazy dog")}, frozen[6]},
		{"mixed", []*vec.Vec{vec.Make(str, "abcdef"), vec.Make(bigint, 7), vec.Make(sqltype.DoubleType, 1.5),
			vec.Make(sqltype.BooleanType, true)}, frozen[7]},
		{"wide", []*vec.Vec{vec.Make(sqltype.DecimalType(38, 0), vec.I128{1, 2})}, frozen[8]},
	} {
		var k Keys
		NewEncoder(typesOf(c.cols)).Encode(c.cols, 1, &k)
		if k.Hash[0] != c.want {
			t.Errorf("%s: hash %#016x, want %#016x", c.name, k.Hash[0], c.want)
		}
	}
}

func typesOf(cols []*vec.Vec) []sqltype.Type {
	out := make([]sqltype.Type, len(cols))
	for i, c := range cols {
		out[i] = c.Type
	}
	return out
}

var (
	negZero  = math.Copysign(0, -1)
	otherNaN = math.Float64frombits(0x7ff8000000000123)
)

// candidates are values of which some are equal as keys.
func candidates(t sqltype.Type) []any {
	switch t.Phys() {
	case sqltype.PhysBool:
		return []any{nil, true, false}
	case sqltype.PhysI8, sqltype.PhysI16, sqltype.PhysI32, sqltype.PhysI64:
		return []any{nil, 0, 1, -1, 77, -128}
	case sqltype.PhysI128:
		return []any{nil, 0, -1, vec.I128{5, 6}, vec.I128{5, 0}}
	case sqltype.PhysF32, sqltype.PhysF64:
		return []any{nil, 0.0, negZero, math.NaN(), otherNaN, 1.5, math.Inf(1)}
	case sqltype.PhysBytes:
		return []any{nil, "", "a", "ab", "b", "0123456789abcdef", "0123456789abcdefg"}
	}
	return []any{nil}
}

func canonical(x any) any {
	if f, ok := x.(float64); ok {
		if f == 0 {
			return 0.0
		}
		if f != f {
			return "NaN"
		}
	}
	return x
}

// Keys are equal exactly when rows are; the hash agrees with that, with every shape, and Decode gives the row back.
func TestKeysOfRandomRows(t *testing.T) {
	all := []sqltype.Type{
		sqltype.BooleanType, sqltype.TinyIntType, sqltype.SmallIntType, sqltype.IntType, bigint, sqltype.FloatType,
		sqltype.DoubleType, sqltype.DecimalType(10, 2), sqltype.DecimalType(38, 0), str, sqltype.DateType,
		sqltype.TimestampType(3), sqltype.NullType, {Kind: sqltype.IntervalMicros}, str,
	}
	r := rand.New(rand.NewPCG(1, 2))
	layouts := map[Layout]int{}
	for round := range 400 {
		types := make([]sqltype.Type, r.IntN(5))
		for i := range types {
			types[i] = all[r.IntN(len(all))].WithNull(r.IntN(2) == 0)
			if types[i].Kind == sqltype.Null {
				types[i].NotNull = false
			}
		}
		const n = 150
		rows := make([][]any, n)
		for i := range rows {
			rows[i] = make([]any, len(types))
			for c, ty := range types {
				vals := candidates(ty)
				if ty.NotNull {
					vals = vals[1:]
				}
				rows[i][c] = vals[r.IntN(len(vals))]
			}
		}
		cols := columnsOf(types, rows, r)
		e := NewEncoder(types)
		layouts[e.Layout()]++
		var k Keys
		e.Encode(cols, n, &k)
		checkEquality(t, round, rows, &k)
		checkDecode(t, e, &k, types, rows)
		hash := bytes.Clone(vec.AsBytes(k.Hash))
		e.Rehash(&k)
		if !bytes.Equal(hash, vec.AsBytes(k.Hash)) {
			t.Fatalf("round %d: Rehash differs from Encode", round)
		}
		checkNullability(t, types, cols, rows, &k)
	}
	if len(layouts) != 3 {
		t.Fatalf("layouts seen: %v", layouts)
	}
}

func columnsOf(types []sqltype.Type, rows [][]any, r *rand.Rand) []*vec.Vec {
	cols := make([]*vec.Vec, len(types))
	for c, ty := range types {
		vals := make([]any, len(rows))
		for i := range rows {
			vals[i] = rows[i][c]
		}
		cols[c] = vec.Make(ty, vals...)
		if ty.Phys() == sqltype.PhysBytes && r.IntN(2) == 0 {
			cols[c] = dictOf(ty, vals)
		}
	}
	return cols
}

func dictOf(t sqltype.Type, vals []any) *vec.Vec {
	var entries []string
	codes := make([]int32, len(vals))
	at := map[string]int32{}
	for i, v := range vals {
		s, ok := v.(string)
		if !ok {
			codes[i] = -1
			continue
		}
		if _, known := at[s]; !known {
			at[s] = int32(len(entries))
			entries = append(entries, s)
		}
		codes[i] = at[s]
	}
	return vec.NewDict(t, entries, codes...)
}

func keyBytes(k *Keys, i int) string {
	switch k.Layout {
	case W8:
		return fmt.Sprint(k.W8[i])
	case W16:
		return fmt.Sprint(k.W16[i])
	}
	return string(k.Key(i))
}

func rowText(row []any) string {
	s := ""
	for _, x := range row {
		s += fmt.Sprintf("%T:%v|", canonical(x), canonical(x))
	}
	return s
}

func checkEquality(t *testing.T, round int, rows [][]any, k *Keys) {
	t.Helper()
	byRow, byKey := map[string]string{}, map[string]string{}
	hashes := map[string]uint64{}
	for i, row := range rows {
		a, b := rowText(row), keyBytes(k, i)
		if old, ok := byRow[a]; ok && old != b {
			t.Fatalf("round %d: row %s has keys %q and %q", round, a, old, b)
		}
		if old, ok := byKey[b]; ok && old != a {
			t.Fatalf("round %d: rows %s and %s share key %q", round, a, old, b)
		}
		if h, ok := hashes[b]; ok && h != k.Hash[i] {
			t.Fatalf("round %d: row %s has two hashes", round, a)
		}
		byRow[a], byKey[b], hashes[b] = b, a, k.Hash[i]
	}
}

func checkDecode(t *testing.T, e *Encoder, k *Keys, types []sqltype.Type, rows [][]any) {
	t.Helper()
	out := make([]*vec.Vec, len(types))
	for i := range out {
		out[i] = &vec.Vec{}
	}
	e.Decode(k, out)
	for i, row := range rows {
		for c := range types {
			got, want := out[c].Value(i), vec.Make(types[c], row[c]).Value(0)
			if canonical(got) != canonical(want) {
				t.Fatalf("%v: row %d column %d: decoded %v, want %v", types, i, c, got, want)
			}
		}
	}
}

// checkNullability: the same values under nullable types have the same hash (the layout differs).
func checkNullability(t *testing.T, types []sqltype.Type, cols []*vec.Vec, rows [][]any, k *Keys) {
	t.Helper()
	nullable := make([]sqltype.Type, len(types))
	for i, ty := range types {
		nullable[i] = ty.Nullable()
	}
	var other Keys
	NewEncoder(nullable).Encode(cols, len(rows), &other)
	for i := range rows {
		if k.Hash[i] != other.Hash[i] {
			t.Fatalf("%v: the hash of row %d depends on nullability", types, i)
		}
	}
}

func TestIntegerWidthsHashAlike(t *testing.T) {
	want := hashOf(vec.Make(bigint.Required(), -5))
	for _, ty := range []sqltype.Type{sqltype.TinyIntType, sqltype.SmallIntType, sqltype.IntType, bigint,
		sqltype.DecimalType(38, 0)} {
		if got := hashOf(vec.Make(ty, -5)); got != want {
			t.Errorf("%v: %#x, want %#x", ty, got, want)
		}
	}
}

func hashOf(cols ...*vec.Vec) uint64 {
	var k Keys
	NewEncoder(typesOf(cols)).Encode(cols, cols[0].Len, &k)
	return k.Hash[0]
}

// Regular keys must spread over key groups, and over what a table takes from the hash.
func TestSpread(t *testing.T) {
	const n = 1 << 14
	for name, f := range map[string]func(i int) any{
		"sequence": func(i int) any { return i }, "times": func(i int) any { return 1_700_000_000_000_000 + i*1_000_000 },
		"powers": func(i int) any { return i << 20 }, "high": func(i int) any { return i << 48 },
		"text": func(i int) any { return fmt.Sprintf("channel-%d", i) }, "doubles": func(i int) any { return float64(i) },
	} {
		vals := make([]any, n)
		for i := range vals {
			vals[i] = f(i)
		}
		ty := bigint.Required()
		switch vals[0].(type) {
		case string:
			ty = str
		case float64:
			ty = sqltype.DoubleType
		}
		col := vec.Make(ty, vals...)
		var k Keys
		NewEncoder([]sqltype.Type{ty}).Encode([]*vec.Vec{col}, n, &k)
		var groups [Groups]int
		distinct, low := map[uint64]bool{}, map[uint64]bool{}
		for _, h := range k.Hash {
			groups[KeyGroup(h)]++
			distinct[h] = true
			low[h&(n-1)] = true
		}
		if len(distinct) != n {
			t.Errorf("%s: %d distinct hashes of %d", name, len(distinct), n)
		}
		for g, c := range groups {
			if c < n/Groups/2 || c > n/Groups*2 {
				t.Errorf("%s: key group %d has %d of %d keys", name, g, c, n)
				break
			}
		}
		if len(low) < n/2 {
			t.Errorf("%s: only %d low parts of %d keys", name, len(low), n)
		}
	}
}

func TestLanes(t *testing.T) {
	for lanes := 1; lanes <= Groups; lanes++ {
		for g := range Groups {
			l := Lane(g, lanes)
			from, to := LaneRange(l, lanes)
			if l < 0 || l >= lanes || g < from || g >= to {
				t.Fatalf("%d lanes: group %d on lane %d with range [%d, %d)", lanes, g, l, from, to)
			}
		}
	}
}

func benchEncode(b *testing.B, cols ...*vec.Vec) {
	e := NewEncoder(typesOf(cols))
	var k Keys
	n := cols[0].Len
	b.ReportAllocs()
	for b.Loop() {
		e.Encode(cols, n, &k)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
}

func BenchmarkEncode(b *testing.B) {
	const n = 8192
	ints, texts := make([]any, n), make([]any, n)
	for i := range n {
		ints[i], texts[i] = i*7919, fmt.Sprintf("channel-number-%d", i%100)
	}
	b.Run("bigint", func(b *testing.B) { benchEncode(b, vec.Make(bigint.Required(), ints...)) })
	b.Run("nullable", func(b *testing.B) { benchEncode(b, vec.Make(bigint, ints...)) })
	b.Run("pair", func(b *testing.B) {
		benchEncode(b, vec.Make(bigint.Required(), ints...), vec.Make(bigint.Required(), ints...))
	})
	b.Run("string", func(b *testing.B) { benchEncode(b, vec.Make(str, texts...)) })
	b.Run("dict", func(b *testing.B) { benchEncode(b, dictOf(str, texts)) })
	b.Run("stringAndBigint", func(b *testing.B) { benchEncode(b, vec.Make(str, texts...), vec.Make(bigint, ints...)) })
}

var frozen = [9]uint64{
	0xc27830b6e2c5dda0, 0xeb9133fd58a3e23e, 0xbc7a3246eab1d98c, 0x375aee547ce26042, 0xc27830b6e2c5dda0, 0x088ee6c46e2a6e7d,
	0x8ea72e41bf96a24f, 0x098ec9df82b4c757, 0x8208bc21ce5e8d41,
}
