package json

import (
	"fmt"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// wide is a schema with a column of every kind.
func wide() sqltype.Schema {
	return sqltype.Schema{
		{Name: "b", Type: sqltype.BigIntType}, {Name: "i", Type: sqltype.IntType},
		{Name: "s", Type: sqltype.StringType}, {Name: "d", Type: sqltype.DoubleType},
		{Name: "ts", Type: sqltype.TimestampType(3)}, {Name: "m", Type: sqltype.DecimalType(10, 2)},
		{Name: "w", Type: sqltype.DecimalType(38, 4)}, {Name: "t", Type: sqltype.Type{Kind: sqltype.TinyInt}},
		{Name: "sm", Type: sqltype.Type{Kind: sqltype.SmallInt}}, {Name: "f", Type: sqltype.FloatType},
		{Name: "ok", Type: sqltype.BooleanType}, {Name: "day", Type: sqltype.DateType},
		{Name: "z", Type: sqltype.TimestampLTZType(6)}, {Name: "v", Type: sqltype.Type{Kind: sqltype.Varchar, P: 3}},
	}
}

func all(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func decode(t testing.TB, s sqltype.Schema, raw map[string]string, data string) *format.Rows {
	t.Helper()
	v, problems := option.Check(Options, raw)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var rows format.Rows
	NewDecoder(format.Config{Schema: s, Used: all(len(s)), Options: v}).Decode([]byte(data), &rows)
	return &rows
}

// show prints one column as text, a value per row, then the codes of bad records.
func show(r *format.Rows, col int) string {
	var parts []string
	for i := range r.Batch.N {
		parts = append(parts, vec.Text(r.Batch.Cols[col], i))
	}
	for _, b := range r.Bad {
		parts = append(parts, "!"+string(b.Code))
	}
	return strings.Join(parts, " ")
}

func TestValues(t *testing.T) {
	typ := map[string]sqltype.Type{
		"BIGINT": sqltype.BigIntType, "INT": sqltype.IntType, "TINYINT": {Kind: sqltype.TinyInt},
		"SMALLINT": {Kind: sqltype.SmallInt},
		"DOUBLE":   sqltype.DoubleType, "FLOAT": sqltype.FloatType, "STRING": sqltype.StringType,
		"V3": {Kind: sqltype.Varchar, P: 3},
		"D2": sqltype.DecimalType(10, 2), "D38": sqltype.DecimalType(38, 1), "BOOL": sqltype.BooleanType,
		"DATE": sqltype.DateType,
		"TS":   sqltype.TimestampType(3), "TS6": sqltype.TimestampType(6), "TS0": sqltype.TimestampType(0),
		"LTZ": sqltype.TimestampLTZType(3),
	}
	for _, c := range []struct{ typ, in, want string }{
		{"BIGINT", `0`, "0"}, {"BIGINT", `-0`, "0"}, {"BIGINT", `12345678`, "12345678"}, {"BIGINT", `123456789`, "123456789"},
		{"BIGINT", `9223372036854775807`, "9223372036854775807"}, {"BIGINT", `-9223372036854775808`, "-9223372036854775808"},
		{"BIGINT", `9223372036854775808`, "!field-out-of-range"}, {"BIGINT", `-9223372036854775809`, "!field-out-of-range"},
		{"BIGINT", `99999999999999999999999`, "!field-out-of-range"}, {"BIGINT", `1.0`, "1"}, {"BIGINT", `1e3`, "1000"},
		{"BIGINT", `1.50e1`, "15"},
		{"BIGINT", `12000e-3`, "12"}, {"BIGINT", `1.5`, "!field-out-of-range"}, {"BIGINT", `1e-1`, "!field-out-of-range"},
		{"BIGINT", `1e19`, "!field-out-of-range"},
		{"BIGINT", `0e999999999999`, "0"}, {"BIGINT", `1e999999999999`, "!field-out-of-range"},
		{"BIGINT", `01`, "!record-syntax"}, {"BIGINT", `-`, "!record-syntax"},
		{"BIGINT", `+1`, "!record-syntax"}, {"BIGINT", `1.`, "!record-syntax"}, {"BIGINT", `.5`, "!record-syntax"},
		{"BIGINT", `1e`, "!record-syntax"},
		{"BIGINT", `"1"`, "!field-type"}, {"BIGINT", `true`, "!field-type"}, {"BIGINT", `{"x":1}`, "!field-type"},
		{"BIGINT", `[1]`, "!field-type"},
		{"BIGINT", `null`, "NULL"}, {"BIGINT", `nul`, "!record-syntax"}, {"BIGINT", `1 2`, "!record-syntax"},
		{"BIGINT", `12a`, "!record-syntax"}, {"BIGINT", `0x10`, "!record-syntax"},
		{"INT", `2147483647`, "2147483647"}, {"INT", `2147483648`, "!field-out-of-range"},
		{"INT", `-2147483648`, "-2147483648"}, {"INT", `2.147483647e9`, "2147483647"},
		{"TINYINT", `127`, "127"}, {"TINYINT", `128`, "!field-out-of-range"}, {"TINYINT", `-128`, "-128"},
		{"SMALLINT", `-32769`, "!field-out-of-range"}, {"SMALLINT", `32767`, "32767"},
		{"DOUBLE", `0.1`, "0.1"}, {"DOUBLE", `-0.0`, "-0"}, {"DOUBLE", `-0`, "-0"}, {"DOUBLE", `1e22`, "1e+22"},
		{"DOUBLE", `1e400`, "!field-out-of-range"}, {"DOUBLE", `1e-400`, "0"},
		{"DOUBLE", `123456789.123456789`, "123456789.12345679"}, {"DOUBLE", `9007199254740993`, "9007199254740992"},
		{"DOUBLE", `"NaN"`, "NaN"}, {"DOUBLE", `"-Infinity"`, "-Infinity"},
		{"DOUBLE", `"Infinity"`, "Infinity"}, {"DOUBLE", `NaN`, "!record-syntax"}, {"DOUBLE", `Infinity`, "!record-syntax"},
		{"DOUBLE", `"1.5"`, "!field-type"}, {"DOUBLE", `5e-324`, "5e-324"},
		{"FLOAT", `0.1`, "0.1"}, {"FLOAT", `3.5e38`, "!field-out-of-range"}, {"FLOAT", `"NaN"`, "NaN"},
		{"FLOAT", `16777217`, "16777216"},
		{"STRING", `""`, ""}, {"STRING", `"abcdefgh"`, "abcdefgh"}, {"STRING", `"a\"b\\c\/d\n\u0041"`, "a\"b\\c/d\nA"},
		{"STRING", `"\u00e9é"`, "éé"},
		{"STRING", `"\ud83d\ude00"`, "😀"}, {"STRING", `"\ud83d"`, "!record-not-utf8"},
		{"STRING", `"\ude00x"`, "!record-not-utf8"}, {"STRING", `"\ud83d\ud83d"`, "!record-not-utf8"},
		{"STRING", `"\u0000"`, "\x00"}, {"STRING", "\"\xff\"", "!record-not-utf8"},
		{"STRING", "\"abcdefghijk\xc3\"", "!record-not-utf8"}, {"STRING", "\"a\tb\"", "!record-syntax"},
		{"STRING", "\"a\rb\"", "!record-syntax"},
		{"STRING", `"\x"`, "!record-syntax"}, {"STRING", `"\u12g4"`, "!record-syntax"}, {"STRING", `'a'`, "!record-syntax"},
		{"STRING", `5`, "!field-type"}, {"STRING", `{"a":[1,{}]}`, "!field-type"}, {"STRING", `[}`, "!record-syntax"},
		{"V3", `"abc"`, "abc"}, {"V3", `"äöü"`, "äöü"}, {"V3", `"abcd"`, "!field-out-of-range"}, {"V3", `"\u0061bc"`, "abc"},
		{"D2", `1.5`, "1.50"}, {"D2", `-0.01`, "-0.01"}, {"D2", `1e2`, "100.00"}, {"D2", `99999999.99`, "99999999.99"},
		{"D2", `100000000`, "!field-out-of-range"}, {"D2", `1.005`, "!field-out-of-range"},
		{"D2", `1.500`, "1.50"}, {"D2", `"1.5"`, "1.50"}, {"D2", `"x"`, "!field-malformed"}, {"D2", `"1.5`, "!record-syntax"},
		{"D2", `true`, "!field-type"}, {"D2", `0.000000000000000000000`, "0.00"},
		{"D38", `1234567890123456789012345678901234567.5`, "1234567890123456789012345678901234567.5"},
		{"D38", `12345678901234567890123456789012345678.5`, "!field-out-of-range"},
		{"BOOL", `true`, "true"}, {"BOOL", `false`, "false"}, {"BOOL", `1`, "!field-type"}, {"BOOL", `"true"`, "!field-type"},
		{"BOOL", `truth`, "!record-syntax"},
		{"DATE", `"2024-02-29"`, "2024-02-29"}, {"DATE", `"2023-02-29"`, "!field-malformed"},
		{"DATE", `"2023-02-30"`, "!field-malformed"}, {"DATE", `"0000-01-01"`, "!field-malformed"},
		{"DATE", `"0001-01-01"`, "0001-01-01"},
		{"DATE", `"9999-12-31"`, "9999-12-31"}, {"DATE", `"10000-01-01"`, "!field-malformed"},
		{"DATE", `"1900-02-29"`, "!field-malformed"}, {"DATE", `20240101`, "!field-type"},
		{"TS", `"2026-01-01 12:00:00.123"`, "2026-01-01 12:00:00.123"},
		{"TS", `"2026-01-01T12:00:00.1239"`, "2026-01-01 12:00:00.123"},
		{"TS", `"2026-01-01T12:00:00"`, "2026-01-01 12:00:00.000"},
		{"TS", `"2026-01-01T12:00"`, "2026-01-01 12:00:00.000"}, {"TS", `"2026-01-01T12:00:00Z"`, "2026-01-01 12:00:00.000"},
		{"TS", `"2026-01-01T12:00:00+01:00"`, "!field-malformed"}, {"TS", `"2026-01-01 24:00:00"`, "!field-malformed"},
		{"TS", `"2026-06-30 23:59:60"`, "!field-malformed"}, {"TS", `"2026-02-30 00:00:00"`, "!field-malformed"},
		{"TS", `"0000-01-01 00:00:00"`, "!field-malformed"}, {"TS", `"10000-01-01 00:00:00"`, "!field-malformed"},
		{"TS", `"9999-12-31 23:59:59.999"`, "9999-12-31 23:59:59.999"},
		{"TS", `"1969-12-31 23:59:59.999"`, "1969-12-31 23:59:59.999"}, {"TS", `1767268800`, "!field-type"},
		{"TS", `""`, "!field-malformed"}, {"TS", `"2026-01-01"`, "!field-malformed"},
		{"TS", `"2026-01-01 12:00:00.1234567890"`, "!field-malformed"}, {"TS", `"2026-01-01 12:00:00."`, "!field-malformed"},
		{"TS", `"2026-01-01 12:00:0\u0030"`, "2026-01-01 12:00:00.000"}, {"TS", `"2026-01-01 12:00:00`, "!record-syntax"},
		{"TS6", `"2026-01-01 12:00:00.123456789"`, "2026-01-01 12:00:00.123456"},
		{"TS0", `"2026-01-01 12:00:00.9"`, "2026-01-01 12:00:00"},
		{"LTZ", `"2026-01-01T12:00:00Z"`, "2026-01-01 12:00:00.000"},
		{"LTZ", `"2026-01-01 12:00:00.5+01:00"`, "2026-01-01 11:00:00.500"},
		{"LTZ", `"2026-01-01T12:00:00"`, "!field-malformed"}, {"LTZ", `"2026-01-01T12:00-00:30"`, "2026-01-01 12:30:00.000"},
		{"TS", "\"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00:00\"", "!record-syntax"},
	} {
		tt := typ[c.typ]
		r := decode(t, sqltype.Schema{{Name: "a", Type: tt}}, nil, `{"a":`+c.in+"}\n")
		if got := show(r, 0); got != c.want {
			t.Errorf("%s %s: got %q, want %q (%v)", c.typ, c.in, got, c.want, r.Bad)
		}
		// The same value is judged the same when nobody asked for the column, and under blanks.
		var skipped format.Rows
		NewDecoder(format.Config{Schema: sqltype.Schema{{Name: "a", Type: tt}}}).Decode([]byte("{ \"a\" : "+c.in+" } \r\n"),
			&skipped)
		if len(skipped.Bad) != len(r.Bad) || skipped.Batch.N != r.Batch.N ||
			(len(r.Bad) > 0 && r.Bad[0].Code != skipped.Bad[0].Code) {
			t.Errorf("%s %s: judged %v when used, %v when not", c.typ, c.in, r.Bad, skipped.Bad)
		}
	}
}

func TestRecords(t *testing.T) {
	s := sqltype.Schema{{Name: "a", Type: sqltype.BigIntType}, {Name: "b", Type: sqltype.StringType}}
	deep := func(n int) string { return `{"x":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + `}` }
	for _, c := range []struct{ name, in, want, msg string }{
		{"empty", "", "", ""},
		{"blank lines", "\n\r\n  \n{\"a\":1}\n\n", "1", ""},
		{"no final newline", `{"a":1}`, "1", ""},
		{"crlf", "{\"a\":1}\r\n{\"a\":2}\r\n", "1 2", ""},
		{"lone cr", "{\"a\":1}\r{\"a\":2}\n", "!record-syntax", "carriage return"},
		{"bom in the middle", "{\"a\":1}\n\xef\xbb\xbf{\"a\":2}\n", "1 !record-syntax", "byte order mark"},
		{"utf-16", "\xff\xfe{\x00\"\x00a\x00\"\x00:\x001\x00}\x00\n", "!record-syntax", "UTF-16"},
		{"duplicate", `{"a":1,"a":2}`, "!duplicate-key", `"a"`},
		{"escaped duplicate", `{"a":1,"\u0061":2}`, "!duplicate-key", ""},
		{"undeclared duplicate", `{"x":1,"x":2,"a":3}`, "3", ""},
		{"escaped key", `{"\u0061":7}`, "7", ""},
		{"case", `{"A":1}`, "NULL", ""},
		{"empty object", "{}\n{ }\n", "NULL NULL", ""},
		{"unknown keys", `{"x":{"a":[1,{"b":"\""}]},"a":1,"y":null}`, "1", ""},
		{"bad unknown", `{"x":tru,"a":1}`, "!record-syntax", ""},
		{"bad utf-8 in unknown", "{\"x\":\"\xff\",\"a\":1}", "1", ""},
		{"array", `[{"a":1}]`, "!record-not-object", "an array"},
		{"scalar", "5\n\"x\"\nnull\n", "!record-not-object !record-not-object !record-not-object", ""},
		{"two objects", `{"a":1}{"a":2}`, "!record-syntax", "two objects"},
		{"trailing garbage", `{"a":1} x`, "!record-syntax", ""},
		{"trailing comma", `{"a":1,}`, "!record-syntax", "comma"},
		{"comment", "{\"a\":1} // one", "!record-syntax", "comments"},
		{"single quotes", `{'a':1}`, "!record-syntax", "double quotes"},
		{"bare nan", `{"a":NaN}`, "!record-syntax", "NaN"},
		{"missing colon", `{"a" 1}`, "!record-syntax", ""},
		{"missing comma", `{"a":1 "b":"x"}`, "!record-syntax", ""},
		{"leading comma", `{,"a":1}`, "!record-syntax", ""},
		{"newline inside", "{\"a\":\n1}\n", "!record-syntax !record-syntax", ""},
		{"depth 512", deep(512), "NULL", ""},
		{"depth 513", deep(513), "!record-too-deep", ""},
		{"depth 10000", deep(10000), "!record-too-deep", ""},
		{"depth 1000000, unclosed", strings.Repeat("[", 1_000_000), "!record-too-deep", ""},
		{"deep and declared", `{"a":` + strings.Repeat(`{"x":`, 600) + "1" + strings.Repeat("}", 600) +
			`}`, "!record-too-deep", ""},
		{"syntax before value", `{"a":"x", oops}`, "!record-syntax", ""},
		{"value before missing", `{"a":"x"}`, "!field-type", "a string"},
		{"good after bad", "{\"a\":1,\"b\":\"long enough text\"}\n{\"a\":2,\"b\":5}\n{\"b\":\"x\",\"a\":3}\n",
			"1 3 !field-type", ""},
	} {
		r := decode(t, s, nil, c.in)
		if got := show(r, 0); got != c.want {
			t.Errorf("%s: got %q, want %q (%v)", c.name, got, c.want, r.Bad)
		}
		if c.msg != "" && (len(r.Bad) == 0 || !strings.Contains(r.Bad[0].Msg, c.msg)) {
			t.Errorf("%s: %v does not say %q", c.name, r.Bad, c.msg)
		}
	}
}

func TestNullsAndOptions(t *testing.T) {
	s := sqltype.Schema{{Name: "a", Type: sqltype.BigIntType.Required()}, {Name: "b", Type: sqltype.IntType},
		{Name: "c", Type: sqltype.StringType}}
	const in = `{"a":1,"b":2,"c":"x"}
{"a":null,"b":2}
{"b":2}
{"a":2,"b":"no","c":"y"}
{"a":3}
{"a":"no"}
oops
`
	for _, c := range []struct {
		raw     map[string]string
		want    string
		ignored int64
	}{
		{nil, "1 3 !field-null !field-missing !field-type !field-type !record-syntax", 0},
		{map[string]string{"json.ignore-parse-errors": "true"}, "1 2 3", 5},
		{map[string]string{"json.fail-on-missing-field": "true"},
			"1 !field-null !field-missing !field-type !field-missing !field-type !record-syntax", 0},
	} {
		r := decode(t, s, c.raw, in)
		if got := show(r, 0); got != c.want || r.Ignored != c.ignored {
			t.Errorf("%v: got %q and %d ignored, want %q and %d", c.raw, got, r.Ignored, c.want, c.ignored)
		}
	}
	r := decode(t, s, map[string]string{"json.ignore-parse-errors": "true"}, in)
	if got := show(r, 1); got != "2 NULL NULL" {
		t.Errorf("b is %q", got)
	}
	if got := show(decode(t, s, map[string]string{"json.max-record-size": "20b"}, in),
		0); got != "3 !record-too-long !field-null !field-missing !record-too-long !field-type !record-syntax" {
		t.Errorf("with a limit of 20 bytes: %q", got)
	}
	for limit, want := range map[string]string{"7": "1 1 1", "6": "!record-too-long !record-too-long !record-too-long"} {
		raw := map[string]string{"json.max-record-size": limit}
		if got := show(decode(t, s[:1], raw, "{\"a\":1}\n{\"a\":1}\r\n{\"a\":1}"), 0); got != want {
			t.Errorf("records of 7 bytes under a limit of %s: %q", limit, got)
		}
	}
	near := decode(t, s, nil, "{\"A\":1}\n")
	if len(near.Bad) != 1 || !strings.Contains(near.Bad[0].Msg, `"A"`) {
		t.Errorf("no hint on the other spelling: %v", near.Bad)
	}
}

func TestPositions(t *testing.T) {
	s := sqltype.Schema{{Name: "a", Type: sqltype.BigIntType}}
	data := "{\"a\":1}\n\nbad one\r\n{\"a\":2}\r\n{\"a\":x}"
	r := decode(t, s, nil, data)
	if fmt.Sprint(r.Starts) != "[0 18]" || r.Blank != 1 {
		t.Errorf("starts %v, %d blank", r.Starts, r.Blank)
	}
	if got := string(format.Record(format.Lines{}, []byte(data), int(r.Starts[1]))); got != `{"a":2}` {
		t.Errorf("raw row is %q", got)
	}
	if len(r.Bad) != 2 || r.Bad[0].Line != 2 || data[r.Bad[0].Start:r.Bad[0].End] != "bad one" || r.Bad[1].Line != 4 ||
		data[r.Bad[1].Start:r.Bad[1].End] != `{"a":x}` {
		t.Errorf("bad records %+v", r.Bad)
	}
}

// TestTruncated cuts a record at every byte: each piece is a bad record, none a row, but the whole.
func TestTruncated(t *testing.T) {
	whole := `{"b":12,"i":-3,"s":"a\u0041é\"","d":1.5e3,"ts":"2026-01-01T00:00:00.123","m":12.34,"w":"-1.5",` +
		`"t":1,"sm":2,"f":0.5,"ok":true,"day":"2026-01-01","z":"2026-01-01T00:00:00Z","v":"abc","x":{"y":[1,null]}}`
	for n := 1; n <= len(whole); n++ {
		r := decode(t, wide(), nil, whole[:n])
		switch {
		case n < len(whole) && (r.Batch.N != 0 || len(r.Bad) != 1 || r.Bad[0].Code != diag.RecordSyntax):
			t.Errorf("cut at %d: %d rows, %v", n, r.Batch.N, r.Bad)
		case n == len(whole) && r.Batch.N != 1:
			t.Errorf("the whole record is bad: %v", r.Bad)
		}
	}
}
