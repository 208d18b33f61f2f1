package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"streamsql/exec"
	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/sqltype"
	"streamsql/internal/store"
	"streamsql/internal/vec"
	"streamsql/state"
	"streamsql/wal"
)

func newState() *cobra.Command {
	cmd := &cobra.Command{Use: "state", Short: "Look into a checkpoint"}
	cmd.AddCommand(newStateLs(), newStateShow(), newStateVerify(), newStateExport())
	return cmd
}

// snapshot is a checkpoint as its newest commit sees it.
type snapshot struct {
	ctx    context.Context
	store  *store.Local
	status wal.Status
	files  []state.FileRef
}

func openSnapshot(dir string) (*snapshot, error) {
	st, err := existing(dir)
	if err != nil {
		return nil, err
	}
	s := &snapshot{ctx: context.Background(), store: st}
	if s.status, err = wal.ReadStatus(s.ctx, st); err != nil {
		return nil, err
	}
	if s.status.Commit == nil {
		return nil, diag.New(diag.StateFolder, "%s holds no committed epoch yet", dir)
	}
	s.files = exec.FilesOf(s.status.Commit)
	return s, nil
}

func newStateLs() *cobra.Command {
	return &cobra.Command{
		Use:   "ls STATE",
		Short: "List the containers and files of the newest commit",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := openSnapshot(args[0])
			if err != nil {
				return err
			}
			infos, err := state.Inspect(s.ctx, s.store, s.files)
			if err != nil {
				return err
			}
			t := plainTable(table.Row{"container", "kind", "key", "values", "rows"})
			for _, c := range infos {
				t.AppendRow(table.Row{c.ID, c.Kind, typesText(c.Key), columnsText(c.Values), c.Rows})
			}
			fmt.Println(t.Render())
			fmt.Println()
			t = plainTable(table.Row{"file", "epochs", "class", "bytes"})
			for _, f := range s.files {
				t.AppendRow(table.Row{f.Name, fmt.Sprintf("%d–%d", f.First, f.Last), f.Class, f.Bytes})
			}
			fmt.Println(t.Render())
			return nil
		},
	}
}

func plainTable(header table.Row) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options.DrawBorder = false
	t.AppendHeader(header)
	return t
}

func typesText(types []sqltype.Type) string {
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = t.String()
	}
	return strings.Join(out, ", ")
}

func columnsText(cols []state.Column) string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = c.Name + " " + c.Type.String()
	}
	return strings.Join(out, ", ")
}

var errEnough = errors.New("enough rows")

func newStateShow() *cobra.Command {
	limit := 100
	cmd := &cobra.Command{
		Use:   "show STATE CONTAINER",
		Short: "Print the rows of a container, tab-separated: pane, key columns, value columns",
		Args:  arguments(cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := openSnapshot(args[0])
			if err != nil {
				return err
			}
			out := bufio.NewWriter(os.Stdout)
			shown, head := 0, false
			err = state.Rows(s.ctx, s.store, s.files, args[1], func(b *state.Block) error {
				if !head {
					head = true
					talk("%s", strings.Join(blockNames(b, s.keys(args[1])), "\t"))
				}
				for i := range b.N {
					if limit > 0 && shown == limit {
						return errEnough
					}
					shown++
					if _, err := fmt.Fprintln(out, blockRow(b, i)); err != nil {
						return err
					}
				}
				return nil
			})
			if errors.Is(err, errEnough) {
				talk("the first %s; --limit 0 shows all", diag.Plural(limit, "row"))
				err = nil
			}
			return errors.Join(err, out.Flush())
		},
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "rows to show; 0 = all")
	return cmd
}

// keys are the names of a container's key columns, which the query's record has.
func (s *snapshot) keys(container string) []string {
	names, ok := exec.KeyNames(s.status.Query.JSON, container)
	if !ok {
		talk("the record of the query does not name the key columns: they are called key1, key2 and so on")
	}
	return names
}

// blockNames are the columns of blockRow.
func blockNames(b *state.Block, keys []string) []string {
	var names []string
	if b.Pane != nil {
		names = append(names, "pane")
	}
	names = append(names, state.KeyNames(keys, len(b.Keys))...)
	return append(names, b.Names...)
}

func blockRow(b *state.Block, i int) string {
	var parts []string
	if b.Pane != nil {
		parts = append(parts, clock.EventTime(b.Pane[i]).String())
	}
	for _, v := range b.Keys {
		parts = append(parts, vec.Text(v, i))
	}
	for _, v := range b.Values {
		parts = append(parts, printable(vec.Text(v, i)))
	}
	return strings.Join(parts, "\t")
}

// printable quotes what is not text: some accumulators keep bytes.
func printable(s string) string {
	for _, r := range s {
		if r < ' ' || r == '\uFFFD' {
			return fmt.Sprintf("%q", s)
		}
	}
	return s
}

func newStateVerify() *cobra.Command {
	return &cobra.Command{
		Use:   "verify STATE",
		Short: "Check every log record and state file that a start would need, and name older records that are damaged",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			s, err := openSnapshot(args[0])
			if err != nil {
				return err
			}
			log, err := wal.Open(s.ctx, s.store, nil)
			if err != nil {
				return err
			}
			last := s.status.Commit.Epoch
			for epoch := last; epoch <= last+1; epoch++ { // the commit, and the epoch that may be open after it
				if err := verifyEpoch(s.ctx, log, epoch); err != nil {
					return err
				}
			}
			if err := state.Verify(s.ctx, s.store, s.files); err != nil {
				return err
			}
			// A start reads none of the older records: a damaged one is told of and changes nothing.
			for epoch := s.status.Oldest; epoch < last; epoch++ {
				if err := verifyEpoch(s.ctx, log, epoch); err != nil {
					talk("epoch %d is damaged, but no start needs it: %v", epoch, err)
				}
			}
			fmt.Printf("ok: epochs %d to %d, %s, %s\n", s.status.Oldest, last, diag.Plural(len(s.files), "state file"), byteSize(s.status.StateBytes))
			return nil
		},
	}
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

func newStateExport() *cobra.Command {
	to := ""
	cmd := &cobra.Command{
		Use:   "export STATE CONTAINER -o FILE.arrow",
		Short: "Write a container as a plain Arrow IPC file for DuckDB, pandas or anything else",
		Args:  arguments(cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, args []string) error {
			if to == "" {
				return diag.New(diag.Usage, "where to? name a file with -o")
			}
			s, err := openSnapshot(args[0])
			if err != nil {
				return err
			}
			f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
			if err != nil {
				return diag.New(diag.StateFolder, "cannot write %s", to).WithCause(err)
			}
			w := bufio.NewWriter(f)
			err = state.Export(s.ctx, s.store, s.files, args[1], s.keys(args[1]), w)
			err = errors.Join(err, w.Flush(), f.Close())
			if err != nil {
				_ = os.Remove(to)
				return err
			}
			talk("wrote %s", to)
			return nil
		},
	}
	cmd.Flags().StringVarP(&to, "output", "o", "", "file to write; it must not exist")
	return cmd
}
