package exec

import (
	"context"
	"fmt"

	"streamsql/internal/diag"
	"streamsql/sinks"
	"streamsql/wal"
)

// The sinks against the logs. A sink's marker is the only thing about a query that lives outside of its state folder;
// it shows whether the folder, or the sink, was put back to another time. There are two verdicts: stale on a marker
// that was read while another owner may be at work, judge on one that nobody else can move any more.

// marked is a sink with its newest marker.
type marked struct {
	s      *sink
	marker sinks.Marker
}

// peek asks every sink that remembers for its newest marker, shutting nobody out.
func (q *Query) peek(ctx context.Context, id string) ([]marked, error) {
	var out []marked
	for _, s := range q.sinks {
		m, err := s.sink.Peek(ctx, id)
		if err != nil {
			return nil, sinks.Failed(s.name(), err)
		}
		out = append(out, marked{s, m})
	}
	return out, nil
}

// stale refuses a state that cannot be the one its sink's newest marker comes from. The marker was read before the
// logs, so it may be older than they are; a marker that they cannot explain by then was made from another copy of the
// state.
func (q *Query) stale(peeked marked, rec wal.Recovery) error {
	s, m := peeked.s, peeked.marker
	logged := q.inLog(s, rec)
	switch {
	case s.forgets() || m.Zero() || q.env.AcceptSinks[s.name()]:
		return nil
	case sameCommit(m, logged), rec.Kind == wal.Replay && m.Epoch == rec.Epoch:
		return nil
	case !logged.Zero() && m.Epoch < logged.Epoch:
		return nil // a live owner's progress, or a sink that was put back: judged again when the sink is fenced
	}
	return otherTime(s, m, logged)
}

// judge compares the marker of a fenced sink with the log.
func (q *Query) judge(fenced marked, rec wal.Recovery) error {
	s, m := fenced.s, fenced.marker
	s.newest = q.inLog(s, rec)
	switch {
	case s.forgets(), sameCommit(m, s.newest):
		return nil
	case rec.Kind == wal.Replay && !m.Zero() && m.Epoch == rec.Epoch:
		s.holds = &m // the crash was between this sink's commit and commits/N: its rows of N must not come twice
		return nil
	case q.env.AcceptSinks[s.name()]:
		q.env.Say("warning: table %q: its marker (%s) is accepted although the log says %s", s.name(), markerText(m),
			markerText(s.newest))
		s.newest = m
		return nil
	}
	return otherTime(s, m, s.newest)
}

// inLog is a sink's newest marker by the last commit record.
func (q *Query) inLog(s *sink, rec wal.Recovery) sinks.Marker {
	if rec.Commit == nil {
		return sinks.Marker{}
	}
	r, ok := rec.Commit.Sinks[s.name()]
	if !ok {
		return sinks.Marker{}
	}
	return sinks.Marker{
		Query: q.log.ID(), Sink: s.plan.Name, Epoch: r.Epoch, Term: r.Term, Rows: r.Rows, Digest: r.Digest,
	}
}

// sameCommit compares what was committed. Who did it is left out: an owner that finishes another's epoch puts a marker
// of its own term where the log has the other's.
func sameCommit(a, b sinks.Marker) bool {
	return a.Zero() == b.Zero() && a.Epoch == b.Epoch && a.Rows == b.Rows && a.Digest == b.Digest
}

func otherTime(s *sink, got, logged sinks.Marker) error {
	return diag.New(diag.SinkMarker, "table %q says %s, but the log of this query says %s", s.name(), markerText(got),
		markerText(logged)).
		WithHint("the sink or the state was restored from another time; put back the one that fits, "+
			"or believe the sink with --accept-sink %s", s.name())
}

func markerText(m sinks.Marker) string {
	if m.Zero() {
		return "nothing was written"
	}
	return fmt.Sprintf("epoch %d with %s (digest %s)", m.Epoch, diag.Plural(m.Rows, "row"), m.Digest)
}
