package console

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	"streamsql/sinks"
	"streamsql/sinks/sinktest"
)

func TestContract(t *testing.T) {
	for _, updating := range []bool{false, true} {
		sinktest.Run(t, func(*testing.T) sinktest.World {
			var out bytes.Buffer
			return sinktest.World{
				Open: func(t *testing.T) sinks.Sink {
					s, err := New(&out, Options{Kind: KindJSONL, Schema: sinktest.Schema, Updating: updating})
					if err != nil {
						t.Fatal(err)
					}
					return s
				},
				Rows: func(t *testing.T) []int64 {
					var rows []int64
					for line := range strings.Lines(out.String()) {
						_, text, _ := strings.Cut(line, `"n":`)
						n, err := strconv.ParseInt(strings.TrimRight(text, "}\n"), 10, 64)
						if err != nil {
							t.Fatal(err)
						}
						rows = append(rows, n)
					}
					return rows
				},
			}
		})
	}
}
