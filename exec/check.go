package exec

import (
	"streamsql/exec/assemble"
	"streamsql/exec/op"
	"streamsql/internal/budget"
	"streamsql/planner"
	"streamsql/sinks"
	"streamsql/state"
)

// Check compiles every expression of a program the way Open does, without touching a connector: constants that cannot
// be computed and patterns that are malformed are found before anything runs, all of them. The error is a diag.List.
func Check(prog *planner.Program) error {
	return assemble.Check(prog.Plan, assemble.Spec{
		Sinks: make([]sinks.Sink, len(prog.Plan.Sinks)), State: state.New(1, &budget.Budget{}), Budget: &budget.Budget{},
		Clock: &op.EpochClock{}, ErrorMode: prog.Settings.ErrorMode,
	})
}
