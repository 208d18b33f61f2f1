package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"streamsql/internal/clock"
	"streamsql/internal/diag"
	"streamsql/internal/progress"
	"streamsql/sources"
	"streamsql/wal"
)

// Status writes what the logs of a query say; run is what it does now.
func Status(w io.Writer, s wal.Status, run string) error {
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
	if s.Commit != nil {
		addCommit(add, s.Commit)
		add("state files", fmt.Sprintf("%s, %s (%s stored)", diag.Plural(s.StateFiles, "file"), Bytes(s.StateBytes),
			Bytes(s.StoredBytes)))
	}
	text := t.Render() + "\n"
	if e, ok := lastProgress(s); ok {
		text += "\n" + progressText(e) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// addCommit adds what the newest commit did.
func addCommit(add func(string, any), c *wal.CommitRecord) {
	add("last commit", fmt.Sprintf("epoch %d at %s UTC", c.Epoch, c.Clock))
	add("watermark", watermarkText(c))
	addPartitions(add, c)
	all := c.Totals
	if all == nil { // a record of an early version
		all = &c.Rows
	}
	add("rows in", countsText(all.In))
	add("rows out", countsText(all.Out))
	dropped, partly := map[string]int64{}, map[string]int64{}
	for name, n := range all.Late {
		if operator, ok := strings.CutSuffix(name, " "+progress.PartlyLate); ok {
			partly[operator] = n
		} else {
			dropped[name] = n
		}
	}
	add("rows dropped", countsText(dropped))
	if len(partly) > 0 {
		add("rows partly late", countsText(partly))
	}
	add("bad records", countsText(all.Dead))
	for _, name := range sortedNames(c.Sinks) {
		m := c.Sinks[name]
		add("sink "+name, fmt.Sprintf("epoch %d, %s", m.Epoch, diag.Plural(m.Rows, "row")))
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

func progressText(e progress.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "last epoch: %s in", diag.Plural(e.NumInputRows, "row"))
	for _, k := range sortedNames(e.DurationMs) {
		fmt.Fprintf(&b, ", %s %d ms", k, e.DurationMs[k])
	}
	if waits := Waiting(e); waits != "" {
		b.WriteString("\n  the watermark " + waits)
	}
	if idle := idleText(e.Idle); idle != "" {
		b.WriteString("\n  idle partitions: " + idle)
	}
	for _, src := range e.Sources {
		if n := src.Metrics[sources.FilesChanged]; n > 0 {
			fmt.Fprintf(&b, "\n  table %s: files that changed after they were read: %d (they are not read again)",
				src.Description, n)
		}
	}
	for _, src := range e.Sources {
		if src.AheadRows > 0 {
			fmt.Fprintf(&b, "\n  table %s: %s too far ahead of the clock to move the watermark "+
				"(streamsql.watermark.max-ahead)", src.Description, diag.Plural(src.AheadRows, "row"))
		}
	}
	for _, op := range e.StateOperators {
		fmt.Fprintf(&b, "\n  %s holds %s groups, %s", op.OperatorName, Count(op.NumRowsTotal), Bytes(op.MemoryUsedBytes))
	}
	return b.String()
}

// StatusJSON is Status for programs: one object.
func StatusJSON(w io.Writer, s wal.Status, run string) error {
	out := map[string]any{
		"location": s.Location, "id": s.ID, "state": run, "starts": s.Terms, "stateFiles": s.StateFiles,
		"stateBytes": s.StateBytes, "storedBytes": s.StoredBytes,
	}
	if c := s.Commit; c != nil {
		out["lastCommit"] = map[string]any{
			"epoch": c.Epoch, "clock": c.Clock.Time().Format(time.RFC3339Nano), "watermark": c.Watermark.String(),
			"finished": c.Finished, "rows": c.Rows, "totals": c.Totals, "sinks": c.Sinks,
			"partitions": c.Partitions, "idle": c.Idle, "operators": c.Nodes,
		}
	}
	if s.Progress != nil && json.Valid(s.Progress) {
		out["progress"] = json.RawMessage(s.Progress)
	}
	return json.NewEncoder(w).Encode(out)
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
