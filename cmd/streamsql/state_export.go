package main

import (
	"bufio"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/session"
	"streamsql/internal/diag"
	"streamsql/state"
)

func newStateExport(s *session.Session) *cobra.Command {
	to := ""
	cmd := &cobra.Command{
		Use:   "export STATE CONTAINER -o FILE.arrow",
		Short: "Write a container as a plain Arrow IPC file for DuckDB, pandas or anything else",
		Args:  arguments(cobra.ExactArgs(2)),
		RunE:  func(_ *cobra.Command, args []string) error { return exportState(s, args[0], args[1], to) },
	}
	cmd.Flags().StringVarP(&to, "output", "o", "", "file to write; it must not exist")
	return cmd
}

func exportState(s *session.Session, dir, container, to string) error {
	if to == "" {
		return diag.New(diag.Usage, "no file to write is given").WithHint("name one with -o")
	}
	snap, err := openSnapshot(s, dir)
	if err != nil {
		return err
	}
	path := s.Path(to)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return diag.New(diag.StateFolder, "cannot write %s", to).WithCause(err)
	}
	w := bufio.NewWriter(f)
	err = state.Export(snap.ctx, snap.store, snap.files, container, snap.keys(container), w)
	err = errors.Join(err, w.Flush(), f.Close())
	if err != nil {
		_ = os.Remove(path) // half a file would be taken for a whole one
		return err
	}
	s.Say("wrote %s", to)
	return nil
}
