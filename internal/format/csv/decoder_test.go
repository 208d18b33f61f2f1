package csv

import (
	"fmt"
	"strings"
	"testing"

	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

func all(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// with makes checked options of pairs.
func with(t testing.TB, raw ...string) option.Values {
	t.Helper()
	given := map[string]string{}
	for i := 0; i < len(raw); i += 2 {
		given[raw[i]] = raw[i+1]
	}
	v, problems := option.Check(Options, given)
	if problems = append(problems, CheckOptions(v)...); len(problems) > 0 {
		t.Fatal(problems)
	}
	return v
}

func schemaOf(types ...sqltype.Type) sqltype.Schema {
	var out sqltype.Schema
	for i, t := range types {
		out = append(out, sqltype.Field{Name: string(rune('a' + i)), Type: t})
	}
	return out
}

func decode(t testing.TB, s sqltype.Schema, v option.Values, head *string, data string) *format.Rows {
	t.Helper()
	var rows format.Rows
	d := NewDecoder(format.Config{Schema: s, Used: all(len(s)), Options: v})
	if head != nil {
		d.Under([]byte(*head))
	}
	d.Decode([]byte(data), &rows)
	return &rows
}

// show prints rows as values with blanks between columns and bars between rows, then bad records.
func show(r *format.Rows) string {
	var parts []string
	for i := range r.Batch.N {
		var row []string
		for _, c := range r.Batch.Cols {
			text := vec.Text(c, i)
			if c.Type.IsString() && !c.IsNull(i) && (text == "" || text == "NULL" || strings.ContainsAny(text, " |\n\r\"")) {
				text = fmt.Sprintf("%q", text)
			}
			row = append(row, text)
		}
		parts = append(parts, strings.Join(row, " "))
	}
	for _, b := range r.Bad {
		at := ""
		if b.Column != "" {
			at = "(" + b.Column + ")"
		}
		parts = append(parts, fmt.Sprintf("!%s%s@%d-%d", b.Code, at, b.Start, b.End))
	}
	if r.Blank > 0 {
		parts = append(parts, fmt.Sprintf("%d blank", r.Blank))
	}
	return strings.Join(parts, " | ")
}

func TestValues(t *testing.T) {
	typ := map[string]sqltype.Type{
		"BIGINT": sqltype.BigIntType, "INT": sqltype.IntType, "TINYINT": {Kind: sqltype.TinyInt},
		"DOUBLE": sqltype.DoubleType, "FLOAT": sqltype.FloatType, "STRING": sqltype.StringType,
		"V3": {Kind: sqltype.Varchar, P: 3}, "D2": sqltype.DecimalType(10, 2), "D38": sqltype.DecimalType(38, 1),
		"BOOL": sqltype.BooleanType, "DATE": sqltype.DateType, "TS": sqltype.TimestampType(3),
		"LTZ": sqltype.TimestampLTZType(3),
	}
	for _, c := range []struct{ typ, in, want string }{
		{"BIGINT", `0`, "0"}, {"BIGINT", `-0`, "0"}, {"BIGINT", `123456789`, "123456789"}, {"BIGINT", ` 12 `, "12"},
		{"BIGINT", `+7`, "7"}, {"BIGINT", `007`, "7"}, {"BIGINT", `"12"`, "12"}, {"BIGINT", `1.0`, "1"},
		{"BIGINT", `1e3`, "1000"},
		{"BIGINT", `9223372036854775807`, "9223372036854775807"}, {"BIGINT", `-9223372036854775808`, "-9223372036854775808"},
		{"BIGINT", `9223372036854775808`, "!field-out-of-range"}, {"BIGINT", `1.5`, "!field-out-of-range"},
		{"BIGINT", `12a`, "!field-malformed"}, {"BIGINT", `true`, "!field-malformed"}, {"BIGINT", `-`, "!field-malformed"},
		{"BIGINT", `0x10`, "!field-malformed"}, {"BIGINT", `1 2`, "!field-malformed"}, {"BIGINT", ``, "NULL"},
		{"BIGINT", `""`, "!field-malformed"}, {"BIGINT", `NULL`, "!field-malformed"}, {"BIGINT", `+-1`, "!field-malformed"},
		{"INT", `2147483648`, "!field-out-of-range"}, {"TINYINT", `-128`, "-128"}, {"TINYINT", `128`, "!field-out-of-range"},
		{"DOUBLE", `0.1`, "0.1"}, {"DOUBLE", `-0.0`, "-0"}, {"DOUBLE", `.5`, "0.5"}, {"DOUBLE", `5.`, "5"},
		{"DOUBLE", `1e400`, "!field-out-of-range"}, {"DOUBLE", `NaN`, "NaN"}, {"DOUBLE", `-Infinity`, "-Infinity"},
		{"DOUBLE", `nan`, "!field-malformed"}, {"DOUBLE", `1d`, "!field-malformed"}, {"DOUBLE", `"1,5"`, "!field-malformed"},
		{"FLOAT", `3.5e38`, "!field-out-of-range"}, {"FLOAT", `16777217`, "16777216"}, {"FLOAT", `Infinity`, "Infinity"},
		{"D2", `1.5`, "1.50"}, {"D2", `1.005`, "!field-out-of-range"}, {"D2", `100000000`, "!field-out-of-range"},
		{"D2", `1e2`, "100.00"},
		{"D38", `1234567890123456789012345678901234567.5`, "1234567890123456789012345678901234567.5"},
		{"STRING", `abc`, "abc"}, {"STRING", ``, `""`}, {"STRING", `""`, `""`}, {"STRING", ` a `, `" a "`},
		{"STRING", `NULL`, `"NULL"`}, {"STRING", `=cmd()`, "=cmd()"}, {"STRING", `"a,b"`, "a,b"},
		{"STRING", `"a""b"`, `"a\"b"`},
		{"STRING", "\"a\nb\"", `"a\nb"`}, {"STRING", "\"a\r\nb\"", `"a\r\nb"`}, {"STRING", "a\x00b\tc", "a\x00b\tc"},
		{"STRING", "\"\xff\"", "!record-not-utf8"}, {"STRING", "abcdefghijk\xc3", "!record-not-utf8"},
		{"STRING", `äöü`, "äöü"},
		{"STRING", `a"b`, "!record-syntax"}, {"STRING", `"a"b`, "!record-syntax"}, {"STRING", ` "a"`, "!record-syntax"},
		{"STRING", "a\rb", "!record-syntax"}, {"STRING", `abcdefgh"`, "!record-syntax"}, {"STRING", `"a" `, "!record-syntax"},
		{"V3", `abc`, "abc"}, {"V3", `äöü`, "äöü"}, {"V3", `abcd`, "!field-out-of-range"},
		{"V3", `"a""bc"`, "!field-out-of-range"},
		{"BOOL", `true`, "true"}, {"BOOL", `FALSE`, "false"}, {"BOOL", ` True `, "true"}, {"BOOL", `1`, "!field-malformed"},
		{"DATE", `2024-02-29`, "2024-02-29"}, {"DATE", `2023-02-29`, "!field-malformed"},
		{"DATE", `"2024-02-29"`, "2024-02-29"},
		{"TS", `2026-01-01 12:00:00.123`, "2026-01-01 12:00:00.123"},
		{"TS", `2026-01-01T12:00:00`, "2026-01-01 12:00:00.000"},
		{"TS", `"2026-01-01 12:00:00.123456"`, "2026-01-01 12:00:00.123"}, {"TS", `2026-01-01 12:00:60`, "!field-malformed"},
		{"TS", `2026-01-01 24:00:00`, "!field-malformed"}, {"TS", `1767225600`, "!field-malformed"},
		{"TS", `2026-01-01 12:00:00+01:00`, "!field-malformed"}, {"LTZ", `2026-01-01 12:00:00Z`, "2026-01-01 12:00:00.000"},
		{"LTZ", `2026-01-01 12:00:00+01:00`, "2026-01-01 11:00:00.000"}, {"LTZ", `2026-01-01 12:00:00`, "!field-malformed"},
	} {
		s := schemaOf(sqltype.IntType, typ[c.typ], sqltype.IntType)
		for _, end := range []string{"\n", "\r\n", ""} {
			// In the middle, and as the last field.
			for _, in := range []string{"1," + c.in + ",2" + end, "1,2," + c.in + end} {
				schema := s
				want := "1 " + c.want + " 2"
				if strings.HasPrefix(in, "1,2,"+c.in) && !strings.HasPrefix(in, "1,"+c.in+",2") {
					schema = schemaOf(s[0].Type, s[2].Type, s[1].Type)
					want = "1 2 " + c.want
				}
				if strings.HasPrefix(c.want, "!") {
					want = c.want
				}
				got := show(decode(t, schema, with(t), nil, in))
				if strings.HasPrefix(got, "!") {
					got, _, _ = strings.Cut(got, "@")
					got, _, _ = strings.Cut(got, "(")
				}
				if got != want {
					t.Errorf("%s %q: got %s, want %s", c.typ, in, got, want)
				}
			}
		}
	}
}

func TestRecords(t *testing.T) {
	is := schemaOf(sqltype.IntType, sqltype.StringType)
	one := schemaOf(sqltype.StringType)
	required := schemaOf(sqltype.IntType, sqltype.StringType.WithNull(false))
	names := []string{"csv.header", "names"}
	for _, c := range []struct {
		name   string
		schema sqltype.Schema
		raw    []string
		head   string
		in     string
		want   string
	}{
		{"plain", is, nil, "", "1,x\n2,y\n", "1 x | 2 y"},
		{"blank lines", is, nil, "", "\n1,x\n\r\n  \n\t\n2,y\n\n", "1 x | 2 y | 5 blank"},
		{"only blank", is, nil, "", " ", "1 blank"},
		{"one column", one, nil, "", "\nx\n\"\"\n \n", `"" | x | "" | " "`},
		{"too few", is, nil, "", "1\n2,y\n", "2 y | !field-missing(b)@0-1"},
		{"too many", is, nil, "", "1,x,\n2,y,z\n3,w\n", "3 w | !record-syntax@0-4 | !record-syntax@5-10"},
		{"quotes over lines", is, nil, "", "1,\"a\nb\"\n2,c\n", `1 "a\nb" | 2 c`},
		{"never closed", is, nil, "", "1,x\n2,\"y\n3,z\n", "1 x | !record-syntax@4-12"},
		{"stray quote is one bad record", is, nil, "", "1,5\" pipe\n2,y\n", "2 y | !record-syntax@0-9"},
		{"closed too early", is, nil, "", "1,\"a\"b\"c\n2,y\n", "2 y | !record-syntax@0-8"},
		{"mark in the middle", is, nil, "", "1,x\n" + mark + "2,y\n", "1 x | !record-syntax@4-10"},
		{"NOT NULL, without literal", required, nil, "", "1,\n,x\n", `1 "" | NULL x`},
		{"NOT NULL, empty literal", required, []string{"csv.null-literal", ""}, "", "1,\n,\"\"\n",
			`NULL "" | !field-null(b)@0-2`},
		{"null literal", is, []string{"csv.null-literal", "n/a"}, "", "n/a,n/a\n1,\"n/a\"\n2,\n3,n\n",
			`NULL NULL | 1 n/a | 2 "" | 3 n`},
		{"a literal leaves empty numbers bad", is, []string{"csv.null-literal", "n/a"}, "", ",x\n",
			"!field-malformed(a)@0-2"},
		{"empty literal", is, []string{"csv.null-literal", ""}, "", "1,\n2,\"\"\n,x\n", `1 NULL | 2 "" | NULL x`},
		{"numeric literal", is, []string{"csv.null-literal", "-1"}, "", "-1,-1\n-12,x\n", "NULL NULL | -12 x"},
		{"delimiter", is, []string{"csv.field-delimiter", ";"}, "", "1;a,b\n", "1 a,b"},
		{"tab", is, []string{"csv.field-delimiter", `\t`}, "", "1\ta b\n\t\t\n", `1 "a b" | !record-syntax@6-8`},
		{"unicode delimiter", is, []string{"csv.field-delimiter", `\u0001`}, "", "1\x01x\n", "1 x"},
		{"quote", is, []string{"csv.quote-character", "'"}, "", "1,'a''\"b'\n2,\"x\n", `1 "a'\"b" | 2 "\"x"`},
		{"no quotes", is, []string{"csv.disable-quote-character", "true"}, "", "1,\"x\n2,\"\"\n", `1 "\"x" | 2 "\"\""`},
		{"escape", is, []string{"csv.escape-character", `\`}, "", `1,a\,b\"\\` + "\n2,\"x\\\"y\\n\"\n3,\\\n4\n",
			`1 "a,b\"\\" | 2 "x\"y\n" | 3 "\n4"`},
		{"comments", is, []string{"csv.allow-comments", "true"}, "", "# it's \"x\n1,#\n#\n\"2\",x\n", "1 # | 2 x | 2 blank"},
		{"no comments", is, nil, "", "#1,x\n", "!field-malformed(a)@0-4"},
		{"ignored", is, []string{"csv.ignore-parse-errors", "true"}, "", "x,y\n1\n2,a,b\n3,\"\n", "NULL y | 1 NULL"},
		{"ignored, NOT NULL", required, []string{"csv.ignore-parse-errors", "true"}, "", "1\n2,x\n", "2 x"},
		{"header by name", is, names, "b,a", "x,1\n", "1 x"},
		{"header with others", is, names, `c,"a",d,b`, "?,1,\"?,\n\",x\n", "1 x"},
		{"header lacks one", is, names, "a", "1\n", "1 NULL"},
		{"header lacks a NOT NULL one", required, names, "a", "1\n", "!field-missing(b)@0-1"},
		{"header twice in it", is, names, "a,b,a", "1,x,1\n2,x,2\n", "!duplicate-key(a)@0-5 | !duplicate-key(a)@6-11"},
		{"other names twice", is, names, "a,c,c,b", "1,?,?,x\n", "1 x"},
		{"header in other letters", is, names, "A,b", "1,x\n", "!field-missing(a)@0-3"},
		{"header of none", is, names, "1,x", "2,y\n", "!field-missing@0-3"},
		{"header with another delimiter", is, names, "a;b", "1;x\n", "!field-missing@0-3"},
		{"no header", is, names, "", "2,y\n", "!record-syntax@0-3"},
		{"a wrong header is not ignored", is, append(names, "csv.ignore-parse-errors", "true"), "x,y", "2,y\n",
			"!field-missing@0-3"},
		{"header again", is, names, "a,b", "1,x\na,b\n2,a\n", "1 x | 2 a | !record-syntax@4-7"},
		{"header like a value", one, []string{"csv.header", "skip"}, "a", "a\n", "a"},
		{"skipped header", is, []string{"csv.header", "skip"}, "Amount,?", "1,x\n", "1 x"},
		{"too long", is, []string{"csv.max-record-size", "4"}, "", "1,xx\n2,yyy\n", "1 xx | !record-too-long@5-10"},
		{"UTF-16", is, nil, "", "\xff\xfe1\x00,\x00x\x00\n\x00", "!record-syntax@0-8 | !record-syntax@9-10"},
		{"too few by name", is, names, "a,c,b", "1,2\n", "!field-missing(b)@0-3"},
		{"every field a line", one, nil, "", "\"a\n\nb\"\n", `"a\n\nb"`},
	} {
		head := &c.head
		if len(c.raw) < 2 || c.raw[0] != "csv.header" {
			head = nil
		}
		rows := decode(t, c.schema, with(t, c.raw...), head, c.in)
		if got := show(rows); got != c.want {
			t.Errorf("%s: got %s\nwant %s\n%v", c.name, got, c.want, rows.Bad)
		}
	}
}

// TestMessages: what people read says what to do.
func TestMessages(t *testing.T) {
	three := schemaOf(sqltype.IntType, sqltype.StringType, sqltype.DoubleType)
	for in, want := range map[string]string{
		"1;x;2.5":     `the record has 1 field, but the table has 3; if ";" separates them, set 'csv.field-delimiter'`,
		"1\tx\t2.5":   `if a tab separates them`,
		"1,x":         `the record has 2 fields, but the table has 3`,
		"1,x,2,":      `the record has 4 fields, the last one empty after a final delimiter, but the table has 3`,
		`1,x,"2,5"`:   `decimals are written with a point`,
		`1,x,NULL`:    `if it stands for NULL, say so by 'csv.null-literal'`,
		`1,x,""`:      `'csv.null-literal' says what NULL looks like`,
		`1,"x"y",2`:   `a quoted field is followed by "y\""; quotes within a field are doubled`,
		`1,5" pipe,2`: `quote the whole field and double the quotes in it, or set 'csv.disable-quote-character'`,
		`1,"x,2`:      `a quoted field is never closed`,
		"x,y,2":       `"x" is not a number, but column "a" is INT`,
	} {
		rows := decode(t, three, with(t), nil, in)
		if len(rows.Bad) != 1 || !strings.Contains(rows.Bad[0].Msg, want) {
			t.Errorf("%q: got %v, want %s", in, rows.Bad, want)
		}
	}
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		raw  map[string]string
		want string
	}{
		{map[string]string{"csv.field-delimiter": "ab"}, "must be one ASCII character"},
		{map[string]string{"csv.field-delimiter": "é"}, "must be one ASCII character"},
		{map[string]string{"csv.field-delimiter": ""}, "must be one ASCII character"},
		{map[string]string{"csv.quote-character": "\n"}, "must be one ASCII character"},
		{map[string]string{"csv.quote-character": ","}, "is the same character"},
		{map[string]string{"csv.escape-character": `"`}, "is the same character"},
		{map[string]string{"csv.escape-character": "n"}, "cannot be a letter"},
		{map[string]string{"csv.field-delimiter": "."}, "cannot be a letter"},
		{map[string]string{"csv.quote-character": "'", "csv.disable-quote-character": "true"}, "has no meaning"},
		{map[string]string{"csv.null-literal": "a,b"}, "holds a character"},
		{map[string]string{"csv.array-element-delimiter": ";"}, "cannot be arrays"},
		{map[string]string{"csv.write-bigdecimal-in-scientific-notation": "true"}, "all of its digits"},
		{map[string]string{"csv.allow-comments": "true", "csv.field-delimiter": "#"}, "cannot be true"},
	} {
		v, _ := option.Check(Options, c.raw)
		problems := CheckOptions(v)
		if len(problems) != 1 || !strings.Contains(problems[0].Msg, c.want) {
			t.Errorf("%v: %v", c.raw, problems)
		}
	}
	v, _ := option.Check(Options, map[string]string{"csv.disable-quote-character": "false", "csv.quote-character": "'",
		"csv.write-bigdecimal-in-scientific-notation": "false"})
	if problems := CheckOptions(v); len(problems) > 0 {
		t.Error(problems)
	}
}

// TestDecodeRecords: a message is one record, whatever line ends are in its quotes; its place is its number.
func TestDecodeRecords(t *testing.T) {
	is := schemaOf(sqltype.IntType, sqltype.StringType)
	var values [][]byte
	for _, s := range []string{
		"1,x", "2,\"a\nb\"\r\n", "3,y\n4,z", "5,\"never", "", "\n", "6", "# no", "7,\"w\"\n", "8,\xff",
	} {
		values = append(values, []byte(s))
	}
	values = append(values, nil)
	d := NewDecoder(format.Config{Schema: is, Used: all(2), Options: with(t, "csv.allow-comments", "true")})
	var rows format.Rows
	for range 2 { // the decoder is used again
		d.DecodeRecords(&format.Records{Value: values}, &rows)
		want := `1 x | 2 "a\nb" | 7 w | !record-syntax@2-3 | !record-syntax@3-4 | !field-missing(b)@6-7 | ` +
			`!record-not-utf8(b)@9-10 | 4 blank`
		if got := show(&rows); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		if fmt.Sprint(rows.Starts) != "[0 1 8]" {
			t.Errorf("rows are messages %v", rows.Starts)
		}
	}
	many := make([][]byte, 1000)
	for i := range many {
		many[i] = fmt.Appendf(nil, "%d,%d", i, i)
	}
	d.DecodeRecords(&format.Records{Value: many}, &rows)
	if rows.Batch.N != 1000 || vec.Text(rows.Batch.Cols[1], 999) != "999" {
		t.Errorf("%d rows of 1000", rows.Batch.N)
	}
}
