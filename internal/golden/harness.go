package golden

import (
	"context"
	"errors"

	"streamsql/internal/clock"
	"streamsql/planner"
)

// Harness drives a query the way a .stest file does, for tests that make up their steps as they go (the law tests).
type Harness struct{ s *session }

// Variant says how a harness runs.
type Variant struct {
	Lanes     int
	ChunkRows int
	CrashFS   bool   // the crash-simulating store instead of memory
	Keep      int    // percent of unsynced data that a crash keeps
	Seed      uint64 // of what a crash keeps
}

// NewHarness compiles a query whose tables all get the test connector.
func NewHarness(ctx context.Context, sql string, v Variant) (*Harness, error) {
	f := &file{name: "harness"}
	s := newSession(ctx, f, variant{
		lanes: v.Lanes, chunkRows: v.ChunkRows, crashFS: v.CrashFS, keep: v.Keep, lossSeed: v.Seed,
	})
	prog, err := planner.Compile("query", sql, s.connectors().Catalog(), planner.Options{Set: s.set, Connector: "test"})
	if err != nil {
		return nil, err
	}
	s.prog = prog
	return &Harness{s}, nil
}

// Feed appends JSON documents to a table's input.
func (h *Harness) Feed(table string, lines ...string) {
	h.s.world.input(table).Feed(onlyPartition, lines...)
}

// FeedPartition appends JSON documents to a partition of a table's input; without any, the partition exists from then
// on.
func (h *Harness) FeedPartition(table, partition string, lines ...string) {
	h.s.world.input(table).Feed(partition, lines...)
}

// Finish ends every input.
func (h *Harness) Finish() {
	for _, t := range h.s.prog.Plan.Tables {
		h.s.world.input(t.Name).Finish()
	}
}

// Trigger runs epochs until nothing is due, surviving crashes that were asked for.
func (h *Harness) Trigger() error { return h.s.drain() }

// CrashAt makes the n-th passage of a fault point the end of the process.
func (h *Harness) CrashAt(point string, n int) {
	h.s.faults.Clear()
	h.s.armCrash(point, n)
}

// Calm disarms what CrashAt armed and was not reached.
func (h *Harness) Calm() { h.s.faults.Clear() }

// Restart closes the query and opens it again.
func (h *Harness) Restart() error { return h.s.reincarnate() }

// Folded is the content of a sink ("" for a bare SELECT): row text → multiplicity.
func (h *Harness) Folded(sink string) map[string]int64 { return h.s.world.sink(sink).Fold() }

// Illegal lists breaches of the changelog rules seen so far.
func (h *Harness) Illegal(sink string) []string { return h.s.world.sink(sink).Breaches() }

// Watermark is a scanned table's watermark.
func (h *Harness) Watermark(table string) clock.EventTime {
	if h.s.query == nil {
		return clock.Min
	}
	return h.s.query.Watermarks()[table]
}

// Dropped is the number of rows dropped for a reason so far ("late", "null-event-time"), over all operators.
func (h *Harness) Dropped(reason string) int64 {
	var n int64
	for _, e := range h.s.events {
		for _, l := range e.Late {
			if l.Reason == reason {
				n += l.Rows
			}
		}
	}
	return n
}

// Close ends the query.
func (h *Harness) Close() error {
	if h.s.query == nil {
		return nil
	}
	err := h.s.query.Close()
	if errors.Is(err, errCrash) {
		return nil
	}
	return err
}
