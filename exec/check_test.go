package exec

import (
	"runtime"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/planner"
	"streamsql/planner/catalog"
)

// checked plans and checks a text whose tables are in files.
func checked(t *testing.T, query string) error {
	t.Helper()
	files := catalog.Connectors{"filesystem": {Name: "filesystem",
		Source: &catalog.SourceDecl{
			Options: option.Set{{Key: "path", Kind: option.String}}, Formats: []string{"json"},
			Bounded: func(option.Values) bool { return true },
		},
		Sink: &catalog.SinkDecl{Updates: true},
	}}
	text := "CREATE TABLE t (a INT, b INT, s STRING) WITH ('connector'='filesystem','path'='p','format'='json');\n" + query
	p, err := planner.Compile("q", text, files, planner.Options{})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return Check(p)
}

// TestCheckConstants: a constant that every row meets and that cannot be computed is refused, one in a branch that may
// never be taken is left to the rows that take it.
func TestCheckConstants(t *testing.T) {
	for query, want := range map[string]diag.Code{
		"SELECT a + 1/0 FROM t":                                                     diag.BadConstant,
		"SELECT a FROM t WHERE a > CAST('x' AS INT)":                                diag.BadConstant,
		"SELECT CASE WHEN FALSE THEN 1/0 ELSE a END FROM t":                         "",
		"SELECT CASE WHEN a > 0 THEN 1/0 ELSE a END FROM t":                         "",
		"SELECT CASE WHEN a > 0 THEN 1 WHEN 1/0 > 1 THEN 2 END FROM t":              "",
		"SELECT CASE WHEN 1/0 > 1 THEN 2 WHEN a > 0 THEN 1 END FROM t":              diag.BadConstant,
		"SELECT IF(a > 0, a, 1/0) FROM t":                                           "",
		"SELECT COALESCE(a, 1/0) FROM t":                                            "",
		"SELECT COALESCE(1/0, a) FROM t":                                            diag.BadConstant,
		"SELECT a FROM t WHERE a > 0 OR 1/0 > 1":                                    "",
		"SELECT a FROM t WHERE a > 0 AND 1/0 > 1":                                   "",
		"SELECT a FROM t WHERE 1/0 > 1 AND a > 0":                                   diag.BadConstant,
		"SELECT CASE WHEN a > 0 THEN 1/0 ELSE a END, 1/0 FROM t":                    diag.BadConstant,
		"SELECT CASE WHEN a > 0 THEN 1/0 + 1 + 1 ELSE a END FROM t":                 "",
		"SELECT CASE WHEN a > 0 THEN CAST('x' AS INT) ELSE b END FROM t":            "",
		"SELECT REGEXP(s, '(') FROM t":                                              diag.BadPattern,
		"SELECT CASE WHEN FALSE THEN REGEXP(s, '(') ELSE a > 0 END FROM t":          diag.BadPattern,
		"SELECT a FROM t WHERE s LIKE CONCAT('a', CAST(1/0 AS STRING))":             diag.BadConstant,
		"SELECT DATE_FORMAT(CAST(s AS TIMESTAMP(3)), CONCAT('yyyy', 'q''')) FROM t": diag.BadPattern,
	} {
		err := checked(t, query)
		if want == "" && err == nil {
			continue
		}
		if got := diag.CodeOf(err); got != want || diag.ExitOf(err) != diag.ExitSQL {
			t.Errorf("%s: %v, exit %d, want %q", query, err, diag.ExitOf(err), want)
		}
	}
}

// TestCheckFindsAll: one look finds every constant at fault, in source order, each once.
func TestCheckFindsAll(t *testing.T) {
	err := checked(t, "SELECT a + 1/0, REGEXP(s, '('), a + 1/0 FROM t "+
		"WHERE a > CAST('x' AS INT) AND b > 1/0 OR CAST('y' AS INT) = 1")
	var got []string
	for _, e := range diag.Faults(err) {
		got = append(got, string(e.Code))
	}
	if want := "bad-constant bad-pattern bad-constant"; strings.Join(got, " ") != want {
		t.Errorf("got %v:\n%v", got, err)
	}
}

// TestCheckIsLinear: compiling an expression of four times the size takes about four times the memory.
func TestCheckIsLinear(t *testing.T) {
	const small = 400
	for name, text := range map[string]func(int) string{
		"sum":           func(n int) string { return "SELECT a" + strings.Repeat(" + 1", n) + " FROM t" },
		"concatenation": func(n int) string { return "SELECT s" + strings.Repeat(" || s", n) + " FROM t" },
		"NOT":           func(n int) string { return "SELECT " + strings.Repeat("NOT ", n) + "a = 1 FROM t" },
		"constants":     func(n int) string { return "SELECT 1" + strings.Repeat(" + 1", n) + " FROM t" },
		"failing":       func(n int) string { return "SELECT IF(a > 1, a, 1/0" + strings.Repeat(" + 1", n) + ") FROM t" },
		"select list":   func(n int) string { return "SELECT a" + strings.Repeat(", a + 1", n) + " FROM t" },
	} {
		allocated := func(n int) uint64 {
			var before, after runtime.MemStats
			query := text(n)
			runtime.ReadMemStats(&before)
			if err := checked(t, query); err != nil {
				t.Fatal(err)
			}
			runtime.ReadMemStats(&after)
			return after.TotalAlloc - before.TotalAlloc
		}
		if few, many := allocated(small), allocated(4*small); many > 6*few {
			t.Errorf("%s: %d bytes for %d, %d for %d", name, few, small, many, 4*small)
		}
	}
}
