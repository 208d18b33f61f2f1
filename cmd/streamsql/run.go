package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamsql/exec"
	"streamsql/internal/budget"
	"streamsql/internal/diag"
	"streamsql/internal/fault"
	"streamsql/internal/memlimit"
	"streamsql/internal/option"
	"streamsql/internal/store"
	"streamsql/planner"
	"streamsql/sinks"
	"streamsql/sinks/console"
)

// runFlags are the flags of `run`.
type runFlags struct {
	compileFlags
	memory   memoryFlag
	state    string
	trigger  string
	fresh    bool
	takeover bool
	accept   []string
	skip     []string
	output   string
	lanes    int
	dryRun   bool
	drain    string
	progress string

	printed *console.Sink // where a bare SELECT prints
}

func newRun() *cobra.Command {
	f := &runFlags{}
	cmd := &cobra.Command{
		Use:   "run [FILE.sql | -]",
		Short: "Run a query until its input ends or it is told to stop",
		Long: "Run a query. INSERT INTO keeps its checkpoint in FILE.state beside the file unless --state says otherwise;\n" +
			"a bare SELECT prints its rows and keeps none. SIGINT or SIGTERM once: finish the epoch, commit, exit 0.\nTwice: stop now; the next start resumes from the last commit.",
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error { return f.run(args) },
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.command, "command", "c", "", "the query text itself")
	fl.StringVar(&f.state, "state", "", "folder of the checkpoint (default FILE.state)")
	fl.StringVar(&f.trigger, "trigger", "", "a duration (1s), once, or available-now; default: as data comes")
	fl.StringArrayVar(&f.sets, "set", nil, "key=value, as SET 'key'='value' at the top of the file; repeatable")
	fl.StringArrayVar(&f.vars, "var", nil, "key=value for ${key} in the file; repeatable")
	fl.BoolVar(&f.fresh, "fresh", false, "forget the checkpoint and start over (it is moved aside, not deleted)")
	fl.BoolVar(&f.takeover, "takeover", false, "take the state from a live owner; it stops with exit code 7")
	fl.StringArrayVar(&f.accept, "accept-sink", nil, "believe this table's marker although the log says otherwise; repeatable")
	fl.StringArrayVar(&f.skip, "skip-file", nil, "leave this file of a file table out (named as the error names it), for good; repeatable")
	fl.StringVar(&f.output, "output", "", "how a bare SELECT prints: table, changelog, jsonl, csv, none (default: table on a terminal, jsonl off it)")
	fl.IntVar(&f.lanes, "lanes", 0, "parallel lanes (default: one per processor)")
	fl.BoolVar(&f.dryRun, "dry-run", false, "plan, check, print what would run, and leave")
	fl.StringVar(&f.drain, "drain", "30s", "how long the epoch under way may take after SIGTERM")
	f.memory.register(cmd)
	fl.StringVar(&f.progress, "progress", "", "json: a line per trigger on stderr")
	return cmd
}

func (f *runFlags) run(args []string) error {
	src, err := f.read(args)
	if err != nil {
		return err
	}
	prog, err := f.compile(src)
	if err != nil {
		return err
	}
	for _, w := range prog.Warnings {
		talk("warning: %s", w)
	}
	trigger, err := exec.ParseTrigger(f.trigger)
	if err != nil {
		return err
	}
	drain, err := option.ParseSpan(f.drain)
	if err != nil {
		return diag.New(diag.Usage, "--drain: %v", err).WithHint("use a duration with a unit: 500ms, 30s, 1m30s")
	}
	if err := f.check(prog); err != nil {
		return err
	}
	limit, err := f.memory.limit(prog.Settings.Raw)
	if err != nil {
		return err
	}
	memlimit.Apply(limit)
	if f.dryRun {
		fmt.Print(planner.Explain(prog, ""))
		return nil
	}
	live := newLive(f.progress == "json")
	defer live.done()
	ctx, cancel := context.WithCancelCause(context.Background())
	stop := &stopping{onSignals(cancel, drain, live.talk), ctx}
	st, stateName, err := f.openStore(prog, src)
	if err != nil {
		return err
	}
	env, err := f.env(prog, src, st, live)
	if err != nil {
		return err
	}
	if err := f.beginAnew(ctx, prog, env, stateName); err != nil {
		return err
	}
	env.Budget = budget.New(limit)
	env.Ends = trigger.Ends()
	if err := f.drive(prog, env, trigger, stateName, live, stop); err != nil {
		var exit quiet
		if errors.As(err, &exit) {
			return err
		}
		return located{src.name, src.text, err} // a row error points into the query, too
	}
	return nil
}

func (f *runFlags) check(prog *planner.Program) error {
	if err := f.checkAccepted(prog); err != nil {
		return err
	}
	if f.progress != "" && f.progress != "json" {
		return diag.New(diag.Usage, "--progress %q is not known", f.progress).WithHint("use --progress json, or leave it out")
	}
	if f.lanes < 0 || f.lanes > 128 {
		return diag.New(diag.Usage, "--lanes %d: must lie between 1 and 128", f.lanes)
	}
	switch f.output {
	case "", "table", "changelog", "jsonl", "csv", "none":
		return nil
	}
	return diag.New(diag.Usage, "--output %q: use table, changelog, jsonl, csv or none", f.output)
}

// checkAccepted refuses a name that is not a sink's: a mistyped override would silently override nothing.
func (f *runFlags) checkAccepted(prog *planner.Program) error {
	var names []string
	for _, s := range prog.Plan.Sinks {
		names = append(names, s.Name)
	}
	for _, name := range f.accept {
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

func (f *runFlags) env(prog *planner.Program, src source, st store.Store, live *live) (exec.Env, error) {
	faults, err := fault.Parse(os.Getenv("STREAMSQL_FAULT"))
	if err != nil {
		return exec.Env{}, diag.New(diag.Usage, "STREAMSQL_FAULT: %v", err)
	}
	lanes := f.lanes
	if lanes == 0 {
		lanes = min(runtime.GOMAXPROCS(0), 128)
	}
	accept := map[string]bool{}
	for _, name := range f.accept {
		accept[name] = true
	}
	out := f.output
	if out == "" {
		out = "jsonl"
		if terminal(os.Stdout) {
			out = "table"
		}
	}
	set := connectors()
	return exec.Env{
		Store: st, Sources: set.Sources(), Sinks: set.Sinks(), Faults: faults, Lanes: lanes, Base: src.base,
		Takeover: f.takeover, AcceptSinks: accept, SkipFiles: f.skip, Talk: live.talk, OnProgress: live.progress,
		Print: func(s sinks.Spec) (sinks.Sink, error) {
			printed, err := console.New(tty.stdout(), console.Options{
				Kind: out, Schema: s.Schema, Updating: prog.Plan.Sinks[0].Updating, Bounded: prog.Bounded(), Epoch: s.Epoch,
				Terminal: terminal(os.Stdout) && capable(), Columns: width(os.Stdout), Screen: screenOf(os.Stdout),
			})
			f.printed, _ = printed.(*console.Sink)
			return printed, err
		},
		Recompile: func(text string) (*planner.Program, error) {
			opts, err := f.options()
			if err != nil {
				return nil, err
			}
			return planner.Recompile(src.name, text, prog, set.Catalog(), opts)
		},
	}, nil
}

// drive opens the query, says where it starts from, runs it, and says how it ended.
func (f *runFlags) drive(prog *planner.Program, env exec.Env, trigger exec.Trigger, state string, live *live, stop *stopping) error {
	q, err := openUntilDrained(stop, prog, env)
	if errors.Is(err, exec.ErrDrained) {
		live.talk("drained: no epoch was begun; start again to go on")
		return nil
	}
	if err != nil {
		return err
	}
	announce(live, prog, q, env, trigger, state)
	if q.Finished() {
		live.talk("finished: the input had ended and every row of it is committed; nothing to do")
		return q.Close()
	}
	err = q.Run(stop.ctx, trigger, stop.draining)
	stop.runEnded()
	if err != nil && !errors.Is(err, exec.ErrDrained) && f.printed != nil {
		f.printed.Drop() // half a result would look like a whole one
	}
	closeErr := q.Close()
	live.done() // after the last rows: a folded result is printed when the query is closed
	switch {
	case errors.Is(err, exec.ErrDrained):
		live.talk("%s", drainedText(q))
		return exec.Cancelled(stop.ctx, closeErr)
	case errors.Is(err, console.ErrPipe):
		return nil // the reader has seen enough
	case err != nil:
		return err
	}
	if q.Finished() && state != "" {
		live.talk("finished: the input has ended and every row of it is committed")
	}
	return exec.Cancelled(stop.ctx, closeErr)
}

// stopping is a run's context and what cancels it.
type stopping struct {
	*stopper
	ctx context.Context
}

// openUntilDrained opens the query; a drain meanwhile ends that at once, since no epoch of ours is under way.
func openUntilDrained(stop *stopping, prog *planner.Program, env exec.Env) (*exec.Query, error) {
	ctx, cancel := context.WithCancelCause(stop.ctx)
	opened := make(chan struct{})
	defer close(opened)
	go func() {
		select {
		case <-stop.draining:
			cancel(exec.ErrDrained)
		case <-opened: // what the query goes on with hangs on ctx, so it ends with stop.ctx
		}
	}()
	return exec.Open(ctx, prog, env)
}

// drainedText says how far the query has come.
func drainedText(q *exec.Query) string {
	if q.Replays() {
		return "drained: the epoch that was open is repeated at the next start"
	}
	if q.Epoch() == 0 {
		return "drained: no epoch was begun; start again to go on"
	}
	return fmt.Sprintf("drained: epoch %d is committed; start again to go on", q.Epoch()-1)
}
