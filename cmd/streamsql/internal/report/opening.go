package report

import (
	"streamsql/internal/diag"
	"streamsql/planner/physical"
	"streamsql/sources"
)

// Opening is what a run that keeps a checkpoint says before its first epoch.
type Opening struct {
	State       string // folder of the checkpoint
	Epoch, Rows int64  // the last epoch committed before, −1 when there is none; the state rows that were restored
	Guarantees  []string
	Tables      []physical.Table
	Trigger     string
	Lanes       int
}

// Lines says where the query resumes from, what each path of it guarantees, and the limits in force.
func (o Opening) Lines(say Say) {
	if o.Epoch < 0 {
		say("state %s: fresh start", o.State)
	} else {
		say("state %s: resumes after epoch %d, %s", o.State, o.Epoch, diag.Plural(o.Rows, "state row"))
	}
	for _, line := range o.Guarantees {
		say("%s", line)
	}
	for _, t := range o.Tables {
		bytes, _ := t.Options.Raw(sources.KeyMaxBytes)
		rows, files := t.Options.Int(sources.KeyMaxRows), t.Options.Int(sources.KeyMaxFiles)
		say("limits per trigger for %s: %s, %s, %s; trigger %s; %s", t.Name, diag.Plural(rows, "row"), bytes,
			diag.Plural(files, "file"), o.Trigger, diag.Plural(o.Lanes, "lane"))
	}
}
