package main

import (
	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/cmd/streamsql/internal/session"
)

func newCheck(s *session.Session) *cobra.Command {
	f := &queryFlags{}
	asJSON := false
	cmd := &cobra.Command{
		Use:   "check [FILE.sql | -]",
		Short: "Report the faults of a query at once; nothing is run",
		Args:  arguments(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			q, err := f.read(s, args)
			if err != nil {
				return err
			}
			prog, err := s.Compile(q)
			if err == nil {
				err = s.Look(q, prog)
			}
			if asJSON {
				return report.Faults(s.Out(), q.Name, q.Text, err)
			}
			if err != nil {
				return err
			}
			s.Warn(prog)
			s.Say("%s: ok (%d tables, %d sinks)", q.Name, len(prog.Plan.Tables), len(prog.Plan.Sinks))
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the faults as JSON on stdout")
	f.register(cmd)
	return cmd
}
