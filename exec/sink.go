package exec

import (
	"context"

	"streamsql/planner/physical"
	"streamsql/sinks"
)

// sink is one written table at run time.
type sink struct {
	plan   *physical.Sink
	sink   sinks.Sink
	newest sinks.Marker  // what the last commit record says
	holds  *sinks.Marker // set while an epoch is replayed that this sink has already
}

// name is the sink's name in logs; the printed result of a bare SELECT is "stdout".
func (s *sink) name() string {
	if s.plan.Name == "" {
		return "stdout"
	}
	return s.plan.Name
}

// forgets reports whether the sink cannot know what it has: delivery is at least once.
func (s *sink) forgets() bool {
	f, ok := s.sink.(sinks.Forgetful)
	return ok && f.Forgets()
}

// begin lets a replayed epoch that the sink holds pass without effect.
func (s *sink) begin(ctx context.Context, epoch int64, logged sinks.Logged) (sinks.Tx, error) {
	if s.holds != nil && s.holds.Epoch == epoch {
		return discard{}, nil
	}
	return s.sink.Begin(ctx, epoch, logged)
}

// guardedSink is what flow sees of a sink: it knows nothing of replays.
type guardedSink struct {
	sinks.Sink
	s *sink
}

// Begin implements sinks.Sink.
func (g guardedSink) Begin(ctx context.Context, epoch int64, logged sinks.Logged) (sinks.Tx, error) {
	return g.s.begin(ctx, epoch, logged)
}

// discard swallows an epoch that the sink holds already. The rows are still encoded: their digest is compared with the
// marker's.
type discard struct{}

func (discard) Write(context.Context, sinks.Block) error   { return nil }
func (discard) Stage(context.Context) error                { return nil }
func (discard) Commit(context.Context, sinks.Marker) error { return nil }
func (discard) Abort(context.Context) error                { return nil }
