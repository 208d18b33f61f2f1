package option

import (
	"slices"
	"testing"
	"time"
)

var decls = Set{
	{Key: "path", Kind: String, Required: true, Where: true, Doc: "where the files are"},
	{Key: "header", Kind: Bool, Default: "true"},
	{Key: "max-rows", Kind: Int},
	{Key: "block-size", Kind: Bytes, Default: "8mb"},
	{Key: "poll-interval", Kind: Duration, Default: "10 s"},
	{Key: "error-handling.mode", Kind: Enum, Default: "fail", Values: []string{"fail", "log", "dlq"}},
	{Key: "password", Kind: String, Secret: true},
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name string
		raw  map[string]string
		want []Problem
	}{
		{"nothing wrong", map[string]string{"path": "x", "header": "false", "max-rows": "3", "block-size": "64 kb",
			"poll-interval": "1 min", "error-handling.mode": "dlq"}, nil},
		{"required", nil, []Problem{{Key: "path", Msg: `option "path" is required`, Hint: "where the files are"}}},
		{"slip of the hand", map[string]string{"path": "x", "heder": "true"},
			[]Problem{{Key: "heder", Msg: `unknown option "heder"`, Hint: `did you mean "header"?`}}},
		{"nothing near", map[string]string{"path": "x", "bootstrap": "b"},
			[]Problem{{Key: "bootstrap", Msg: `unknown option "bootstrap"`}}},
		{"all at once, by key", map[string]string{"path": "x", "max-rows": "many", "header": "yes", "block-size": "8 miles",
			"poll-interval": "soon", "error-handling.mode": "FAIL"}, []Problem{
			{Key: "block-size", Msg: `option "block-size": "8 miles" is not a valid size (64mb)`},
			{Key: "error-handling.mode", Msg: `option "error-handling.mode": "FAIL" is not one of fail, log, dlq`},
			{Key: "header", Msg: `option "header": "yes" is not a valid boolean (true or false)`},
			{Key: "max-rows", Msg: `option "max-rows": "many" is not a valid integer`},
			{Key: "poll-interval", Msg: `option "poll-interval": "soon" is not a valid duration (10 s)`},
		}},
	} {
		_, got := Check(decls, c.raw)
		if len(got) != len(c.want) {
			t.Errorf("%s: %d problems, want %d: %v", c.name, len(got), len(c.want), got)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: got %+v, want %+v", c.name, got[i], c.want[i])
			}
		}
	}
}

// A limit below its least value is refused, and the least is named.
func TestLeastValue(t *testing.T) {
	limits := Set{{Key: "rows", Kind: Int, Min: 1}, {Key: "bytes", Kind: Bytes, Min: 1},
		{Key: "every", Kind: Duration, Min: int64(time.Millisecond)}}
	_, got := Check(limits, map[string]string{"rows": "-1", "bytes": "0", "every": "0"})
	want := []string{
		`option "bytes": "0" is too small: the least is 1`,
		`option "every": "0" is too small: the least is 1ms`,
		`option "rows": "-1" is too small: the least is 1`,
	}
	for i := range want {
		if i >= len(got) || got[i].Msg != want[i] {
			t.Fatalf("got %v, want %q", got, want)
		}
	}
	if _, got := Check(limits, map[string]string{"rows": "1", "bytes": "1", "every": "1"}); len(got) > 0 {
		t.Errorf("the least values are refused: %v", got)
	}
}

func TestValues(t *testing.T) {
	given, problems := Check(decls, map[string]string{"path": "in", "header": "false", "max-rows": "12",
		"block-size": "1gb", "poll-interval": "250ms", "error-handling.mode": "log"})
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	defaults, _ := Check(decls, map[string]string{"path": "in"})
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"string", given.String("path"), "in"},
		{"bool", given.Bool("header"), false},
		{"int", given.Int("max-rows"), int64(12)},
		{"bytes", given.Bytes("block-size"), int64(1 << 30)},
		{"duration", given.Duration("poll-interval"), 250 * time.Millisecond},
		{"enum", given.String("error-handling.mode"), "log"},
		{"given", given.Given("header"), true},
		{"default bool", defaults.Bool("header"), true},
		{"default int", defaults.Int("max-rows"), int64(0)},
		{"default bytes", defaults.Bytes("block-size"), int64(8 << 20)},
		{"default duration", defaults.Duration("poll-interval"), 10 * time.Second},
		{"default enum", defaults.String("error-handling.mode"), "fail"},
		{"not given", defaults.Given("header"), false},
		{"no default", defaults.String("password"), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, c.got, c.want)
		}
	}
	if _, ok := defaults.Raw("password"); ok {
		t.Error("an option without value and default has one")
	}
}

// Reading a key that nobody declared is a mistake in the code, not in the query.
func TestUndeclaredKeyPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	v, _ := Check(decls, map[string]string{"path": "x"})
	v.String("pfad")
}

func TestParseBool(t *testing.T) {
	for text, want := range map[string]bool{"true": true, "TRUE": true, "True": true, "false": false, "FALSE": false} {
		if got, err := parseBool(text); err != nil || got != want {
			t.Errorf("%q: got %t, %v, want %t", text, got, err, want)
		}
	}
	for _, text := range []string{"", "1", "0", "t", "F", "yes", " true"} {
		if got, err := parseBool(text); err == nil {
			t.Errorf("%q: got %t, want an error", text, got)
		}
	}
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "64": 64, "64b": 64, "1k": 1 << 10, "2KB": 2 << 10, " 3 mb ": 3 << 20, "4Gb": 4 << 30, "1tb": 1 << 40,
		"4194304tb": 1 << 62,
	} {
		if got, err := ParseBytes(text); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "b", "kb", "-1", "-1kb", "1.5mb", "1 mib", "4194305tb", "9223372036854775808"} {
		if got, err := ParseBytes(text); err == nil {
			t.Errorf("%q: got %d, want an error", text, got)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"0": 0, "100": 100 * time.Millisecond, "1m30s": 90 * time.Second, "1.5h": 90 * time.Minute, "10 s": 10 * time.Second,
		"10S": 10 * time.Second, "3 seconds": 3 * time.Second, "1 min": time.Minute,
		"2 minutes": 2 * time.Minute, "2 h": 2 * time.Hour,
		"7 days": 7 * 24 * time.Hour, "1d": 24 * time.Hour, "5 millis": 5 * time.Millisecond,
		"9 micros": 9 * time.Microsecond, "8 nanos": 8,
	} {
		if got, err := ParseDuration(text); err != nil || got != want {
			t.Errorf("%q: got %s, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "s", "-5s", "-5", "1s1s", "1s1m", "1m1h2s", "1h 1h", "soon", "10 parsecs", "1 month",
		"99999999999 days", "9223372036854775808"} {
		if got, err := ParseDuration(text); err == nil {
			t.Errorf("%q: got %s, want an error", text, got)
		}
	}
}

func TestNearest(t *testing.T) {
	candidates := []string{"connector", "format", "path", "json.ignore-parse-errors"}
	for word, want := range map[string]string{
		"conector": "connector", "connetcor": "connector", "FORMAT": "format", "fromat": "format", "paht": "path",
		"json.ignore-parse-error": "json.ignore-parse-errors", "watermark": "", "topic-name": "",
	} {
		if got := Nearest(word, candidates); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
	if got := Nearest("cat", []string{"cut", "bat"}); got != "bat" {
		t.Errorf("of two at the same distance %q is taken, want the first by name", got)
	}
	for word, want := range map[string]string{"smu": "sum", "sun": "sum", "max": "", "m": "", "mni": "min"} {
		if got := Nearest(word, []string{"sum", "min"}); got != want {
			t.Errorf("%q: got %q, want %q: a short word allows one slip", word, got, want)
		}
	}
	if got := Nearest("x", nil); got != "" {
		t.Errorf("nothing to choose from gave %q", got)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1},
		{"abc", "abd", 1}, {"abc", "ab", 1},
		{"ca", "abc", 3}, {"größe", "grösse", 2}, {"kitten", "sitting", 3},
	} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("%q %q: got %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"10 s", "1m30s", "64mb", "-1", "9223372036854775807 d", "٣ s"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := ParseDuration(text); err == nil && d < 0 {
			t.Errorf("duration %q gave %s", text, d)
		}
		if n, err := ParseBytes(text); err == nil && (n < 0 || n > 1<<62) {
			t.Errorf("size %q gave %d", text, n)
		}
	})
}

// A key with a # stands for one option per name, dots in it included, and is suggested as it is declared.
func TestOptionsByName(t *testing.T) {
	set := Set{{Key: "rows", Kind: Int}, {Key: "fields.#.kind", Kind: Enum, Values: []string{"a", "b"}, Default: "a"},
		{Key: "fields.#.length", Kind: Int, Min: 1}, {Key: "fields.all.kind", Kind: String}}
	v, problems := Check(set, map[string]string{
		"fields.id.kind": "b", "fields.a.b.kind": "a", "fields.id.length": "3", "fields.all.kind": "any"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if got := v.Names("fields.#.kind"); !slices.Equal(got, []string{"a.b", "all", "id"}) {
		t.Errorf("names %q", got)
	}
	if v.String("fields.id.kind") != "b" || v.String("fields.other.kind") != "a" || v.Int("fields.id.length") != 3 ||
		!v.Given("fields.id.kind") || v.Given("fields.other.kind") || v.String("fields.all.kind") != "any" {
		t.Errorf("values %v", v)
	}
	_, got := Check(set, map[string]string{
		"fields.id.knd": "b", "fields..kind": "a", "fields.id.length": "0", "fields.id.kind": "c"})
	want := []Problem{
		{Key: "fields..kind", Msg: `unknown option "fields..kind"`, Hint: `did you mean "fields.#.kind"?`},
		{Key: "fields.id.kind", Msg: `option "fields.id.kind": "c" is not one of a, b`},
		{Key: "fields.id.knd", Msg: `unknown option "fields.id.knd"`, Hint: `did you mean "fields.#.kind"?`},
		{Key: "fields.id.length", Msg: `option "fields.id.length": "0" is too small: the least is 1`},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
