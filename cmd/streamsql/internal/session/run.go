package session

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"streamsql/cmd/streamsql/internal/live"
	"streamsql/cmd/streamsql/internal/report"
	"streamsql/exec"
	"streamsql/internal/budget"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/option"
	"streamsql/internal/progress"
	"streamsql/planner"
	"streamsql/sinks"
	"streamsql/sinks/console"
)

// Run is how a query is run: the meaning of a command's flags. The zero value runs as data comes.
type Run struct {
	Trigger  exec.Trigger
	Drain    time.Duration // how long the epoch under way may take after the first signal
	State    string        // folder of the checkpoint; "" = beside the query
	Fresh    bool          // a former checkpoint is moved aside
	Takeover bool
	Accept   []string // tables whose marker is believed
	Skip     []string // files that are left out
	Output   string   // how a bare SELECT prints; "" = a table on a terminal, JSON lines elsewhere
	Lanes    int      // 0 = one per processor
	Memory   int64    // bytes the process may use; 0 = no limit of ours
	JSON     bool     // epochs are reported as JSON
}

// mostLanes is how many lanes a query may have: as many as there are key groups.
const mostLanes = 128

// Validate refuses what no query can be run with.
func (r Run) Validate(prog *planner.Program) error {
	if err := r.validateAccepted(prog); err != nil {
		return err
	}
	if r.Lanes < 0 || r.Lanes > mostLanes {
		return diag.New(diag.Usage, "--lanes %d: must be between 1 and %d", r.Lanes, mostLanes)
	}
	switch r.Output {
	case "", console.KindTable, console.KindChangelog, console.KindJSONL, console.KindCSV, console.KindNone:
		return nil
	}
	return diag.New(diag.Usage, "--output %q: use table, changelog, jsonl, csv or none", r.Output)
}

// validateAccepted refuses a name that is not a sink's: a mistyped override would silently override nothing.
func (r Run) validateAccepted(prog *planner.Program) error {
	var names []string
	for _, s := range prog.Plan.Sinks {
		names = append(names, s.Name)
	}
	for _, name := range r.Accept {
		if slices.Contains(names, name) {
			continue
		}
		e := diag.New(diag.Usage, "--accept-sink %q: the query does not write to such a table", name)
		if near := option.Nearest(name, names); near != "" {
			return e.WithHint("did you mean %q?", near)
		}
		return e.WithHint("it writes to %s", strings.Join(names, ", "))
	}
	return nil
}

// running is a run under way.
type running struct {
	*Session
	Run
	prog   *planner.Program
	query  Query
	state  State
	live   *live.Live
	epochs *report.Epochs
	ctx    context.Context
	stop   *stopper

	printed *console.Sink // where a bare SELECT prints
}

// Run runs a query until its input ends, its trigger is satisfied, a signal stops it, or it fails. The run was
// validated.
func (s *Session) Run(prog *planner.Program, q Query, how Run) error {
	s.host.LimitMemory(how.Memory)
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	r := &running{Session: s, Run: how, prog: prog, query: q, ctx: ctx}
	shown := live.Options{Status: s.ErrIsTerminal() && !how.JSON, Now: s.host.Now}
	if screen := s.Screen(); screen != nil {
		shown.Screen = screen
	}
	r.live = live.Start(shown)
	defer r.live.Done()
	r.epochs = &report.Epochs{JSON: how.JSON, Say: s.Say}
	// Before anything can be held up: a start that waits for a lock or a network must hear a signal, too.
	r.stop = s.stopping(cancel, how.Drain)
	var err error
	if r.state, err = s.OpenState(prog, q, how.State); err != nil {
		return err
	}
	env, err := r.env()
	if err != nil {
		return err
	}
	if how.Fresh {
		if err := s.beginAnew(ctx, prog, env, r.state); err != nil {
			return err
		}
	}
	// After --fresh, which opens the sinks too: what they held is not this run's.
	env.Budget = budget.New(how.Memory)
	if err := r.drive(env); err != nil {
		var exit report.Exit
		if errors.As(err, &exit) {
			return err
		}
		return q.located(err) // a row error points into the query, too
	}
	return nil
}

// env is what the query gets from outside.
func (r *running) env() (exec.Env, error) {
	faults, err := fault.Parse(r.Session.env("STREAMSQL_FAULT"))
	if err != nil {
		return exec.Env{}, diag.New(diag.Usage, "STREAMSQL_FAULT: %v", err)
	}
	lanes := r.Lanes
	if lanes == 0 {
		lanes = min(runtime.GOMAXPROCS(0), mostLanes)
	}
	accept := map[string]bool{}
	for _, name := range r.Accept {
		accept[name] = true
	}
	return exec.Env{
		Store: r.state.Store, Sources: r.connectors.Sources(), Sinks: r.connectors.Sinks(), Print: r.print,
		Faults: faults, Lanes: lanes, Base: r.query.Base, Ends: r.Trigger.Ends(),
		Takeover: r.Takeover, AcceptSinks: accept, SkipFiles: r.Skip, Say: r.Say,
		OnProgress: func(e progress.Event) {
			r.live.Epoch(e)
			r.epochs.Committed(e)
		},
		Recompile: func(text string) (*planner.Program, error) { return r.recompile(r.query, text, r.prog) },
	}, nil
}

// print makes the sink of a bare SELECT.
func (r *running) print(spec sinks.Spec) (sinks.Sink, error) {
	kind := r.Output
	if kind == "" {
		kind = console.KindJSONL
		if r.OutIsTerminal() {
			kind = console.KindTable
		}
	}
	printed, err := console.New(r.Out(), r.Printing(console.Options{
		Kind: kind, Schema: spec.Schema, Updating: r.prog.Plan.Sinks[0].Updating, Bounded: r.prog.Bounded(),
		Epoch: spec.Epoch,
	}))
	r.printed, _ = printed.(*console.Sink)
	return printed, err
}

// drive opens the query, says where it starts from, runs it, and says how it ended.
func (r *running) drive(env exec.Env) error {
	q, err := r.openUntilDrained(env)
	if errors.Is(err, exec.ErrDrained) {
		r.Say("drained: no epoch was begun; start again to resume")
		return nil
	}
	if err != nil {
		return err
	}
	r.announce(q, env.Lanes)
	if q.Finished() {
		r.Say("finished: the input had ended and every row of it is committed; nothing to do")
		return q.Close()
	}
	err = q.Run(r.ctx, r.Trigger, r.stop.draining)
	r.stop.runEnded()
	if err != nil && !errors.Is(err, exec.ErrDrained) && r.printed != nil {
		r.printed.Drop() // half a result would look like a whole one
	}
	closeErr := q.Close()
	r.live.Done() // after the last rows: a folded result is printed when the query is closed
	switch {
	case errors.Is(err, exec.ErrDrained):
		r.Say("%s", drainedText(q))
		return exec.Cancelled(r.ctx, closeErr)
	case errors.Is(err, console.ErrPipe):
		return nil // the reader has seen enough
	case err != nil:
		return err
	}
	if q.Finished() && r.state.Name != "" {
		r.Say("finished: the input has ended and every row of it is committed")
	}
	return exec.Cancelled(r.ctx, closeErr)
}

// openUntilDrained opens the query; a drain meanwhile ends that at once, since no epoch of ours is under way.
func (r *running) openUntilDrained(env exec.Env) (*exec.Query, error) {
	ctx, cancel := context.WithCancelCause(r.ctx)
	opened := make(chan struct{})
	defer close(opened)
	go func() {
		select {
		case <-r.stop.draining:
			cancel(exec.ErrDrained)
		case <-opened: // the context stays: what the query began while it opened ends with the run's
		}
	}()
	return exec.Open(ctx, r.prog, env)
}

// announce says where the query resumes from; of a bare SELECT nothing is kept, and nothing resumed.
func (r *running) announce(q *exec.Query, lanes int) {
	r.epochs.State = r.state.Name
	if r.state.Name == "" {
		return
	}
	epoch, rows := q.Resumed()
	report.Opening{
		State: r.state.Name, Epoch: epoch, Rows: rows, Guarantees: q.Guarantees(), Tables: r.prog.Plan.Tables,
		Trigger: r.Trigger.String(), Lanes: lanes,
	}.Lines(r.Say)
}

// drainedText says how far the query has come.
func drainedText(q *exec.Query) string {
	if q.Replays() {
		return "drained: the epoch that was open is repeated at the next start"
	}
	if q.Epoch() == 0 {
		return "drained: no epoch was begun; start again to resume"
	}
	return fmt.Sprintf("drained: epoch %d is committed; start again to resume", q.Epoch()-1)
}
