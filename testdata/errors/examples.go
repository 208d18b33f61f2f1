// Package examples gives each SQL error code the smallest query that raises it and what is printed then: the goldens
// of the planner's tests, so that an example cannot go out of date.
package examples

import (
	"embed"
	"strings"
)

//go:embed *.sql *.err
var files embed.FS

// Of returns the example of a code: the query, an empty line, the message; "" when there is none.
func Of(code string) string {
	names, err := files.ReadDir(".")
	if err != nil {
		return ""
	}
	for _, n := range names { // sorted: code.sql before code.variant.sql is not promised, any of them will do
		stem, ok := strings.CutSuffix(n.Name(), ".sql")
		if first, _, _ := strings.Cut(stem, "."); !ok || first != code {
			continue
		}
		query, qerr := files.ReadFile(n.Name())
		message, merr := files.ReadFile(stem + ".err")
		if qerr == nil && merr == nil {
			return strings.TrimSpace(string(query)) + "\n\n" + strings.TrimSpace(string(message))
		}
	}
	return ""
}
