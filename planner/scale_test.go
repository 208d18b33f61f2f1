package planner

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"streamsql/internal/diag"
)

// scaleTable is the table of the texts below.
const scaleTable = "CREATE TABLE t (a INT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) " +
	"WITH ('connector'='filesystem','path'='p','format'='json');\n"

// numbered repeats a piece of text n times; # is replaced by the number.
func numbered(n int, piece string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(piece, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// deep repeats a piece of text n times.
func deep(n int, piece string) string { return strings.Repeat(piece, n) }

const withFile = ") WITH ('connector'='filesystem','path'='p#','format'='json');\n"

// scales are texts that grow with n in one way each, accepted or refused.
var scales = map[string]func(n int) string{
	"sum":           func(n int) string { return scaleTable + "SELECT a" + deep(n, " + 1") + " FROM t" },
	"concatenation": func(n int) string { return scaleTable + "SELECT s" + deep(n, " || s") + " FROM t" },
	"NOT":           func(n int) string { return scaleTable + "SELECT " + deep(n, "NOT ") + "a = 1 FROM t" },
	"signs":         func(n int) string { return scaleTable + "SELECT " + deep(n, "- ") + "a AS b FROM t WHERE a > 1" },
	"AND":           func(n int) string { return scaleTable + "SELECT a FROM t WHERE a > 0" + numbered(n, " AND a <> #") },
	"OR of BETWEEN": func(n int) string {
		return scaleTable + "SELECT a FROM t WHERE a > 0" + numbered(n, " OR a BETWEEN # AND 9")
	},
	"IN constants": func(n int) string {
		return scaleTable + "SELECT a FROM t WHERE a IN (" + numbered(n, "#, ") + "1)"
	},
	"IN expressions": func(n int) string {
		return scaleTable + "SELECT a FROM t WHERE a IN (" + numbered(n, "a + #, ") + "1)"
	},
	"CASE": func(n int) string {
		return scaleTable + "SELECT CASE" + numbered(n, " WHEN a = # THEN #") + " END FROM t"
	},
	"simple CASE": func(n int) string {
		return scaleTable + "SELECT CASE a" + numbered(n, " WHEN # THEN #") + " END FROM t"
	},
	"a long text": func(n int) string { return scaleTable + "SELECT a FROM t WHERE s = '" + deep(20*n, "x") + "'" },
	"select list": func(n int) string { return scaleTable + "SELECT " + numbered(n, "a + # AS c#, ") + "a FROM t" },
	"one name":    func(n int) string { return scaleTable + "SELECT " + deep(n, "a, ") + "a FROM t" },
	"group by a sum": func(n int) string {
		return scaleTable + "SELECT a" + deep(n, " + 1") + ", COUNT(*) FROM t GROUP BY a" + deep(n, " + 1")
	},
	"aggregates": func(n int) string {
		return scaleTable + "SELECT " + numbered(n, "SUM(a + #), ") + "a FROM t GROUP BY a"
	},
	"keys": func(n int) string {
		return scaleTable + "SELECT COUNT(*)" + numbered(n, ", a + #") + " FROM t GROUP BY " + numbered(n, "a + #, ") + "a"
	},
	"window keys": func(n int) string {
		return scaleTable + "SELECT window_end, COUNT(*)" + numbered(n, ", a + #") +
			" FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end, " +
			numbered(n, "a + #, ") + "a"
	},
	"stored columns": func(n int) string {
		return "CREATE TABLE w (" + numbered(n, "c# INT, ") + "z INT" + withFile + "SELECT " +
			numbered(n, "c# + 1 AS d#, ") + "z FROM w"
	},
	"columns under a window": func(n int) string {
		return "CREATE TABLE w (" + numbered(n, "c# INT, ") + "ts TIMESTAMP(3), WATERMARK FOR ts AS ts" + withFile +
			"SELECT * FROM TABLE(TUMBLE(TABLE w, DESCRIPTOR(ts), INTERVAL '1' SECOND))"
	},
	"inserted columns": func(n int) string {
		return "CREATE TABLE w (" + numbered(n, "c# INT, ") + "z INT" + withFile + "CREATE TABLE o (" +
			numbered(n, "c# INT, ") + "z INT" + strings.ReplaceAll(withFile, "#", "o") +
			"INSERT INTO o (" + numbered(n, "c#, ") + "z) SELECT * FROM w"
	},
	"computed columns": func(n int) string {
		return "CREATE TABLE w (z INT" + numbered(n, ", c# AS z + #") + withFile + "SELECT * FROM w"
	},
	"tables": func(n int) string { return numbered(n, "CREATE TABLE t# (a INT"+withFile) + "SELECT a FROM t0" },
	"WITH": func(n int) string {
		return scaleTable + "WITH c AS (SELECT a FROM t)" + numbered(n, ", c# AS (SELECT a FROM c)") + " SELECT a FROM c"
	},
	"views": func(n int) string {
		return scaleTable + numbered(n, "CREATE VIEW v# AS SELECT a FROM t;\n") + "SELECT a FROM v0"
	},
	"inserts": func(n int) string {
		return scaleTable + "CREATE TABLE o (a INT" + withFile + numbered(n, "INSERT INTO o SELECT a + # FROM t;\n")
	},
	"sinks": func(n int) string {
		return scaleTable + numbered(n, "CREATE TABLE o# (a INT"+withFile+"INSERT INTO o# SELECT a + # FROM t;\n")
	},
	"settings": func(n int) string {
		return scaleTable + numbered(n, "SET 'table.exec.x#' = '1';\n") + "SELECT a FROM t"
	},
	"faults": func(n int) string { return scaleTable + "SELECT " + numbered(n, "wrong#, ") + "a FROM t" },
	"unknown tables": func(n int) string {
		return scaleTable + numbered(n, "CREATE VIEW v# AS SELECT a FROM u#;\n") + "SELECT a FROM t"
	},
	"strange marks": func(n int) string { return scaleTable + "SELECT " + deep(n, "? ") + " FROM t" },
	"refused hints": func(n int) string {
		return scaleTable + "SELECT a FROM t /*+ " + numbered(n, "h#(a), ") + "x(a) */"
	},
	"long wrong name": func(n int) string { return scaleTable + "SELECT " + deep(n, "abcdefgh") + " FROM t" },
}

// TestWorkIsLinear: planning a text of four times the length takes about four times the memory, and so does telling its
// faults. What copied a text at every level of an expression, or laid out a line for each fault on it, needed sixteen.
func TestWorkIsLinear(t *testing.T) {
	const small = 400
	for name, text := range scales {
		t.Run(name, func(t *testing.T) {
			few, many := allocated(text(small)), allocated(text(4*small))
			if ratio := float64(many) / float64(few); ratio > 6 {
				t.Errorf("%d bytes for %d, %d for %d: %.1f times as much", few, small, many, 4*small, ratio)
			}
		})
	}
}

// allocated is how many bytes it takes to plan a text and to describe the plan or the faults.
func allocated(text string) uint64 {
	cat := connectors()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	p, err := Compile("q", text, cat, Options{})
	_ = diag.Render(io.Discard, "q", text, err, false)
	if err == nil {
		_ = Explain(p, "")
		_ = Explain(p, "json")
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
