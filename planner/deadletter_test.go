package planner

import (
	"strings"
	"testing"
)

// TestDeadTimeColumn: both kinds of timestamp can hold the time of a dead letter; whoever declares another type is told
// the plain one.
func TestDeadTimeColumn(t *testing.T) {
	for typ, want := range map[string]string{
		"TIMESTAMP(3)": "", "TIMESTAMP_LTZ(3)": "",
		"STRING": `column "time" of a dead-letter table is TIMESTAMP(3), not STRING`,
	} {
		_, err := Compile("q", `CREATE TABLE t (a INT) WITH ('connector'='filesystem','path'='p','format'='json',
  'error-handling.mode'='dlq','error-handling.dead-letter-table'='dead');
CREATE TABLE dead (raw STRING, `+"`time` "+typ+`) WITH ('connector'='print');
SELECT a FROM t`, connectors(), Options{})
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: %v", typ, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", typ, err, want)
		}
	}
}
