package main

import (
	"bufio"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"streamsql/cmd/streamsql/internal/report"
	"streamsql/cmd/streamsql/internal/session"
	"streamsql/internal/diag"
	"streamsql/state"
)

// errEnough ends a walk over rows.
var errEnough = errors.New("enough rows")

func newStateShow(s *session.Session) *cobra.Command {
	limit := 100
	cmd := &cobra.Command{
		Use:   "show STATE CONTAINER",
		Short: "Print the rows of a container, tab-separated: pane, key columns, value columns",
		Args:  arguments(cobra.ExactArgs(2)),
		RunE:  func(_ *cobra.Command, args []string) error { return showState(s, args[0], args[1], limit) },
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "rows to show; 0 = all")
	return cmd
}

func showState(s *session.Session, dir, container string, limit int) error {
	snap, err := openSnapshot(s, dir)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(s.Out())
	shown, head := 0, false
	err = state.Rows(snap.ctx, snap.store, snap.files, container, func(b *state.Block) error {
		if !head {
			head = true
			s.Say("%s", report.Columns(b, snap.keys(container)))
		}
		for i := range b.N {
			if limit > 0 && shown == limit {
				return errEnough
			}
			shown++
			if _, err := fmt.Fprintln(out, report.Row(b, i)); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		s.Say("the first %s; --limit 0 shows all", diag.Plural(limit, "row"))
		err = nil
	}
	return errors.Join(err, out.Flush())
}
