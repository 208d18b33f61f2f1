package main

import (
	"context"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/session"
	"streamsql/exec"
	"streamsql/internal/diag"
	"streamsql/internal/store"
	"streamsql/state"
	"streamsql/wal"
)

func newState(s *session.Session) *cobra.Command {
	cmd := &cobra.Command{Use: "state", Short: "Look into a checkpoint"}
	cmd.AddCommand(newStateLs(s), newStateShow(s), newStateVerify(s), newStateExport(s))
	return cmd
}

// snapshot is a checkpoint as its newest commit sees it.
type snapshot struct {
	*session.Session
	ctx    context.Context
	store  *store.Local
	status wal.Status
	files  []state.FileRef
}

func openSnapshot(s *session.Session, dir string) (*snapshot, error) {
	st, err := s.ExistingState(dir)
	if err != nil {
		return nil, err
	}
	snap := &snapshot{Session: s, ctx: context.Background(), store: st}
	if snap.status, err = wal.ReadStatus(snap.ctx, st); err != nil {
		return nil, err
	}
	if snap.status.Commit == nil {
		return nil, diag.New(diag.StateFolder, "%s holds no committed epoch yet", dir)
	}
	snap.files = exec.FilesOf(snap.status.Commit)
	return snap, nil
}

// keys are the names of a container's key columns, which the query's record has.
func (s *snapshot) keys(container string) []string {
	names, ok := exec.KeyNames(s.status.Query.JSON, container)
	if !ok {
		s.Say("the record of the query does not name the key columns: they are called key1, key2 and so on")
	}
	return names
}
