package exec

import (
	"context"

	"streamsql/planner"
)

// Beginnable reports, as an error, why a new query could not write to the program's sinks: one holds the rows of
// another query, the state's present one included. `--fresh` asks before it moves the state away: afterwards neither
// the new query could start nor the old one continue. It changes nothing.
func Beginnable(ctx context.Context, prog *planner.Program, env Env) error {
	q := &Query{}
	q.init(prog, env.withDefaults(), nil)
	defer func() { _ = q.Close() }()
	for i := range prog.Plan.Sinks {
		p := &prog.Plan.Sinks[i]
		if p.Name == "" {
			continue // what is printed is kept nowhere
		}
		if err := q.connectSink(p); err != nil {
			return err
		}
	}
	_, err := q.peek(ctx, "")
	return Cancelled(ctx, err)
}
