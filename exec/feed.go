package exec

import (
	"context"
	"io"

	"streamsql/internal/diag"
	"streamsql/sources"
)

// The reading of tables: which feed a reader gets. While an epoch is open the feeds give its logged range and end;
// afterwards live ones take their place (afterReplay).

// startReaders opens the feeds: the logged range when an epoch is replayed, otherwise from the last position on.
func (q *Query) startReaders(ctx context.Context) error {
	for _, t := range q.tables {
		feed, err := q.openFeed(ctx, t)
		if err != nil {
			return sourceError(t.plan.Name, err)
		}
		// A reader lives as long as the query and is ended by Close; ctx is that of the start, or of one epoch.
		if err := t.reader.Start(context.WithoutCancel(ctx), feed); err != nil {
			return err
		}
	}
	return nil
}

func (q *Query) openFeed(ctx context.Context, t *table) (sources.Feed, error) {
	t.held.Set(0) // what the feed of a replayed range knew of files went with it
	t.held = q.env.Budget.Open("read " + t.plan.Name)
	scan := sources.Scan{
		// What the source has fetched comes on top of the reader's queue, which may hold AheadBytes itself.
		MaxBytes:  q.env.AheadBytes / 4,
		ChunkRows: q.chunkRows(t), Ends: q.env.Ends, Faults: q.env.Faults, Ledger: t.ledger, Budget: t.held,
		Clock: q.env.Clock,
		Spool: sources.Spool{Store: q.env.Store, Folder: spoolFolder(t.plan.Name)},
	}
	if q.replay == nil {
		return t.source.Open(ctx, t.offset, scan)
	}
	to := q.replay.End(t.plan.Name)
	if to == nil { // the table had no position yet: a source could not tell this from "everything"
		return emptyFeed{}, nil
	}
	return t.source.Replay(ctx, t.offset, to, scan)
}

// chunkRows keeps morsels within the rows that one trigger may read.
func (q *Query) chunkRows(t *table) int {
	n := q.env.ChunkRows
	if t.limits.Rows > 0 && int64(n) > t.limits.Rows {
		n = int(t.limits.Rows)
	}
	return n
}

// sourceError gives a failure of the outside a code and names the table; one that has a code says enough.
func sourceError(table string, err error) error {
	if err == nil || diag.CodeOf(err) != diag.Internal {
		return err
	}
	return diag.New(diag.SourceFailed, "table %q cannot be read", table).WithCause(err).
		WithHint("nothing is lost: start the query again when the source is back")
}

// emptyFeed has ended: the logged range of a table that gave nothing to the epoch.
type emptyFeed struct{}

func (emptyFeed) Next(context.Context) (sources.Event, error) { return sources.Event{}, io.EOF }
func (emptyFeed) Look() int64                                 { return 0 }
func (emptyFeed) Close() error                                { return nil }
