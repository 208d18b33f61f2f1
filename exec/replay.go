package exec

import (
	"context"

	"streamsql/exec/flow"
)

// The open epoch, done again. Its range, its clock and whether it is the last one are taken from the log; everything
// else follows from them, so the rows are the same and a sink that holds them already can discard them.

// planReplay prepares the open epoch.
func (q *Query) planReplay(ctx context.Context, p *planned) error {
	// The text first: a sink's marker will name the plan that made its rows, and whoever finds one must find the text.
	if err := q.writeQuery(ctx, p.number); err != nil {
		return err
	}
	r := q.replay
	p.clock, p.final, p.replayed = r.Clock.Time(), r.Settings[keyFinal] == "true", true
	cuts, err := flow.GatherReplay(ctx, q.shares(), q.wake)
	if err != nil {
		return err
	}
	for i, t := range q.tables {
		p.from = append(p.from, t.offset)
		p.to = append(p.to, r.End(t.plan.Name))
		cut := cuts[i]
		// A replayed range always ends. Whether the input had ended is what the log says: windows must not fire because
		// of where a crash was.
		cut.Ended = p.final
		p.memos = append(p.memos, memosOf(cut))
		p.feeds = append(p.feeds, flow.Feed{Reader: t.reader, Node: t.node, Cut: cut, MaxAhead: q.maxAhead(t.plan)})
	}
	q.setIdle(p, r.Idle)
	return nil
}

// afterReplay swaps the readers of the replayed range for live ones, which begin where the range ended.
func (q *Query) afterReplay(ctx context.Context) error {
	if q.finished {
		return nil
	}
	for _, t := range q.tables {
		if err := t.reader.Close(); err != nil {
			return sourceError(t.plan.Name, err)
		}
		t.reader = t.reader.Again()
	}
	return q.startReaders(ctx)
}
