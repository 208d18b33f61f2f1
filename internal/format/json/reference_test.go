package json

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// The reference reads the same lines with the standard library, value by value and without any regard to speed. It
// yields one text per line that is not blank: the row, or "!" and a code.

func reference(schema sqltype.Schema, data string) (out []string) {
	for line := range strings.Lines(data) {
		line = strings.TrimSuffix(line, "\n")
		if strings.Trim(line, " \t\r") == "" {
			continue
		}
		row, code := referenceRecord(schema, strings.TrimSuffix(line, "\r"))
		if code != "" {
			row = "!" + string(code)
		}
		out = append(out, row)
	}
	return out
}

func referenceRecord(schema sqltype.Schema, line string) (string, diag.Code) {
	var any stdjson.RawMessage
	err := stdjson.Unmarshal([]byte(line), &any)
	fault := len(line) + 1
	if err != nil {
		var s *stdjson.SyntaxError
		if !errors.As(err, &s) {
			panic(err)
		}
		fault = int(s.Offset)
	}
	if deep := tooDeep(line); deep >= 0 && deep < fault {
		return "", diag.RecordTooDeep
	}
	if err != nil {
		return "", diag.RecordSyntax
	}
	dec := stdjson.NewDecoder(strings.NewReader(line))
	if tok, _ := dec.Token(); tok != stdjson.Delim('{') {
		return "", diag.RecordNotObject
	}
	values := map[string]string{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			panic(err)
		}
		var raw stdjson.RawMessage
		if err := dec.Decode(&raw); err != nil {
			panic(err)
		}
		i := schema.Index(key.(string))
		if i < 0 {
			continue
		}
		if _, dup := values[schema[i].Name]; dup {
			return "", diag.DuplicateKey
		}
		v, code := referenceValue(schema[i].Type, string(raw))
		if code != "" {
			return "", code
		}
		values[schema[i].Name] = v
	}
	var row []string
	for _, f := range schema {
		v, ok := values[f.Name]
		if !ok {
			if f.Type.NotNull {
				return "", diag.FieldMissing
			}
			v = "NULL"
		}
		row = append(row, v)
	}
	return strings.Join(row, "|"), ""
}

// tooDeep is the position of the first bracket beyond the limit, going by well-formed text, or −1.
func tooDeep(line string) int {
	depth, in := 0, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case in && c == '\\':
			i++
		case c == '"':
			in = !in
		case in:
		case c == '{' || c == '[':
			if depth++; depth > 512 {
				return i
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}

var halfPair = regexp.MustCompile(`(?i)^\\u(d[89a-f]..)`)

// wholeText reports whether a raw string is UTF-8 and its escapes name whole characters.
func wholeText(raw string) bool {
	if !utf8.ValidString(raw) {
		return false
	}
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			i++
			continue
		}
		if m := halfPair.FindStringSubmatch(raw[i:]); m != nil {
			high := strings.ToLower(m[1]) < "dc00"
			low := halfPair.FindStringSubmatch(raw[i+6:])
			if !high || low == nil || strings.ToLower(low[1]) < "dc00" {
				return false
			}
			i += 12
			continue
		}
		i += 2
	}
	return true
}

func referenceValue(t sqltype.Type, raw string) (string, diag.Code) {
	if raw == "null" {
		if t.NotNull {
			return "", diag.FieldNull
		}
		return "NULL", ""
	}
	text, isText := "", raw[0] == '"'
	if isText {
		if err := stdjson.Unmarshal([]byte(raw), &text); err != nil {
			panic(err)
		}
	}
	isNumber := raw[0] == '-' || (raw[0] >= '0' && raw[0] <= '9')
	switch {
	case t.IsString() && isText:
		if !wholeText(raw) {
			return "", diag.RecordNotUTF8
		}
		if utf8.RuneCountInString(text) > int(t.P) {
			return "", diag.FieldRange
		}
		return text, ""
	case t.IsInteger() && isNumber:
		r, huge := rational(raw)
		if huge || !r.IsInt() || !r.Num().IsInt64() {
			return "", diag.FieldRange
		}
		n, bits := r.Num().Int64(),
			map[sqltype.Kind]int{sqltype.TinyInt: 8, sqltype.SmallInt: 16, sqltype.Int: 32, sqltype.BigInt: 64}[t.Kind]
		if _, err := strconv.ParseInt(fmt.Sprint(n), 10, bits); err != nil {
			return "", diag.FieldRange
		}
		return fmt.Sprint(n), ""
	case t.Kind == sqltype.Decimal && (isNumber || isText):
		number := raw
		if isText {
			if number = raw[1 : len(raw)-1]; !castForm.MatchString(number) {
				return "", diag.FieldMalformed
			}
			number = strings.TrimPrefix(strings.Trim(number, " "), "+")
		}
		r, huge := rational(number)
		if huge {
			return "", diag.FieldRange
		}
		scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.S)), nil)))
		limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.P)), nil)
		if !scaled.IsInt() || scaled.Num().CmpAbs(limit) >= 0 {
			return "", diag.FieldRange
		}
		return r.FloatString(int(t.S)), ""
	case t.IsApprox() && isNumber:
		size := map[sqltype.Kind]int{sqltype.Float: 32, sqltype.Double: 64}[t.Kind]
		v, err := strconv.ParseFloat(raw, size)
		if err != nil {
			return "", diag.FieldRange
		}
		return string(vec.AppendFloat(nil, v, size == 32)), ""
	case t.IsApprox() && (raw == `"NaN"` || raw == `"Infinity"` || raw == `"-Infinity"`):
		return text, ""
	case t.Kind == sqltype.Boolean && (raw == "true" || raw == "false"):
		return raw, ""
	case t.Kind == sqltype.Date && isText:
		d, err := time.Parse("2006-01-02", text)
		if err != nil || d.Year() == 0 {
			return "", diag.FieldMalformed
		}
		return text, ""
	case t.IsTimestamp() && isText:
		return referenceTime(t, text)
	}
	return "", diag.FieldType
}

// castForm is a number in a text, as CAST takes it.
var castForm = regexp.MustCompile(`^ *[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)? *$`)

// rational is the value of a number; huge ones are not made, and tell so.
func rational(s string) (r *big.Rat, huge bool) {
	mantissa, exp, _ := strings.Cut(strings.ToLower(s), "e")
	if strings.Trim(mantissa, "-0.") == "" {
		return new(big.Rat), false
	}
	if e := strings.TrimLeft(strings.TrimLeft(exp, "+-"), "0"); len(e) > 4 {
		return nil, true
	}
	r, _ = new(big.Rat).SetString(s)
	return r, false
}

var timeForm = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?$`)

func referenceTime(t sqltype.Type, text string) (string, diag.Code) {
	m := timeForm.FindStringSubmatch(text)
	if m == nil {
		return "", diag.FieldMalformed
	}
	seconds, zone := m[3], m[4]
	if seconds == "" {
		seconds = ":00"
	}
	at, err := time.Parse("2006-01-02 15:04:05", m[1]+" "+m[2]+seconds)
	if err != nil || at.Year() == 0 {
		return "", diag.FieldMalformed
	}
	var shift time.Duration
	if zone != "" && zone != "Z" {
		h, _ := strconv.Atoi(zone[1:3])
		min, _ := strconv.Atoi(zone[4:])
		if h > 18 || min > 59 {
			return "", diag.FieldMalformed
		}
		if shift = time.Duration(h*60+min) * time.Minute; zone[0] == '-' {
			shift = -shift
		}
	}
	if (t.Kind == sqltype.TimestampLTZ) == (zone == "") || (t.Kind == sqltype.Timestamp && shift != 0) {
		if t.Kind == sqltype.TimestampLTZ || shift != 0 {
			return "", diag.FieldMalformed
		}
	}
	unit := time.Second
	for range t.P {
		unit /= 10
	}
	at = at.Add(-time.Duration(at.Nanosecond()) % unit).Add(-shift)
	return string(vec.AppendTimestamp(nil, at.UnixMicro(), t.P)), ""
}

// scanned is what the decoder makes of the data, in the form of reference.
func scanned(rows *format.Rows) []string {
	out := make([]string, 0, rows.Batch.N+len(rows.Bad))
	bad := rows.Bad
	for i := range rows.Batch.N {
		for len(bad) > 0 && bad[0].Start < int(rows.Starts[i]) {
			out = append(out, "!"+string(bad[0].Code))
			bad = bad[1:]
		}
		var row []string
		for _, c := range rows.Batch.Cols {
			row = append(row, vec.Text(c, i))
		}
		out = append(out, strings.Join(row, "|"))
	}
	for _, b := range bad {
		out = append(out, "!"+string(b.Code))
	}
	return out
}

// compare fails when decoder and reference differ, or when it matters which columns are asked for.
func compare(t *testing.T, schema sqltype.Schema, d, some *Decoder, data string) {
	t.Helper()
	var rows, few format.Rows
	d.Decode([]byte(data), &rows)
	want := reference(schema, data)
	if got := scanned(&rows); strings.Join(got, "\n") != strings.Join(want, "\n") {
		for i := range min(len(got), len(want)) {
			if got[i] != want[i] {
				t.Fatalf("record %d of %q:\n got %q\nwant %q\n%+v", i, data, got[i], want[i], rows.Bad)
			}
		}
		t.Fatalf("%d records of %q, want %d", len(got), data, len(want))
	}
	some.Decode([]byte(data), &few)
	if few.Batch.N != rows.Batch.N || len(few.Bad) != len(rows.Bad) {
		t.Fatalf("%q: %d rows with all columns, %d with some", data, rows.Batch.N, few.Batch.N)
	}
}

func pair(schema sqltype.Schema) (d, some *Decoder) {
	return NewDecoder(format.Config{Schema: schema, Used: all(len(schema)), Dictionaries: true}),
		NewDecoder(format.Config{Schema: schema, Used: []int{1, 2}})
}

func required(s sqltype.Schema) sqltype.Schema {
	s[1].Type = s[1].Type.Required()
	return s
}

// Seeds of values, right and wrong.
var seeds = []string{
	`0`, `-1`, `17`, `1e3`, `1.50`, `12345678901234567890`, `9223372036854775807`, `0.1`, `-0.0`, `1e400`, `99999999.99`,
	`127`, `128`, `true`, `false`, `null`, `"NaN"`, `"x"`, `""`, `"abc"`,
	`"a long text of more than sixteen bytes"`, `"\u00e9\n"`, `"\ud83d\ude00"`, `"\ud83d"`, "\"\xff\"", `"äöü"`,
	`"2026-01-01"`, `"2026-02-30"`, `"2026-01-01 12:00:00.123"`, `"2026-01-01T12:00:00Z"`,
	`"2026-01-01T12:00:00.123456789+01:00"`, `"2026-01-01 12:00"`, `"1.5"`,
	`"007"`, `" +1. "`, `"-.5e1"`, `"+-1"`, `"."`, `{}`, `[]`, `[1,{"a":[]}]`, `{"b":1}`, `1.`,
	`01`, `tru`, `"x`, `'x'`, `-`,
}

// makeRecord makes a record: keys in the usual order mostly, values that fit mostly.
func makeRecord(r *rand.Rand, schema sqltype.Schema) string {
	good := map[sqltype.Kind][]string{
		sqltype.BigInt: {"1", "-99", "1234567890123"}, sqltype.Int: {"5", "77"}, sqltype.Varchar: {`"abc"`, `"é"`, `""`},
		sqltype.Double:    {"0.5", "3", "1e10"},
		sqltype.Timestamp: {`"2026-01-01 12:00:00"`, `"2026-01-01T00:00:59.999"`}, sqltype.Decimal: {"1.5", "-2"},
		sqltype.TinyInt: {"1"}, sqltype.SmallInt: {"300"}, sqltype.Float: {"0.25"},
		sqltype.Boolean: {"true", "false"}, sqltype.Date: {`"2024-02-29"`}, sqltype.TimestampLTZ: {`"2026-01-01T00:00:00Z"`},
	}
	blank := func() string { return []string{"", "", "", "", " ", "\t"}[r.IntN(6)] }
	order := all(len(schema))
	if r.IntN(8) == 0 {
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	var parts []string
	for _, i := range order {
		key, val := schema[i].Name, good[schema[i].Type.Kind]
		v := val[r.IntN(len(val))]
		switch r.IntN(60) {
		case 0:
			continue
		case 1:
			key = []string{"x", "B", "\\u0062", "other key of some length"}[r.IntN(4)]
		case 2, 3:
			v = seeds[r.IntN(len(seeds))]
		}
		parts = append(parts, blank()+`"`+key+`"`+blank()+":"+blank()+v+blank())
	}
	return blank() + "{" + strings.Join(parts, ",") + "}" + blank()
}

// mutate changes a few bytes.
func mutate(r *rand.Rand, b []byte) []byte {
	const alphabet = "{}[]\",:\\ \n\r\t0123456789-+.eEtfnu'/\x00\x1f\x80\xffabdsTZ"
	for range 1 + r.IntN(3) {
		if len(b) == 0 {
			return b
		}
		i := r.IntN(len(b))
		switch r.IntN(4) {
		case 0:
			b[i] = alphabet[r.IntN(len(alphabet))]
		case 1:
			b = append(b[:i], b[i+1:]...)
		case 2:
			b = append(b[:i], append([]byte{alphabet[r.IntN(len(alphabet))]}, b[i:]...)...)
		case 3:
			j := r.IntN(len(b))
			b = append(b[:i:i], b[min(i, j):max(i, j)]...)
		}
	}
	return b
}

func TestAgainstReference(t *testing.T) {
	schema := required(wide())
	d, some := pair(schema)
	r := rand.New(rand.NewPCG(1, 2))
	for range 1500 {
		var b bytes.Buffer
		for range 1 + r.IntN(8) {
			rec := []byte(makeRecord(r, schema))
			if r.IntN(3) == 0 {
				rec = mutate(r, rec)
			}
			b.Write(rec)
			b.WriteString([]string{"\n", "\n", "\n", "\r\n", "\n\n"}[r.IntN(5)])
		}
		compare(t, schema, d, some, b.String())
	}
}

func FuzzDecoder(f *testing.F) {
	schema := required(wide())
	r := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		f.Add(makeRecord(r, schema) + "\n" + makeRecord(r, schema))
	}
	for _, s := range seeds {
		f.Add(`{"i":1,"b":` + s + `,"s":` + s + `,"ts":` + s + "}\n")
	}
	d, some := pair(schema)
	f.Fuzz(func(t *testing.T, data string) {
		compare(t, schema, d, some, data)
	})
}
