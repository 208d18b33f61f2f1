package planner

import (
	"fmt"
	"strings"

	"streamsql/planner/physical"
)

// Explain describes a program for people and tools. what chooses the view:
//
//	""          the plan: operators, changelog modes, watermarks, state (also "physical")
//	"logical"   the relational trees after the rules
//	"rules"     what each rule made of them
//	"json"      the plan's nodes as JSON
func Explain(p *Program, what string) string {
	switch what {
	case "logical":
		return p.logical
	case "rules":
		return p.trace
	case "json":
		return physical.ExplainJSON(p.Plan)
	}
	var b strings.Builder
	b.WriteString(physical.Explain(p.Plan))
	for _, w := range p.Warnings {
		fmt.Fprintf(&b, "\nwarning: %s\n", w)
	}
	return b.String()
}
