package exec

import (
	"context"
	"encoding/json"

	"streamsql/internal/diag"
	"streamsql/wal"
)

// Which plan an open epoch is repeated under (docs/design/0006-plan-in-the-marker.md): the one that made the rows that
// a sink holds, and where no sink holds any, the present one. An epoch that cannot be computed is why people change a
// query, so the plan that it was logged under has no say of its own.

// planOfOpen is the plan that the open epoch must be repeated under.
func (q *Query) planOfOpen(rec wal.Recovery) string {
	if rec.Replay == nil {
		return q.fingerprint
	}
	for _, s := range q.sinks {
		switch {
		case s.holds == nil:
		case s.holds.Plan != "":
			return s.holds.Plan
		default: // markers of early versions: rows were always made by the plan that the epoch was logged under
			return rec.Replay.Plan
		}
	}
	return q.fingerprint
}

// textOf finds the text whose plan is the one asked for: that of the epoch's own record, or one that an owner wrote
// when it repeated the epoch under another plan, before any sink committed.
func (q *Query) textOf(ctx context.Context, rec wal.Recovery, plan string) (wal.QueryText, error) {
	if plan == rec.Replay.Plan {
		return q.log.QueryAt(ctx, rec.Epoch)
	}
	text, ok, err := q.log.FindQuery(ctx, func(text wal.QueryText) bool {
		var r planRecord
		return json.Unmarshal(text.JSON, &r) == nil && r.Plan == plan && (r.Text == "" || r.Text == textCRC(text.SQL))
	})
	if err == nil && !ok {
		err = diag.New(diag.LogMissing, "the query that made epoch %d (plan %s) is not among the texts under query/ in %s",
			rec.Epoch, plan, q.env.Store.Location()).
			WithHint("restore the folder from a copy of the state, or start over with --fresh")
	}
	return text, err
}

// replayOld repeats the open epoch under the plan that made the rows which some sink holds.
func (q *Query) replayOld(ctx context.Context, rec wal.Recovery, plan string) error {
	text, err := q.textOf(ctx, rec, plan)
	if err != nil {
		return err
	}
	if q.env.Recompile == nil {
		return diag.New(diag.Internal, "no way to compile the logged query")
	}
	prog, err := q.env.Recompile(text.SQL)
	if err != nil {
		return diag.New(diag.StateMismatch,
			"epoch %d was written by an earlier form of the query, which cannot be planned any more", rec.Epoch).
			WithCause(err).
			WithHint("run the earlier file once with --trigger once, then the new one")
	}
	old := &Query{}
	old.init(prog, q.env, q.log)
	old.borrowed = true
	if err := old.replayOnly(ctx); err != nil {
		_ = old.Close()
		return err
	}
	if err := old.Close(); err != nil {
		return err
	}
	return q.reset()
}

// replayOnly opens this (old) plan on the log that is already held and runs the open epoch, nothing else.
func (q *Query) replayOnly(ctx context.Context) error {
	if err := q.connect(); err != nil {
		return err
	}
	if err := q.buildGraph(); err != nil {
		return err
	}
	rec, err := q.own(ctx)
	if err != nil || rec.Replay == nil { // nil: an owner before us finished it in its last moment
		return err
	}
	q.queryDone = true // the text is there: it was found under query/
	if err := q.restore(ctx, rec.Commit); err != nil {
		return err
	}
	q.resume(rec)
	if err := q.startReaders(ctx); err != nil {
		return err
	}
	_, err = q.Step(ctx, true)
	return err
}
