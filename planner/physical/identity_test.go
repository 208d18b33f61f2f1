package physical

import (
	"slices"
	"strings"
	"testing"
)

// TestIdentities freezes what names the state of each kind of node. These texts are part of the state format: another
// text is another id, and the state of every query that has such a node is refused.
func TestIdentities(t *testing.T) {
	const window = "FROM TABLE(TUMBLE(TABLE bids, DESCRIPTOR(ts), INTERVAL '10' SECOND)) "
	for _, c := range []struct{ query, id, identity string }{
		{"SELECT price FROM asks", "", "scan append (INT)"},
		{"SELECT price + 1 AS x FROM asks WHERE channel = 'a'", "",
			"calc append [+(INT,INT)[$1,1:INT]] where =(STRING,STRING)[$0,\"a\":VARCHAR(1)]"},
		{"SELECT channel, MAX(price), COUNT(*) FILTER (WHERE price > 1) FROM asks GROUP BY channel", "",
			"group-aggregate retract keys [$0 STRING] aggs [max(INT)[$1 INT] INT, count(*)[] filter $2 BIGINT NOT NULL]"},
		{"SELECT window_end " + window, "", "tumble append $0 size 10s offset 0s emit [window_end] late false"},
		{"SELECT channel, COUNT(*), window_end " + window + "GROUP BY window_start, window_end, channel", "", ""},
		{"INSERT INTO first SELECT channel, price FROM asks", "", "sink append (STRING, BIGINT)"},
		{"SELECT channel FROM bids UNION ALL SELECT channel FROM asks", "", "union append (STRING)"},
	} {
		var all []string
		for _, n := range planned(t, c.query).Nodes {
			all = append(all, n.Identity)
		}
		if c.identity != "" && !slices.Contains(all, c.identity) {
			t.Errorf("%s has\n%s\nwant %s", c.query, strings.Join(all, "\n"), c.identity)
		}
	}
}

// TestNamesOfState: what may be changed in a query without losing its state, and what may not. The state is that of
// the aggregation; its node's path must stay.
func TestNamesOfState(t *testing.T) {
	const base = "SELECT channel, SUM(price) AS total FROM bids WHERE price > 1 GROUP BY channel"
	path := func(query string) string {
		p := planned(t, query)
		for i, n := range p.Nodes {
			if _, keeps := n.Op.StateKey(); keeps {
				return p.Path(i)
			}
		}
		return "no state"
	}
	want := path(base)
	for _, query := range []string{
		"select  channel, sum(price) as total\nfrom bids -- a comment\nwhere price > 1 group by channel",
		"SELECT channel AS c, SUM(price) AS t FROM bids AS b WHERE b.price > 1 GROUP BY b.channel",
		"CREATE VIEW v AS SELECT channel, price FROM bids WHERE price > 1; SELECT channel, SUM(price) FROM v GROUP BY " +
			"channel",
		"WITH w AS (SELECT * FROM bids WHERE price > 1) SELECT channel, SUM(price) AS total FROM w GROUP BY channel",
		"SELECT channel, SUM(price) * 2, UPPER(channel) FROM bids WHERE price > 1 GROUP BY channel",
		"INSERT INTO first SELECT channel, SUM(price) FROM bids WHERE price > 1 GROUP BY channel",
		base + " HAVING SUM(price) > 5",
	} {
		if got := path(query); got != want {
			t.Errorf("%s\nhas the state of\n%s\nwant\n%s", query, got, want)
		}
	}
	const twin = "CREATE TABLE twin (ts TIMESTAMP(3), channel STRING, price INT) " +
		"WITH ('connector' = 'files', 'path' = 'twin', 'format' = 'json'); "
	if a, b := path("SELECT COUNT(*) FROM asks"), path(twin+"SELECT COUNT(*) FROM twin"); a == b {
		t.Errorf("two tables that are alike share %s", a)
	}
	for _, query := range []string{
		"SELECT channel, SUM(price) AS total FROM bids WHERE price > 2 GROUP BY channel",           // another filter
		"SELECT channel, SUM(price) AS total FROM bids GROUP BY channel",                           // none
		"SELECT channel, MAX(price) AS total FROM bids WHERE price > 1 GROUP BY channel",           // another aggregate
		"SELECT channel, SUM(twice) AS total FROM bids WHERE price > 1 GROUP BY channel",           // another column
		"SELECT UPPER(channel), SUM(price) AS t FROM bids WHERE price > 1 GROUP BY UPPER(channel)", // another key
		"SELECT SUM(price) AS total FROM bids WHERE price > 1",                                     // no key
		"SELECT channel, SUM(price) AS total FROM asks WHERE price > 1 GROUP BY channel",           // another table
		"SELECT channel, SUM(price), COUNT(*) FROM bids WHERE price > 1 GROUP BY channel",          // one more
	} {
		if got := path(query); got == want {
			t.Errorf("%s\nhas the state of the base query", query)
		}
	}
}

// TestIDs: ids are the kind and a digest; equal nodes of one plan get numbers, in the order of the plan.
func TestIDs(t *testing.T) {
	p := planned(t, "INSERT INTO first SELECT channel, COUNT(*) FROM bids GROUP BY channel; "+
		"INSERT INTO second SELECT channel, COUNT(*) FROM asks GROUP BY channel")
	var ids []string
	for _, n := range p.Nodes {
		if _, keeps := n.Op.StateKey(); keeps {
			ids = append(ids, n.ID)
		}
		if !strings.HasPrefix(n.ID, n.Op.Kind()+"-") {
			t.Errorf("%s is called %s", n.Op.Kind(), n.ID)
		}
	}
	alone := planned(t, "SELECT channel, COUNT(*) FROM asks GROUP BY channel")
	at := slices.IndexFunc(alone.Nodes, func(n Node) bool { _, keeps := n.Op.StateKey(); return keeps })
	if len(ids) != 2 || ids[0] == ids[1] {
		t.Fatalf("ids %v", ids)
	}
	if names := alone.StateKeyNames(at); !slices.Equal(names, []string{"channel"}) {
		t.Errorf("keys are called %v", names)
	}
}

// TestFingerprint: it follows everything that results depend on, and nothing else.
func TestFingerprint(t *testing.T) {
	const base = "INSERT INTO first SELECT channel, price FROM bids WHERE price > 1"
	want := planned(t, base).Fingerprint()
	for query, same := range map[string]bool{
		"-- a comment\n" + base: true,
		"INSERT INTO first SELECT b.channel, b.price FROM bids b WHERE b.price > 1":                                  true,
		"SET 'pipeline.name' = 'x'; " + base:                                                                         true,
		"INSERT INTO first SELECT channel, price FROM bids WHERE price > 2":                                          false,
		"INSERT INTO second SELECT channel, price FROM bids WHERE price > 1":                                         false,
		"INSERT INTO first SELECT channel, price FROM asks WHERE price > 1":                                          false,
		"INSERT INTO first SELECT channel, twice FROM bids WHERE price > 1":                                          false,
		base + "; INSERT INTO second SELECT channel, price FROM bids":                                                false,
		"SELECT channel, price FROM bids WHERE price > 1":                                                            false,
		"CREATE TABLE other (channel STRING) WITH ('connector' = 'files', 'path' = 'x', 'format' = 'json'); " + base: true,
	} {
		if got := planned(t, query).Fingerprint(); (got == want) != same {
			t.Errorf("%s: the same fingerprint %v, want %v", query, got == want, same)
		}
	}
	if planned(t, base).Fingerprint() != want {
		t.Error("the fingerprint of one query differs")
	}
}
