package rules

import "streamsql/planner/logical"

// pruneColumns leaves out what nobody reads: items of a Calc, columns of a window, aggregates, columns of a scan.
//
//	SELECT a FROM (SELECT a, b, COUNT(*) AS n FROM t GROUP BY a, b)   → the count is not kept
//
// Each node decides what it can leave out (logical.Node.Prune); the rule walks down with what is needed.
func pruneColumns(n logical.Node) logical.Node {
	need := logical.ColSet{}
	for _, c := range n.Columns() {
		need[c.ID] = true
	}
	return prune(n, need)
}

// prune rewrites n and everything below it for what is needed of n.
func prune(n logical.Node, need logical.ColSet) logical.Node {
	n, below := n.Prune(need)
	inputs := n.Inputs()
	for i := range inputs {
		inputs[i] = prune(inputs[i], below[i])
	}
	return n.WithInputs(inputs)
}
