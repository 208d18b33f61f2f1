package exec

import (
	"context"
	"encoding/json"

	"streamsql/sources"
	"streamsql/wal"
)

// What follows a commit (step 12 of the package doc), and what is reported of it. Nothing here can undo the epoch, and
// everything here may be repeated.

// afterCommit reports the epoch, tells the sources, deletes what is old and begins a merge of state files.
func (q *Query) afterCommit(ctx context.Context, o *outcome) error {
	p, event := o.epoch, o.event
	took := p.watch.Elapsed()
	event.ElapsedMicros = took.Microseconds()
	event.DurationMs["triggerExecution"] = took.Milliseconds()
	if s := took.Seconds(); s > 0 {
		event.ProcessedRowsPerSecond = float64(event.NumInputRows) / s
	}
	q.listen()
	event.Warnings, q.heard = q.heard, nil
	q.env.OnProgress(event)
	for i, t := range q.tables {
		// Best effort: the epoch is committed, and the next one tells the source as much.
		if err := t.source.Committed(ctx, p.to[i]); err != nil && ctx.Err() == nil {
			q.env.Say("warning: table %q was not told that epoch %d is committed: %v", t.plan.Name, p.number, err)
		}
	}
	policy := wal.Policy{Epochs: int64(q.env.KeepEpochs), Age: q.env.KeepAge}
	if _, err := q.log.Retain(ctx, policy, p.began); err != nil {
		return err
	}
	q.last = event
	q.writeProgress(ctx)
	q.compact.start(q)
	return nil
}

// writeProgress keeps the last event beside the logs, for status. Nothing else reads it: when it fails the
// epoch is committed all the same.
func (q *Query) writeProgress(ctx context.Context) {
	text, err := json.Marshal(q.last)
	if err != nil || !q.prog.Inserts {
		return
	}
	if err := q.log.WriteProgress(ctx, text); err != nil && !q.toldProgress {
		q.toldProgress = true
		q.env.Say("warning: progress.json cannot be written: %v", err)
	}
}

// hear passes on what the sources have noticed when no epoch carries it: a table without new rows has none.
func (q *Query) hear(ctx context.Context) {
	if !q.listen() || len(q.last.Sources) != len(q.tables) { // no epoch yet: there is no event to carry the figures
		return
	}
	for i, t := range q.tables {
		q.last.Sources[i].Metrics = t.metrics()
	}
	q.writeProgress(ctx)
}

// listen takes what the sources have noticed, passes it on, and keeps it for the next epoch. It reports whether there
// was any.
func (q *Query) listen() bool {
	before := len(q.heard)
	for _, t := range q.tables {
		s, ok := t.source.(sources.Noticing)
		if !ok {
			continue
		}
		for _, n := range s.Notices() {
			q.heard = append(q.heard, n)
			q.env.Say("warning: %s", n)
		}
	}
	return len(q.heard) > before
}
