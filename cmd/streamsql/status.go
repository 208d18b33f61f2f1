package main

import (
	"context"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/cmd/streamsql/internal/session"
	"streamsql/wal"
)

func newStatus(s *session.Session) *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "status STATE",
		Short: "What a running or stopped query has done, from its logs alone",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			st, err := s.ExistingState(args[0])
			if err != nil {
				return err
			}
			status, err := wal.ReadStatus(context.Background(), st)
			if err != nil {
				return err
			}
			run, err := session.Activity(context.Background(), st, status)
			if err != nil {
				return err
			}
			if asJSON {
				return report.StatusJSON(s.Out(), status, run)
			}
			return report.Status(s.Out(), status, run)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}
