package physical

import "fmt"

// GroupAggregate groups without a window: it updates. Keys may be empty (a global aggregate: one row from the first
// epoch on). Output: keys, then one column per aggregate.
type GroupAggregate struct {
	Keys []int
	Aggs []Agg
}

// Kind implements Op.
func (GroupAggregate) Kind() string { return "group-aggregate" }

// Table implements Op.
func (GroupAggregate) Table(*Plan) string { return "" }

// StateKey implements Op.
func (a GroupAggregate) StateKey() ([]int, bool) { return a.Keys, true }

func (a GroupAggregate) identity(v view) string {
	return fmt.Sprintf("keys %s aggs %s", keysText(v.in(), a.Keys), aggsText(v.in(), a.Aggs))
}

func (a GroupAggregate) describe(v view) description {
	d := description{title: v.ID, watermark: "none: event time ends here"}
	d.groups(a.Keys, a.Aggs, v.in())
	return d
}
