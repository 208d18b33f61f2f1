//go:build unix

package main

import (
	"strings"
	"syscall"
	"testing"
)

// TestNoticesNeedNoRows: that a file changed after it was read is reported under every trigger, also by a table that
// has no more rows and so no epoch to tell it with.
func TestNoticesNeedNoRows(t *testing.T) {
	for _, trigger := range []string{"", "100ms"} {
		t.Run("trigger "+trigger, func(t *testing.T) {
			j := &job{t: t, dir: t.TempDir()}
			j.write("q.sql", `CREATE TABLE t (v BIGINT) WITH ('connector'='filesystem', 'path'='in', 'format'='json',
				'source.monitor-interval'='50ms');
CREATE TABLE o (v BIGINT) WITH ('connector'='filesystem', 'path'='out', 'format'='json');
INSERT INTO o SELECT v FROM t;`)
			j.write("in/a.json", `{"v":1}`+"\n")
			args := []string{"run", "q.sql"}
			if trigger != "" {
				args = append(args, "--trigger", trigger)
			}
			p := j.start(nil, args...)
			committed := func() bool { return strings.Contains(j.run(nil, "status", "q.state").stdout, "last commit") }
			waitFor(t, p, committed)
			j.write("in/a.json", `{"v":1}`+"\n"+`{"v":2}`+"\n")
			waitFor(t, p, func() bool { return strings.Contains(p.said(), `"a.json" changed after it was read`) })
			waitFor(t, p, func() bool {
				return strings.Contains(j.must(0, nil, "status", "q.state").stdout, "changed after they were read: 1")
			})
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
			if r := j.wait(p); r.code != 0 {
				t.Fatalf("exit %d\n%s", r.code, r.stderr)
			}
		})
	}
}
