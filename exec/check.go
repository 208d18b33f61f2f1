package exec

import (
	"context"

	"streamsql/exec/build"
	"streamsql/exec/op"
	"streamsql/internal/budget"
	"streamsql/planner"
	"streamsql/sinks"
	"streamsql/state"
)

// Check compiles every expression of a program the way Open does, without touching a connector: constants that cannot be
// computed and patterns that are malformed are found before anything runs.
func Check(prog *planner.Program) error {
	written := make([]sinks.Sink, len(prog.Plan.Sinks))
	for i := range written {
		written[i] = nowhere{}
	}
	b, err := build.Graph(prog.Plan, build.Spec{
		Lanes: 1, Sinks: written, State: state.New(1, &budget.Budget{}), Clock: &op.EpochClock{}, ErrorMode: prog.Settings.ErrorMode,
	})
	if err != nil {
		return err
	}
	for _, n := range b.Spec.Nodes {
		if n.Scan != nil {
			if _, err := n.Scan.NewDecoder(); err != nil {
				return err
			}
		}
	}
	return b.Graph.Close()
}

// nowhere is a sink for graphs that never run.
type nowhere struct{}

func (nowhere) Fence(context.Context, string, uint64) (sinks.Marker, error) {
	return sinks.Marker{}, nil
}
func (nowhere) Encoder(int) sinks.Encoder                      { return nil }
func (nowhere) Begin(context.Context, int64) (sinks.Tx, error) { return discard{}, nil }
func (nowhere) Close() error                                   { return nil }
