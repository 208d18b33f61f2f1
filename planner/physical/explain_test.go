package physical

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestExplainLines: what is said of each kind of node. Whole plans are kept in testdata/plans.
func TestExplainLines(t *testing.T) {
	const window = " FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '90' MINUTE, INTERVAL '1' SECOND)) "
	for query, lines := range map[string][]string{
		"SELECT price + 1 AS x, channel FROM bids WHERE price > 1": {
			"print", "columns   x INT, channel STRING", "where     price > 1", "columns   x = price + 1, channel",
			"table     files, json, bounded", "watermark ts, the least over partitions of the greatest ts - INTERVAL '5' " +
				"SECOND", "bad rows  fail",
		},
		"SELECT * FROM asks": {"watermark none", "columns   ts TIMESTAMP(3), channel STRING, price INT (3 of 3 stored)"},
		"INSERT INTO first SELECT channel, MAX(price) FILTER (WHERE price > 1) FROM bids GROUP BY channel": {
			"insert into first: files, changelog", "group by  channel", "aggregate MAX(price) FILTER (WHERE price > 1) INT",
			"watermark none: event time ends here", "state     unbounded: one group per key", "retract",
		},
		"SELECT window_end, COUNT(*) AS n" + window + "GROUP BY window_start, window_end": {
			"window    90 min of ts, offset 1 s", "adds      window_end", "late rows dropped and counted",
			"aggregate COUNT(*) BIGINT NOT NULL", "emitted once", "state     by window",
		},
		"SELECT window_end, price" + window: {"adds   " +
			"   window_end"},
		"SELECT channel FROM bids UNION ALL SELECT channel FROM " +
			"asks": {"watermark the least of its inputs"},
		"SELECT word FROM bids CROSS JOIN UNNEST(SPLIT(words, ' ')) AS w " +
			"(word)": {"elements  word = SPLIT(words, "},
		"INSERT INTO first SELECT channel, price FROM bids; INSERT INTO second SELECT channel, price FROM bids": {"(drawn " +
			"above)"},
	} {
		text := Explain(planned(t, query))
		for _, line := range lines {
			if !strings.Contains(text, line) {
				t.Errorf("%s: no %q in\n%s", query, line, text)
			}
		}
	}
}

// TestExplainJSON: programs get each node with its inputs by id, its columns and what is known of them.
func TestExplainJSON(t *testing.T) {
	p := planned(t, "INSERT INTO first SELECT channel, COUNT(*) FROM bids GROUP BY channel")
	var doc struct{ Nodes []Described }
	if err := json.Unmarshal([]byte(ExplainJSON(p)), &doc); err != nil {
		t.Fatal(err)
	}
	nodes := doc.Nodes
	if len(nodes) != len(p.Nodes) {
		t.Fatalf("%d nodes of %d", len(nodes), len(p.Nodes))
	}
	ids := map[string]bool{}
	for i, n := range nodes {
		for _, in := range n.Inputs {
			if !ids[in] {
				t.Errorf("%s reads %s, which is not before it", n.ID, in)
			}
		}
		ids[n.ID] = true
		if n.Kind != p.Nodes[i].Op.Kind() || len(n.Columns) != len(p.Nodes[i].Schema) || n.Text == "" {
			t.Errorf("node %d is %+v", i, n)
		}
	}
	group := nodes[1]
	if group.Mode != "retract" || len(group.Keys) != 1 || group.Keys[0][0] != "channel" || group.State == "" {
		t.Errorf("the aggregation is %+v", group)
	}
	if nodes[0].Table != "bids" || nodes[len(nodes)-1].Table != "first" || len(nodes[0].EventTime) != 1 {
		t.Errorf("tables: %+v", nodes)
	}
}
