package exec

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"streamsql/internal/diag"
	"streamsql/planner"
	"streamsql/planner/physical"
	"streamsql/state"
)

// holdsState tells whether an operator keeps containers.
func holdsState(o physical.Op) bool {
	switch o.(type) {
	case physical.WindowAggregate, physical.GroupAggregate:
		return true
	}
	return false
}

// pathText is the canonical text of a node and everything below it: what shaped the state it holds.
func pathText(p *physical.Plan, i int) string {
	n := p.Nodes[i]
	var b strings.Builder
	b.WriteString(n.Text)
	if s, ok := n.Op.(physical.Scan); ok {
		b.WriteString(p.Tables[s.Table].Name)
	}
	for _, in := range n.Inputs {
		b.WriteString(" <- ")
		b.WriteString(pathText(p, in))
	}
	return b.String()
}

// planID is a short name of everything the results depend on: the texts of all nodes with their inputs.
func planID(prog *planner.Program) string {
	h := sha256.New()
	for i, n := range prog.Plan.Nodes {
		name := ""
		if s, ok := n.Op.(physical.SinkOp); ok {
			name = prog.Plan.Sinks[s.Sink].Name
		}
		fmt.Fprintf(h, "%d %s %s %v %s\n", i, n.Text, name, n.Inputs, n.Schema)
	}
	for _, t := range prog.Plan.Tables {
		fmt.Fprintf(h, "table %s %s %s %s\n", t.Name, t.Format, t.Physical, t.ErrorMode)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// compareState refuses a changed query whose state would mean something else, naming what changed.
func compareState(old, now stateText) error {
	var faults []string
	if strings.Join(old.Tables, ",") != strings.Join(now.Tables, ",") {
		faults = append(faults, fmt.Sprintf("it read the tables [%s], now it reads [%s]", strings.Join(old.Tables, ", "), strings.Join(now.Tables, ", ")))
	}
	for _, id := range sortedKeys(old.State) {
		path, kept := now.State[id]
		switch {
		case !kept:
			faults = append(faults, fmt.Sprintf("the state of %s has no operator any more", id))
		case path != old.State[id]:
			faults = append(faults, fmt.Sprintf("what flows into %s has changed, its groups hold rows judged by the earlier query", id))
		}
	}
	for _, id := range sortedKeys(now.State) {
		if _, had := old.State[id]; !had {
			faults = append(faults, fmt.Sprintf("%s is new and would miss the rows read so far", id))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return diag.New(diag.StateMismatch, "the state belongs to another query: %s", strings.Join(faults, "; ")).
		WithHint("name another folder with --state, put the query back, or start over with --fresh")
}

func sortedKeys(m map[string]string) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// stateFileName names an epoch's file. The random part keeps two owners of one epoch apart; nothing is ever
// overwritten.
func stateFileName(epoch int64, term uint64) string {
	return fmt.Sprintf("state/%012d-%d-%s.delta", epoch, term, nonce())
}

func mergedFileName(inputs []state.FileRef, term uint64) string {
	first, last := inputs[0].First, inputs[0].Last
	for _, f := range inputs {
		first, last = min(first, f.First), max(last, f.Last)
	}
	return fmt.Sprintf("state/%012d-%012d-%d-%s.merged", first, last, term, nonce())
}

func nonce() string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand aborts the process instead)
	return hex.EncodeToString(b[:])
}

func termText(term uint64) string { return strconv.FormatUint(term, 10) }

func joinNames(names []string) string {
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), len(names)-3)
	}
	return strings.Join(names, ", ")
}
