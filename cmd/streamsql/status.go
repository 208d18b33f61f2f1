package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/progress"
	"streamsql/internal/store"
	"streamsql/wal"
)

func newStatus() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "status STATE",
		Short: "What a running or stopped query has done, from its logs alone",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			st, err := existing(args[0])
			if err != nil {
				return err
			}
			s, err := wal.ReadStatus(context.Background(), st)
			if err != nil {
				return err
			}
			run, err := runState(st, s)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(os.Stdout).Encode(statusJSON(s, run))
			}
			printStatus(s, run)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

// existing opens a state folder that must be there; looking must not create one.
func existing(dir string) (*store.Local, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, diag.New(diag.StateFolder, "no state folder %s", dir).WithCause(err)
	}
	if !info.IsDir() {
		return nil, diag.New(diag.StateFolder, "%s is not a folder", dir)
	}
	st, err := store.OpenLocal(dir)
	if err != nil {
		return nil, diag.New(diag.StateFolder, "cannot open the state folder %s", dir).WithCause(err)
	}
	return st, nil
}

// runState says whether somebody runs the query now. Only a living process holds the lock, so a dead query is never
// shown as running, whatever its last words were.
func runState(st *store.Local, s wal.Status) (string, error) {
	if !s.Exists {
		return "empty", nil
	}
	unlock, err := st.Lock(context.Background())
	switch {
	case errors.Is(err, store.ErrLocked):
		return "running", nil
	case err != nil:
		return "", diag.New(diag.StateFolder, "cannot look at the lock").WithCause(err)
	}
	if err := unlock(); err != nil {
		return "", err
	}
	switch {
	case s.Recovery.Finished():
		return "finished", nil
	case s.Recovery.Kind == wal.Replay:
		return fmt.Sprintf("stopped within epoch %d, which the next start repeats", s.Recovery.Epoch), nil
	}
	return "stopped", nil
}

func printStatus(s wal.Status, run string) {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options.DrawBorder = false
	t.Style().Options.SeparateColumns = false
	add := func(k string, v any) { t.AppendRow(table.Row{k, v}) }
	add("state folder", s.Location)
	add("query", s.ID)
	add("state", run)
	if s.Owner.Number > 0 {
		add("owner", s.Owner.Owner())
		add("starts", s.Terms)
	}
	if c := s.Commit; c != nil {
		add("last commit", fmt.Sprintf("epoch %d at %s UTC", c.Epoch, c.Clock))
		add("watermark", watermarkText(c))
		for _, table := range sortedNames(c.Partitions) {
			for _, p := range sortedNames(c.Partitions[table]) {
				add("  held by "+table, fmt.Sprintf("partition %s at %s", p, c.Partitions[table][p]))
			}
		}
		all := c.Totals
		if all == nil {
			all = &c.Rows
		}
		add("rows in", countsText(all.In))
		add("rows out", countsText(all.Out))
		add("rows dropped", countsText(all.Late))
		add("bad records", countsText(all.Dead))
		for _, name := range sortedNames(c.Sinks) {
			m := c.Sinks[name]
			add("sink "+name, fmt.Sprintf("epoch %d, %s", m.Epoch, diag.Plural(m.Rows, "row")))
		}
		add("state files", fmt.Sprintf("%s, %s (%s stored)", diag.Plural(s.StateFiles, "file"), byteSize(s.StateBytes), byteSize(s.StoredBytes)))
	}
	fmt.Println(t.Render())
	if e, ok := lastProgress(s); ok {
		fmt.Println()
		fmt.Println(progressLine(e))
	}
}

func watermarkText(c *wal.CommitRecord) string {
	if c.Watermark == clock.Min {
		return "none yet: no row with an event time was read, or no table declares a watermark"
	}
	return c.Watermark.String()
}

func lastProgress(s wal.Status) (progress.Event, bool) {
	var e progress.Event
	return e, s.Progress != nil && json.Unmarshal(s.Progress, &e) == nil
}

func progressLine(e progress.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "last epoch: %s in", diag.Plural(e.NumInputRows, "row"))
	for _, k := range sortedNames(e.DurationMs) {
		fmt.Fprintf(&b, ", %s %d ms", k, e.DurationMs[k])
	}
	for _, src := range e.Sources {
		if n := src.Metrics["filesChangedAfterRead"]; n > 0 {
			fmt.Fprintf(&b, "\n  table %s: files that changed after they were read: %d (they are not read again)", src.Description, n)
		}
	}
	for _, op := range e.StateOperators {
		fmt.Fprintf(&b, "\n  %s holds %s groups, %s", op.OperatorName, count(op.NumRowsTotal), byteSize(op.MemoryUsedBytes))
	}
	return b.String()
}

func statusJSON(s wal.Status, run string) map[string]any {
	out := map[string]any{"location": s.Location, "id": s.ID, "state": run, "starts": s.Terms, "stateFiles": s.StateFiles, "stateBytes": s.StateBytes, "storedBytes": s.StoredBytes}
	if c := s.Commit; c != nil {
		out["lastCommit"] = map[string]any{
			"epoch": c.Epoch, "clock": c.Clock.Time().Format(time.RFC3339Nano), "watermark": c.Watermark.String(), "finished": c.Finished,
			"rows": c.Rows, "totals": c.Totals, "sinks": c.Sinks,
		}
	}
	if s.Progress != nil && json.Valid(s.Progress) {
		out["progress"] = json.RawMessage(s.Progress)
	}
	return out
}

func countsText(m map[string]int64) string {
	parts := []string{}
	for _, k := range sortedNames(m) {
		parts = append(parts, fmt.Sprintf("%s %d", k, m[k]))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func sortedNames[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
