package report

import (
	"encoding/json"
	"fmt"

	"streamsql/internal/diag"
	"streamsql/internal/progress"
)

// Epochs reports committed epochs: under JSON each as a line, otherwise in words what they dropped. Committed is called
// by one goroutine at a time.
type Epochs struct {
	JSON  bool
	State string // folder of the checkpoint; "" = none is kept
	Say   Say

	said map[string]bool // reasons of dropped rows that people know of
}

// Committed reports one epoch.
func (r *Epochs) Committed(e progress.Event) {
	if r.JSON {
		if b, err := json.Marshal(e); err == nil {
			r.Say("%s", b)
		}
		return
	}
	r.dropped(e)
}

// dropped says what an epoch dropped. Under mode log it names the first record of each kind, which is all that people
// will ever see of them; anything else is reported once per operator and reason, and the counts stay in status and
// progress.
func (r *Epochs) dropped(e progress.Event) {
	for _, d := range e.Late {
		if len(d.Kinds) > 0 {
			r.kinds(e.BatchID, "dropped by "+d.Operator, d.Rows, d.Kinds)
			continue
		}
		sample := ""
		if d.Sample != "" {
			sample = ": " + d.Sample
		}
		if d.Reason == progress.PartlyLate {
			r.once(d.Operator+d.Reason, "epoch %d: %s came too late for some of the windows of %s%s", e.BatchID,
				diag.Plural(d.Rows, "row"), d.Operator, sample)
			continue
		}
		r.once(d.Operator+d.Reason, "epoch %d: %s dropped by %s, reason %s%s", e.BatchID, diag.Plural(d.Rows, "row"),
			d.Operator, d.Reason, sample)
	}
	for _, s := range e.Sources {
		switch {
		case len(s.BadKinds) > 0:
			r.kinds(e.BatchID, "table "+s.Description, s.BadRows, s.BadKinds)
		case s.BadRows > 0:
			r.once(s.Description+"bad", "epoch %d: %s in table %s", e.BatchID, diag.Plural(s.BadRows, "bad record"),
				s.Description)
		}
	}
}

// kinds names the first of each kind; rows are all that were dropped.
func (r *Epochs) kinds(epoch int64, where string, rows int64, kinds []progress.Kind) {
	for _, k := range kinds {
		rows -= k.Rows
		more := ""
		if k.Rows > 1 {
			more = fmt.Sprintf(" (and %d more of this kind)", k.Rows-1)
		}
		r.Say("epoch %d: %s: %s [%s]%s", epoch, where, k.First, k.Code, more)
	}
	if rows > 0 {
		r.Say("epoch %d: %s: %d more of other kinds", epoch, where, rows)
	}
}

// once says something the first time, and where its counts are from then on.
func (r *Epochs) once(key, format string, args ...any) {
	if r.said[key] {
		return
	}
	if r.said == nil {
		r.said = map[string]bool{}
	}
	r.said[key] = true
	counts := "--progress json counts them"
	if r.State != "" {
		counts = "`streamsql status " + r.State + "` counts them"
	}
	r.Say("%s (told once; %s)", fmt.Sprintf(format, args...), counts)
}
