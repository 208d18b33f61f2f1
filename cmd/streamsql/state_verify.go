package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/cmd/streamsql/internal/session"
	"streamsql/internal/diag"
	"streamsql/internal/store"
	"streamsql/state"
	"streamsql/wal"
)

func newStateVerify(s *session.Session) *cobra.Command {
	return &cobra.Command{
		Use:   "verify STATE",
		Short: "Check every log record and state file that a start would need, and name older records that are damaged",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE:  func(_ *cobra.Command, args []string) error { return verifyState(s, args[0]) },
	}
}

func verifyState(s *session.Session, dir string) error {
	snap, err := openSnapshot(s, dir)
	if err != nil {
		return err
	}
	log, err := wal.Open(snap.ctx, snap.store, nil)
	if err != nil {
		return err
	}
	last := snap.status.Commit.Epoch
	for epoch := last; epoch <= last+1; epoch++ { // the commit, and the epoch that may be open after it
		if err := verifyEpoch(snap.ctx, log, epoch); err != nil {
			return err
		}
	}
	if err := state.Verify(snap.ctx, snap.store, snap.files); err != nil {
		return err
	}
	// A start reads none of the older records: a damaged one is named and changes nothing.
	for epoch := snap.status.Oldest; epoch < last; epoch++ {
		if err := verifyEpoch(snap.ctx, log, epoch); err != nil {
			s.Say("epoch %d is damaged, but no start needs it: %v", epoch, err)
		}
	}
	_, err = fmt.Fprintf(s.Out(), "ok: epochs %d to %d, %s, %s\n", snap.status.Oldest, last,
		diag.Plural(len(snap.files), "state file"), report.Bytes(snap.status.StateBytes))
	return err
}

// verifyEpoch reads the records of one retained epoch; one that retention removed meanwhile is not missed.
func verifyEpoch(ctx context.Context, log *wal.Log, epoch int64) error {
	if _, err := log.Offsets(ctx, epoch); err != nil && !errors.Is(err, store.ErrNotExist) {
		return err
	}
	if _, err := log.Commit(ctx, epoch); err != nil && !errors.Is(err, store.ErrNotExist) {
		return err
	}
	return nil
}
