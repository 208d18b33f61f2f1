package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"streamsql/internal/clock"
	"streamsql/internal/progress"
	"streamsql/wal"
)

// TestStatusNamesWhatWindowsWaitFor: the slowest partition that is not idle, whatever table it is of.
func TestStatusNamesWhatWindowsWaitFor(t *testing.T) {
	noon := clock.Of(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	status := func(change func(*wal.CommitRecord)) string {
		c := &wal.CommitRecord{Watermark: noon, Partitions: map[string]map[string]clock.EventTime{
			"bids":  {"0": noon, "1": noon - 60_000_000, "2": noon - 30_000_000},
			"plain": {"0": clock.Min},
		}}
		change(c)
		var out bytes.Buffer
		if err := Status(&out, wal.Status{Commit: c}, "stopped"); err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(out.String()), " ")
	}
	for _, c := range []struct {
		name, want string
		change     func(*wal.CommitRecord)
	}{
		{"slowest", "windows wait for bids partition 1 at 2026-01-01 11:59:00 ", func(*wal.CommitRecord) {}},
		{"idle", "windows wait for bids partition 2 at 2026-01-01 11:59:30 ", func(c *wal.CommitRecord) {
			c.Idle = map[string][]string{"bids": {"1"}}
		}},
		{"says which are idle", "bids partition 1 2026-01-01 11:59:00, idle: nobody waits", func(c *wal.CommitRecord) {
			c.Idle = map[string][]string{"bids": {"1"}}
		}},
		{"a partition without rows", "windows wait for bids partition 3 at -inf ", func(c *wal.CommitRecord) {
			c.Partitions["bids"]["3"] = clock.Min
		}},
	} {
		if got := status(c.change); !strings.Contains(got, c.want) {
			t.Errorf("%s: want %q in\n%s", c.name, c.want, got)
		}
	}
	if got := status(func(c *wal.CommitRecord) { c.Finished = true }); strings.Contains(got, "wait for") {
		t.Errorf("a query that has finished waits for nothing:\n%s", got)
	}
}

func TestWaiting(t *testing.T) {
	e := progress.Event{Timestamp: "2026-01-01T12:00:30.000Z", HeldBackBy: &progress.Held{
		Table: "bids", Partition: "7", Watermark: "2026-01-01 11:00:00", Since: "2026-01-01T12:00:05Z",
	}}
	if got := Waiting(e); got != "waits for bids partition 7 since 12:00:05" {
		t.Errorf("%q", got)
	}
	e.Timestamp = "2026-01-01T12:00:06.000Z"
	if got := Waiting(e); got != "" {
		t.Errorf("after a second: %q", got)
	}
	if got := Waiting(progress.Event{Timestamp: e.Timestamp}); got != "" {
		t.Errorf("with nothing to wait for: %q", got)
	}
}
