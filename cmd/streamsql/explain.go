package main

import (
	"io"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/session"
	"streamsql/internal/diag"
	"streamsql/planner"
)

func newExplain(s *session.Session) *cobra.Command {
	f := &queryFlags{}
	what, asJSON := "", false
	cmd := &cobra.Command{
		Use:   "explain [FILE.sql | -]",
		Short: "Show the plan: changelog modes, watermarks, state and whether it is bounded",
		Args:  arguments(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			_, prog, err := f.compile(s, args)
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
			_, err = io.WriteString(s.Out(), planner.Explain(prog, what))
			return err
		},
	}
	cmd.Flags().StringVar(&what, "show", "",
		"logical, physical, rules or json (default: physical with state and watermarks)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "the same as --show json")
	f.register(cmd)
	return cmd
}
