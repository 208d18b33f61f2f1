package golden

import (
	"slices"
	"strconv"
	"testing"

	"streamsql/sinks"
	"streamsql/sinks/sinktest"
)

// TestSinkKeepsTheContract: the sink of golden tests is a sink like any other.
func TestSinkKeepsTheContract(t *testing.T) {
	sinktest.Run(t, func(*testing.T) sinktest.World {
		w := newWorld(0)
		return sinktest.World{
			Open: func(*testing.T) sinks.Sink { return testSink{w.sink(sinktest.Table), sinktest.Schema} },
			Rows: func(t *testing.T) []int64 {
				table := w.sink(sinktest.Table)
				var epochs []int64
				for e := range table.epochs {
					epochs = append(epochs, e)
				}
				slices.Sort(epochs)
				var out []int64
				for _, e := range epochs {
					for _, r := range table.epochs[e] {
						n, err := strconv.ParseInt(r.text, 10, 64)
						if err != nil {
							t.Fatal(err)
						}
						out = append(out, n)
					}
				}
				return out
			},
		}
	})
}
