package exec

import (
	"slices"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/progress"
)

// What holds the watermark back: without this a query that gives nothing gives no reason either.

// heldBackBy finds the partition that every event-time operator waits for first: the one with the least watermark among
// those that are not idle, over the tables that have one. nil when there is no such partition, or none is waited for.
func (q *Query) heldBackBy(idle map[string][]string) *progress.Held {
	var held *progress.Held
	least := clock.Max
	for _, t := range q.tables {
		if t.plan.Watermark == nil {
			continue
		}
		maxima := t.reader.Maxima()
		for _, part := range t.reader.Partitions() {
			if maxima[part] >= least || slices.Contains(idle[t.plan.Name], part) {
				continue
			}
			least = maxima[part]
			held = &progress.Held{
				Table: t.plan.Name, Partition: part, Watermark: least.String(),
				Since: laterOf(t.quiet.last[part], t.quiet.began).UTC().Format(time.RFC3339),
			}
		}
	}
	return held
}
