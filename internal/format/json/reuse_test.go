package json

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// TestReuse decodes chunks of all sizes into one Rows, with and without dictionaries, and compares with a decoder that
// is new for each chunk: nothing may be left over from an earlier chunk, or from a bad record.
func TestReuse(t *testing.T) {
	schema := sqltype.Schema{
		{Name: "n", Type: sqltype.BigIntType}, {Name: "few", Type: sqltype.StringType},
		{Name: "many", Type: sqltype.StringType},
		{Name: "ok", Type: sqltype.BooleanType}, {Name: "w", Type: sqltype.DecimalType(30, 2)},
		{Name: "t", Type: sqltype.Type{Kind: sqltype.TinyInt}},
	}
	r := rand.New(rand.NewPCG(5, 6))
	record := func(distinct int) string {
		switch r.IntN(12) {
		case 0:
			return `{"n":1,"few":"left over","many":"left over","ok":true,"w":9,"t":999}`
		case 1:
			return `{"n":null,"few":null,"t":null}`
		case 2:
			return "oops"
		}
		return fmt.Sprintf(`{"n":%d,"few":"value %d","many":"text %d","ok":%v,"w":%d.5,"t":%d}`, r.IntN(1000),
			r.IntN(distinct), r.IntN(1_000_000), r.IntN(2) == 0, r.IntN(100), r.IntN(100))
	}
	config := format.Config{Schema: schema, Used: all(len(schema))}
	flat := NewDecoder(config)
	config.Dictionaries = true
	dict := NewDecoder(config)
	var a, b format.Rows
	coded := 0
	for round := range 60 {
		var text strings.Builder
		for range []int{0, 1, 63, 64, 65, 700, 3000}[r.IntN(7)] {
			text.WriteString(record([]int{3, 100, 3000}[round%3]) + "\n")
		}
		data := []byte(text.String())
		flat.Decode(data, &a)
		dict.Decode(data, &b)
		var fresh format.Rows
		NewDecoder(format.Config{Schema: schema, Used: all(len(schema))}).Decode(data, &fresh)
		for i := range schema {
			if a.Batch.Cols[i].Shape != vec.Flat || a.Batch.Cols[i].Len != a.Batch.N {
				t.Fatalf("round %d: column %d is not flat or not %d long", round, i, a.Batch.N)
			}
			if b.Batch.Cols[i].Shape == vec.Dict {
				coded++
				if d := b.Batch.Cols[i].Dict; d.Len*4 > b.Batch.N || d.Valid != nil {
					t.Errorf("round %d: %d entries for %d rows", round, d.Len, b.Batch.N)
				}
			}
			if !vec.Equal(a.Batch.Cols[i], fresh.Batch.Cols[i]) || !vec.Equal(b.Batch.Cols[i], fresh.Batch.Cols[i]) {
				t.Fatalf("round %d: column %s differs\n%s\n%s\n%s", round, schema[i].Name, show(&a, i),
					show(&b, i), show(&fresh, i))
			}
		}
		if len(a.Bad) != len(fresh.Bad) || len(a.Starts) != a.Batch.N {
			t.Fatalf("round %d: %d bad, want %d", round, len(a.Bad), len(fresh.Bad))
		}
	}
	if coded == 0 {
		t.Error("no column ever had a dictionary")
	}
}

// TestAllocations: a chunk costs no memory per record once the buffers have grown.
func TestAllocations(t *testing.T) {
	data := bids(3000)
	for _, dict := range []bool{false, true} {
		d := NewDecoder(format.Config{Schema: bidSchema(), Used: all(7), Dictionaries: dict})
		var rows format.Rows
		for range 100 {
			d.Decode(data, &rows)
		}
		if n := testing.AllocsPerRun(20, func() { d.Decode(data, &rows) }); n > 2 {
			t.Errorf("dictionaries %v: %v allocations for %d records", dict, n, rows.Batch.N)
		}
	}
}

// TestGuesses: other orders of keys, missing and additional keys change nothing but the speed.
func TestGuesses(t *testing.T) {
	schema := sqltype.Schema{{Name: "a", Type: sqltype.BigIntType},
		{Name: "a key with more than sixteen bytes", Type: sqltype.BigIntType}, {Name: "c", Type: sqltype.BigIntType}}
	r := rand.New(rand.NewPCG(7, 8))
	var text, want strings.Builder
	for i := range 3000 {
		order := r.Perm(3)
		if i/100%2 == 0 {
			order = []int{0, 1, 2}
		}
		var parts []string
		row := [3]string{"NULL", "NULL", "NULL"}
		for _, k := range order {
			if r.IntN(10) == 0 {
				continue
			}
			if r.IntN(10) == 0 {
				parts = append(parts, fmt.Sprintf(`"other%d":[{}]`, r.IntN(3)))
			}
			row[k] = fmt.Sprint(i*3 + k)
			parts = append(parts, fmt.Sprintf(`%q:%s`, schema[k].Name, row[k]))
		}
		text.WriteString("{" + strings.Join(parts, ",") + "}\n")
		want.WriteString(strings.Join(row[:], "|") + "\n")
	}
	rows := decode(t, schema, nil, text.String())
	if got := strings.Join(scanned(rows), "\n") + "\n"; got != want.String() {
		t.Errorf("rows differ; bad records: %v", rows.Bad)
	}
	if rows.Unknown == 0 {
		t.Error("undeclared keys were not counted")
	}
}

// TestHugeRecords: very many and very long keys cost time in proportion to their bytes, and nothing stays behind.
func TestHugeRecords(t *testing.T) {
	var many strings.Builder
	many.WriteString("{")
	for i := range 100_000 {
		fmt.Fprintf(&many, `"key %d":%d,`, i, i)
	}
	many.WriteString(`"a":7}` + "\n")
	long := `{"` + strings.Repeat("k", 10<<20) + `":1,"a":8}` + "\n"
	value := `{"a":9,"s":"` + strings.Repeat("v", 10<<20) + `"}` + "\n"
	schema := sqltype.Schema{{Name: "a", Type: sqltype.BigIntType}, {Name: "s", Type: sqltype.StringType}}
	d := NewDecoder(format.Config{Schema: schema, Used: all(2), Dictionaries: true})
	var rows format.Rows
	for range 3 {
		d.Decode([]byte(many.String()+long+value), &rows)
		if got := show(&rows, 0); got != "7 8 9" || len(rows.Batch.Cols[1].Str(2)) != 10<<20 {
			t.Fatalf("got %q", got)
		}
		if len(d.guess) > mostGuesses {
			t.Errorf("%d guesses", len(d.guess))
		}
	}
}
