//go:build unix

package main

import (
	"strings"
	"testing"
)

// A flag that cannot be meant is a usage error, exit 64, that names the forms which can. Exit 2 stays with the Go
// runtime: its own deaths leave with it.
func TestUsage(t *testing.T) {
	j := badJob(t, "")
	j.write("data/a.json", `{"v":1}`+"\n")
	for _, c := range []struct{ args, want string }{
		{"run q.sql --trigger 1", "has no unit"},
		{"run q.sql --trigger -1", "is negative"},
		{"run q.sql --trigger 1s1s", "500ms, 1s, 1m30s"},
		{"run q.sql --trigger 0s", "longer than zero"},
		{"run q.sql --trigger sometimes", "available-now"},
		{"run q.sql --drain 30", "30s"},
		{"run q.sql --drain -1s", "30s"},
		{"run q.sql --lanes -1", "between 1 and 128"},
		{"run q.sql --lanes many", "lanes"},
		{"run q.sql --output xml", "use table, changelog, jsonl, csv or none"},
		{"run q.sql --progress yes", "use --progress json"},
		{"run q.sql --set x", "want key=value"},
		{"run q.sql --accept-sink p", `did you mean "o"?`},
		{"run q.sql --accept-sink elsewhere", "it writes to o"},
		{"run q.sql --nonsense", "nonsense"},
		{"run q.sql other.sql", "usage:"},
		{"nonsense", "unknown command"},
		{"explain q.sql --show x", "use logical, physical, rules or json"},
		{"errors no-such-code", "no such error code"},
	} {
		r := j.do(64, nil, strings.Fields(c.args)...)
		if !strings.Contains(r.stderr, "error[usage]") || !strings.Contains(r.stderr, c.want) {
			t.Errorf("%s: %q does not say %q", c.args, r.stderr, c.want)
		}
	}
	if fileExists(j.dir + "/q.state") {
		t.Error("a refused command left a state folder")
	}
}

// A limit or an interval of a table that nothing fits in is refused when the query is planned.
func TestOptionsOutOfRange(t *testing.T) {
	for _, option := range []string{
		"'scan.max-rows-per-trigger'='-1'", "'scan.max-rows-per-trigger'='0'", "'scan.max-bytes-per-trigger'='-1'",
		"'scan.max-files-per-trigger'='0'", "'source.monitor-interval'='0 s'", "'source.monitor-interval'='1s1s'",
		"'source.monitor-interval'='-1'",
	} {
		j := badJob(t, ", "+option)
		r := j.do(3, nil, "check", "q.sql")
		if !strings.Contains(r.stderr, "error[option-value]") {
			t.Errorf("%s: %s", option, r.stderr)
		}
	}
}
