// Package rules rewrites logical trees into cheaper ones that give the same rows.
//
//	merge-calcs ▸ push-filter ▸ merge-calcs ▸ prune-columns ▸ drop-calcs
//
// One rule per file. Passes run in order, each once over every tree: there is no fixpoint to reason about. A rule has a
// number that goes up when its result changes, so that a resumed query can be planned as it was; number 0 leaves a rule
// out. What holds for every rule: it moves no expression that can fail to where it sees more rows, and nothing below
// the watermark, which is taken in the scan.
package rules

import (
	"fmt"
	"strings"

	"streamsql/planner/logical"
)

// Rule is one rewrite.
type Rule struct {
	Name   string
	Number int
	Apply  func(logical.Node) logical.Node
}

// The rules.
var (
	mergeRule = Rule{"merge-calcs", 1, mergeCalcs}
	pushRule  = Rule{"push-filter", 1, pushFilter}
	pruneRule = Rule{"prune-columns", 1, pruneColumns}
	dropRule  = Rule{"drop-calcs", 1, dropCalcs}
)

// Passes is the order in which rules run.
var Passes = []Rule{mergeRule, pushRule, mergeRule, pruneRule, dropRule}

// Numbers lists the rules with their numbers.
func Numbers() map[string]int {
	out := map[string]int{}
	for _, r := range Passes {
		out[r.Name] = r.Number
	}
	return out
}

// Trace is what each pass made of a tree.
type Trace struct{ steps []string }

// String prints the passes that changed something, each with the tree after it.
func (t *Trace) String() string { return strings.Join(t.steps, "\n") }

// Run rewrites the trees of a file. numbers overrides the rules' own; 0 leaves a rule out.
func Run(sinks []*logical.Sink, numbers map[string]int) ([]*logical.Sink, *Trace) {
	t := &Trace{}
	out := make([]*logical.Sink, len(sinks))
	for i, s := range sinks {
		out[i] = t.run(i, s, numbers)
	}
	return out, t
}

func (t *Trace) run(i int, s *logical.Sink, numbers map[string]int) *logical.Sink {
	text := logical.Print(s)
	t.steps = append(t.steps, fmt.Sprintf("query %d as bound:\n%s", i+1, text))
	var n logical.Node = s
	for _, r := range Passes {
		if v, given := numbers[r.Name]; given && v == 0 {
			continue
		}
		n = r.Apply(n)
		if after := logical.Print(n); after != text {
			text = after
			t.steps = append(t.steps, fmt.Sprintf("query %d after %s/%d:\n%s", i+1, r.Name, r.Number, text))
		}
	}
	return n.(*logical.Sink)
}
