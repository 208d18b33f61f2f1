package exec

import (
	"encoding/json"
	"path"

	"streamsql/planner/physical"
)

// keyNames are the names of the columns that an operator groups by.
func keyNames(p *physical.Plan, n physical.Node) []string {
	var keys []int
	switch o := n.Op.(type) {
	case physical.WindowAggregate:
		keys = o.Keys
	case physical.GroupAggregate:
		keys = o.Keys
	}
	var names []string
	for _, k := range keys {
		names = append(names, p.Nodes[n.Inputs[0]].Schema[k].Name)
	}
	return names
}

// KeyNames gives the key columns of a container by the JSON of a recorded query (query/N.json). ok is false when the
// container is a query's operator's and the record, which may be of an early version, does not name them.
func KeyNames(record []byte, container string) (names []string, ok bool) {
	var t stateText
	if json.Unmarshal(record, &t) != nil {
		return nil, false
	}
	operator := path.Dir(container)
	_, ofQuery := t.State[operator]
	return t.Keys[operator], t.Keys != nil || !ofQuery
}
