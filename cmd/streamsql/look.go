package main

import (
	"streamsql/internal/diag"
	"streamsql/planner"
)

// lookOutside asks the sources for faults that the text cannot show: a path that does not exist. A start finds them
// anyway, one at a time; the error is a diag.List of all.
func lookOutside(src source, prog *planner.Program) error {
	var faults diag.List
	set := connectors()
	for _, t := range prog.Plan.Tables {
		for _, e := range diag.Faults(set.Look(t.Connector, t.Name, t.Options, src.base)) {
			if e.Span.IsZero() {
				e.Span = t.Span
			}
			faults = append(faults, e)
		}
	}
	faults.Sort()
	if err := faults.Err(); err != nil {
		return located{src.name, src.text, err}
	}
	return nil
}
