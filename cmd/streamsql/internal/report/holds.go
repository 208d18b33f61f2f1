package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/progress"
	"streamsql/wal"
)

// What windows wait for, in words: a query that gives nothing must say why.

// longWait is when a partition that holds the watermark back is worth a mention on the status line. Less than that is
// the ordinary pause between two rows.
const longWait = 10 * time.Second

// Waiting is `waits for bids partition 1 since 12:00:05`, when the epoch was over after its clock had gone on for a
// while without rows of the partition that holds the watermark back; "" when there is nothing to say.
func Waiting(e progress.Event) string {
	h := e.HeldBackBy
	if h == nil {
		return ""
	}
	since, err := time.Parse(time.RFC3339, h.Since)
	now, err2 := time.Parse(time.RFC3339, e.Timestamp)
	if err != nil || err2 != nil || now.Sub(since) < longWait {
		return ""
	}
	return fmt.Sprintf("waits for %s since %s", partitionName(h.Table, h.Partition), since.Format(time.TimeOnly))
}

func partitionName(table, partition string) string { return table + " partition " + partition }

// addPartitions adds how far each partition has come, the one that windows wait for first.
func addPartitions(add func(string, any), c *wal.CommitRecord) {
	heldTable, heldBy, ok := slowest(c)
	if ok {
		add("windows wait for", fmt.Sprintf("%s at %s", partitionName(heldTable, heldBy), c.Partitions[heldTable][heldBy]))
	}
	for _, table := range sortedNames(c.Partitions) {
		for _, p := range sortedNames(c.Partitions[table]) {
			if ok && table == heldTable && p == heldBy {
				continue
			}
			text := c.Partitions[table][p].String()
			if slices.Contains(c.Idle[table], p) {
				text += ", idle: nobody waits for it"
			}
			add("  "+partitionName(table, p), text)
		}
	}
}

// slowest is the partition with the least watermark among those that are not idle, of a query that has not finished. A
// table none of whose partitions has come anywhere may have no event time at all, which the record does not say.
func slowest(c *wal.CommitRecord) (table, partition string, found bool) {
	if c.Finished {
		return "", "", false
	}
	least := clock.Max
	for _, t := range sortedNames(c.Partitions) {
		if !timed(c.Partitions[t]) {
			continue
		}
		for _, p := range sortedNames(c.Partitions[t]) {
			if w := c.Partitions[t][p]; w < least && !slices.Contains(c.Idle[t], p) {
				table, partition, least, found = t, p, w, true
			}
		}
	}
	return table, partition, found
}

// timed reports whether some partition has given a row with an event time.
func timed(partitions map[string]clock.EventTime) bool {
	for _, w := range partitions {
		if w != clock.Min {
			return true
		}
	}
	return false
}

// idleText lists idle partitions by table, for the progress of an epoch.
func idleText(idle map[string][]string) string {
	var parts []string
	for _, t := range sortedNames(idle) {
		parts = append(parts, t+" "+strings.Join(idle[t], ", "))
	}
	return strings.Join(parts, "; ")
}
