package raw

import (
	"fmt"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/format"
	"streamsql/internal/option"
	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
	"streamsql/internal/zset"
)

func schemaOf(t sqltype.Type) sqltype.Schema { return sqltype.Schema{{Name: "line", Type: t}} }

func config(t sqltype.Type, limit string) format.Config {
	v, _ := option.Check(Options, map[string]string{"raw.max-record-size": limit})
	return format.Config{Schema: schemaOf(t), Used: []int{0}, Options: v}
}

// show prints rows as quoted texts with their starts, and bad records.
func show(r *format.Rows) string {
	var out []string
	for i := range r.Batch.N {
		out = append(out, fmt.Sprintf("%d:%q", r.Starts[i], vec.Text(r.Batch.Cols[0], i)))
	}
	for _, b := range r.Bad {
		out = append(out, fmt.Sprintf("!%s@%d-%d", b.Code, b.Start, b.End))
	}
	return strings.Join(out, " ")
}

func TestDecode(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"a", `0:"a"`}, {"a\n", `0:"a"`}, {"a\r\nb\n\n", `0:"a" 3:"b" 5:""`}, {"\n", `0:""`},
		{"a\rb\n", `0:"a\rb"`}, {"a\x00\n", `0:"a\x00"`}, {"a\n\xff\nb\n", `0:"a" 4:"b" !record-not-utf8@2-3`},
		{"sixsix\n12345678\nx", `0:"sixsix" 16:"x" !record-too-long@7-15`},
		{"äöüx\nsevenxx\n", `0:"äöüx" !field-out-of-range@8-15`},
	} {
		var rows format.Rows
		d := NewDecoder(config(sqltype.Type{Kind: sqltype.Varchar, P: 6}, "7"))
		d.Decode([]byte(c.in), &rows)
		if got := show(&rows); got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
		// Nobody reads the column: the same records are bad.
		cfg := config(sqltype.Type{Kind: sqltype.Varchar, P: 6}, "7")
		cfg.Used = nil
		bad := fmt.Sprint(rows.Bad)
		n := rows.Batch.N
		NewDecoder(cfg).Decode([]byte(c.in), &rows)
		if fmt.Sprint(rows.Bad) != bad || rows.Batch.N != n {
			t.Errorf("%q without its column: %v", c.in, rows.Bad)
		}
	}
}

func TestMessages(t *testing.T) {
	var rows format.Rows
	d := NewDecoder(config(sqltype.StringType, "7"))
	d.DecodeRecords(&format.Records{Value: [][]byte{[]byte("a\nb\n"), nil, {}, []byte("12345678")}}, &rows)
	if got := show(&rows); got != `0:"a\nb\n" 2:"" !record-too-long@3-4` || rows.Blank != 1 {
		t.Errorf("got %s and %d tombstones", got, rows.Blank)
	}
}

func TestManyRows(t *testing.T) {
	d := NewDecoder(config(sqltype.StringType, "7"))
	var rows format.Rows
	for range 2 {
		d.Decode([]byte(strings.Repeat("abc\n", 1000)), &rows)
		if rows.Batch.N != 1000 || vec.Text(rows.Batch.Cols[0], 999) != "abc" {
			t.Fatalf("%d rows", rows.Batch.N)
		}
	}
}

func TestEncode(t *testing.T) {
	e := NewEncoder(schemaOf(sqltype.StringType))
	write := func(weights []int64, values ...any) (string, error) {
		col := vec.Make(sqltype.StringType, values...)
		out, err := e.Encode(nil, &zset.Batch{Schema: schemaOf(sqltype.StringType), N: len(values), Weights: weights,
			Cols: []*vec.Vec{col}})
		return string(out), err
	}
	if got, err := write([]int64{1, 2, 1}, "a", `"b"`, ""); got != "a\n\"b\"\n\"b\"\n\n" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, x := range []any{nil, "a\nb", "a\r"} {
		if _, err := write(nil, "good", x); diag.CodeOf(err) != diag.Unwritable {
			t.Errorf("%v: %v", x, err)
		}
	}
	if _, err := write([]int64{-1}, "a"); err == nil {
		t.Error("a retraction was written")
	}
}

func TestChecks(t *testing.T) {
	for charset, ok := range map[string]bool{"UTF-8": true, "utf8": true, "ISO-8859-1": false, "": false} {
		v, _ := option.Check(Options, map[string]string{"raw.charset": charset})
		if problems := CheckOptions(v); (len(problems) == 0) != ok {
			t.Errorf("%q: %v", charset, problems)
		}
	}
	if _, problems := option.Check(Options, map[string]string{"raw.endianness": "middle"}); len(problems) != 1 {
		t.Errorf("an unknown order of bytes: %v", problems)
	}
	two := append(schemaOf(sqltype.StringType), schemaOf(sqltype.StringType)...)
	for _, s := range []sqltype.Schema{two, schemaOf(sqltype.IntType)} {
		if msg, hint := checkColumns(s); msg == "" || hint == "" {
			t.Errorf("%v is taken", s)
		}
	}
}
