package datagen

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/sources"
	"streamsql/sources/generator"
	"streamsql/sources/sourcetest"
)

// startTime is what the clocks of these tests show.
var startTime = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// read gives the columns of all rows of a table with an end, and where it ended.
func read(t testing.TB, columns sqltype.Schema, from sources.Offset, options ...string) ([]vec.Vec, sources.Offset) {
	t.Helper()
	src := source(t, columns, options...)
	used := make([]int, len(columns))
	for i := range used {
		used[i] = i
	}
	decoders, err := src.(sources.Generating).Rows(format.Config{Schema: columns, Used: used})
	if err != nil {
		t.Fatal(err)
	}
	f, err := src.Open(t.Context(), from, sources.Scan{ChunkRows: 100, Ends: true, Clock: clock.NewManual(startTime)})
	if err != nil {
		t.Fatal(err)
	}
	out := make([]vec.Vec, len(columns))
	for i, c := range columns {
		out[i].Type = c.Type
	}
	dec := decoders()
	var taken []*sources.Chunk
	for {
		e, err := f.Next(t.Context())
		if errors.Is(err, io.EOF) || e.Mark != nil {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		var rows format.Rows
		dec.Decode(e.Chunk.Data, &rows)
		for i := range out {
			vec.Append(&out[i], rows.Batch.Cols[i])
		}
		taken = append(taken, e.Chunk)
	}
	at, err := src.Offset(from, taken)
	if err != nil {
		t.Fatal(err)
	}
	return out, at
}

// text is a column as people read it.
func text(v *vec.Vec) []string {
	out := make([]string, v.Len)
	for i := range out {
		out[i] = vec.Text(v, i)
	}
	return out
}

func TestCuts(t *testing.T) {
	m := &sourcetest.Made{T: t, Columns: every, New: func(rows int64) sources.Source {
		return source(t, every, "number-of-rows", strconv.FormatInt(rows, 10), "fields.int.null-rate", "0.3",
			"fields.string.var-len", "true", "fields.big.kind", "sequence", "fields.big.start", "-5", "fields.big.end", "99",
			"fields.time.max-past", "1 h")
	}}
	m.Cuts(25)
}

// TestFrozen: what a table holds must not change. Queries that were tested with it would give other results, and an
// open epoch could not be repeated by a newer binary.
func TestFrozen(t *testing.T) {
	cols, _ := read(t, every, nil, "number-of-rows", "1000", "seed", "1", "fields.int.null-rate", "0.25",
		"fields.string.var-len", "true", "fields.time.max-past", "1 day", "fields.double.min", "-1", "fields.double.max", "1")
	h := sha256.New()
	for i := range cols {
		h.Write([]byte(strings.Join(text(&cols[i]), "\n") + "\n\n"))
	}
	const want = "eb189b9793f8b97ba908defd46574b69d752ff2972f649a7013d2478e9e6d3be"
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("the digest is %s", got)
	}
}

// TestRandom: values fill the range that is asked for, ends included, and stay in it.
func TestRandom(t *testing.T) {
	for _, c := range []struct {
		typ              sqltype.Type
		least, most      string
		first, last, all string // least and greatest value, how many different ones
	}{
		{sqltype.TinyIntType, "-2", "3", "-2", "3", "6"},
		{sqltype.TinyIntType, "", "", "-128", "127", "256"},
		{sqltype.SmallIntType, "7", "7", "7", "7", "1"},
		{sqltype.IntType, "-1", "1", "-1", "1", "3"},
		{sqltype.BigIntType, "9223372036854775805", "", "9223372036854775805", "9223372036854775807", "3"},
		{sqltype.DecimalType(5, 2), "-0.02", "0.01", "-0.02", "0.01", "4"},
		{sqltype.DecimalType(38, 0), "99999999999999999999999999999999999997", "",
			"99999999999999999999999999999999999997", "99999999999999999999999999999999999999", "3"},
		{sqltype.DecimalType(38, 38), "-0.00000000000000000000000000000000000001", "0",
			"-0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000000", "2"},
		{sqltype.FloatType, "1", "1", "1", "1", "1"},
		{sqltype.BooleanType, "", "", "false", "true", "2"},
	} {
		options := []string{"number-of-rows", "5000"}
		if c.least != "" {
			options = append(options, "fields.x.min", c.least)
		}
		if c.most != "" {
			options = append(options, "fields.x.max", c.most)
		}
		cols, _ := read(t, sqltype.Schema{{Name: "x", Type: c.typ}}, nil, options...)
		seen := map[string]int{}
		for _, s := range text(&cols[0]) {
			seen[s]++
		}
		if strconv.Itoa(len(seen)) != c.all || seen[c.first] == 0 || seen[c.last] == 0 {
			t.Errorf("%s from %q to %q: %d different values, %d of %s, %d of %s", c.typ, c.least, c.most, len(seen),
				seen[c.first], c.first, seen[c.last], c.last)
		}
	}
}

// TestFloatsStayInside: the widest range overflows neither as a sum nor as a difference.
func TestFloatsStayInside(t *testing.T) {
	columns := sqltype.Schema{{Name: "x", Type: sqltype.DoubleType}, {Name: "y", Type: sqltype.FloatType}}
	cols, _ := read(t, columns, nil, "number-of-rows", "2000",
		"fields.x.min", "-1.7976931348623157e308", "fields.x.max", "1.7976931348623157e308",
		"fields.y.min", "-3.4028234663852886e38")
	below := 0
	for i, x := range vec.Of[float64](&cols[0]) {
		if y := vec.Of[float32](&cols[1])[i]; x-x != 0 || y-y != 0 {
			t.Fatalf("row %d: %g, %g", i, x, y)
		}
		if x < 0 {
			below++
		}
	}
	if below < 900 || below > 1100 {
		t.Errorf("%d of 2000 are below 0", below)
	}
}

func TestTexts(t *testing.T) {
	columns := sqltype.Schema{
		{Name: "plain", Type: sqltype.StringType},
		{Name: "short", Type: sqltype.StringType},
		{Name: "varies", Type: sqltype.Type{Kind: sqltype.Varchar, P: 7}},
		{Name: "char", Type: sqltype.Type{Kind: sqltype.Char, P: 17}},
	}
	cols, _ := read(t, columns, nil, "number-of-rows", "500", "fields.short.length", "1", "fields.varies.var-len", "true",
		"fields.char.length", "17")
	lengths := map[string]map[int]bool{}
	for i, c := range columns {
		lengths[c.Name] = map[int]bool{}
		for _, s := range text(&cols[i]) {
			lengths[c.Name][len(s)] = true
			if strings.Trim(s, hexDigits) != "" {
				t.Fatalf("%q", s)
			}
		}
	}
	if l := lengths["varies"]; len(l) != 7 || !l[1] || !l[7] {
		t.Errorf("lengths %v, want 1 to 7", l)
	}
	for name, n := range map[string]int{"plain": defaultLength, "short": 1, "char": 17} {
		if l := lengths[name]; len(l) != 1 || !l[n] {
			t.Errorf("%s has lengths %v, want %d", name, l, n)
		}
	}
}

// TestSequences: every type counts, and the shortest sequence ends the table.
func TestSequences(t *testing.T) {
	for _, typ := range []sqltype.Type{sqltype.TinyIntType, sqltype.SmallIntType, sqltype.IntType, sqltype.BigIntType,
		sqltype.FloatType, sqltype.DoubleType, sqltype.DecimalType(5, 0), sqltype.DecimalType(30, 0), sqltype.StringType} {
		cols, _ := read(t, sqltype.Schema{{Name: "x", Type: typ}}, nil,
			"fields.x.kind", "sequence", "fields.x.start", "-2", "fields.x.end", "1", "number-of-rows", "100")
		if got := strings.Join(text(&cols[0]), " "); got != "-2 -1 0 1" {
			t.Errorf("%s: %s", typ, got)
		}
	}
	cols, _ := read(t, sqltype.Schema{{Name: "a", Type: sqltype.DecimalType(6, 2)}, {Name: "b", Type: sqltype.BigIntType}},
		nil, "fields.a.kind", "sequence", "fields.a.start", "9", "fields.a.end", "20",
		"fields.b.kind", "sequence", "fields.b.start", "9223372036854775806", "fields.b.end", "9223372036854775807")
	if got := strings.Join(append(text(&cols[0]), text(&cols[1])...), " "); got !=
		"9.00 10.00 9223372036854775806 9223372036854775807" {
		t.Error(got)
	}
	v, _ := values(t, nil, "fields.b.kind", "sequence", "fields.b.start", "-9223372036854775808",
		"fields.b.end", "9223372036854775807")
	if n := rows(v); n != generator.Endless {
		t.Errorf("all integers are %d rows", n)
	}
}

func TestNulls(t *testing.T) {
	columns := sqltype.Schema{{Name: "none", Type: sqltype.IntType}, {Name: "some", Type: sqltype.StringType},
		{Name: "all", Type: sqltype.BooleanType}}
	cols, _ := read(t, columns, nil, "number-of-rows", "10000", "fields.some.null-rate", "0.2",
		"fields.all.null-rate", "1")
	for i, want := range []int{0, 2000, 10000} {
		nulls := 0
		for k := range cols[i].Len {
			if cols[i].IsNull(k) {
				nulls++
			}
		}
		if nulls < want-150 || nulls > want+150 {
			t.Errorf("%s: %d NULLs, want about %d", columns[i].Name, nulls, want)
		}
	}
}

// TestTimes: a column of time holds when its row is due, in its own precision; a run that resumes continues from now,
// but never before the time that was reached.
func TestTimes(t *testing.T) {
	columns := sqltype.Schema{{Name: "ms", Type: sqltype.TimestampType(3)}, {Name: "s", Type: sqltype.TimestampLTZType(0)},
		{Name: "day", Type: sqltype.DateType}, {Name: "past", Type: sqltype.TimestampType(3)}}
	options := []string{"number-of-rows", "4", "rows-per-second", "3", "fields.past.max-past", "10 s"}
	cols, at := read(t, columns, nil, options...)
	want := []string{"2026-01-01 00:00:00.000", "2026-01-01 00:00:00.333", "2026-01-01 00:00:00.666",
		"2026-01-01 00:00:01.000"}
	for i, s := range text(&cols[0]) {
		past := vec.Of[int64](&cols[0])[i] - vec.Of[int64](&cols[3])[i]
		if s != want[i] || vec.Text(&cols[1], i) != want[i][:19] || vec.Text(&cols[2], i) != "2026-01-01" ||
			past < 0 || past > 10_000_000 {
			t.Errorf("row %d: %s, %s, %s, %d µs before", i, s, vec.Text(&cols[1], i), vec.Text(&cols[2], i), past)
		}
	}
	options[1] = "6"
	cols, _ = read(t, columns, at, options...) // on the same clock: four rows later by the rate
	if got := strings.Join(text(&cols[0]), ", "); got != "2026-01-01 00:00:01.333, 2026-01-01 00:00:01.666" {
		t.Error(got)
	}
}

// TestOneSecondUnderEnds: a run that ends with what exists takes a second's rows of a table without end.
func TestOneSecondUnderEnds(t *testing.T) {
	columns := sqltype.Schema{{Name: "x", Type: sqltype.IntType}}
	cols, at := read(t, columns, nil, "rows-per-second", "250")
	if cols[0].Len != 250 || !strings.Contains(string(at), `"rows":{"0":250}`) {
		t.Errorf("%d rows, at %s", cols[0].Len, at)
	}
}

// TestSeeds: another seed, another name of the table or the column are other values.
func TestSeeds(t *testing.T) {
	columns := sqltype.Schema{{Name: "a", Type: sqltype.BigIntType}, {Name: "b", Type: sqltype.BigIntType}}
	one, _ := read(t, columns, nil, "number-of-rows", "100")
	same, _ := read(t, columns, nil, "number-of-rows", "100", "seed", "0", "rows-per-second", "1")
	other, _ := read(t, columns, nil, "number-of-rows", "100", "seed", "1")
	if a, b := text(&one[0]), text(&same[0]); strings.Join(a, " ") != strings.Join(b, " ") {
		t.Error("the rate changes values")
	}
	seen := map[string]bool{}
	for _, v := range append(append(text(&one[0]), text(&one[1])...), text(&other[0])...) {
		seen[v] = true
	}
	if len(seen) != 300 {
		t.Errorf("%d of 300 values differ", len(seen))
	}
}

// TestRefused: what makes no sense is refused when the query is planned, and says what to do.
func TestRefused(t *testing.T) {
	columns := sqltype.Schema{
		{Name: "n", Type: sqltype.IntType}, {Name: "tiny", Type: sqltype.TinyIntType},
		{Name: "x", Type: sqltype.DoubleType}, {Name: "d", Type: sqltype.DecimalType(4, 2)},
		{Name: "s", Type: sqltype.StringType}, {Name: "c", Type: sqltype.Type{Kind: sqltype.Char, P: 3}},
		{Name: "b", Type: sqltype.BooleanType}, {Name: "t", Type: sqltype.TimestampType(3)},
		{Name: "must", Type: sqltype.IntType.Required()},
		{Name: "wide", Type: sqltype.Type{Kind: sqltype.Varchar, P: 1 << 20}},
	}
	wide := []string{"fields.wide.length", "1"}
	for _, c := range []struct {
		options []string
		key     string // what the fault is about
		msg     string // part of it
	}{
		{[]string{"rows-per-second", "0"}, "rows-per-second", "too small"},
		{[]string{"rows-per-second", "-1"}, "rows-per-second", "too small"},
		{[]string{"rows-per-second", "1e3"}, "rows-per-second", "not a valid integer"},
		{[]string{"number-of-rows", "0"}, "number-of-rows", "too small"},
		{[]string{"seed", "-1"}, "seed", "too small"},
		{[]string{"fields.n.kind", "guess"}, "fields.n.kind", "not one of random, sequence"},
		{[]string{"fields.n.min", "2", "fields.n.max", "1"}, "fields.n.min", "no value between"},
		{[]string{"fields.d.max", "-1"}, "fields.d.max", "no value between"},
		{[]string{"fields.x.min", "1e309"}, "fields.x.min", "not a valid DOUBLE"},
		{[]string{"fields.x.min", "NaN"}, "fields.x.min", "not a valid DOUBLE"},
		{[]string{"fields.n.min", "many"}, "fields.n.min", "not a valid INT"},
		{[]string{"fields.tiny.max", "128"}, "fields.tiny.max", "not a valid TINYINT"},
		{[]string{"fields.d.max", "100"}, "fields.d.max", "not a valid DECIMAL(4, 2)"},
		{[]string{"fields.s.min", "1"}, "fields.s.min", "no meaning for random texts"},
		{[]string{"fields.b.max", "1"}, "fields.b.max", "no meaning for BOOLEAN"},
		{[]string{"fields.n.length", "5"}, "fields.n.length", "no meaning for random integers"},
		{[]string{"fields.n.max-past", "5 s"}, "fields.n.max-past", "no meaning"},
		{[]string{"fields.n.start", "5"}, "fields.n.start", "no meaning"},
		{[]string{"fields.s.length", "0"}, "fields.s.length", "too small"},
		{[]string{"fields.s.length", "2147483647"}, "fields.s.length", "at most 131072"},
		{[]string{"fields.c.length", "4"}, "fields.c.length", "more than CHAR(3)"},
		{[]string{"fields.c.length", "2"}, "fields.c.length", "always has its length"},
		{[]string{"fields.c.var-len", "true"}, "fields.c.var-len", "always has its length"},
		{[]string{"fields.s.var-len", "perhaps"}, "fields.s.var-len", "not a valid boolean"},
		{[]string{"fields.t.max-past", "-1 s"}, "fields.t.max-past", "not a valid duration"},
		{[]string{"fields.n.null-rate", "1.5"}, "fields.n.null-rate", "not a proportion"},
		{[]string{"fields.n.null-rate", "NaN"}, "fields.n.null-rate", "not a proportion"},
		{[]string{"fields.must.null-rate", "0.1"}, "fields.must.null-rate", "NOT NULL"},
		{[]string{"fields.n.kind", "sequence"}, "fields.n.start", "required"},
		{[]string{"fields.n.kind", "sequence", "fields.n.start", "1"}, "fields.n.end", "required"},
		{[]string{"fields.n.kind", "sequence", "fields.n.start", "2", "fields.n.end", "1"},
			"fields.n.end", "before the start"},
		{[]string{"fields.n.kind", "sequence", "fields.n.start", "1.5", "fields.n.end", "2"},
			"fields.n.start", "not a valid integer"},
		{[]string{"fields.tiny.kind", "sequence", "fields.tiny.start", "1", "fields.tiny.end", "200"},
			"fields.tiny.end", "does not fit"},
		{[]string{"fields.d.kind", "sequence", "fields.d.start", "1", "fields.d.end", "100"}, "fields.d.end", "does not fit"},
		{[]string{"fields.c.kind", "sequence", "fields.c.start", "-999", "fields.c.end", "1"},
			"fields.c.start", "does not fit"},
		{[]string{"fields.n.kind", "sequence", "fields.n.start", "1", "fields.n.end", "2", "fields.n.max", "3"},
			"fields.n.max", "no meaning for a sequence"},
		{[]string{"fields.t.kind", "sequence", "fields.t.start", "1", "fields.t.end", "2"},
			"fields.t.kind", "have no sequence"},
		{[]string{"fields.m.max", "3"}, "fields.m.max", "no stored column"},
		{[]string{"fields.n.mx", "3"}, "fields.n.mx", "unknown option"},
		{[]string{"number-of-row", "3"}, "number-of-row", "unknown option"},
	} {
		_, problems := values(t, columns, append(c.options, wide...)...)
		found := false
		for _, p := range problems {
			found = found || p.Key == c.key && strings.Contains(p.Msg, c.msg)
		}
		if !found || len(problems) != 1 && len(c.options) > 2 {
			t.Errorf("%q: %+v", c.options, problems)
		}
	}
	if _, problems := values(t, columns); len(problems) != 1 || problems[0].Column != "wide" {
		t.Errorf("a text of a million characters: %+v", problems)
	}
}

// TestOpenIsPaced: by the clock of the scan, in bursts, and a clock that is set back takes nothing back.
func TestOpenIsPaced(t *testing.T) {
	src := source(t, sqltype.Schema{{Name: "x", Type: sqltype.IntType}}, "rows-per-second", "1000")
	c := clock.NewManual(startTime)
	f, err := src.Open(t.Context(), nil, sources.Scan{ChunkRows: 8192, Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	next := func() string {
		e, err := f.Next(t.Context())
		switch {
		case err != nil:
			t.Fatal(err)
		case e.Mark != nil:
			return "mark " + strconv.FormatInt(e.Mark.Look, 10)
		}
		return strconv.FormatInt(e.Chunk.Position, 10) + "+" + strconv.Itoa(e.Chunk.Records)
	}
	want := func(w string) {
		t.Helper()
		if got := next(); got != w {
			t.Fatalf("got %s, want %s", got, w)
		}
	}
	want("0+10") // a burst
	want("mark 0")
	c.Advance(99 * time.Millisecond)
	f.Look()
	want("10+99")
	want("mark 1")
	c.Advance(-time.Hour)
	f.Look()
	want("mark 2")
	c.Advance(5 * time.Millisecond)
	f.Look()
	want("109+5")
	want("mark 3")
	done := make(chan string)
	go func() { done <- next() }() // without a look: it waits for the clock
	for got := ""; got == ""; {
		c.Advance(10 * time.Millisecond)
		select {
		case got = <-done:
			if !strings.HasPrefix(got, "114+") {
				t.Errorf("got %s", got)
			}
		case <-time.After(time.Millisecond):
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 3 { // a mark or a few rows may still be due
		_, err = f.Next(ctx)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
