//go:build unix

package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Bad input never ends in a panic, a hang or an internal error; its good neighbours are neither lost nor repeated.

const badSQL = `
CREATE TABLE dead (raw STRING, ` + "`position`" + ` STRING, code STRING, error STRING)
WITH ('connector'='filesystem', 'path'='out/dead', 'format'='json');
CREATE TABLE t (v BIGINT, d DOUBLE, s STRING)
WITH ('connector'='filesystem', 'path'='data', 'format'='json'%s);
CREATE TABLE o (v BIGINT, d DOUBLE, s STRING)
WITH ('connector'='filesystem', 'path'='out/o', 'format'='json');
INSERT INTO o SELECT v, d, s FROM t;
`

// modes are what error-handling.mode can say, and the options for it.
var modes = map[string]string{
	"fail": "",
	"log":  ", 'error-handling.mode'='log'",
	"dlq":  ", 'error-handling.mode'='dlq', 'error-handling.dead-letter-table'='dead'",
}

// badJob is a folder with the query and no data yet.
func badJob(t *testing.T, options string) *job {
	t.Helper()
	j := &job{t: t, dir: t.TempDir()}
	j.write("q.sql", fmt.Sprintf(badSQL, options))
	if err := os.MkdirAll(filepath.Join(j.dir, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	return j
}

// clean fails when stderr shows that the process lost its head, or says nothing about what is wrong.
func clean(t *testing.T, r result) {
	t.Helper()
	for _, s := range []string{"panic", "goroutine ", "error[internal]", "fatal error", "runtime error"} {
		if strings.Contains(r.stderr, s) {
			t.Fatalf("stderr shows %q:\n%.4000s", s, r.stderr)
		}
	}
	if r.code < 0 || r.code == 1 || r.code != 0 && !strings.Contains(r.stderr, "error[") {
		t.Fatalf("exit %d without a coded error:\n%.4000s", r.code, r.stderr)
	}
}

func outRow(v int) string { return fmt.Sprintf(`{"v":%d,"d":null,"s":null}`, v) }

// records are files with one or more bad records: fail names the code, log leaves them out, dlq keeps them.
func TestBadRecords(t *testing.T) {
	const good = `{"v":1}` + "\n"
	deep := func(n int) string { return `{"v":2,"x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}\n" }
	cases := []struct {
		name, data, code string // code "": nothing is bad
		rows             []string
	}{
		{"0 bytes", "", "", nil},
		{"only newlines", "\n\n\r\n\n", "", nil},
		{"last line without newline", good + `{"v":2}`, "", []string{outRow(1), outRow(2)}},
		{"CRLF", "{\"v\":1}\r\n{\"v\":2}\r\n", "", []string{outRow(1), outRow(2)}},
		{"BOM at start", "\ufeff" + good, "", []string{outRow(1)}},
		{"unknown key", `{"v":1,"zz":[1,{"a":2}]}` + "\n", "", []string{outRow(1)}},
		{"BOM in the middle", good + "\ufeff" + `{"v":2}` + "\n", "record-syntax", []string{outRow(1)}},
		{"CR in a string", good + "{\"s\":\"a\rb\"}\n", "record-syntax", []string{outRow(1)}},
		{"invalid UTF-8", good + "{\"s\":\"\xff\xfe\"}\n", "record-not-utf8", []string{outRow(1)}},
		{"lone surrogate", good + `{"s":"\ud800"}` + "\n", "record-not-utf8", []string{outRow(1)}},
		{"duplicate key", good + `{"v":1,"v":2}` + "\n", "duplicate-key", []string{outRow(1)}},
		{"integer out of range", good + `{"v":9223372036854775808}` + "\n", "field-out-of-range", []string{outRow(1)}},
		{"double out of range", good + `{"d":1e400}` + "\n", "field-out-of-range", []string{outRow(1)}},
		{"NaN", good + `{"d":NaN}` + "\n", "record-syntax", []string{outRow(1)}},
		{"-Infinity", good + `{"d":-Infinity}` + "\n", "record-syntax", []string{outRow(1)}},
		{"text for a number", good + `{"v":"2"}` + "\n", "field-type", []string{outRow(1)}},
		{"object for a number", good + `{"v":{}}` + "\n", "field-type", []string{outRow(1)}},
		{"10,000 deep", good + deep(10_000), "record-too-deep", []string{outRow(1)}},
		{"1,000,000 deep", good + deep(1_000_000), "record-too-deep", []string{outRow(1)}},
		{"two objects on a line", good + `{"v":2}{"v":3}` + "\n", "record-syntax", []string{outRow(1)}},
		{"rest after the object", good + `{"v":2} x` + "\n", "record-syntax", []string{outRow(1)}},
		{"array at top", good + `[{"v":2}]` + "\n", "record-not-object", []string{outRow(1)}},
		{"a number at top", good + "7\n", "record-not-object", []string{outRow(1)}},
		{"comment", good + "// no\n", "record-syntax", []string{outRow(1)}},
		{"comma at the end", good + `{"v":2,}` + "\n", "record-syntax", []string{outRow(1)}},
		{"single quotes", good + "{'v':2}\n", "record-syntax", []string{outRow(1)}},
		{"NUL byte", good + "{\"v\":2}\x00\n", "record-syntax", []string{outRow(1)}},
	}
	for _, c := range cases {
		for mode, options := range modes {
			t.Run(c.name+"/"+mode, func(t *testing.T) {
				t.Parallel()
				j := badJob(t, options)
				j.write("data/a.json", c.data)
				r := j.call(nil, "run", "q.sql")
				clean(t, r)
				if mode == "fail" && c.code != "" {
					if r.code != 9 || !strings.Contains(r.stderr, "error["+c.code+"]") ||
						!strings.Contains(r.stderr, "a.json line 2 (offset 8)") {
						t.Fatalf("exit %d, want 9 with %s:\n%.2000s", r.code, c.code, r.stderr)
					}
					return
				}
				if r.code != 0 {
					t.Fatalf("exit %d:\n%.2000s", r.code, r.stderr)
				}
				sameRows(t, "good rows", j.got("o"), c.rows)
				if mode == "log" && c.code != "" {
					if !strings.Contains(r.stderr, ": table t: a.json line 2 (offset 8): ") ||
						!strings.Contains(r.stderr, "["+c.code+"]") {
						t.Errorf("the record and its fault are not named:\n%s", r.stderr)
					}
				}
				dead := j.got("dead")
				if c.code == "" || mode != "dlq" {
					sameRows(t, "dead letters", dead, nil)
				} else if len(dead) != 1 || !strings.Contains(dead[0], `"code":"`+c.code+`"`) {
					t.Fatalf("dead letters %.2000q, want one with %s", dead, c.code)
				}
			})
		}
	}
}

// TestTruncatedRecord cuts a record at every byte: all cuts in one file, each is a dead letter of its own.
func TestTruncatedRecord(t *testing.T) {
	const sample = `{"v":-12,"d":1.5e3,"s":"aé\u00e9\n","x":[true,null,{"y":"z"}]}`
	j := badJob(t, modes["dlq"])
	var b strings.Builder
	cuts := 0
	for n := 1; n < len(sample); n++ {
		b.WriteString(sample[:n] + "\n")
		cuts++
	}
	b.WriteString(`{"v":1}` + "\n")
	j.write("data/a.json", b.String())
	r := j.do(0, nil, "run", "q.sql")
	clean(t, r)
	sameRows(t, "good rows", j.got("o"), []string{outRow(1)})
	if dead := j.got("dead"); len(dead) != cuts {
		t.Fatalf("%d dead letters, want %d", len(dead), cuts)
	}
}

// TestLongLine reads a line of 100 MB: it is refused, and never held whole.
func TestLongLine(t *testing.T) {
	j := badJob(t, modes["log"])
	long := `{"s":"` + strings.Repeat("x", 100<<20) + "\"}\n"
	j.write("data/a.json", `{"v":1}`+"\n"+long+`{"v":2}`+"\n")
	p := j.start(nil, "run", "q.sql")
	peak := watchPeak(p)
	r := j.wait(p)
	clean(t, r)
	if r.code != 0 {
		t.Fatalf("exit %d:\n%.2000s", r.code, r.stderr)
	}
	sameRows(t, "good rows", j.got("o"), []string{outRow(1), outRow(2)})
	if kib := <-peak; runtime.GOOS == "linux" && (kib == 0 || kib > 250<<10) {
		t.Fatalf("peak memory %d KiB", kib)
	}
}

// watchPeak reads the high-water mark of a process' memory until it ends. (The resource usage that wait gives will not
// do: on Linux it begins with the memory of the process that started it.)
func watchPeak(p *process) <-chan int {
	out := make(chan int, 1)
	go func() {
		peak := 0
		for {
			b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
			if _, rest, ok := strings.Cut(string(b), "VmHWM:"); ok {
				var kib int
				if _, err := fmt.Sscan(rest, &kib); err == nil {
					peak = max(peak, kib)
				}
			}
			select {
			case <-p.done:
				out <- peak
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return out
}

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func zstded(text string) string {
	w, _ := zstd.NewWriter(nil)
	return string(w.EncodeAll([]byte(text), nil))
}

// TestBadFiles: whole files that cannot be read give none of their rows; --skip-file leaves them out.
func TestBadFiles(t *testing.T) {
	var rows strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&rows, `{"v":%d,"s":"%x"}`+"\n", i, i*i*7919)
	}
	gz, zs := gzipped(rows.String()), zstded(rows.String())
	cases := []struct {
		name, file, data, code string
		exit                   int
	}{
		{"UTF-16", "b.json", "\xff\xfe{\x00\"\x00v\x00\"\x00:\x001\x00}\x00\n\x00", "UTF-16", 9},
		{"truncated gzip", "b.json.gz", gz[:len(gz)/2], "source-damaged", 4},
		{"gzip without its check sum", "b.json.gz", gz[:len(gz)-4], "source-damaged", 4},
		{"gzip and more", "b.json.gz", gz + "garbage", "source-damaged", 4},
		{"gzip twice", "b.json.gz", gzipped(gz), "source-damaged", 4},
		{"truncated zstd", "b.json.zst", zs[:len(zs)/2], "source-damaged", 4},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			j := badJob(t, modes["fail"])
			j.write("data/a.json", `{"v":-1}`+"\n")
			j.write("data/"+c.file, c.data)
			r := j.call(nil, "run", "q.sql")
			clean(t, r)
			if r.code != c.exit || !strings.Contains(r.stderr, c.code) || !strings.Contains(r.stderr, c.file) {
				t.Fatalf("exit %d, want %d with %s:\n%.2000s", r.code, c.exit, c.code, r.stderr)
			}
			if got := j.got("o"); len(got) > 1 {
				t.Fatalf("%d rows of a bad file were taken", len(got)-1)
			}
			clean(t, j.do(0, nil, "run", "q.sql", "--skip-file", c.file))
			sameRows(t, "good rows", j.got("o"), []string{outRow(-1)})
		})
	}
}

// TestOddEntries: what is in a data folder and is not a file of rows is left alone or refused, and never hangs.
func TestOddEntries(t *testing.T) {
	for name, put := range map[string]func(dir string) error{
		"directory": func(dir string) error { return os.Mkdir(filepath.Join(dir, "x.json"), 0o755) },
		"loop":      func(dir string) error { return os.Symlink("x.json", filepath.Join(dir, "x.json")) },
		"dangling":  func(dir string) error { return os.Symlink("nowhere", filepath.Join(dir, "x.json")) },
		"newline": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "x\n\x1b[31m.json"), []byte("{\n"), 0o644)
		},
		"pipe": func(dir string) error { return syscall.Mkfifo(filepath.Join(dir, "x.json"), 0o644) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := badJob(t, "")
			j.write("data/a.json", `{"v":1}`+"\n")
			if err := put(filepath.Join(j.dir, "data")); err != nil {
				t.Skip(err)
			}
			r := j.run(nil, "run", "q.sql")
			clean(t, r)
			if strings.Contains(r.stderr, "\x1b[31m") {
				t.Fatalf("a file's name reaches the terminal raw: %q", r.stderr)
			}
			if r.code == 0 {
				sameRows(t, "good rows", j.got("o"), []string{outRow(1)})
			}
			t.Logf("exit %d: %s", r.code, r.stderr)
		})
	}
}

// TestBadSurroundings: files, folders and disks that fail while a query runs; the start after the repair gives every
// row once.
func TestBadSurroundings(t *testing.T) {
	want := []string{outRow(1), outRow(2)}
	for _, c := range []struct {
		name  string
		first string // STREAMSQL_FAULT of the first start
		spoil func(j *job) error
		exit  int
		text  string
		mend  func(j *job) error
	}{
		{"file changed between log and read", "wal/offsets/linked=kill",
			func(j *job) error { j.write("data/a.json", `{"v":9}`); return nil },
			4, "source-file-changed", nil},
		{"file vanished between log and read", "wal/offsets/linked=kill",
			func(j *job) error { return os.Remove(filepath.Join(j.dir, "data/a.json")) },
			4, "source-file-changed", nil},
		{"folder vanished between log and read", "wal/offsets/linked=kill",
			func(j *job) error { return os.Rename(filepath.Join(j.dir, "data"), filepath.Join(j.dir, "away")) },
			5, "source-gone",
			func(j *job) error { return os.Rename(filepath.Join(j.dir, "away"), filepath.Join(j.dir, "data")) }},
		{"disk full before the log", "wal/offsets/linked=enospc", nil, 0, "", nil},
		{"disk full at staging", "sink/staged=enospc", nil, 0, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			j := badJob(t, "")
			j.write("data/a.json", "{\"v\":1}\n{\"v\":2}\n")
			info, err := os.Stat(filepath.Join(j.dir, "data/a.json"))
			if err != nil {
				t.Fatal(err)
			}
			r := j.run([]string{"STREAMSQL_FAULT=" + c.first}, "run", "q.sql")
			if r.code == 0 {
				t.Fatal("the fault did not happen")
			}
			if strings.HasSuffix(c.first, "enospc") {
				clean(t, r)
			}
			if c.spoil != nil {
				if err := c.spoil(j); err != nil {
					t.Fatal(err)
				}
				r = j.run(nil, "run", "q.sql")
				clean(t, r)
				if r.code != c.exit || !strings.Contains(r.stderr, c.text) {
					t.Fatalf("exit %d, want %d with %s:\n%s", r.code, c.exit, c.text, r.stderr)
				}
				sameRows(t, "rows of a changed input", j.got("o"), nil)
				if c.mend == nil {
					j.write("data/a.json", "{\"v\":1}\n{\"v\":2}\n")
					if err := os.Chtimes(filepath.Join(j.dir, "data/a.json"), info.ModTime(), info.ModTime()); err != nil {
						t.Fatal(err)
					}
				} else if err := c.mend(j); err != nil {
					t.Fatal(err)
				}
			}
			j.must(0, nil, "run", "q.sql")
			sameRows(t, "rows after the repair", j.got("o"), want)
		})
	}
}

// TestFullDisk lets the system itself refuse to write (no file may grow beyond a few blocks).
func TestFullDisk(t *testing.T) {
	j := badJob(t, "")
	var want []string
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "{\"v\":%d}\n", i)
		want = append(want, outRow(i))
	}
	j.write("data/a.json", b.String())
	sh := exec.Command("sh", "-c", "ulimit -f 64; exec \"$0\" run q.sql", binary)
	sh.Dir = j.dir
	text, err := sh.CombinedOutput()
	if err == nil {
		t.Skip("the limit does not hold here")
	}
	clean(t, result{code: sh.ProcessState.ExitCode(), stderr: string(text)})
	j.must(0, nil, "run", "q.sql")
	sort.Strings(want)
	sameRows(t, "rows after the disk was emptied", j.got("o"), want)
}

// TestForeignState: a folder of another query, or one that cannot be written, is refused with words.
func TestForeignState(t *testing.T) {
	j := badJob(t, "")
	j.write("data/a.json", `{"v":1}`+"\n")
	j.do(0, nil, "run", "q.sql", "--state", "s")
	j.write("other.sql", strings.NewReplacer(
		"SELECT v, d, s FROM t", "SELECT COUNT(*), CAST(NULL AS DOUBLE), s FROM t GROUP BY s", "out/o", "out/other",
	).Replace(fmt.Sprintf(badSQL, "")))
	r := j.call(nil, "run", "other.sql", "--state", "s")
	clean(t, r)
	if r.code == 0 || r.code == 2 {
		t.Fatalf("another query's state: exit %d:\n%s", r.code, r.stderr)
	}
	sameRows(t, "rows", j.got("o"), []string{outRow(1)})
	j.write("file", "")
	r = j.call(nil, "run", "q.sql", "--state", "file/x")
	clean(t, r)
	if r.code == 0 || !strings.Contains(r.stderr, "file/x") {
		t.Fatalf("state below a file: exit %d:\n%s", r.code, r.stderr)
	}
}

// TestBadSQL: a statement that cannot be is exit 3, whatever its size or depth.
func TestBadSQL(t *testing.T) {
	const n = 1_000_000
	const files = "CREATE TABLE t (v INT) WITH ('connector'='filesystem','format'='json',"
	for name, text := range map[string]string{
		"open quote":       "SELECT 'abc",
		"open identifier":  "SELECT `abc",
		"open comment":     "SELECT 1 /* abc",
		"NUL":              "SELECT \x00",
		"not UTF-8":        "SELECT '\xff\xfe'",
		"unknown function": "SELECT no_such_function(1)",
		"option typo":      files + "'paht'='x'); SELECT * FROM t",
		"no secret":        files + "'path'='${env:NO_SUCH_SECRET_HERE}'); SELECT * FROM t",
		"parentheses":      "SELECT " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n),
		"open parentheses": "SELECT " + strings.Repeat("(", n),
		"CASE":             "SELECT " + strings.Repeat("CASE WHEN TRUE THEN ", n) + "1" + strings.Repeat(" END", n),
		"NOT":              "SELECT " + strings.Repeat("NOT ", n) + "TRUE",
		"minus":            "SELECT " + strings.Repeat("- ", n) + "1",
		"sub-queries":      strings.Repeat("SELECT * FROM (", n),
		"operators":        "SELECT 1" + strings.Repeat("+1", n),
		"1 MB of junk":     strings.Repeat("x ", n/2),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := &job{t: t, dir: t.TempDir()}
			j.write("q.sql", text)
			r := j.run(nil, "run", "q.sql")
			clean(t, r)
			if r.code != 3 && r.code != 4 {
				t.Fatalf("exit %d:\n%.2000s", r.code, r.stderr)
			}
			if len(r.stderr) > 10_000 {
				t.Errorf("stderr is %d bytes long", len(r.stderr))
			}
		})
	}
}

// TestWatchedFolderGone: a watched folder that goes away is an error of the source, not an empty input.
func TestWatchedFolderGone(t *testing.T) {
	j := badJob(t, ", 'source.monitor-interval'='20ms'")
	j.write("data/a.json", `{"v":1}`+"\n")
	j.must(0, nil, "run", "q.sql", "--trigger", "available-now")
	data, away := filepath.Join(j.dir, "data"), filepath.Join(j.dir, "away")
	if err := os.Rename(data, away); err != nil {
		t.Fatal(err)
	}
	r := j.must(5, nil, "run", "q.sql", "--trigger", "available-now")
	clean(t, r)
	if !strings.Contains(r.stderr, "source-gone") {
		t.Fatalf("stderr:\n%s", r.stderr)
	}
	if err := os.Rename(away, data); err != nil {
		t.Fatal(err)
	}
	j.write("data/b.json", `{"v":2}`+"\n")
	j.must(0, nil, "run", "q.sql", "--trigger", "available-now")
	sameRows(t, "rows", j.got("o"), []string{outRow(1), outRow(2)})
}

// TestModeAfterOpenEpoch: a bad record in an epoch that is logged and open is got over by another mode, as the hint
// says.
func TestModeAfterOpenEpoch(t *testing.T) {
	for _, mode := range []string{"log", "dlq"} {
		t.Run(mode, func(t *testing.T) {
			j := badJob(t, "")
			j.write("data/a.json", strings.Repeat(`{"v":1}`+"\n", 3)+`{"v":"x"}`+"\n")
			clean(t, j.do(9, nil, "run", "q.sql"))
			clean(t, j.do(9, nil, "run", "q.sql"))
			j.write("q.sql", fmt.Sprintf(badSQL, modes[mode]))
			clean(t, j.do(0, nil, "run", "q.sql"))
			sameRows(t, "good rows", j.got("o"), []string{outRow(1), outRow(1), outRow(1)})
		})
	}
}

// TestRowPattern: a malformed pattern in a row is the row's fault.
func TestRowPattern(t *testing.T) {
	j := badJob(t, "")
	j.write("q.sql", strings.ReplaceAll(fmt.Sprintf(badSQL, ""), "FROM t;", "FROM t WHERE REGEXP('abc', s);"))
	j.write("data/a.json", `{"v":1,"s":"("}`+"\n")
	r := j.do(9, nil, "run", "q.sql")
	clean(t, r)
	if !strings.Contains(r.stderr, "error[bad-row-pattern]") {
		t.Fatalf("stderr:\n%s", r.stderr)
	}
}

// TestCheckFindsBadPatterns: constant patterns are read before anything runs, each fault is underlined where it is.
func TestCheckFindsBadPatterns(t *testing.T) {
	j := badJob(t, "")
	j.write("q.sql", `CREATE TABLE t (s STRING, t TIMESTAMP(3)) WITH ('connector'='filesystem','path'='d','format'='json');
SELECT DATE_FORMAT(t, 'YYYY-MM-dd'),
  TO_TIMESTAMP(s, 'yyyy-MM-dd hh:mm'),
  REGEXP(s, 'a(?=b)'),
  s LIKE 'a!b' ESCAPE '!',
  s LIKE 'a' ESCAPE '!!'
FROM t;`)
	r := j.do(3, nil, "check", "q.sql")
	clean(t, r)
	for _, want := range []string{
		"q.sql:2:23: error[bad-pattern]", "write yyyy for the year", "q.sql:3:19: error[bad-pattern]", "write H for 0 to 23",
		"q.sql:4:13: error[bad-pattern]", "look-ahead", "q.sql:5:10: error[bad-pattern]", "q.sql:6:21: error[bad-pattern]",
	} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("stderr lacks %q:\n%s", want, r.stderr)
		}
	}
}

// Mode log names the first record of each kind, at its line although the file is read over several epochs, and counts
// the others of its kind.
func TestModeLogNamesTheFirstOfEachKind(t *testing.T) {
	j := badJob(t, ", 'error-handling.mode'='log', 'scan.max-rows-per-trigger'='4'")
	const good, text, noise = `{"v":1}` + "\n", `{"v":"x"}` + "\n", "noise\n"
	j.write("data/a.json", good+text+"\n"+text+good+noise+text+text)
	r := j.call(nil, "run", "q.sql")
	if r.code != 0 {
		t.Fatalf("exit %d:\n%s", r.code, r.stderr)
	}
	const numberWanted = `column "v" is BIGINT, but the value is a string [field-type]`
	for _, want := range []string{
		": table t: a.json line 2 (offset 8): " + numberWanted + " (and 1 more of this kind)\n",
		"epoch 1: table t: a.json line 6 (offset 37): the record is not valid JSON [record-syntax]\n",
		"epoch 1: table t: a.json line 7 (offset 43): " + numberWanted + " (and 1 more of this kind)\n",
	} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("stderr lacks %q:\n%s", want, r.stderr)
		}
	}
}
