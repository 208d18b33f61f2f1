package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"streamsql/internal/diag"
	"streamsql/planner"
)

func newCheck() *cobra.Command {
	f := &compileFlags{}
	asJSON := false
	cmd := &cobra.Command{
		Use:   "check [FILE.sql | -]",
		Short: "Report the faults of a query at once; nothing is run",
		Args:  arguments(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			src, err := f.read(args)
			if err != nil {
				return err
			}
			prog, err := f.compile(src)
			if err == nil {
				err = lookOutside(src, prog)
			}
			if asJSON {
				return printFaults(src, err)
			}
			if err != nil {
				return err
			}
			for _, w := range prog.Warnings {
				talk("warning: %s", w)
			}
			talk("%s: ok (%d tables, %d sinks)", src.name, len(prog.Plan.Tables), len(prog.Plan.Sinks))
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the faults as JSON on stdout")
	f.bind(cmd)
	return cmd
}

// bind adds the flags that every planning command has.
func (f *compileFlags) bind(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.command, "command", "c", "", "the query text itself")
	cmd.Flags().StringArrayVar(&f.sets, "set", nil, "key=value, as SET 'key'='value' at the top of the file; repeatable")
	cmd.Flags().StringArrayVar(&f.vars, "var", nil, "key=value for ${key} in the file; repeatable")
}

// fault is one line of `check --json`.
type faultLine struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Code   string `json:"code"`
	Msg    string `json:"message"`
	Hint   string `json:"hint,omitempty"`
}

func printFaults(src source, err error) error {
	if err == nil {
		return nil
	}
	var list diag.List
	if !errors.As(err, &list) {
		var one *diag.Error
		if !errors.As(err, &one) {
			return err
		}
		list = diag.List{one}
	}
	enc := json.NewEncoder(os.Stdout)
	for _, e := range list {
		line, column := diag.Place(src.text, e.Span.Start)
		if err := enc.Encode(faultLine{src.name, line, column, string(e.Code), e.Msg, e.Hint}); err != nil {
			return err
		}
	}
	return quiet{diag.ExitOf(err)}
}

func newExplain() *cobra.Command {
	f := &compileFlags{}
	what, asJSON := "", false
	cmd := &cobra.Command{
		Use:   "explain [FILE.sql | -]",
		Short: "Show the plan: changelog modes, watermarks, state and whether it is bounded",
		Args:  arguments(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			src, err := f.read(args)
			if err != nil {
				return err
			}
			prog, err := f.compile(src)
			if err != nil {
				return err
			}
			if asJSON {
				what = "json"
			}
			switch what {
			case "", "logical", "physical", "rules", "json":
			default:
				return diag.New(diag.Usage, "--show %q: use logical, physical, rules or json", what)
			}
			_, err = fmt.Print(planner.Explain(prog, what))
			return err
		},
	}
	cmd.Flags().StringVar(&what, "show", "", "logical, physical, rules or json (default: physical with state and watermarks)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the same as --show json")
	f.bind(cmd)
	return cmd
}
