package main

import (
	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/cmd/streamsql/internal/session"
	"streamsql/state"
)

func newStateLs(s *session.Session) *cobra.Command {
	return &cobra.Command{
		Use:   "ls STATE",
		Short: "List the containers and files of the newest commit",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			snap, err := openSnapshot(s, args[0])
			if err != nil {
				return err
			}
			containers, err := state.Inspect(snap.ctx, snap.store, snap.files)
			if err != nil {
				return err
			}
			return report.Containers(s.Out(), containers, snap.files)
		},
	}
}
