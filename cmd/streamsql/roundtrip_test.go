package main

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// edgeColumn is a type with its edge values, written as the encoder writes them; other spellings have the tests of the
// decoder.
type edgeColumn struct {
	name, typ string
	values    []string
}

var edgeColumns = []edgeColumn{
	{"b", "BOOLEAN", []string{"true", "false"}},
	{"i8", "TINYINT", []string{"-128", "127", "0"}},
	{"i16", "SMALLINT", []string{"-32768", "32767"}},
	{"i32", "INT", []string{"-2147483648", "2147483647"}},
	{"i64", "BIGINT", []string{"-9223372036854775808", "9223372036854775807", "9007199254740993", "-9007199254740993"}},
	{"d1", "DECIMAL(1, 1)", []string{"0.9", "-0.9", "0.0"}},
	{"d5", "DECIMAL(5, 2)", []string{"999.99", "-999.99", "0.01", "-0.01", "0.00"}},
	{"d18", "DECIMAL(18, 0)", []string{`"999999999999999999"`, `"-999999999999999999"`, "1", "0"}},
	{"d19", "DECIMAL(19, 19)", []string{`"0.9999999999999999999"`, "-0.0000000000000000001"}},
	{"d38", "DECIMAL(38, 10)", []string{
		`"9999999999999999999999999999.9999999999"`, `"-9999999999999999999999999999.9999999999"`, "0.0000000001",
	}},
	{"f32", "FLOAT", floatTexts(32, math.MaxFloat32, 0x1p-149, 0x1p-126, 16777217, 0.1, 1e15, 1e16)},
	{"f64", "DOUBLE", floatTexts(64, math.MaxFloat64, 0x1p-1074, 0x1p-1022, 1e-310, 0.1, 1e15, 1<<53, 1e22, 0.1+0.2)},
	{"day", "DATE", []string{`"0001-01-01"`, `"9999-12-31"`, `"1969-12-31"`, `"2024-02-29"`, `"1582-10-10"`}},
	{"t0", "TIMESTAMP(0)", []string{`"0001-01-01 00:00:00"`, `"9999-12-31 23:59:59"`, `"1969-12-31 23:59:59"`}},
	{"t3", "TIMESTAMP(3)", []string{
		`"0001-01-01 00:00:00.000"`, `"9999-12-31 23:59:59.999"`, `"1969-12-31 23:59:59.999"`,
	}},
	{"t6", "TIMESTAMP(6)", []string{
		`"0001-01-01 00:00:00.000000"`, `"9999-12-31 23:59:59.999999"`, `"1969-12-31 23:59:59.999999"`,
	}},
	{"z3", "TIMESTAMP_LTZ(3)", []string{`"0001-01-01 00:00:00.000Z"`, `"9999-12-31 23:59:59.999Z"`}},
	{"z6", "TIMESTAMP_LTZ(6)", []string{`"0001-01-01 00:00:00.000001Z"`, `"9999-12-31 23:59:59.999999Z"`}},
	{"s", "STRING", texts()},
	{"v", "VARCHAR(3)", []string{`""`, `"abc"`, `"😀😀😀"`}},
	{"c", "CHAR(3)", []string{`"abc"`, `"é€😀"`, `"a"`}},
}

// floatTexts are the values of both signs, and what is not a number.
func floatTexts(size int, values ...float64) []string {
	out := []string{`"NaN"`, `"Infinity"`, `"-Infinity"`, "0", "-0"}
	for _, v := range values {
		out = append(out, strconv.FormatFloat(v, 'g', -1, size), strconv.FormatFloat(-v, 'g', -1, size))
	}
	return out
}

// texts has control characters, every plane of Unicode, and what is special to JSON, JavaScript or streamsql.
func texts() []string {
	list := []string{
		"", " ", `"`, `\`, "/", "null", "\u007f\u0080\u0085",
		"\u2028\u2029", "\ufeff", "\ufffd", "\ufffe\uffff", "e\u0301", "\r\n",
	}
	for c := range rune(' ') {
		list = append(list, "a"+string(c)+"b")
	}
	for plane := range rune(17) {
		list = append(list, string([]rune{plane<<16 + 0x41, plane<<16 + 0xfffd, plane<<16 + 0xffff}))
	}
	for i, s := range list {
		b, err := json.Marshal(s)
		if err != nil {
			panic(err)
		}
		list[i] = string(b)
	}
	return list
}

// TestRoundTrip: what the JSON encoder writes is read back the same, at the edges of every type: file, query, file,
// query, file. The first file is what a user wrote, and is compared by value; the second and third are ours, and equal.
func TestRoundTrip(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	rows := 0
	columns := "id INT"
	names := "id"
	for _, c := range edgeColumns {
		rows = max(rows, len(c.values))
		columns += ", " + c.name + " " + c.typ
		names += ", " + c.name
	}
	var data strings.Builder
	for i := range rows {
		fmt.Fprintf(&data, `{"id":%d`, i)
		for _, c := range edgeColumns {
			fmt.Fprintf(&data, `,"%s":%s`, c.name, c.values[i%len(c.values)])
		}
		data.WriteString("}\n")
	}
	j.write("data/a.jsonl", data.String())
	first := j.pass("data", "out/one", columns, names)
	second := j.pass("out/one", "out/two", columns, names)
	if len(first) != rows || !slices.Equal(first, second) {
		t.Errorf("%d rows, then %d: what was written is not read back the same\n%s",
			len(first), len(second), firstDifference(first, second))
	}
	for _, line := range first {
		var got map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatal(err)
		}
		id, _ := strconv.Atoi(string(got["id"]))
		for _, c := range edgeColumns {
			if want := c.values[id%len(c.values)]; !sameValue(c.typ, string(got[c.name]), want) {
				t.Errorf("%s %s is written as %s", c.typ, want, got[c.name])
			}
		}
	}
}

// TestRoundTripLong: the longest texts that one row can have, plain and such that every character is escaped.
func TestRoundTripLong(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	const n = 16<<20 - 64
	j.write("data/a.jsonl", `{"s":"`+strings.Repeat("x", n)+`"}`+"\n"+`{"s":"`+strings.Repeat("\\n", n/2)+`"}`+"\n")
	first := j.pass("data", "out/one", "s STRING", "s")
	second := j.pass("out/one", "out/two", "s STRING", "s")
	if len(first) != 2 || !slices.Equal(first, second) {
		t.Errorf("%d rows, then %d, or others", len(first), len(second))
	}
	if want := len(`{"s":""}`) + n; len(first) == 2 && (len(first[0]) != want || len(first[1]) != want) {
		t.Errorf("texts of %d and %d bytes, want %d", len(first[0]), len(first[1]), want)
	}
}

// pass copies a table of files to another and gives the lines, sorted.
func (j *job) pass(from, to, columns, names string) []string {
	j.t.Helper()
	name := strings.TrimPrefix(to, "out/")
	j.write(name+".sql", fmt.Sprintf(`CREATE TABLE i (%s) WITH ('connector'='filesystem', 'path'='%s', 'format'='json');
CREATE TABLE o (%s) WITH ('connector'='filesystem', 'path'='%s', 'format'='json');
INSERT INTO o SELECT %s FROM i;`, columns, from, columns, to, names))
	j.do(0, nil, "run", "--trigger", "available-now", "--state", name+".state", name+".sql")
	return j.got(name)
}

// sameValue reports whether two JSON values of a type are the same value.
func sameValue(typ, a, b string) bool {
	switch {
	case a == b:
		return true
	case typ == "FLOAT" || typ == "DOUBLE":
		x, err1 := strconv.ParseFloat(a, 64)
		y, err2 := strconv.ParseFloat(b, 64)
		if typ == "FLOAT" {
			x, y = float64(float32(x)), float64(float32(y))
		}
		return err1 == nil && err2 == nil && math.Float64bits(x) == math.Float64bits(y)
	case typ == "STRING":
		var x, y string
		return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && x == y
	}
	return false
}

func firstDifference(a, b []string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[i] + "\n" + b[i]
		}
	}
	return ""
}
