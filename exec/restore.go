package exec

import (
	"context"

	"streamsql/wal"
)

// What the last commit left: containers, watermarks, positions. Two records are read, since each knows half of it: the
// commit record has what the operators hold, the offset record where the input was cut.

// restore rebuilds the containers and the watermarks.
func (q *Query) restore(ctx context.Context, c *wal.CommitRecord) error {
	if c == nil {
		return nil
	}
	q.files = FilesOf(c)
	got, err := q.state.Restore(ctx, q.env.Store, q.files, q.env.Faults)
	if err != nil {
		return err
	}
	q.restored, q.resumed, q.totals = got.Rows, c.Epoch, c.Totals
	q.epoch, q.finished = c.Epoch+1, c.Finished
	for _, t := range q.tables {
		t.reader.SetMaxima(c.Partitions[t.plan.Name])
	}
	q.resumeIdle(c)
	q.graph.SetWatermarks(c.Nodes)
	return nil
}

// resume takes the positions and the open epoch.
func (q *Query) resume(rec wal.Recovery) {
	if rec.Last != nil {
		q.lastClock = rec.Last.Clock.Time()
		for _, t := range q.tables {
			t.offset = rec.Last.End(t.plan.Name)
		}
	}
	q.replay = rec.Replay
}
