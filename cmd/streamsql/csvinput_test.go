//go:build unix

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// csvSQL reads CSV files and writes what is good as CSV, which says more of a text than its looks.
const csvSQL = `
CREATE TABLE dead (raw STRING, ` + "`position`" + ` STRING, code STRING, error STRING)
WITH ('connector'='filesystem', 'path'='out/dead', 'format'='json');
CREATE TABLE t (v BIGINT, d DOUBLE, s STRING)
WITH ('connector'='filesystem', 'path'='data', 'format'='csv'OPTIONS);
CREATE TABLE o (v BIGINT, d DOUBLE, s STRING)
WITH ('connector'='filesystem', 'path'='out/o', 'format'='csv', 'csv.null-literal'='NULL');
INSERT INTO o SELECT v, d, s FROM t;
`

func csvJob(t *testing.T, options string) *job {
	t.Helper()
	j := &job{t: t, dir: t.TempDir()}
	j.write("q.sql", strings.Replace(csvSQL, "OPTIONS", options, 1))
	if err := os.MkdirAll(filepath.Join(j.dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	return j
}

// TestBadCSV is the corpus of bad input for CSV files: fail names code, line and offset, log leaves the records out,
// dlq keeps them. Their neighbours are rows in every mode that goes on.
func TestBadCSV(t *testing.T) {
	const good = "1,1.5,a\n"
	const names = ", 'csv.header'='names'"
	rowA := []string{"1,1.5,a"}
	cases := []struct {
		name, options, data, code, says string // code "": nothing is bad
		rows                            []string
	}{
		{"0 bytes", "", "", "", "", nil},
		{"only newlines and blanks", "", "\n\r\n  \n\t\n", "", "", nil},
		{"last line without newline", "", good + "2,,b", "", "", []string{"1,1.5,a", "2,NULL,b"}},
		{"CRLF", "", "1,1.5,a\r\n2,2.5,b\r\n", "", "", []string{"1,1.5,a", "2,2.5,b"}},
		{"BOM at start", "", "\ufeff" + good, "", "", rowA},
		{"BOM before a quote", "", "\ufeff\"1\",1.5,a\n", "", "", rowA},
		{"BOM before a header", names, "\ufeffs,v,d\na,1,1.5\n", "", "", rowA},
		{"BOM in the middle", "", good + "\ufeff2,2.5,b\n", "record-syntax", "byte order mark", rowA},
		{"CR in the middle", "", good + "2,2.5,a\rb\n", "record-syntax", "carriage return", rowA},
		{"CR in quotes", "", "1,1.5,\"a\rb\"\n", "", "", []string{"1,1.5,\"a\rb\""}},
		{"invalid UTF-8", "", good + "2,2.5,\xff\xfe\n", "record-not-utf8", `column \"s\"`, rowA},
		{"NUL in a text", "", "1,1.5,a\x00b\n", "", "", []string{"1,1.5,a\x00b"}},
		{"NaN and infinities", "", "1,NaN,a\n2,-Infinity,b\n", "", "", []string{"1,NaN,a", "2,-Infinity,b"}},
		{"double out of range", "", good + "2,1e400,b\n", "field-out-of-range", "DOUBLE", rowA},
		{"integer out of range", "", good + "9223372036854775808,2.5,b\n", "field-out-of-range", "BIGINT", rowA},
		{"whole numbers", "", "1.0,1.5,a\n1e3,2.5,b\n", "", "", []string{"1,1.5,a", "1000,2.5,b"}},
		{"fraction", "", good + "2.5,2.5,b\n", "field-out-of-range", "not a whole number", rowA},
		{"text for a number", "", good + "two,2.5,b\n", "field-malformed", "not a number", rowA},
		{"quote in an unquoted field", "", good + "2,2.5,5\" pipe\n3,3.5,c\n", "record-syntax", "quote in the middle",
			[]string{"1,1.5,a", "3,3.5,c"}},
		{"quote closed too early", "", good + "2,2.5,\"b\"c\n3,3.5,c\n", "record-syntax", "followed by",
			[]string{"1,1.5,a", "3,3.5,c"}},
		{"blank before a quote", "", good + "2,2.5, \"b\"\n", "record-syntax", "quote in the middle", rowA},
		{"unclosed quote at the end", "", good + "2,2.5,\"b\n3,3.5,c\n", "record-syntax", "never closed", rowA},
		{"newline in quotes", "", "1,1.5,\"a\n\nb\"\n2,2.5,c\n", "", "", []string{"1,1.5,\"a", "2,2.5,c", "b\""}},
		{"too few fields", "", good + "2,2.5\n", "field-missing", "2 fields", rowA},
		{"too many fields", "", good + "2,2.5,b,x\n", "record-syntax", "4 fields", rowA},
		{"extra comma", "", good + "2,2.5,b,\n", "record-syntax", "final delimiter", rowA},
		{"header without the option", "", good + "v,d,s\n", "field-malformed", "not a number", rowA},
		{"header", names, "d,x,s,v\n1.5,?,a,1\n", "", "", rowA},
		{"header again", names, "v,d,s\n1,1.5,a\nv,d,s\n", "record-syntax", "header comes again", rowA},
		{"only a header", names, "v,d,s\n", "", "", nil},
		{"empty header", names, "\n2,2.5,b\n", "record-syntax", "missing or empty", nil},
		{"name twice in a header", names, "v,d,v\n2,2.5,3\n", "duplicate-key", "twice", nil},
		{"other letters in a header", names, "V,d,s\n2,2.5,b\n", "field-missing", "names must match exactly", nil},
		{"NULL, nothing and quotes", ", 'csv.null-literal'='NULL'", "NULL,1.5,\n1,NULL,\"NULL\"\n2,2.5,NULL\n", "", "",
			[]string{"1,NULL,\"NULL\"", "2,2.5,NULL", "NULL,1.5,\"\""}},
		{"nothing with the literal of nothing", ", 'csv.null-literal'=''", ",,\n1,1.5,\"\"\n", "", "",
			[]string{"1,1.5,\"\"", "NULL,NULL,NULL"}},
		{"the word NULL", "", good + "2,NULL,b\n", "field-malformed", "csv.null-literal", rowA},
		{"formulas are texts", "", "1,1.5,=cmd()\n", "", "", []string{"1,1.5,=cmd()"}},
		{"other delimiter", "", good + "2;2.5;b\n", "record-syntax", "csv.field-delimiter", rowA},
		{"tab", ", 'csv.field-delimiter'='\\t'", "1\t1.5\ta\n", "", "", rowA},
		{"decimal comma", ", 'csv.field-delimiter'=';'", "1;1.5;a\n2;2,5;b\n", "field-malformed",
			"written with a point", rowA},
	}
	for _, c := range cases {
		for mode, options := range modes {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				j := csvJob(t, c.options+options)
				j.write("data/a.csv", c.data)
				r := j.call(nil, "run", "q.sql")
				clean(t, r)
				if mode == "fail" && c.code != "" {
					if r.code != 9 || !strings.Contains(r.stderr, "error["+c.code+"]") ||
						!strings.Contains(r.stderr, strings.ReplaceAll(c.says, `\"`, `"`)) ||
						!strings.Contains(r.stderr, "a.csv line ") {
						t.Fatalf("exit %d, want 9 with %s and %q:\n%.2000s", r.code, c.code, c.says, r.stderr)
					}
					return
				}
				if r.code != 0 {
					t.Fatalf("exit %d:\n%.2000s", r.code, r.stderr)
				}
				sameRows(t, "good rows", j.got("o"), c.rows)
				dead := j.got("dead")
				if c.code == "" || mode != "dlq" {
					sameRows(t, "dead letters", dead, nil)
				} else if len(dead) != 1 || !strings.Contains(dead[0], `"code":"`+c.code+`"`) ||
					!strings.Contains(dead[0], c.says) {
					t.Fatalf("dead letters %.2000q, want one with %s and %q", dead, c.code, c.says)
				}
			})
		}
	}
}

// TestTruncatedCSV cuts a record at every byte, each in a file of its own: every cut is a dead letter or, where it
// leaves a whole record, a row, and nothing dies.
func TestTruncatedCSV(t *testing.T) {
	const sample = "-12,1.5e3,\"aé\n\"\"x\"\"\"\n"
	j := csvJob(t, modes["dlq"])
	for n := range len(sample) {
		j.write("data/"+string(rune('a'+n/26))+string(rune('a'+n%26))+".csv", sample[:n])
	}
	clean(t, j.do(0, nil, "run", "q.sql"))
	rows, dead := len(j.got("o")), len(j.got("dead"))
	// A cut before the quotes, or between two doubled ones, leaves a whole record: four rows, three of them of two
	// lines. All other cuts but that of 0 bytes are bad.
	if rows != 7 || dead != len(sample)-5 {
		t.Errorf("%d lines of rows and %d dead letters, want 7 and %d:\n%s", rows, dead, len(sample)-5,
			strings.Join(append(j.got("o"), j.got("dead")...), "\n"))
	}
}

// TestLongCSV reads a quote that spans 100 MB: it is refused, and never held whole.
func TestLongCSV(t *testing.T) {
	j := csvJob(t, modes["log"])
	j.write("data/a.csv", "1,1.5,a\n2,2.5,\""+strings.Repeat("x\n", 50<<20)+"\"\n3,3.5,c\n")
	p := j.start(nil, "run", "q.sql")
	peak := watchPeak(p)
	r := j.wait(p)
	clean(t, r)
	if r.code != 0 || !strings.Contains(r.stderr, "record-too-long") {
		t.Fatalf("exit %d:\n%.2000s", r.code, r.stderr)
	}
	sameRows(t, "good rows", j.got("o"), []string{"1,1.5,a", "3,3.5,c"})
	if kib := <-peak; runtime.GOOS == "linux" && (kib == 0 || kib > 250<<10) {
		t.Fatalf("peak memory %d KiB", kib)
	}
}

// TestCSVFiles: what the file sink writes is read back, header, quotes and packed files included, whatever the parts
// are cut to; a run that was killed in the middle of a file goes on under its header.
func TestCSVFiles(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	table := func(name, path, more string) string {
		return "CREATE TABLE " + name + " (n INT, s STRING, at TIMESTAMP(3)) WITH ('connector'='filesystem'," +
			"'path'='" + path + "','format'='csv','csv.header'='names','csv.null-literal'=''" + more + ");\n"
	}
	var b strings.Builder
	b.WriteString("at,s,n\n")
	for i := range 400 {
		b.WriteString("2026-01-01 00:00:00.5,\"line\n\"\"" + strings.Repeat("x,", i%7) + "\"\"\"," +
			strings.Repeat("1", i%3) + "\n")
	}
	j.write("in/a.csv.gz", gzipped(b.String()))
	j.write("q1.sql", table("i", "in", ",'scan.max-rows-per-trigger'='100'")+
		table("o", "out/o", ",'sink.rolling-policy.file-size'='1kb'")+"INSERT INTO o SELECT n, s, at FROM i;")
	j.write("q2.sql", table("o", "out/o", "")+table("p", "out/p", "")+"INSERT INTO p SELECT n, s, at FROM o;")
	if r := j.run([]string{"STREAMSQL_FAULT=wal/offsets/linked:2=kill"}, "run", "q1.sql"); r.code != -1 {
		t.Fatalf("exit %d, want a kill:\n%s", r.code, r.stderr)
	}
	clean(t, j.do(0, nil, "run", "q1.sql"))
	clean(t, j.do(0, nil, "run", "q2.sql"))
	parts, _ := filepath.Glob(filepath.Join(j.dir, "out/o/part-*.csv"))
	if len(parts) < 10 {
		t.Fatalf("%d parts", len(parts))
	}
	head := func(lines []string) (rows []string, heads int) {
		for _, l := range lines {
			if l == "n,s,at" {
				heads++
			} else {
				rows = append(rows, l)
			}
		}
		return rows, heads
	}
	first, heads := head(j.got("o"))
	second, _ := head(j.got("p"))
	if heads != len(parts) || len(first) != 800 {
		t.Errorf("%d headers in %d parts, %d lines", heads, len(parts), len(first))
	}
	sameRows(t, "read back", second, first)
}

// TestRawFiles: lines in, lines out; what would not be a line ends the query and writes nothing.
func TestRawFiles(t *testing.T) {
	j := &job{t: t, dir: t.TempDir()}
	j.write("in.txt", "b\r\n\n{\"a\":1}\n\"x,\n no end")
	sql := func(name, what string) {
		j.write(name, `CREATE TABLE i (line STRING) WITH ('connector'='filesystem','path'='in.txt','format'='raw');
CREATE TABLE o (line STRING) WITH ('connector'='filesystem','path'='out/`+name+`','format'='raw');
INSERT INTO o SELECT `+what+` FROM i;`)
	}
	sql("q", "UPPER(line)")
	clean(t, j.do(0, nil, "run", "q"))
	parts, _ := filepath.Glob(filepath.Join(j.dir, "out/q/part-*.txt"))
	if len(parts) != 1 {
		t.Fatalf("parts %v", parts)
	}
	if text, _ := os.ReadFile(parts[0]); string(text) != "B\n\n{\"A\":1}\n\"X,\n NO END\n" {
		t.Errorf("wrote %q", text)
	}
	sql("newline", "line || CHR(10) || line")
	sql("null", "NULLIF(line, 'b')")
	for name, says := range map[string]string{"newline": "line end", "null": "NULL"} {
		r := j.do(9, nil, "run", name)
		clean(t, r)
		if !strings.Contains(r.stderr, "value-unwritable") || !strings.Contains(r.stderr, says) {
			t.Errorf("%s:\n%s", name, r.stderr)
		}
		sameRows(t, name, j.got(name), nil)
	}
}
