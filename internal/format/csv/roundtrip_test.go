package csv

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

// TestRoundTrip: what is written is read back to the same values, for all types and dialects; without a literal of NULL
// a NULL text comes back as the empty text.
func TestRoundTrip(t *testing.T) {
	schema := schemaOf(sqltype.StringType, sqltype.BigIntType, sqltype.IntType, sqltype.Type{Kind: sqltype.TinyInt},
		sqltype.Type{Kind: sqltype.SmallInt}, sqltype.DoubleType, sqltype.FloatType, sqltype.DecimalType(10, 2),
		sqltype.DecimalType(38, 10), sqltype.BooleanType, sqltype.DateType, sqltype.TimestampType(3),
		sqltype.TimestampType(6),
		sqltype.TimestampLTZType(0), sqltype.Type{Kind: sqltype.Varchar, P: 5}, sqltype.StringType)
	r := rand.New(rand.NewPCG(1, 2))
	for _, raw := range [][]string{
		nil, {"csv.null-literal", ""}, {"csv.null-literal", "0"}, {"csv.null-literal", "NaN"}, {"csv.field-delimiter", " "},
		{"csv.field-delimiter", ":", "csv.null-literal", "true"}, {"csv.field-delimiter", ":", "csv.quote-character", " "},
		{"csv.escape-character", `\`, "csv.null-literal", "x"}, {"csv.allow-comments", "true", "csv.null-literal", "NULL"},
		{"csv.disable-quote-character", "true", "csv.escape-character", `\`, "csv.null-literal", "NULL"},
		{"csv.disable-quote-character", "true", "csv.escape-character", `\`, "csv.allow-comments", "true",
			"csv.null-literal", "<>"},
		{"csv.field-delimiter", `\t`, "csv.quote-character", "'", "csv.null-literal", " "},
	} {
		for _, s := range []sqltype.Schema{schema, schema[:1], schema[5:6]} {
			b := randomBatch(r, s, 300, len(raw) > 0 && raw[len(raw)-2] == "csv.null-literal")
			roundTrip(t, s, raw, b)
		}
	}
}

func roundTrip(t *testing.T, s sqltype.Schema, raw []string, b *zset.Batch) {
	t.Helper()
	v := with(t, raw...)
	text, err := NewEncoder(s, v).Encode(nil, b)
	if err != nil {
		t.Fatalf("%v: %v", raw, err)
	}
	var rows format.Rows
	NewDecoder(format.Config{Schema: s, Used: all(len(s)), Options: v}).Decode(text, &rows)
	if rows.Batch.N != b.N || len(rows.Bad) > 0 {
		t.Fatalf("%v, %d columns: %d rows of %d, bad %v", raw, len(s), rows.Batch.N, b.N, rows.Bad)
	}
	for i := range b.N {
		for c := range s {
			want, got := b.Cols[c], rows.Batch.Cols[c]
			if want.IsNull(i) != got.IsNull(i) || vec.Text(want, i) != vec.Text(got, i) {
				t.Fatalf("%v: row %d column %s: wrote %q (NULL %t), read %q (NULL %t) of %q", raw, i, s[c].Type, vec.Text(want, i),
					want.IsNull(i), vec.Text(got, i), got.IsNull(i),
					format.Record(settingsOf(v).splitter(), text, int(rows.Starts[i])))
			}
		}
	}
}

// randomBatch makes rows with the values that go wrong: bounds, -0.0, NaN, the empty text and NULL.
func randomBatch(r *rand.Rand, s sqltype.Schema, n int, nullText bool) *zset.Batch {
	b := &zset.Batch{Schema: s, N: n}
	for _, f := range s {
		values := make([]any, n)
		for i := range values {
			if r.IntN(6) == 0 && (nullText || !f.Type.IsString()) {
				continue
			}
			values[i] = randomValue(r, f.Type)
		}
		b.Cols = append(b.Cols, vec.Make(f.Type, values...))
	}
	return b
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func randomValue(r *rand.Rand, t sqltype.Type) any {
	const day = 86400_000_000
	switch t.Kind {
	case sqltype.Varchar, sqltype.Char:
		most := 12
		if t.P < 12 {
			most = int(t.P)
		}
		out := []rune{}
		for range r.IntN(most + 1) {
			out = append(out, pick(r, []rune("ab,;\t'\"\\\n\r# NULx0-é€😀<>\ufeff")...))
		}
		if r.IntN(4) == 0 && most == 12 {
			return pick(r, "", "NULL", "NaN", "0", "x", "#", "true", " ", "\r\n", `""`, "<>", "n", "#x", "\ufeff")
		}
		return string(out)
	case sqltype.BigInt:
		return pick(r, 0, math.MaxInt64, math.MinInt64, -1, r.Int64())
	case sqltype.Int:
		return pick[int64](r, 0, math.MaxInt32, math.MinInt32, int64(r.Int32()))
	case sqltype.SmallInt:
		return pick[int64](r, 0, math.MaxInt16, math.MinInt16)
	case sqltype.TinyInt:
		return pick[int64](r, 0, math.MaxInt8, math.MinInt8, 7)
	case sqltype.Double:
		return pick(r, 0, math.Copysign(0, -1), math.NaN(), math.Inf(1), math.Inf(-1), 1e300, 5e-324, r.NormFloat64(),
			1e15, 0.1)
	case sqltype.Float:
		return float64(pick(r, 0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(-1)), 3.4e38,
			r.Float32()))
	case sqltype.Decimal:
		if t.P <= 18 {
			return pick(r, 0, -1, 9999999999, -9999999999, r.Int64N(1e10))
		}
		return vec.I128Of(r.Int64())
	case sqltype.Boolean:
		return r.IntN(2) == 0
	case sqltype.Date:
		return pick[int64](r, 0, -719162, 2932896, r.Int64N(20000))
	case sqltype.Timestamp, sqltype.TimestampLTZ:
		unit := vec.Pow10Int64(int(6 - t.P))
		return pick(r, 0, -1*unit, -719162*day, r.Int64N(20000*day)) / unit * unit
	}
	panic(fmt.Sprint("no values of ", t))
}
