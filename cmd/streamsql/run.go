package main

import (
	"io"
	"time"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/session"
	"streamsql/exec"
	"streamsql/internal/diag"
	"streamsql/internal/option"
	"streamsql/planner"
)

// runFlags are the flags of `run`: those of a session.Run as people write them, and what is asked instead of a run.
type runFlags struct {
	queryFlags
	how      session.Run
	trigger  string
	drain    string
	memory   string
	progress string
	dryRun   bool
}

func newRun(s *session.Session) *cobra.Command {
	f := &runFlags{}
	cmd := &cobra.Command{
		Use:   "run [FILE.sql | -]",
		Short: "Run a query until its input ends or it is told to stop",
		Long: "Run a query. INSERT INTO keeps its checkpoint in FILE.state beside the file unless --state says otherwise;\n" +
			"a bare SELECT prints its rows and keeps none. SIGINT or SIGTERM once: finish the epoch, commit, exit 0.\n" +
			"Twice: stop now; the next start resumes from the last commit.",
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error { return f.run(s, args) },
	}
	f.queryFlags.register(cmd)
	fl := cmd.Flags()
	fl.StringVar(&f.how.State, "state", "", "folder of the checkpoint (default FILE.state)")
	fl.StringVar(&f.trigger, "trigger", "", "a duration (1s), once, or available-now; default: as data comes")
	fl.BoolVar(&f.how.Fresh, "fresh", false, "forget the checkpoint and start over (it is moved aside, not deleted)")
	fl.BoolVar(&f.how.Takeover, "takeover", false, "take the state from a live owner; it stops with exit code 7")
	fl.StringArrayVar(&f.how.Accept, "accept-sink", nil,
		"believe this table's marker although the log says otherwise; repeatable")
	fl.StringArrayVar(&f.how.Skip, "skip-file", nil,
		"leave this file of a file table out from now on (named as the error names it); repeatable")
	fl.StringVar(&f.how.Output, "output", "",
		"how a bare SELECT prints: table, changelog, jsonl, csv, none (default: table on a terminal, jsonl off it)")
	fl.IntVar(&f.how.Lanes, "lanes", 0, "parallel lanes (default: one per processor)")
	fl.BoolVar(&f.dryRun, "dry-run", false, "plan, check, print what would run, and leave")
	fl.StringVar(&f.drain, "drain", "30s", "how long the epoch under way may take after SIGTERM")
	fl.StringVar(&f.memory, "memory", "",
		"memory the process may use, for example 4GB (default: 80 % of the control group's or the machine's)")
	fl.StringVar(&f.progress, "progress", "", "json: a line per trigger on stderr")
	return cmd
}

func (f *runFlags) run(s *session.Session, args []string) error {
	q, prog, err := f.compile(s, args)
	if err != nil {
		return err
	}
	s.Warn(prog)
	if err := f.resolve(s, prog); err != nil {
		return err
	}
	if f.dryRun {
		_, err := io.WriteString(s.Out(), planner.Explain(prog, ""))
		return err
	}
	return s.Run(prog, q, f.how)
}

// resolve reads the flags that have a form of their own.
func (f *runFlags) resolve(s *session.Session, prog *planner.Program) error {
	var err error
	if f.how.Trigger, err = exec.ParseTrigger(f.trigger); err != nil {
		return err
	}
	if f.how.Drain, err = parseDrain(f.drain); err != nil {
		return err
	}
	if err := f.how.Validate(prog); err != nil {
		return err
	}
	if f.progress != "" && f.progress != "json" {
		return diag.New(diag.Usage, "--progress %q is not known", f.progress).
			WithHint("use --progress json, or leave it out")
	}
	f.how.JSON = f.progress == "json"
	f.how.Memory, err = s.MemoryLimit(f.memory, prog.Settings.Raw)
	return err
}

func parseDrain(text string) (time.Duration, error) {
	d, err := option.ParseSpan(text)
	if err != nil {
		return 0, diag.New(diag.Usage, "--drain: %v", err).WithHint("use a duration with a unit: 500ms, 30s, 1m30s")
	}
	return d, nil
}
