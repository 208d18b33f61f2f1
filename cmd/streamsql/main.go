// Command streamsql runs, checks, explains and tests streaming SQL queries, and looks into their state.
//
// stdout is for data only, stderr for messages. Exit codes are those of internal/diag; docs/errors.md lists them with
// "does a retry help".
//
// One file per command, which translates its flags and arguments; what commands share is in the internal packages:
//
//	internal/session   a query's text, plan, checkpoint and run
//	internal/report    what is said, as text or JSON
//	internal/live      the status line and the redrawing of a result
//	internal/terminal  the three streams, and the terminal at their end
//
// Nothing but main touches the streams of the process, so every command can be called by a test.
package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/session"
	"streamsql/cmd/streamsql/internal/terminal"
	"streamsql/internal/diag"
	"streamsql/internal/memlimit"
)

func main() {
	s := session.New(terminal.New(os.Stdin, os.Stdout, os.Stderr, os.LookupEnv), thisProcess())
	s.LimitMemory()
	os.Exit(execute(s, os.Args[1:]))
}

// thisProcess is what a session needs of the process.
func thisProcess() session.Host {
	return session.Host{
		Env: os.LookupEnv,
		Notify: func(c chan<- os.Signal) func() {
			signal.Notify(c, os.Interrupt, syscall.SIGTERM)
			return func() { signal.Stop(c) }
		},
		Exit:        os.Exit,
		LimitMemory: memlimit.Apply,
	}
}

// execute runs one command line and returns its exit code.
func execute(s *session.Session, args []string) int {
	root := newRoot(s)
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out())
	root.SetErr(s.Err())
	if err := root.Execute(); err != nil {
		return s.Report(err)
	}
	return 0
}

// newRoot lists the commands.
func newRoot(s *session.Session) *cobra.Command {
	root := &cobra.Command{
		Use:           "streamsql",
		Short:         "Streaming SQL with exactly-once results, in one binary",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return diag.New(diag.Usage, "%v", err) })
	for _, command := range []func(*session.Session) *cobra.Command{
		newRun, newCheck, newExplain, newTest, newStatus, newState, newVersion, newErrors,
	} {
		root.AddCommand(command(s))
	}
	return root
}

// arguments makes a check of the number of arguments whose failure is a usage error like any other.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return diag.New(diag.Usage, "%v", err).WithHint("usage: %s", cmd.UseLine())
		}
		return nil
	}
}
