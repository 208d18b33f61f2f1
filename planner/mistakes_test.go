package planner

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/function"
	"streamsql/planner/mistake"
)

const mistakeTable = "CREATE TABLE t (a INT, s STRING, ts TIMESTAMP(3)) " +
	"WITH ('connector'='filesystem','path'='p','format'='json');\n"

// TestKnownMistakes: a fault of every example of the table gives the table's advice.
func TestKnownMistakes(t *testing.T) {
	for _, m := range mistake.All {
		text := mistakeTable + m.Example
		_, err := Compile("q", text, connectors(), Options{})
		faults := diag.Faults(err)
		if len(faults) == 0 {
			t.Errorf("%s: accepted", m.Example)
			continue
		}
		named := func(e *diag.Error) bool { return e.Hint == m.Hint && int(e.Span.Start) >= len(mistakeTable) }
		if !slices.ContainsFunc(faults, named) {
			t.Errorf("%s:\n got %v\nwant %s", m.Example, err, m.Hint)
		}
	}
}

var calls = regexp.MustCompile(`\b([A-Z_0-9]+)\(`)

// TestAdviceExists: what the table advises exists here: functions by name, and no line says what another one says.
func TestAdviceExists(t *testing.T) {
	notFunctions := "CAST TRY_CAST DECIMAL TIMESTAMP TIMESTAMP_LTZ TABLE TUMBLE DESCRIPTOR IN EXISTS FILTER " +
		"COUNT SUM AVG MAX"
	seen := map[string]bool{}
	for _, m := range mistake.All {
		if m.Kind == mistake.Function && (function.Known(m.Written) || function.IsAggregate(m.Written)) {
			t.Errorf("%s exists", m.Written)
		}
		if key := string(rune(m.Kind)) + m.Written; seen[key] {
			t.Errorf("%s is in the table twice", m.Written)
		} else {
			seen[key] = true
		}
		for _, c := range calls.FindAllStringSubmatch(m.Hint, -1) {
			if !function.Known(c[1]) && !strings.Contains(" "+notFunctions+" ", " "+c[1]+" ") {
				t.Errorf("%s: %q does not exist", m.Written, c[1])
			}
		}
	}
}
