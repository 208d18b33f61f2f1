package kernel

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"streamsql/internal/sqltype"
	"streamsql/internal/vec"
)

// likeNaive is LIKE by definition, character by character.
func likeNaive(s, p string, escape rune) bool {
	if p == "" {
		return s == ""
	}
	r, n := utf8.DecodeRuneInString(p)
	switch {
	case r == escape:
		q, m := utf8.DecodeRuneInString(p[n:])
		c, k := utf8.DecodeRuneInString(s)
		return s != "" && c == q && likeNaive(s[k:], p[n+m:], escape)
	case r == '%':
		for i := 0; i <= len(s); i++ {
			if (i == len(s) || utf8.RuneStart(s[i])) && likeNaive(s[i:], p[n:], escape) {
				return true
			}
		}
		return false
	}
	c, k := utf8.DecodeRuneInString(s)
	return s != "" && (r == '_' || c == r) && likeNaive(s[k:], p[n:], escape)
}

func TestLikeAgainstDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	draw := func(letters []string, n int) string {
		var b strings.Builder
		for range r.IntN(n) {
			b.WriteString(letters[r.IntN(len(letters))])
		}
		return b.String()
	}
	for range 40000 {
		s, p := draw([]string{"a", "b", "é", "ab", "%"}, 7),
			draw([]string{"a", "b", "é", "%", "_", "%", "!%", "!_", "!!"}, 7)
		pat, err := parseLike(p, '!')
		if err != nil {
			t.Fatal(err)
		}
		if got, want := pat.match([]byte(s)), likeNaive(s, p, '!'); got != want {
			t.Fatalf("%q LIKE %q ESCAPE '!' is %v, want %v", s, p, got, want)
		}
	}
}

func TestBadPatterns(t *testing.T) {
	str := sqltype.StringType
	for _, c := range []struct {
		id       string
		types    []sqltype.Type
		patterns []string
	}{
		{"like(STRING,STRING,STRING)", []sqltype.Type{str, str, str}, []string{"a!", "!a"}},
		{"regexp(STRING,STRING)", []sqltype.Type{str, str},
			[]string{"(", "a(?=b)", `(a)\1`, "a++", "(?U)a", "(?P<n>a)", "a{2000}"}},
		{"date_format(TIMESTAMP,STRING)", []sqltype.Type{sqltype.TimestampType(3), str},
			[]string{"yyyy'", "Q", "n", "MMMMM", "EEEEE", "[yyyy]", "ddd", "#"}},
		{"to_timestamp(STRING,STRING)", []sqltype.Type{str, str}, []string{"yyyy-MM-dd'T", "D", "yyyy-MM-DD", "hh:mm"}},
	} {
		for _, p := range c.patterns {
			s := Spec{Overload: c.id, Args: c.types, Const: make([]*vec.Vec, len(c.types)), Result: sqltype.BooleanType}
			s.Const[1] = vec.Make(str, p)
			if len(c.types) == 3 {
				s.Const[2] = vec.Make(str, "!")
			}
			if _, err := New(s); err == nil || !strings.Contains(err.Error(), "bad-pattern") {
				t.Errorf("%s takes %q: %v", c.id, p, err)
			}
		}
	}
}

func TestRegexpReplacement(t *testing.T) {
	three := []sqltype.Type{sqltype.StringType, sqltype.StringType, sqltype.StringType}
	for _, c := range []struct{ s, p, w, want string }{
		{"abc", "(b)", "[$1]", "a[$1]c"}, {"abc", "b", `\$`, `a\$c`}, {"abc", "", "-", "-a-b-c-"},
		{"abc", "b*", "-", "-a--c-"},
		{"a\n", "$", "-", "a-\n-"}, {"", "^", "x", "x"}, {"a1b22", "[0-9]+", "#", "a#b#"}, {"abc", "(?=b)", "-", ""},
	} {
		got, err := run(t, "regexp_replace", three, c.s, c.p, c.w)
		if c.want == "" {
			if err == nil {
				t.Errorf("%q with %q: %v", c.p, c.w, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%q with %q: %v %v, want %q", c.p, c.w, got, err, c.want)
		}
	}
}

func TestRegexpFinds(t *testing.T) {
	two := []sqltype.Type{sqltype.StringType, sqltype.StringType}
	for _, c := range []struct {
		s, p  string
		want  bool
		count int64
	}{
		{"abc", "b", true, 1}, {"abc", "", false, 4}, {"", "^$", true, 1}, {"a\n", "a$", true, 1},
		{"a\nb", "a$", false, 0},
		{"a\r", "a.", false, 0}, {"\u212a", "(?i)k", false, 0}, {"ab", "[a-z&&[^b]]", true, 1}, {"aab", "a*", true, 3},
	} {
		if got, err := run(t, "regexp", two, c.s, c.p); got != c.want {
			t.Errorf("REGEXP(%q, %q): %v %v, want %v", c.s, c.p, got, err, c.want)
		}
		if got, err := run(t, "regexp_count", two, c.s, c.p); got != c.count {
			t.Errorf("REGEXP_COUNT(%q, %q): %v %v, want %v", c.s, c.p, got, err, c.count)
		}
	}
}

func TestCivilAgainstTime(t *testing.T) {
	for d := int64(-800_000); d < 3_000_000; d += 17 {
		tm := time.Unix(d*86400, 0).UTC()
		y, m, dd := civil(d)
		if int(y) != tm.Year() || int(m) != int(tm.Month()) || int(dd) != tm.Day() || daysOf(y, m, dd) != d {
			t.Fatalf("day %d: %d-%d-%d, want %v", d, y, m, dd, tm)
		}
		iy, iw := tm.ISOWeek()
		if wy, w := isoWeek(d); int(wy) != iy || int(w) != iw {
			t.Fatalf("%v: week %d of %d", tm, w, wy)
		}
		if int(weekday(d)+1)%7 != int(tm.Weekday()) || int(dayOfYear(d)) != tm.YearDay() {
			t.Fatalf("%v: weekday %d, day of year %d", tm, weekday(d), dayOfYear(d))
		}
	}
}

func TestCastTexts(t *testing.T) {
	str := sqltype.StringType
	for _, c := range []struct {
		from sqltype.Type
		v    any
		to   sqltype.Type
		want string // as text; "error"
	}{
		{str, " 12 ", sqltype.IntType, "12"}, {str, "-129", sqltype.TinyIntType, "error"},
		{str, "1.9", sqltype.IntType, "1"}, {str, "1.x", sqltype.IntType, "error"},
		{str, "9223372036854775807", sqltype.BigIntType, "9223372036854775807"},
		{str, "9223372036854775808", sqltype.BigIntType, "error"},
		{str, "-9223372036854775808", sqltype.BigIntType, "-9223372036854775808"}, {str, "", sqltype.IntType, "error"},
		{str, "+", sqltype.IntType, "error"},
		{str, "0x10", sqltype.DoubleType, "error"}, {str, "1e400", sqltype.DoubleType, "error"},
		{str, "1e3", sqltype.DoubleType, "1000.0"}, {str, "NaN", sqltype.DoubleType, "NaN"},
		{str, "1.005", sqltype.DecimalType(3, 2), "1.01"}, {str, "10", sqltype.DecimalType(3, 2), "error"},
		{str, "Yes", sqltype.BooleanType, "TRUE"}, {str, "maybe", sqltype.BooleanType, "error"},
		{str, "2024-2-9", sqltype.DateType, "2024-02-09"}, {str, "2024-02-30", sqltype.DateType, "error"},
		{str, "2024-02-09T10:11:12.1234567Z", sqltype.TimestampType(3), "2024-02-09 10:11:12.123"},
		{str, "1969-12-31 23:59:59.9999", sqltype.TimestampType(3), "1969-12-31 23:59:59.999"},
		{str, "2024-02-09 10:11", sqltype.TimestampType(0), "2024-02-09 10:11:00"},
		{str, "2024-02-09 25:00:00", sqltype.TimestampType(0), "error"},
		{str, "2024-02-09 10:11:12.", sqltype.TimestampType(0), "2024-02-09 10:11:12"},
		{sqltype.DoubleType, 1e10, sqltype.IntType, "error"}, {sqltype.DoubleType, -1.9, sqltype.IntType, "-1"},
		{sqltype.DoubleType, 1e19, sqltype.BigIntType, "error"},
		{sqltype.DoubleType, 0.1, sqltype.DecimalType(3, 2), "0.10"}, {sqltype.DoubleType, 1e10, str, "1.0E10"},
		{sqltype.DoubleType, 0.0001, str, "1.0E-4"}, {sqltype.DoubleType, 100.0, str, "100.0"},
		{sqltype.FloatType, 0.1, str, "0.1"}, {sqltype.IntType, 300, sqltype.TinyIntType, "error"},
		{sqltype.IntType, 5, sqltype.BooleanType, "TRUE"},
		{sqltype.BooleanType, true, sqltype.DecimalType(3, 2), "1.00"},
		{sqltype.IntType, 100, sqltype.DecimalType(4, 2), "error"},
		{sqltype.BigIntType, 12, sqltype.DecimalType(38, 10), "12.0000000000"},
		{sqltype.DecimalType(4, 2), -199, sqltype.IntType, "-1"},
		{sqltype.DecimalType(4, 2), 1995, sqltype.DecimalType(3, 1), "20.0"},
		{sqltype.DecimalType(4, 2), 1995, sqltype.DecimalType(2, 1), "error"},
		{sqltype.DecimalType(4, 2), 1995, sqltype.DoubleType, "19.95"},
		{str, "hello", sqltype.Type{Kind: sqltype.Varchar, P: 3}, "hel"},
		{str, "é", sqltype.Type{Kind: sqltype.Char, P: 3}, "é  "},
		{sqltype.IntType, 12345, sqltype.Type{Kind: sqltype.Varchar, P: 2}, "12"},
		{sqltype.TimestampType(6), int64(-1), sqltype.TimestampType(3), "1969-12-31 23:59:59.999"},
		{sqltype.TimestampType(3), int64(-1000), sqltype.DateType, "1969-12-31"},
		{sqltype.DateType, 1, sqltype.TimestampType(3), "1970-01-02 00:00:00.000"},
		{sqltype.Type{Kind: sqltype.IntervalMonths}, -14, str, "-1-02"},
		{sqltype.Type{Kind: sqltype.IntervalMicros}, int64(93784005000), str, "+1 02:03:04.005"},
	} {
		name := fmt.Sprintf("CAST(%v AS %s) from %s", c.v, c.to, c.from)
		for _, try := range []bool{false, true} {
			k, err := NewCast(c.from, c.to, try)
			if err != nil {
				t.Fatal(err)
			}
			out := &vec.Vec{Type: c.to, Len: 1}
			rowErr := k(out, []*vec.Vec{vec.Make(c.from, c.v)}, nil)
			want := c.want
			if try && want == "error" {
				want = "NULL"
			}
			got := "error"
			if rowErr == nil {
				if got = "NULL"; !out.IsNull(0) {
					got = string(appendValue(nil, out, 0))
				}
			}
			if got != want {
				t.Errorf("%s try %v = %q, want %q", name, try, got, want)
			}
		}
	}
}

func TestCastErrorNamesTheValue(t *testing.T) {
	k, err := NewCast(sqltype.StringType, sqltype.IntType, false)
	if err != nil {
		t.Fatal(err)
	}
	out := &vec.Vec{Type: sqltype.IntType, Len: 2}
	rowErr := k(out, []*vec.Vec{vec.Make(sqltype.StringType, "1", strings.Repeat("x", 100))}, nil)
	if rowErr == nil || rowErr.Row != 1 || !strings.Contains(rowErr.Msg, "xxx…") ||
		strings.Contains(rowErr.Msg, strings.Repeat("x", 70)) {
		t.Fatal(rowErr)
	}
}

// TestDictionaryRunsPerEntry: a failing entry that no counting row uses does not matter, an error names the row.
func TestDictionaryRunsPerEntry(t *testing.T) {
	k, err := NewCast(sqltype.StringType, sqltype.IntType, false)
	if err != nil {
		t.Fatal(err)
	}
	d := vec.NewDict(sqltype.StringType, []string{"bad", "7"}, 1, -1, 1, 0)
	out := &vec.Vec{Type: sqltype.IntType, Len: 4}
	if err := k(out, []*vec.Vec{d}, vec.Bitmap{0b0111}); err != nil {
		t.Fatal(err)
	}
	if out.Value(0) != int64(7) || out.Value(1) != nil || out.Value(2) != int64(7) {
		t.Fatal(out.Value(0), out.Value(1), out.Value(2))
	}
	out = &vec.Vec{Type: sqltype.IntType, Len: 4}
	if err := k(out, []*vec.Vec{d}, nil); err == nil || err.Row != 3 {
		t.Fatal(err)
	}
	up, err := New(Spec{Overload: "upper(STRING)", Args: []sqltype.Type{sqltype.StringType},
		Result: sqltype.StringType})
	if err != nil {
		t.Fatal(err)
	}
	out = &vec.Vec{Type: sqltype.StringType, Len: 4}
	if err := up(out, []*vec.Vec{d}, nil); err != nil || out.Shape != vec.Dict || string(out.Str(3)) != "BAD" ||
		!out.IsNull(1) {
		t.Fatal(err, out.Shape)
	}
}

// TestCaseOfEveryASCIIByte covers the eight-byte loop and its rest against package strings.
func TestCaseOfEveryASCIIByte(t *testing.T) {
	all := make([]byte, 128+5)
	for i := range all {
		all[i] = byte(i % 128)
	}
	for shift := range 9 {
		s := string(all[shift:])
		for name, want := range map[string]string{"upper": strings.ToUpper(s), "lower": strings.ToLower(s)} {
			if got, err := run(t, name, []sqltype.Type{sqltype.StringType}, s); err != nil || got != want {
				t.Fatalf("%s(%q) = %q %v", name, s, got, err)
			}
		}
	}
}
