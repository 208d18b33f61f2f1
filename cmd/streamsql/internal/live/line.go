package live

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/internal/progress"
)

// statusLine is what a person wants to know first, first: a narrow terminal shows its beginning. rows, out and rate are
// the run's; all else is the last epoch's.
func statusLine(e progress.Event, rows, out int64, rate float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "epoch %d | in %s (%s/s) | out %s", e.BatchID, report.Count(rows), report.Count(int64(rate)),
		report.Count(out))
	for _, t := range slices.Sorted(maps.Keys(e.EventTime)) {
		fmt.Fprintf(&b, " | watermark %s %s", t, e.EventTime[t])
	}
	if waits := report.Waiting(e); waits != "" {
		b.WriteString(" | " + waits)
	}
	var groups, bytes int64
	for _, s := range e.StateOperators {
		groups += s.NumRowsTotal
		bytes += s.MemoryUsedBytes
	}
	if groups > 0 {
		fmt.Fprintf(&b, " | state %s, %s", report.Groups(groups), report.Bytes(bytes))
	}
	return b.String()
}
