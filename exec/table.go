package exec

import (
	"streamsql/exec/flow"
	"streamsql/internal/budget"
	"streamsql/internal/option"
	"streamsql/planner/physical"
	"streamsql/sources"
)

// table is one scanned table at run time.
type table struct {
	plan   *physical.Table
	node   int    // flow node of the scan
	nodeID string // its id: flow's nodes are not numbered as the plan's are
	source sources.Source
	reader *flow.Reader
	offset sources.Offset // end of the last planned epoch
	limits flow.Limits
	ledger *ledger
	held   *budget.Account // of the feed
	quiet  quiet
}

// limitsOf reads the per-trigger limits of a table.
func (q *Query) limitsOf(v option.Values) flow.Limits {
	l := flow.Limits{
		Rows: v.Int(sources.KeyMaxRows), Bytes: v.Bytes(sources.KeyMaxBytes), Files: v.Int(sources.KeyMaxFiles),
	}
	if most := q.env.MaxRows; most > 0 && (l.Rows == 0 || most < l.Rows) {
		l.Rows = most
	}
	return l
}

// metrics are the source's own figures; nil when it has none.
func (t *table) metrics() map[string]int64 {
	if s, ok := t.source.(sources.Measuring); ok {
		return s.Metrics()
	}
	return nil
}
