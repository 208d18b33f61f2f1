package exec

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"streamsql/internal/diag"
	"streamsql/internal/store"
	"streamsql/planner/physical"
	"streamsql/sinks"
	"streamsql/wal"
)

// judged is a sink with a marker; it can do nothing else.
type judged struct {
	sinks.Sink
	forgets bool
}

func (j judged) Forgets() bool { return j.forgets }

// TestVerdicts lists what a sink may say of itself against what the log says of it: by a look beside a live owner, and
// when the sink is fenced. The log's newest commit is epoch 7, in which the sink had rows.
func TestVerdicts(t *testing.T) {
	marker := func(epoch, rows int64) sinks.Marker {
		return sinks.Marker{Query: "q", Sink: "out", Epoch: epoch, Term: 1, Rows: rows, Digest: fmt.Sprint("d", rows)}
	}
	for _, c := range []struct {
		name          string
		says          sinks.Marker
		open          bool // epoch 8 is open
		fresh         bool // the log has no commit
		forgets       bool
		accepted      bool
		stale, refuse bool // by a look; when fenced
		holds         bool // the sink's rows of the open epoch are kept
	}{
		{name: "as the log says", says: marker(7, 3)},
		{name: "as the log says, by another owner", says: sinks.Marker{Query: "q", Epoch: 7, Term: 9, Rows: 3, Digest: "d3"}},
		{name: "other rows of the same epoch", says: marker(7, 4), stale: true, refuse: true},
		{name: "nothing", refuse: true},
		{name: "nothing, and it remembers nothing", forgets: true},
		{name: "nothing, of a new query", fresh: true},
		{name: "rows, of a new query", says: marker(0, 1), fresh: true, stale: true, refuse: true},
		// A look may be overtaken by a live owner, which commits on: only the fence shows which it was.
		{name: "an older epoch", says: marker(6, 3), refuse: true},
		{name: "the open epoch", says: marker(8, 2), open: true, holds: true},
		{name: "the open epoch, of a new query", says: marker(8, 2), open: true, fresh: true, holds: true},
		{name: "an epoch that the log does not know", says: marker(8, 2), stale: true, refuse: true},
		{name: "one after the open epoch", says: marker(9, 2), open: true, stale: true, refuse: true},
		{name: "one after, accepted", says: marker(9, 2), open: true, accepted: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			said := ""
			q := &Query{env: Env{
				AcceptSinks: map[string]bool{"out": c.accepted},
				Say:         func(format string, args ...any) { said += fmt.Sprintf(format, args...) },
			}}
			var err error
			if q.log, err = wal.Open(context.Background(), store.NewMemory(), nil); err != nil {
				t.Fatal(err)
			}
			defer q.log.Close()
			s := &sink{plan: &physical.Sink{Name: "out"}, sink: judged{forgets: c.forgets}}
			rec := wal.Recovery{Kind: wal.Continue, Epoch: 8}
			if !c.fresh {
				rec.Commit = &wal.CommitRecord{Epoch: 7, Sinks: map[string]wal.MarkerRecord{
					"out": {Epoch: 7, Term: 1, Rows: 3, Digest: "d3"},
				}}
			}
			if c.open {
				rec.Kind = wal.Replay
			}
			if err := q.stale(marked{s, c.says}, rec); (err != nil) != c.stale {
				t.Errorf("by a look: %v", err)
			}
			err = q.judge(marked{s, c.says}, rec)
			if (err != nil) != c.refuse || err != nil && diag.CodeOf(err) != diag.SinkMarker {
				t.Errorf("when fenced: %v", err)
			}
			if (s.holds != nil) != c.holds {
				t.Errorf("rows of the open epoch are kept: %t", s.holds != nil)
			}
			if c.accepted != strings.Contains(said, "is accepted although") {
				t.Errorf("said %q", said)
			}
		})
	}
}
