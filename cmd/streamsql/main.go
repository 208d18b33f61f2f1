// Command streamsql runs, checks, explains and tests streaming SQL queries, and looks into their state.
//
// stdout is data only, stderr is talk. Exit codes are those of internal/diag; docs/errors.md lists them with "does a
// retry help".
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"streamsql/internal/diag"
	"streamsql/internal/memlimit"
)

func main() {
	memlimit.Apply(ordinaryLimit())
	root := newRoot()
	if err := root.Execute(); err != nil {
		os.Exit(report(err))
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "streamsql",
		Short:         "Streaming SQL with exactly-once results, in one binary",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return diag.New(diag.Usage, "%v", err) })
	root.AddCommand(newRun(), newCheck(), newExplain(), newTest(), newStatus(), newState(), newVersion(), newErrors())
	return root
}

// located is an error with the text it points into.
type located struct {
	name, text string
	err        error
}

func (l located) Error() string { return l.err.Error() }
func (l located) Unwrap() error { return l.err }

// quiet carries an exit code whose message was already printed.
type quiet struct{ code int }

func (q quiet) Error() string { return fmt.Sprintf("exit %d", q.code) }

// report prints an error for people and returns the exit code. It is written in one piece, above a status line that may
// still be there.
func report(err error) int {
	var text bytes.Buffer
	code := render(&text, err)
	_, _ = tty.stderr().Write(text.Bytes())
	return code
}

func render(out *bytes.Buffer, err error) int {
	var q quiet
	if errors.As(err, &q) {
		return q.code
	}
	var l located
	if errors.As(err, &l) {
		_ = diag.Render(out, l.name, l.text, l.err, colour(os.Stderr))
		return diag.ExitOf(l.err)
	}
	var d *diag.Error
	if errors.As(err, &d) {
		_ = diag.Render(out, "", "", err, colour(os.Stderr))
		return diag.ExitOf(err)
	}
	if strings.HasPrefix(err.Error(), "unknown command") { // the one complaint of cobra that has no hook
		fmt.Fprintf(out, "error[%s]: %v\n", diag.Usage, err)
		return diag.ExitUsage
	}
	_ = diag.Render(out, "", "", diag.New(diag.Internal, "a failure without a code").WithCause(err), colour(os.Stderr))
	return diag.ExitInternal
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
