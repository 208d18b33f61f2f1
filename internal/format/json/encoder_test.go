package json

import (
	stdjson "encoding/json"
	"math"
	"strings"
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

func encode(t *testing.T, schema sqltype.Schema, opt EncodeOptions, b *zset.Batch) string {
	t.Helper()
	out, err := NewEncoder(schema, opt).Encode(nil, b)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestEncodeValues(t *testing.T) {
	ts := int64(1767268800_123456)
	for _, c := range []struct {
		typ  sqltype.Type
		in   any
		want string
	}{
		{sqltype.BigIntType, math.MinInt64, "-9223372036854775808"}, {sqltype.BigIntType, 0, "0"},
		{sqltype.BigIntType, 100, "100"}, {sqltype.IntType, -7, "-7"},
		{sqltype.Type{Kind: sqltype.TinyInt}, -128, "-128"}, {sqltype.BooleanType, true, "true"},
		{sqltype.BooleanType, false, "false"}, {sqltype.BigIntType, nil, "null"},
		{sqltype.DoubleType, 0.1, "0.1"}, {sqltype.DoubleType, 1e21, "1e+21"}, {sqltype.DoubleType, 3.0, "3"},
		{sqltype.DoubleType, math.Copysign(0, -1), "-0"}, {sqltype.DoubleType, math.NaN(), `"NaN"`},
		{sqltype.DoubleType, math.Inf(-1), `"-Infinity"`}, {sqltype.FloatType, float64(float32(0.1)), "0.1"},
		{sqltype.StringType, "a\"b\\c\nd\x01é/\x7f", `"a\"b\\c\nd\u0001é/` + "\x7f\""}, {sqltype.StringType, "", `""`},
		{sqltype.StringType, "12345678\"12345678", `"12345678\"12345678"`},
		{sqltype.DecimalType(10, 2), 5, "0.05"}, {sqltype.DecimalType(10, 2), -12345, "-123.45"},
		{sqltype.DecimalType(10, 0), 7, "7"}, {sqltype.DecimalType(18, 3), 999999999999999, "999999999999.999"},
		{sqltype.DecimalType(18, 3), 1000000000000000, `"1000000000000.000"`}, {sqltype.DecimalType(38, 2), -150, "-1.50"},
		{sqltype.DecimalType(38, 0), vec.Pow10(37), `"1` + strings.Repeat("0", 37) + `"`},
		{sqltype.DecimalType(18, 18), 1, "0.000000000000000001"},
		{sqltype.DateType, 20454, `"2026-01-01"`}, {sqltype.DateType, -719162, `"0001-01-01"`},
		{sqltype.TimestampType(0), ts, `"2026-01-01 12:00:00"`}, {sqltype.TimestampType(3), ts, `"2026-01-01 12:00:00.123"`},
		{sqltype.TimestampType(6), ts, `"2026-01-01 12:00:00.123456"`},
		{sqltype.TimestampType(1), -1, `"1969-12-31 23:59:59.9"`},
		{sqltype.TimestampLTZType(3), ts, `"2026-01-01 12:00:00.123Z"`},
	} {
		s := sqltype.Schema{{Name: "a", Type: c.typ}}
		b := &zset.Batch{Schema: s, N: 1, Cols: []*vec.Vec{vec.Make(c.typ, c.in)}}
		got := encode(t, s, EncodeOptions{}, b)
		if got != `{"a":`+c.want+"}\n" {
			t.Errorf("%s %v: %q, want %q", c.typ, c.in, got, c.want)
		}
		if !stdjson.Valid([]byte(got)) {
			t.Errorf("%q is not JSON", got)
		}
		back := decode(t, s, nil, got)
		if again := encode(t, s, EncodeOptions{}, &back.Batch); again != got {
			t.Errorf("%q came back as %q (%v)", got, again, back.Bad)
		}
	}
}

func TestEncodeChanges(t *testing.T) {
	s := sqltype.Schema{{Name: `k"`, Type: sqltype.StringType}, {Name: "n", Type: sqltype.BigIntType}}
	b := &zset.Batch{Schema: s, N: 3, Weights: []int64{1, -2, 0},
		Cols: []*vec.Vec{vec.NewDict(sqltype.StringType, []string{"x", "y"}, 1, -1, 0),
			vec.NewConst(sqltype.BigIntType, 3, 9)}}
	epoch := func() int64 { return 7 }
	for _, c := range []struct {
		opt  EncodeOptions
		want string
	}{
		{EncodeOptions{Op: true}, `{"_op":"+I","k\"":"y","n":9}` + "\n" +
			strings.Repeat(`{"_op":"-D","k\"":null,"n":9}`+"\n", 2)},
		{EncodeOptions{Op: true, Epoch: epoch}, `{"_op":"+I","_epoch":7,"k\"":"y","n":9}` + "\n" +
			strings.Repeat(`{"_op":"-D","_epoch":7,"k\"":null,"n":9}`+"\n", 2)},
	} {
		if got := encode(t, s, c.opt, b); got != c.want {
			t.Errorf("%+v: got\n%s", c.opt, got)
		}
	}
	if _, err := NewEncoder(s, EncodeOptions{}).Encode(nil, b); err == nil {
		t.Error("a retraction went into a plain file")
	}
	b.Weights = []int64{2, 0, 1}
	if got := encode(t, s, EncodeOptions{Epoch: epoch}, b); got != strings.Repeat(`{"_epoch":7,"k\"":"y","n":9}`+"\n",
		2)+`{"_epoch":7,"k\"":"x","n":9}`+"\n" {
		t.Errorf("plain: %s", got)
	}
	if got := encode(t, nil, EncodeOptions{Op: true}, &zset.Batch{N: 1}); got != "{\"_op\":\"+I\"}\n" {
		t.Errorf("no columns: %s", got)
	}
}

var _ format.Decoder = (*Decoder)(nil)
